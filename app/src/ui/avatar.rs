//! The letters that stand for a person.

use leptos::prelude::*;

/// Up to two letters in a circle, for the eye only: the name stands beside it.
#[component]
pub fn Avatar(name: String, email: String) -> impl IntoView {
    view! { <span class="avatar" aria-hidden="true">{domain::text::initials(&name, &email)}</span> }
}
