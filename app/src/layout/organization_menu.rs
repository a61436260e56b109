//! The organization menu: its pages, and the links to other organizations (spec T4).

use crate::paths;
use crate::ui::{Icon, Menu, icon};
use domain::members::MemberQuery;
use domain::organizations::OrganizationSummary;
use domain::permission::{ManageOrganization, Permission, ReadMembers};
use domain::viewer::Viewer;
use leptos::prelude::*;

/// The menu **Organization: _name_**.
#[component]
pub fn OrganizationMenu(viewer: Viewer) -> impl IntoView {
    let Viewer { standing, organization, organizations, .. } = viewer;
    let name = organization.name.to_string();
    let members = paths::members(&organization.slug, &MemberQuery::default());
    // Whoever may not go there is told why beforehand; the page itself says whom to ask (spec R3).
    let for_readers = (!ReadMembers::held_by(standing)).then_some(ReadMembers::HELD_BY);
    let for_managers = (!ManageOrganization::held_by(standing)).then_some(ManageOrganization::HELD_BY);
    let tenants = organizations.into_iter().map(|other| tenant(other, &organization)).collect::<Vec<_>>();
    view! {
        <span class="slash" aria-hidden="true">"/"</span>
        <Menu id="organization" name="Organization: ".to_owned() + &name class="button quiet" face=view! { <bdi class="clip">{name}</bdi> }.into_any()>
            <ul class="items">
                <li>{entry("Manage Groups/Members", "item", members.clone(), for_readers)}</li>
                <li>
                    {entry("Settings", "item", paths::settings(&organization.slug), for_managers)}
                    <ul class="items">
                        <li>{entry("Users & Groups", "item inner", members, for_readers)}</li>
                    </ul>
                </li>
                <li>{entry("Audit Log", "item", paths::audit(&organization.slug), for_readers)}</li>
            </ul>
            <h2 class="items-title" id="switch-tenant">"Switch Tenant"</h2>
            <ul class="items scrolls" aria-labelledby="switch-tenant">{tenants}</ul>
        </Menu>
    }
}

fn entry(label: &'static str, class: &'static str, link: String, only_for: Option<&'static str>) -> AnyView {
    match only_for {
        None => view! { <a class=class href=link>{label}</a> }.into_any(),
        Some(who) => view! {
            <span class=class role="link" aria-disabled="true">{label}<span class="hint">{"For ".to_owned() + who}</span></span>
        }
        .into_any(),
    }
}

fn tenant(other: OrganizationSummary, here: &OrganizationSummary) -> AnyView {
    let current = other.slug == here.slug;
    view! {
        <li>
            <a class="item" href=paths::home(&other.slug) rel="external" aria-current=current.then_some("true")>
                <bdi>{other.name.to_string()}</bdi>
                {current.then(|| icon(Icon::Chosen))}
            </a>
        </li>
    }
    .into_any()
}
