//! Changing who is in a group (spec G5–G7): adding people, and what can be done with one of them there.

mod add;
mod one;

pub use add::AddGroupMemberPage;
pub use one::GroupMemberPage;

use crate::ui::live_if;
use domain::setup::FieldError;
use leptos::prelude::*;

/// What is wrong with a field, where something is.
fn error_at(errors: RwSignal<Vec<FieldError>>, field: &'static str) -> AnyView {
    let message = move || {
        let of = |error: &&FieldError| error.field == field;
        errors.with(|errors| errors.iter().find(of).map(|error| error.message.clone()).unwrap_or_default())
    };
    let none = live_if(move || message().is_empty(), "");
    view! { <p class="error" role="alert" id=[field, "-error"].concat() hidden=none>{message}</p> }.into_any()
}

/// The field **Ends**: a day, in the reader's time zone.
fn ends_field(ends: String, today: String, zone: &str, errors: RwSignal<Vec<FieldError>>) -> AnyView {
    let hint = ["Access ends with this day, at midnight in ", zone, ". Left empty, it has no end."].concat();
    view! {
        <div class="field">
            <label for="ends">"Ends"</label>
            <p class="hint" id="ends-hint">{hint}</p>
            <input
                id="ends"
                name="ends"
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
