//! The first step that is offered to an organization with only one member.

use crate::paths;
use domain::Slug;
use maud::{Markup, html};

/// How people come into an organization that has none yet.
pub fn bring_people_in(slug: &Slug) -> Markup {
    html! {
        p { "Bring your people in from a CSV file. You see what would happen to each row before anything does." }
        p { a class="button" href=(paths::imports(slug)) { "Import" } }
        p class="dim" {
            "Where the server runs, this does the same: "
            code { "muster import people.csv --organization " (slug) }
        }
    }
}
