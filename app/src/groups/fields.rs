//! Fields shared by the forms about people in a group (spec G5–G7).

use crate::ui::live_if;
use domain::GroupRole;
use domain::setup::FieldError;
use domain::text::grouped;
use leptos::prelude::*;

/// What is wrong with a field, where something is.
pub fn error_at(errors: RwSignal<Vec<FieldError>>, field: &'static str) -> AnyView {
    let message = move || {
        let of = |error: &&FieldError| error.field == field;
        errors.with(|errors| errors.iter().find(of).map(|error| error.message.clone()).unwrap_or_default())
    };
    let none = live_if(move || message().is_empty(), "");
    view! { <p class="error" role="alert" id=[field, "-error"].concat() hidden=none>{message}</p> }.into_any()
}

/// The field **Ends**: a day, in the reader's time zone. Forms post it under another name each.
pub fn ends_field(
    posted: &'static str,
    ends: String,
    today: String,
    zone: &str,
    errors: RwSignal<Vec<FieldError>>,
) -> AnyView {
    let hint = ["Access ends with this day, at midnight in ", zone, ". Left empty, it has no end."].concat();
    view! {
        <div class="field">
            <label for="ends">"Ends"</label>
            <p class="hint" id="ends-hint">{hint}</p>
            <input
                id="ends"
                name=posted
                type="date"
                min=today
                value=ends
                aria-describedby="ends-hint ends-error"
                aria-invalid=live_if(move || errors.with(|errors| errors.iter().any(|error| error.field == "ends")), "true")
            />
            {error_at(errors, "ends")}
        </div>
    }
    .into_any()
}

/// The field **Group Role**.
pub fn role_field(role: Option<GroupRole>, errors: RwSignal<Vec<FieldError>>) -> AnyView {
    let radio = move |one: &GroupRole| {
        view! {
            <li>
                <label>
                    <input type="radio" name="role" value=one.word() checked=Some(*one) == role required=true/>
                    <span class="choice">
                        {one.label()}
                        " "
                        <span class="dim">{may(*one)}</span>
                    </span>
                </label>
            </li>
        }
        .into_any()
    };
    view! {
        <fieldset class="field" aria-describedby="role-error">
            <legend>"Group Role"</legend>
            <ul class="checks one">{GroupRole::ALL.iter().map(radio).collect::<Vec<_>>()}</ul>
            {error_at(errors, "role")}
        </fieldset>
    }
    .into_any()
}

/// What a group role lets one do.
const fn may(role: GroupRole) -> &'static str {
    match role {
        GroupRole::Owner => "Adds people, takes them out and changes their roles here.",
        GroupRole::Member => "Has what the group gives, and sees who is in it.",
        GroupRole::Observer => "Sees who is in it and what is there, and changes nothing.",
    }
}

/// "1 person", "12 people".
pub fn people(number: u64) -> String {
    grouped(number) + if number == 1 { " person" } else { " people" }
}
