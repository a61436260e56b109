//! The organization's settings, to read (spec A8, R2).

use super::loaded_or_problem;
use crate::api::show_settings;
use crate::layout::Organization;
use crate::load::Loaded;
use crate::paths;
use crate::ui::{Loading, Main};
use domain::members::MemberQuery;
use domain::organizations::OrganizationSettings;
use leptos::prelude::*;

/// The page **Settings**.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let slug = Organization::current().slug;
    let members = paths::members(&slug, &MemberQuery::default());
    let settings = Loaded::new(move || show_settings(slug.clone()));
    let show = move |settings| show(settings, members.clone());
    view! {
        <Main title="Settings">
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(settings, show.clone()))
            })/>
        </Main>
    }
}

fn show(settings: OrganizationSettings, members: String) -> AnyView {
    let OrganizationSettings { summary, time_zone } = settings;
    let zone = time_zone.map_or_else(|| "UTC, as none is set".into(), |zone| zone.to_string());
    let facts = [
        ("Name", summary.name.to_string(), "Stands in the header and in invitations."),
        ("Slug", summary.slug.to_string(), "Its part of every address here."),
        ("Kind", summary.kind.to_string(), "Customers use Muster for their own people; partners support customers."),
        ("Time zone", zone, "Times are shown in it to people who chose none themselves."),
    ];
    let fact = |(name, value, hint)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd><bdi>{value}</bdi><span class="hint">{hint}</span></dd>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="title"><h1>"Settings"</h1></div>
        <dl class="facts panel">{Vec::from(facts.map(fact))}</dl>
        <p><a class="button" href=members>"Users & Groups"</a></p>
    }
    .into_any()
}
