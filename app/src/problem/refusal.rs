//! The page for a reader who lacks the right to see the page that they asked for: what access they have, why it is not
//! enough, and whom to ask (spec R3).

use crate::paths;
use crate::ui::Title;
use domain::permission::{Contact, Refusal, Standing};
use domain::{MemberKind, OrganizationRole};
use leptos::prelude::*;
use maud::{Markup, html};

/// What somebody of that standing may do, as sentences.
pub fn what_they_have(standing: Standing) -> String {
    let (what, may) = match (standing.kind, standing.role) {
        (MemberKind::External, _) | (_, None) => {
            ("an external support user of", "You see the groups that you were added to and the people in them.")
        }
        (_, Some(OrganizationRole::Administrator)) => ("an Administrator of", "You may do everything here."),
        (_, Some(OrganizationRole::Security)) => {
            ("in the Security role in", "You see all members and groups, and change nothing.")
        }
        (_, Some(OrganizationRole::Member)) => ("a Member of", "You see your own groups and the people in them."),
    };
    ["You are ", what, " this organization. ", may].concat()
}

/// The refusal, in the page's one `<main>`. It is written as text, which takes less of the first load.
#[component]
pub(super) fn RefusalPage(refusal: Refusal) -> impl IntoView {
    let Refusal { to, held_by, standing, administrators } = refusal;
    Title::set_page("No access");
    let text = html! {
        h1 { "You do not have access to this page" }
        h2 { "What you have" }
        p { (what_they_have(standing)) }
        h2 { "Why that does not suffice" }
        p { "To " (to) " takes more: only " (held_by) " may." }
        h2 { "Whom to ask" }
        (contacts(&administrators))
    };
    view! { <div class="statement" inner_html=text.into_string()></div> }
}

/// People to ask, each with an address to write to.
pub fn contacts(contacts: &[Contact]) -> Markup {
    html! {
        p { "The administrators of this organization decide who may do what:" }
        ul class="contacts" {
            @for contact in contacts {
                li {
                    bdi { (contact.name) }
                    " "
                    a href=(paths::letter_to(&contact.email)) { (contact.email) }
                }
            }
        }
    }
}
