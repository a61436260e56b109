//! Forms that check themselves in the browser with the rules that the server has, and work without it.

use super::{Icon, browser, icon, live_if};
use crate::paths;
use domain::setup::FieldError;
use leptos::ev::{Event, FocusEvent, SubmitEvent};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// Checks what was typed; gets the value of a field by its id.
pub type Check = fn(&dyn Fn(&str) -> String) -> Vec<FieldError>;

/// How long a button says that it works, should no answer come.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a click takes, generously.
const AFTER_A_CLICK: Duration = Duration::from_millis(250);

/// The errors of the form around, and whether it is on its way.
#[derive(Clone, Copy)]
pub(super) struct FormContext {
    pub errors: RwSignal<Vec<FieldError>>,
    pub sending: RwSignal<bool>,
}

/// A form that is posted as it is, once its fields are right.
#[component]
pub fn CheckedForm(
    /// Where it is posted.
    #[prop(into)]
    action: String,
    /// What is wrong with the whole, from the server.
    #[prop(optional_no_strip)]
    problem: Option<String>,
    /// What is wrong with fields, from the server.
    errors: Vec<FieldError>,
    /// Checks the fields.
    check: Check,
    children: Children,
) -> impl IntoView {
    let failed = problem.is_some() || !errors.is_empty();
    let context = FormContext { errors: RwSignal::new(errors), sending: RwSignal::new(false) };
    provide_context(context);
    let problem = RwSignal::new(problem.unwrap_or_default());
    let refused = RwSignal::new(failed);
    let check = move |form: Option<Element>| {
        let form = form.and_then(|element| element.closest("form").ok()?);
        form.map(|form| check(&|name| input(&form, name).map(|input| input.value()).unwrap_or_default()))
            .unwrap_or_default()
    };

    let submit = move |event: SubmitEvent| {
        let form = event.target().and_then(|form| form.dyn_into::<Element>().ok());
        let errors = check(form.clone());
        if errors.is_empty() && !context.sending.get_untracked() {
            context.sending.set(true);
            let patience_ends = move || {
                context.sending.try_set(false);
            };
            set_timeout(patience_ends, PATIENCE);
            return;
        }
        event.prevent_default();
        if !errors.is_empty() {
            problem.set(String::new());
            context.errors.set(errors);
            refused.set(true);
            request_animation_frame(move || {
                if let Some(summary) = form.and_then(|form| form.query_selector(".summary").ok().flatten()) {
                    browser::focus(&summary);
                }
            });
        }
    };
    let check_field = Callback::new(move |field: HtmlInputElement| {
        let (name, errors) = (field.id(), check(Some(field.into())));
        context.errors.try_update(|all| {
            all.retain(|error| error.field != name);
            all.extend(errors.into_iter().filter(|error| error.field == name));
        });
    });
    // What was wrong and is being mended.
    let typed = move |event: Event| {
        if let Some(field) = field_of(&event)
            && context.errors.with_untracked(|errors| errors.iter().any(|error| error.field == field.id()))
        {
            check_field.run(field);
        }
    };
    // A field that was left is checked by itself, unless it was only passed through. Not at once: were it
    // left for the button, the button would move away under the finger.
    let left = move |event: FocusEvent| {
        let Some(field) = field_of(&event) else { return };
        if !field.value().is_empty() {
            set_timeout(
                move || {
                    check_field.try_run(field);
                },
                AFTER_A_CLICK,
            );
        }
    };
    view! {
        <form class="form" method="post" action=action novalidate on:submit=submit on:input=typed on:focusout=left>
            <div
                class="summary"
                role="alert"
                tabindex="-1"
                autofocus=failed
                hidden=live_if(move || problem.with(String::is_empty) && !(refused.get() && context.errors.with(|errors| !errors.is_empty())), "")
            >
                {icon(Icon::Warning)}
                <div>
                    <p>{move || summary_text(problem.get(), context.errors.with(Vec::len))}</p>
                    <ul>
                        {move || context.errors.get().into_iter().map(link).collect::<Vec<_>>().into_any()}
                    </ul>
                </div>
            </div>
            {children()}
        </form>
    }
}

fn field_of(event: &Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into::<HtmlInputElement>().ok()
}

fn summary_text(problem: String, errors: usize) -> String {
    match (problem.is_empty(), errors) {
        (false, _) => problem,
        (true, 1) => "One field needs another look:".into(),
        (true, _) => "Some fields need another look:".into(),
    }
}

fn link(error: FieldError) -> AnyView {
    let field = "#".to_owned() + &error.field;
    view! { <li><a href=field rel="external">{error.message}</a></li> }.into_any()
}

fn input(form: &Element, name: &str) -> Option<HtmlInputElement> {
    form.query_selector(&("#".to_owned() + name)).ok()??.dyn_into().ok()
}

/// The button that sends the form around it, and shows that it works.
#[component]
pub fn Submit(label: &'static str) -> impl IntoView {
    let sending = use_context::<FormContext>().map(|form| form.sending);
    let busy = live_if(move || sending.is_some_and(|sending| sending.get()), "true");
    view! {
        <button type="submit" class="button primary wide" aria-busy=busy>
            {label}
        </button>
    }
}

/// What a GET form carries along of the query around it.
pub fn hidden_fields(query: &str, without: &[&str]) -> AnyView {
    let field = |(name, value)| view! { <input type="hidden" name=name value=value/> }.into_any();
    paths::carried(query, without).into_iter().map(field).collect::<Vec<AnyView>>().into_any()
}
