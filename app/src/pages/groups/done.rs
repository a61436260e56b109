//! What the form did that led to a page.

use crate::forms::FormState;
use leptos::prelude::*;

/// The sentence, which has the focus: what had it is gone with the form.
pub(in crate::pages) fn done() -> Option<AnyView> {
    let FormState::Done(said) = FormState::current() else { return None };
    Some(view! { <p class="notice done" role="status" tabindex="-1" autofocus=true>{said}</p> }.into_any())
}
