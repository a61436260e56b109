//! The one component for the form of a change: the browser posts it until the page is alive, and from then on it is
//! sent by fetch.

use super::{CHANGE, Done, Outcome, SentForm, send};
use crate::api::ApiError;
use crate::ui::{Check, Checking, browser, live_if, meanwhile};
use domain::setup::FieldError;
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
    /// Goes on once it is done: a [`super::Sender`], or a dialog.
    #[prop(into)]
    done: Callback<Done>,
    children: Children,
) -> impl IntoView {
    // What is wrong with the whole is said by `Main`.
    let SentForm { errors, changes, .. } = sent.unwrap_or_default();
    let (problem, errors) = of_the_whole(errors);
    let checking = Checking::new(problem, errors, check);
    let changes = RwSignal::new(changes);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(form) = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
        if checking.begin(&form) {
            spawn_local(run(form, event.submitter(), (checking, changes), done));
        }
    };
    view! {
        <form class="form" method="post" action=action novalidate on:submit=submit on:input=move |event| checking.typed(&event) on:focusout=move |event| checking.left(&event)>
            <input type="hidden" name=CHANGE value=change/>
            <div role="alert" tabindex="-1" hidden=live_if(move || changes.with(Vec::is_empty), "")>{move || meanwhile(&changes.get())}</div>
            {checking.summary()}
            {children()}
        </form>
    }
}

async fn run(
    form: HtmlFormElement,
    by: Option<HtmlElement>,
    (checking, changes): (Checking, RwSignal<Vec<String>>),
    then: Callback<Done>,
) {
    let outcome = send(&form, by.as_ref()).await;
    if !checking.end() {
        return; // Gone with its page.
    }
    changes.set(Vec::new());
    match outcome {
        Ok(Outcome::Done(done)) => {
            checking.accept();
            then.try_run(done);
        }
        Ok(Outcome::Partly(partly)) => checking.refuse(&form, partly.message, partly.errors),
        Ok(Outcome::Changed(changed)) => {
            checking.accept();
            for (name, value) in changed.now {
                let field = form.query_selector(&["[name='", &name, "']"].concat()).ok().flatten();
                if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
                    field.set_value(&value);
                }
            }
            changes.set(changed.what);
            request_animation_frame(move || {
                // The first one: what they changed.
                if let Some(alert) = form.query_selector("[role=alert]").ok().flatten() {
                    browser::focus(&alert);
                }
            });
        }
        Err(ApiError::Invalid(errors)) => {
            let (problem, errors) = of_the_whole(errors);
            checking.refuse(&form, problem, errors);
        }
        Err(error) => checking.refuse(&form, error.sentence(), Vec::new()),
    }
}

/// What a change of a member is refused for as a whole, and what is wrong with fields: nobody types into `member`.
fn of_the_whole(errors: Vec<FieldError>) -> (String, Vec<FieldError>) {
    let (whole, errors): (Vec<_>, Vec<_>) = errors.into_iter().partition(|error| error.field == "member");
    (ApiError::Invalid(whole).sentence(), errors)
}
