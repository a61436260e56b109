//! Fields of a form: a label, a box, a hint and an error.

use super::browser;
use super::form::FormContext;
use super::live::{Live, live, live_if};
use leptos::prelude::*;

/// One field. What is wrong is found by its id, to which a summary links.
#[component]
pub fn Field(
    /// Its id, and its name in the form unless that is another.
    name: &'static str,
    /// Its name in the form, as an argument of the change.
    #[prop(default = name)]
    posted: &'static str,
    /// Its label.
    label: &'static str,
    /// What was typed.
    #[prop(optional)]
    value: String,
    /// The kind of box.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    autocomplete: &'static str,
    /// What is accepted.
    #[prop(optional)]
    hint: &'static str,
    /// The field to begin with.
    #[prop(optional)]
    first: bool,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {hint_line(name, hint)}
            <input
                id=name
                name=posted
                type=kind
                value=value
                autocomplete=autocomplete
                autofocus=first
                required=!optional
                aria-describedby=described_by(name, hint)
                aria-invalid=invalid(name)
            />
            {error_line(name)}
        </div>
    }
}

/// A password, which can be shown where there is JavaScript.
#[component]
pub fn PasswordField(
    /// Its label.
    #[prop(default = "Password")]
    label: &'static str,
    /// What the browser may fill in.
    autocomplete: &'static str,
    /// What is accepted.
    #[prop(optional)]
    hint: &'static str,
) -> impl IntoView {
    let name = "password";
    let shown = RwSignal::new(false);
    let kind = live(move || Some(if shown.get() { "text" } else { "password" }));
    let pressed = live(move || Some(if shown.get() { "true" } else { "false" }));
    let toggle = move |_| {
        shown.update(|shown| *shown = !*shown);
        if let Some(input) = browser::find("#password") {
            browser::focus(&input);
        }
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {hint_line(name, hint)}
            <div class="with-button">
                <input
                    id=name
                    name=name
                    type=kind
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    aria-describedby=described_by(name, hint)
                    aria-invalid=invalid(name)
                />
                <button
                    type="button"
                    class="button quiet with-script"
                    aria-label="Show what is typed"
                    aria-pressed=pressed
                    on:click=toggle
                >
                    "Show"
                </button>
            </div>
            {error_line(name)}
        </div>
    }
}

fn described_by(name: &str, hint: &str) -> String {
    let error = name.to_owned() + "-error";
    if hint.is_empty() { error } else { name.to_owned() + "-hint " + &error }
}

fn hint_line(name: &str, hint: &'static str) -> Option<AnyView> {
    let id = name.to_owned() + "-hint";
    (!hint.is_empty()).then(|| view! { <p class="hint" id=id>{hint}</p> }.into_any())
}

/// What is wrong with a field, below it; the field names it by `aria-describedby`, as its id and `-error`.
pub fn error_line(name: &'static str) -> AnyView {
    let form = use_context::<FormContext>();
    let none = live_if(move || error_at(form, name).is_empty(), "");
    let id = field_id(name) + "-error";
    view! { <p class="error" id=id hidden=none>{move || error_at(form, name)}</p> }.into_any()
}

/// The id of a field that is written by hand, in the form around.
pub fn field_id(name: &str) -> String {
    use_context::<FormContext>().map_or("", |form| form.prefix).to_owned() + name
}

/// What is wrong with a field of the form around; empty where nothing is.
pub fn field_error(name: &'static str) -> Signal<String> {
    let form = use_context::<FormContext>();
    Signal::derive(move || error_at(form, name))
}

/// `aria-invalid` of a field: there while something is wrong with it.
pub fn invalid(name: &'static str) -> Live<Option<&'static str>> {
    let form = use_context::<FormContext>();
    live_if(move || !error_at(form, name).is_empty(), "true")
}

fn error_at(form: Option<FormContext>, name: &str) -> String {
    let message = form.and_then(|form| {
        form.errors.with(|errors| errors.iter().find(|error| error.field == name).map(|error| error.message.clone()))
    });
    message.unwrap_or_default()
}
