//! The page for an address that leads nowhere, or to something whose existence must not be revealed to the reader.

use crate::layout::{BareHeader, Main};
use crate::paths;
use crate::ui::Title;
use leptos::prelude::*;

/// The whole page, outside any organization.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <div class="plain">
            <BareHeader/>
            <NotFoundInside/>
        </div>
    }
}

/// The main part, inside an organization.
#[component]
pub fn NotFoundInside() -> impl IntoView {
    view! { <Main class="middle"><NotFound/></Main> }
}

/// What it says.
#[component]
pub(super) fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::status::PageStatus::note(&crate::api::ApiError::NotFound);
    Title::set_page("Page not found");
    view! {
        <div class="statement">
            <h1>"Page not found"</h1>
            <p>
                "The address may be mistyped, what it names may be gone, or it belongs to an organization that you are not a member of."
            </p>
            <p><a class="button" href=paths::ROOT rel="external">"Go to the start"</a></p>
        </div>
    }
}
