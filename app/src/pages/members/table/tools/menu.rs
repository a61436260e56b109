//! The menu of actions for one row (spec M10).

use super::super::state::MembersState;
use super::{Acts, refocus};
use crate::api::{copy_invite_link, resend_invite, restore_member, unlock_member};
use crate::organization::Organization;
use crate::ui::browser;
use domain::members::{MemberAction, MemberRow, Restored};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Opens the menu below the link of a row.
pub(super) fn open(index: usize) -> Option<()> {
    let link = browser::find(&["[data-opens=\"", &index.to_string(), "\"]"].concat())?;
    let menu = browser::find("#row-menu")?.dyn_into::<HtmlElement>().ok()?;
    if let Some(before) = browser::find("[data-menu]") {
        let _ = before.remove_attribute("data-menu");
    }
    let _ = link.set_attribute("data-menu", "");
    let _ = menu.show_popover();
    request_animation_frame(move || {
        if let Some(first) = browser::shown_in(&menu, "button").first() {
            browser::focus(first);
        }
    });
    Some(())
}

fn close() {
    if let Some(menu) = browser::find("#row-menu").and_then(|menu| menu.dyn_into::<HtmlElement>().ok()) {
        let _ = menu.hide_popover();
    }
}

fn closed() {
    let open = browser::find("#row-menu").is_some_and(|menu| menu.matches(":popover-open").unwrap_or(false));
    if !open {
        refocus();
    }
}

/// The menu. What does not go is there with its reason.
#[component]
pub(super) fn RowMenu(acts: Acts) -> impl IntoView {
    let standing = Organization::current().viewer.good().map(|viewer| viewer.standing);
    let act = Acting::here(acts);
    let items = move || {
        let (Some(row), Some(standing)) = (acts.acting.get(), standing) else { return ().into_any() };
        let why_not =
            |action: MemberAction| action.why_not(standing, row.status).or_else(|| action.why_not_of_lock(row.locked));
        let item = |action: &MemberAction| item(act, *action, &row, why_not(*action));
        MemberAction::ALL.iter().map(item).collect::<Vec<_>>().into_any()
    };
    let who = move || acts.acting.with(|row| row.as_ref().map(|row| row.called().to_owned()).unwrap_or_default());
    // Made when it is first opened.
    let wanted = Memo::new(move |_| acts.acting.with(Option::is_some));
    let made = move || {
        view! {
            <div id="row-menu" class="popover" popover="auto" on:toggle=move |_| closed()>
                <p class="who"><bdi class="strong">{who}</bdi></p>
                <ul class="items">{items}</ul>
            </div>
        }
        .into_any()
    };
    move || wanted.get().then(made)
}

fn item(act: Acting, action: MemberAction, row: &MemberRow, why_not: Option<&'static str>) -> AnyView {
    let id = "row-why-".to_owned() + action.word();
    let row = row.clone();
    let run = move |_| {
        if why_not.is_none() {
            close();
            act.run(action, row.clone());
        }
    };
    let off = why_not.map(|_| "true");
    let described = why_not.map(|_| id.clone());
    let reason = why_not.map(|why| view! { <p class="hint" id=id>{why}</p> }.into_any());
    view! {
        <li>
            <button type="button" class="item" aria-disabled=off aria-describedby=described on:click=run>{action.label()}</button>
            {reason}
        </li>
    }
    .into_any()
}

/// Does what the menu offers.
#[derive(Clone, Copy)]
struct Acting {
    acts: Acts,
    state: MembersState,
    slug: StoredValue<domain::Slug>,
}

impl Acting {
    fn here(acts: Acts) -> Self {
        Self { acts, state: expect_context(), slug: StoredValue::new(Organization::current().slug) }
    }

    fn run(self, action: MemberAction, row: MemberRow) {
        match action {
            MemberAction::Edit => self.acts.editing.set(Some(row)),
            MemberAction::Why => self.state.address.navigate.run((self.state.member(row.id) + "#why", false)),
            MemberAction::Remove | MemberAction::Erase | MemberAction::EndSessions => {
                self.acts.asked.set(Some((action, row)))
            }
            _ => self.at_once(action, row),
        }
    }

    fn at_once(self, action: MemberAction, row: MemberRow) {
        let slug = self.slug.get_value();
        spawn_local(async move {
            let outcome = match action {
                MemberAction::CopyLink => copy_invite_link(slug, row.id).await.map(copied),
                MemberAction::Restore => restore_member(slug, row.id).await.map(|how| restored(&row, how)),
                MemberAction::Unlock => {
                    unlock_member(slug, row.id).await.map(|_| [row.called(), " can sign in again."].concat())
                }
                _ => {
                    let sent = resend_invite(slug, row.id, None).await;
                    sent.map(|to| ["A new invite is on its way to ", &to, "."].concat())
                }
            };
            self.state.say(outcome.unwrap_or_else(|error| error.sentence()), None);
            self.acts.changed.try_run(());
        });
    }
}

/// What restoring somebody did, as a sentence.
pub(super) fn restored(row: &MemberRow, how: Restored) -> String {
    match how {
        Restored::Member => [row.called(), " is a member again."].concat(),
        Restored::Invited => [row.called(), " is invited again: a new link is on its way."].concat(),
    }
}

/// Puts a link on the clipboard; where the browser does not let us, it stands in the message all the same.
fn copied(link: String) -> String {
    browser::copy(&link);
    link
}
