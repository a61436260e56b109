//! The one form of a change: the browser posts it where the page is not alive, and it is sent by fetch where it is.

use super::{CHANGE, Outcome, Sender, SentForm, send};
use crate::api::ApiError;
use crate::ui::{Check, Checking, live_if, meanwhile};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement};

/// A form whose fields are the arguments of a change. What is wrong stands at its fields and in a summary above them;
/// what was typed stays until the change is done.
#[component]
pub fn ChangeForm(
    /// The change, by its [`super::word`].
    change: &'static str,
    /// The address of the page where it stands, to which it is posted.
    action: String,
    /// The form as it came back, where the browser posted it.
    sent: Option<SentForm>,
    /// Checks the fields before they are sent.
    check: Check,
    /// Goes on once it is done.
    sender: Sender,
    children: Children,
) -> impl IntoView {
    // What is wrong with the whole is said by `Main`.
    let SentForm { errors, changes, .. } = sent.unwrap_or_default();
    let checking = Checking::new(String::new(), errors, check);
    let changes = RwSignal::new(changes);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(form) = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
        if checking.begin(&form) {
            spawn_local(run(form, event.submitter(), (checking, changes), sender));
        }
    };
    view! {
        <form class="form" method="post" action=action novalidate on:submit=submit on:input=move |event| checking.typed(&event) on:focusout=move |event| checking.left(&event)>
            <input type="hidden" name=CHANGE value=change/>
            <div role="alert" hidden=live_if(move || changes.with(Vec::is_empty), "")>{move || meanwhile(&changes.get())}</div>
            {checking.summary()}
            {children()}
        </form>
    }
}

async fn run(
    form: HtmlFormElement,
    by: Option<HtmlElement>,
    (checking, changes): (Checking, RwSignal<Vec<String>>),
    sender: Sender,
) {
    let outcome = send(&form, by.as_ref()).await;
    if !checking.end() {
        return; // Gone with its page.
    }
    changes.set(Vec::new());
    match outcome {
        Ok(Outcome::Done(done)) => {
            checking.accept();
            sender.done(done);
        }
        Ok(Outcome::Partly(partly)) => checking.refuse(&form, partly.said, partly.errors),
        Ok(Outcome::Changed(changed)) => {
            checking.accept();
            for (name, value) in changed.now {
                let field = form.query_selector(&["[name='", &name, "']"].concat()).ok().flatten();
                if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
                    field.set_value(&value);
                }
            }
            changes.set(changed.what);
        }
        Err(ApiError::Invalid(errors)) => checking.refuse(&form, String::new(), errors),
        Err(error) => checking.refuse(&form, error.sentence(), Vec::new()),
    }
}
