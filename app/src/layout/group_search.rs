//! The box that filters a list of groups.

use crate::load::drawn;
use crate::paths;
use crate::ui::{SearchInput, hidden_fields, live};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The search **Search groups**: narrows while typing; without JavaScript it is a GET form that keeps the
/// rest of the address.
#[component]
pub fn GroupSearch(
    /// The box's id.
    id: &'static str,
    /// What narrows the list now.
    search: RwSignal<String>,
    /// Whether it stands first in a popover.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let location = use_location();
    let text = Memo::new(move |_| search.get());
    let narrow = Callback::new(move |typed: String| search.set(typed.trim().to_owned()));
    view! {
        <form method="get" action=live(move || location.pathname.get())>
            {drawn(move || location.search.with(|query| hidden_fields(query, &[paths::GROUP_SEARCH])))}
            <SearchInput id=id name="Search groups" placeholder="Search groups" parameter=paths::GROUP_SEARCH text=text search=narrow first=first/>
        </form>
    }
}
