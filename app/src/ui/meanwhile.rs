//! The notice that somebody else changed the same thing in the meantime (decision 16).

use maud::{Markup, html};

/// What is said first.
pub const CHANGED: &str = "Somebody else changed this in the meantime. Nothing was saved.";

/// What they changed, each a sentence, and what to do about it.
pub fn meanwhile(changes: &[String], what_to_do: &str) -> Markup {
    html! {
        p { (CHANGED) }
        ul { @for change in changes { li { (change) } } }
        p { (what_to_do) }
    }
}
