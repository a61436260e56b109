//! The home page of an organization, for every role.

use crate::api::show_home;
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::people::bring_people_in;
use crate::problem::{contacts, loaded_or_problem, what_they_have};
use domain::groups::GroupSummary;
use domain::members::{MemberFilters, MemberQuery};
use domain::organizations::MemberCounts;
use domain::text::grouped;
use domain::viewer::{Home, Viewer};
use domain::{MemberStatus, OrganizationRole, Slug};
use leptos::prelude::*;
use maud::html;

/// The page at `/o/{slug}`.
#[component]
pub fn HomePage() -> impl IntoView {
    let Organization { slug, viewer, .. } = Organization::current();
    let home = {
        let slug = slug.clone();
        Loaded::new(move || show_home(slug.clone()))
    };
    let show = move || {
        let viewer = viewer.good();
        loaded_or_problem(home, |home| page(&slug, viewer.as_deref(), home))
    };
    view! {
        <Main>
            <Loading show=Box::new(move || Box::new(show))/>
        </Main>
    }
}

fn page(slug: &Slug, viewer: Option<&Viewer>, home: Home) -> AnyView {
    let Home { counts, groups, group_count, administrators } = home;
    let name = viewer.map_or_else(|| "Home".to_owned(), |viewer| viewer.organization.name.to_string());
    let standing = viewer.map(|viewer| what_they_have(viewer.standing));
    let to_ask = counts.is_none().then(|| {
        let text = html! { h2 id="whom-to-ask" { "Whom to ask" } (contacts(&administrators)) };
        view! { <section class="panel" aria-labelledby="whom-to-ask" inner_html=text.into_string()></section> }
            .into_any()
    });
    view! {
        <div class="title"><h1><bdi>{name}</bdi></h1></div>
        {standing.map(|standing| view! { <p class="dim">{standing}</p> }.into_any())}
        {counts.map(|counts| overview(slug, counts))}
        <section class="panel" aria-labelledby="your-groups">
            <h2 id="your-groups">"Your groups"</h2>
            {own_groups(slug, groups, group_count)}
        </section>
        {to_ask}
    }
    .into_any()
}

/// Numbers for those who may read all members, each a link to the rows behind it.
fn overview(slug: &Slug, counts: MemberCounts) -> AnyView {
    let number = |label: &'static str, count: u64, change: fn(&mut MemberFilters)| {
        let link = paths::members(slug, &MemberQuery::default().filtered(change));
        view! {
            <li>
                <a href=link>
                    <span class="strong">{grouped(count)}</span>
                    <span>{label}</span>
                </a>
            </li>
        }
        .into_any()
    };
    let first_steps = (counts.present() <= 1).then(|| {
        let text = html! { h2 id="first-steps" { "First steps" } (bring_people_in(slug)) };
        view! { <section class="panel" aria-labelledby="first-steps" inner_html=text.into_string()></section> }
            .into_any()
    });
    view! {
        <ul class="numbers" aria-label="Members in numbers">
            {number("Active members", counts.active, |f| f.status = Some(MemberStatus::Active))}
            {number("Invites pending", counts.invited, |f| f.status = Some(MemberStatus::Invited))}
            {number("Invites expired", counts.expired, |f| f.status = Some(MemberStatus::Expired))}
            {number("Administrators", counts.administrators, |f| f.role = Some(OrganizationRole::Administrator))}
        </ul>
        {first_steps}
    }
    .into_any()
}

fn own_groups(slug: &Slug, groups: Vec<GroupSummary>, count: u64) -> AnyView {
    if groups.is_empty() {
        return view! { <p class="dim">"You are not in a group yet."</p> }.into_any();
    }
    let rest = count.saturating_sub(groups.len() as u64);
    let link = |group: GroupSummary| {
        let people = if group.members == 1 { " person" } else { " people" };
        view! {
            <li>
                <a href=paths::group(slug, group.id)>
                    <bdi class="clip">{group.name}</bdi>
                    <span class="dim">{grouped(group.members) + people}</span>
                </a>
            </li>
        }
        .into_any()
    };
    let more = "And ".to_owned() + &grouped(rest) + " more: search for them at the left.";
    view! {
        <ul class="groups">{groups.into_iter().map(link).collect::<Vec<_>>()}</ul>
        {(rest > 0).then(|| view! { <p class="dim">{more}</p> }.into_any())}
    }
    .into_any()
}
