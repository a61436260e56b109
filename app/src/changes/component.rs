//! The one component for the form of a change: the browser posts it until the page is alive, and from then on it is
//! sent by fetch.

use super::{CHANGE, Done, Outcome, Partly, SentForm, send, take_what_is_there};
use crate::api::ApiError;
use crate::ui::{Check, Checking, browser, live_if, meanwhile};
use domain::setup::FieldError;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, HtmlFormElement};

/// What to do after a change by somebody else, where the form still has what was typed.
const SAVE_AGAIN: &str = "What you entered is still here: save again to replace their changes.";

/// A form whose fields are the arguments of a change. What is wrong stands at its fields and in a summary above them;
/// what was typed stays until the change is done. A dialog around it closes then.
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
    /// What the ids of its fields begin with, where another form of the page has fields of the same names.
    #[prop(default = "")]
    prefix: &'static str,
    /// The argument that says whom the change is for. Nobody types into it: what is wrong with it is wrong with the
    /// whole.
    #[prop(default = "member")]
    whom: &'static str,
    /// Runs once it is done: a [`super::Sender`], or what a dialog does. Also where the form is gone by then, as long as
    /// what made this callback is there.
    #[prop(into)]
    done: Callback<Done>,
    /// Shows what is left where only a part was done. Without it, errors stand at their fields as after a refusal.
    #[prop(default = None)]
    left: Option<Callback<Partly>>,
    children: Children,
) -> impl IntoView {
    // What is wrong with the whole is said by `Main`.
    let SentForm { errors, changes, .. } = sent.unwrap_or_default();
    let (problem, errors) = of_the_whole(errors, whom);
    let checking = Checking::with_prefix(prefix, problem, errors, check);
    let changes = RwSignal::new(changes);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(form) = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
        if checking.begin(&form) {
            let sending = Sending { checking, changes, whom, done, left };
            spawn_local(sending.run(form, event.submitter()));
        }
    };
    let theirs = move || {
        changes.with(|all| if all.is_empty() { String::new() } else { meanwhile(all, SAVE_AGAIN).into_string() })
    };
    view! {
        <form class="form" method="post" action=action novalidate on:submit=submit on:input=move |event| checking.typed(&event) on:focusout=move |event| checking.left(&event)>
            <input type="hidden" name=CHANGE value=change/>
            <div class="notice meanwhile" role="alert" tabindex="-1" hidden=live_if(move || changes.with(Vec::is_empty), "") inner_html=theirs></div>
            {checking.summary()}
            {children()}
        </form>
    }
}

/// A form that is on its way.
struct Sending {
    checking: Checking,
    changes: RwSignal<Vec<String>>,
    whom: &'static str,
    done: Callback<Done>,
    left: Option<Callback<Partly>>,
}

impl Sending {
    async fn run(self, form: HtmlFormElement, by: Option<HtmlElement>) {
        let Self { checking, changes, whom, done, left } = self;
        let outcome = send(&form, by.as_ref()).await;
        let here = checking.end();
        if let Ok(Outcome::Done(what)) = outcome {
            if here {
                changes.set(Vec::new());
                checking.accept();
                close_dialog(&form);
            }
            // Nothing where the page is gone.
            done.try_run(what);
            return;
        }
        if !here {
            return;
        }
        changes.set(Vec::new());
        match (outcome, left) {
            (Ok(Outcome::Partly(partly)), Some(left)) => {
                checking.accept();
                left.try_run(partly);
            }
            (Ok(Outcome::Partly(partly)), None) => checking.refuse(&form, partly.message, partly.errors),
            (Ok(Outcome::Changed(changed)), _) => {
                checking.accept();
                take_what_is_there(&form, changed.now);
                changes.set(changed.what);
                request_animation_frame(move || {
                    // The first one: what they changed.
                    if let Some(alert) = form.query_selector("[role=alert]").ok().flatten() {
                        browser::focus(&alert);
                    }
                });
            }
            (Err(ApiError::Invalid(errors)), _) => {
                let (problem, errors) = of_the_whole(errors, whom);
                checking.refuse(&form, problem, errors);
            }
            (Err(error), _) => checking.refuse(&form, error.sentence(), Vec::new()),
            (Ok(Outcome::Done(_)), _) => {}
        }
    }
}

/// Closes the dialog around a form, if there is one.
fn close_dialog(form: &HtmlFormElement) {
    let dialog = form.closest("dialog").ok().flatten();
    if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

/// What a change is refused for as a whole, and what is wrong with fields.
fn of_the_whole(errors: Vec<FieldError>, whom: &str) -> (String, Vec<FieldError>) {
    // Of one member the services say it whatever the form is about.
    let is_whole = |error: &FieldError| error.field == whom || error.field == "member";
    let (whole, errors): (Vec<_>, Vec<_>) = errors.into_iter().partition(is_whole);
    (ApiError::Invalid(whole).sentence(), errors)
}
