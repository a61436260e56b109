//! What stays while one moves about in an organization: the header and the sidebar (spec M2, T4).

mod account_menu;
mod group_search;
mod header;
mod organization_menu;
mod sidebar;
mod theme_menu;

pub use group_search::GroupSearch;
pub use header::BareHeader;

use crate::api::{ApiError, show_sidebar, show_viewer};
use crate::load::Loaded;
use crate::pages::NotFoundPage;
use crate::paths;
use domain::Slug;
use domain::groups::Sidebar;
use domain::viewer::Viewer;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_url};

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
pub fn OrganizationLayout(children: Children) -> impl IntoView {
    let slug = use_params_map().with_untracked(|params| params.get("slug")).and_then(|slug| Slug::parse(&slug).ok());
    let Some(slug) = slug else { return view! { <NotFoundPage/> }.into_any() };

    let group_search =
        RwSignal::new(use_url().with_untracked(|url| paths::parameter(url.search(), paths::GROUP_SEARCH)));
    let viewer = {
        let slug = slug.clone();
        Loaded::new(move || Box::pin(show_viewer(slug.clone())))
    };
    let sidebar = {
        let slug = slug.clone();
        Loaded::new(move || Box::pin(show_sidebar(slug.clone(), group_search.get())))
    };
    provide_context(Organization { slug, viewer, sidebar });
    view! {
        <div class="app">
            <header::Header/>
            <sidebar::Sidebar search=group_search/>
            {children()}
        </div>
    }
    .into_any()
}

/// Says whether an error takes the place of the whole page, not of a part.
pub fn replaces_page(error: &ApiError) -> bool {
    matches!(error, ApiError::NotFound | ApiError::Forbidden(_))
}
