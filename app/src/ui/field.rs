//! Fields of a form: a label, a box, a hint and what is wrong.

use super::form::FormContext;
use leptos::html;
use leptos::prelude::*;

/// One field. Its name is its id too, so that a summary can link to it.
#[component]
pub fn Field(
    /// The field's name in the form.
    name: &'static str,
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
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {hint_line(name, hint)}
            <input
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autofocus=first
                required
                aria-describedby=described_by(name, hint)
                aria-invalid=move || error_at(name).is_some().then_some("true")
            />
            {error_line(name)}
        </div>
    }
}

/// A password, which can be shown where there is JavaScript.
#[component]
pub fn PasswordField(
    /// What the browser may fill in.
    autocomplete: &'static str,
    /// What is accepted.
    #[prop(optional)]
    hint: &'static str,
) -> impl IntoView {
    let name = "password";
    let shown = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let toggle = move |_| {
        shown.update(|shown| *shown = !*shown);
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    };
    view! {
        <div class="field">
            <label for=name>"Password"</label>
            {hint_line(name, hint)}
            <div class="with-button">
                <input
                    id=name
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    node_ref=input
                    aria-describedby=described_by(name, hint)
                    aria-invalid=move || error_at(name).is_some().then_some("true")
                />
                <button
                    type="button"
                    class="button quiet with-script"
                    aria-label="Show what is typed"
                    aria-pressed=move || if shown.get() { "true" } else { "false" }
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

fn hint_line(name: &str, hint: &'static str) -> impl IntoView + use<> {
    let id = name.to_owned() + "-hint";
    (!hint.is_empty()).then(|| view! { <p class="hint" id=id>{hint}</p> })
}

fn error_line(name: &'static str) -> impl IntoView {
    view! { <p class="error" id=name.to_owned() + "-error">{move || error_at(name)}</p> }
}

fn error_at(name: &str) -> Option<String> {
    let form = use_context::<FormContext>()?;
    form.errors.with(|errors| errors.iter().find(|error| error.field == name).map(|error| error.message.clone()))
}
