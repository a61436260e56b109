//! The header.

use super::account_menu::AccountMenu;
use super::organization_menu::OrganizationMenu;
use super::theme_menu::ThemeMenu;
use crate::load::Loading;
use crate::organization::Organization;
use crate::paths;
use crate::ui::{Icon, Title, icon};
use domain::viewer::Viewer;
use leptos::prelude::*;

/// The header inside an organization.
#[component]
pub(super) fn Header() -> impl IntoView {
    let Organization { slug, viewer, .. } = Organization::current();
    let home = paths::home(&slug);
    let menus = move || match viewer.good() {
        Some(viewer) => {
            Title::set_organization(viewer.organization.name.as_str());
            view! {
                <OrganizationMenu viewer=Viewer::clone(&viewer)/>
                <span class="grow"></span>
                <ThemeMenu/>
                <AccountMenu profile=paths::profile(&viewer.organization.slug) name=viewer.name.clone() email=viewer.email.clone()/>
            }
            .into_any()
        }
        None => view! { <span class="grow"></span><ThemeMenu/> }.into_any(),
    };
    view! {
        <header class="bar">
            <a class="mark" href=home>{icon(Icon::Mark)}"Muster"</a>
            <Loading show=Box::new(move || Box::new(menus))/>
        </header>
    }
}

/// The header where no organization is entered.
#[component]
pub fn BareHeader() -> impl IntoView {
    view! {
        <header class="bar bare">
            <a class="mark" href=paths::ROOT rel="external">{icon(Icon::Mark)}"Muster"</a>
            <span class="grow"></span>
            <ThemeMenu/>
        </header>
    }
}
