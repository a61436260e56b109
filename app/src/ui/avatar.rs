//! A person's initials.

use maud::{Markup, html};

/// Up to two letters in a circle, for the eye only: the name stands beside it.
pub fn avatar(name: &str, email: &str) -> Markup {
    html! { span class="avatar" aria-hidden="true" { (domain::text::initials(name, email)) } }
}
