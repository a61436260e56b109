//! Fields shared by the forms about people in a group (spec G5–G7).

use crate::ui::{error_line, invalid};
use domain::GroupRole;
use domain::text::grouped;
use leptos::prelude::*;

/// The field **Ends**: a day, in the reader's time zone. Forms post it under another name each.
pub fn ends_field(posted: &'static str, ends: String, today: String, zone: &str) -> AnyView {
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
                aria-invalid=invalid("ends")
            />
            {error_line("ends")}
        </div>
    }
    .into_any()
}

/// The field **Group Role**.
pub fn role_field(role: Option<GroupRole>) -> AnyView {
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
        <fieldset class="field" id="role" aria-describedby="role-error">
            <legend>"Group Role"</legend>
            <ul class="checks one">{GroupRole::ALL.iter().map(radio).collect::<Vec<_>>()}</ul>
            {error_line("role")}
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
