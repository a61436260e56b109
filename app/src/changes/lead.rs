//! Where a form leads once its change is done, and the message shown there.

use super::plain::SEND_AGAIN;
use super::{Answered, Done, Outcome, send_plain, why_not_done};
use crate::load::FormText;
use crate::ui::{browser, meanwhile};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use maud::{Markup, html};

/// The frames that a page has to appear in: ten seconds of them. Its code may have to be loaded first.
const FRAMES: u32 = 600;

/// Sends the forms of a page, and goes where they lead.
#[derive(Clone, Copy)]
pub struct Sender {
    /// Loads again what a change may have changed, wherever it leads.
    reload: Callback<()>,
    /// Loads again what the page itself shows, where a change does not lead away from it.
    reload_page: Option<Callback<()>>,
    navigate: Callback<String>,
    here: Memo<String>,
    /// Forgets the form that came with the page.
    forget: Callback<()>,
    busy: StoredValue<bool>,
}

impl Sender {
    /// For the forms of the page that is drawn. `reload` loads again what a change of theirs may have changed around the
    /// page, and in it where no change leads away.
    pub fn new(reload: impl Fn() + Send + Sync + 'static) -> Self {
        let (navigate, location, owner) = (use_navigate(), use_location(), Owner::current());
        Self {
            reload: Callback::new(move |()| reload()),
            reload_page: None,
            navigate: Callback::new(move |to: String| navigate(&to, NavigateOptions::default())),
            here: location.pathname,
            forget: Callback::new(move |()| owner.as_ref().map_or_else(|| (), |owner| owner.with(FormText::forget))),
            busy: StoredValue::new(false),
        }
    }

    /// The same; `reload` loads again what the page itself shows, unless the change leads away from it: what the page is
    /// about may be gone.
    pub fn and_page(self, reload: impl Fn() + Send + Sync + 'static) -> Self {
        Self { reload_page: Some(Callback::new(move |()| reload())), ..self }
    }

    /// Whether a change leads to another page than the one that is shown.
    pub fn leaves(self, done: &Done) -> bool {
        done.to.as_ref().is_some_and(|to| self.here.with_untracked(|here| path(to) != here))
    }

    /// Says what was done, and goes where that is seen: to another page, or to the same with what is there now.
    pub fn done(self, done: Done) {
        self.forget.run(());
        self.reload.run(());
        let leaves = self.leaves(&done);
        if let Some(reload) = self.reload_page.filter(|_| !leaves) {
            reload.run(());
        }
        let Done { message, to, link, .. } = done;
        if leaves && let Some(place) = browser::find(&place("")) {
            // Another page has a place of its own.
            let _ = place.set_attribute("data-left", "");
        }
        if let Some(to) = to {
            self.navigate.run(to);
        }
        if !message.is_empty() {
            let text = flash(&message, link.as_deref()).into_string();
            say(text, if leaves { FRAMES } else { 0 });
        }
    }

    /// Sends a form that is written as text, without fields that somebody types into. For the event of an element around
    /// it.
    pub fn submit(self, event: &SubmitEvent) -> Option<()> {
        send_plain(event, self.busy, Box::new(move |answered| self.answered(answered)))
    }

    /// Says what came of a form without fields.
    fn answered(self, answered: Answered) {
        match answered {
            Ok(Outcome::Done(done)) => self.done(done),
            answered => say(not_done(answered).into_string(), 0),
        }
    }
}

/// What is said of a form without fields whose change is not done: why not, what is left of it, or what somebody else
/// changed in the meantime.
fn not_done(answered: Answered) -> Markup {
    match answered {
        Ok(Outcome::Changed(changed)) => html! {
            div class="notice meanwhile" role="alert" tabindex="-1" autofocus { (meanwhile(&changed.what, SEND_AGAIN)) }
        },
        other => problem(&why_not_done(other)),
    }
}

impl From<Sender> for Callback<Done> {
    fn from(sender: Sender) -> Self {
        Self::new(move |done| sender.done(done))
    }
}

/// What is said of a change that is done.
pub fn flash(message: &str, link: Option<&str>) -> Markup {
    html! {
        div class="notice done" role="status" tabindex="-1" autofocus {
            p { (message) }
            @if let Some(link) = link { input type="text" readonly aria-label="Invite link" value=(link); }
        }
    }
}

/// What is said of a form that could not be accepted as a whole.
pub fn problem(message: &str) -> Markup {
    html! { p class="notice" role="alert" tabindex="-1" autofocus { (message) } }
}

/// Writes a flash message into the page, and gives it the focus: what had it is gone with the form. Waits so many frames
/// for a page that is yet to come.
fn say(text: String, frames: u32) {
    match browser::find(&place("")) {
        Some(place_of_it) => {
            place_of_it.set_inner_html(&text);
            if let Some(message) = browser::find(&place(" > *")) {
                browser::focus(&message);
            }
        }
        None if frames > 0 => request_animation_frame(move || say(text, frames - 1)),
        None => {}
    }
}

/// A selector of the place that `Main` has for a flash message, in a page that is not being left.
fn place(inside: &str) -> String {
    [".flash:not([data-left])", inside].concat()
}

fn path(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}
