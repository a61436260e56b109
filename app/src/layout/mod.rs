//! What stays while one moves about in an organization: the header and the sidebar (spec M2, T4).

mod account_menu;
mod group_search;
mod header;
mod organization_menu;
mod sidebar;
mod theme_menu;

pub use group_search::GroupSearch;
pub use header::BareHeader;

use crate::api::{show_sidebar, show_viewer};
use crate::lazy::{Lazy, lazily};
use crate::load::{Loaded, asks_aside};
use crate::pages::{MembersPage, NotFoundInside};
use crate::paths;
use crate::routes::{Route, Section};
use domain::Slug;
use domain::groups::Sidebar;
use domain::viewer::Viewer;
use header::Header;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The organization that the address names, for everything below the layout.
#[derive(Clone)]
pub struct Organization {
    /// Its part of the address.
    pub slug: Slug,
    /// Who is looking.
    pub viewer: Loaded<Viewer>,
    /// The first groups, or those that the address searches for.
    pub sidebar: Loaded<Sidebar>,
}

impl Organization {
    /// The organization around this component.
    pub fn current() -> Self {
        expect_context()
    }
}

/// Header and sidebar around the pages of one organization. Moving to another organization is a new
/// page load, so nothing of one can linger in another.
#[component]
pub fn OrganizationLayout(slug: Slug) -> impl IntoView {
    let path = use_location().pathname;
    let narrowed = use_location().search.with_untracked(|search| paths::parameter(search, paths::GROUP_SEARCH));
    let group_search = RwSignal::new(narrowed);
    let viewer = {
        let slug = slug.clone();
        Loaded::new(move || show_viewer(slug.clone()))
    };
    let sidebar = {
        let slug = slug.clone();
        Loaded::new(move || show_sidebar(slug.clone(), group_search.get(), asks_aside()))
    };
    provide_context(Organization { slug, viewer, sidebar });
    view! {
        <div class="app">
            <Header/>
            <sidebar::Sidebar search=group_search/>
            {move || main(path.with(|path| Route::of(path)))}
        </div>
    }
}

fn main(route: Route) -> AnyView {
    let Route::In(_, section) = route else { return view! { <NotFoundInside/> }.into_any() };
    match section {
        Section::Members => view! { <MembersPage/> }.into_any(),
        Section::People => lazily(Lazy::People),
        Section::Groups => lazily(Lazy::Groups),
        Section::Organization => lazily(Lazy::Organization),
    }
}
