//! The box that narrows a list of groups.

use crate::paths;
use crate::ui::{SearchInput, hidden_fields};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The search **Search groups**: narrows while typing; without JavaScript it is a GET form that keeps the
/// rest of the address.
#[component]
pub fn GroupSearch(
    /// What narrows the list now.
    search: RwSignal<String>,
) -> impl IntoView {
    let location = use_location();
    let carried = move || location.search.with(|query| hidden_fields(query, &[paths::GROUP_SEARCH]));
    let narrow = Callback::new(move |typed: String| search.set(typed.trim().to_owned()));
    view! {
        <form method="get" role="search" action=move || location.pathname.get()>
            {carried}
            <SearchInput name="Search groups" placeholder="Search groups" parameter=paths::GROUP_SEARCH text=search.into() search=narrow/>
        </form>
    }
}
