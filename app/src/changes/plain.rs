//! Forms without fields to type into, such as a button in a row. They are written as text, and work by themselves.

use super::{CHANGE, Outcome, send};
use crate::api::ApiError;
use crate::ui::CHANGED;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use maud::{Markup, html};
use wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, HtmlInputElement};

/// What to do after a change by somebody else, where nothing was typed.
pub const SEND_AGAIN: &str = "Send it again to replace their changes.";

/// What came of a form.
pub type Answered = Result<Outcome, ApiError>;
/// What goes on with it.
pub type Then = Box<dyn FnOnce(Answered)>;

/// Sends such a form instead of the browser, and hands over what came of it. For the event of an element around it;
/// forms that make no change are left alone. While one is on its way, no other is sent.
pub fn send_plain(event: &SubmitEvent, busy: StoredValue<bool>, answered: Then) -> Option<()> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    form.query_selector(&["[name=", CHANGE, "]"].concat()).ok()??;
    event.prevent_default();
    if busy.get_value() {
        return None;
    }
    busy.set_value(true);
    let by = event.submitter();
    if let Some(button) = &by {
        let _ = button.set_attribute("aria-busy", "true");
    }
    spawn_local(async move {
        let outcome = send(&form, by.as_ref()).await;
        if busy.try_set_value(false).is_some() {
            return; // Gone with its page.
        }
        if let Some(button) = by {
            let _ = button.remove_attribute("aria-busy");
        }
        if let Ok(Outcome::Changed(changed)) = &outcome {
            take_what_is_there(&form, changed.now.clone());
        }
        answered(outcome);
    });
    Some(())
}

/// After a change by somebody else: sets the hidden fields of a form to what is there now, so that sending it again
/// replaces that.
pub fn take_what_is_there(form: &HtmlFormElement, now: Vec<(String, String)>) {
    for (name, value) in now {
        let field = form.query_selector(&["[name='", &name, "']"].concat()).ok().flatten();
        if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
            field.set_value(&value);
        }
    }
}

/// Why the change of a form without fields is not done, as a sentence: it was refused, only a part was done, or somebody
/// else changed the same in the meantime.
pub fn why_not_done(answered: Answered) -> String {
    match answered {
        Ok(Outcome::Done(done)) => done.message,
        Ok(Outcome::Partly(partly)) => partly.sentence(),
        Ok(Outcome::Changed(changed)) => [CHANGED, " ", &changed.what.join(" "), " ", SEND_AGAIN].concat(),
        Err(error) => error.sentence(),
    }
}

/// The hidden fields of a form that makes a change.
pub fn hidden(change: &str, fields: &[(String, String)]) -> Markup {
    html! {
        input type="hidden" name=(CHANGE) value=(change);
        @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
    }
}
