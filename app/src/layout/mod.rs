//! The frame around the pages of an organization, which stays while pages change: header and sidebar (spec M2, T4).

mod account_menu;
mod group_search;
mod header;
mod main;
mod organization_menu;
mod sidebar;
mod theme_menu;

pub use group_search::GroupSearch;
pub use header::BareHeader;
pub use main::{FirstPage, Main};

use crate::api::{show_sidebar, show_viewer};
use crate::load::{Loaded, asks_in_background, drawn};
use crate::organization::Organization;
use crate::paths;
use crate::routes::Route;
use domain::Slug;
use header::Header;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Header and sidebar around the pages of one organization. Moving to another organization is a new
/// page load, so nothing of one can linger in another.
#[component]
pub fn OrganizationLayout(
    /// The organization.
    slug: Slug,
    /// Draws the page of a route.
    page: fn(Route) -> AnyView,
) -> impl IntoView {
    let path = use_location().pathname;
    let narrowed = use_location().search.with_untracked(|search| paths::parameter(search, paths::GROUP_SEARCH));
    let group_search = RwSignal::new(narrowed);
    let viewer = {
        let slug = slug.clone();
        Loaded::new(move || show_viewer(slug.clone()))
    };
    let sidebar = {
        let slug = slug.clone();
        Loaded::new(move || show_sidebar(slug.clone(), group_search.get(), asks_in_background()))
    };
    provide_context(Organization { slug, viewer, sidebar });
    view! {
        <div class="app">
            <Header/>
            <sidebar::Sidebar search=group_search/>
            {drawn(move || page(path.with(|path| Route::of(path))))}
        </div>
    }
}
