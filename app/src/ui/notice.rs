//! Quiet notices above the thing that they are about.

use super::{Icon, icon};
use leptos::prelude::*;

/// One sentence that a person should know, and that needs nothing of them.
#[component]
pub fn Notice(text: String) -> impl IntoView {
    view! { <p class="notice" role="note">{icon(Icon::Warning)}<span>{text}</span></p> }
}
