//! The page of one person in a group, with the actions for them (spec G5).

use crate::api::show_group_member;
use crate::changes::Sender;
use crate::groups::person::{Then, actions};
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::problem::loaded_or_problem;
use crate::ui::Title;
use domain::groups::GroupMemberFacts;
use domain::viewer::Viewer;
use domain::{GroupId, MemberId, Slug};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page.
#[component]
pub fn GroupMemberPage(group: GroupId, member: MemberId) -> impl IntoView {
    let Organization { slug, viewer, sidebar } = Organization::current();
    let facts = {
        let slug = slug.clone();
        Loaded::new(move || show_group_member(slug.clone(), group, member))
    };
    // Owners change what they may see themselves, too.
    let sender = Sender::new(move || {
        sidebar.retry().run(());
        viewer.retry().run(());
    })
    .and_page(move || facts.retry().run(()));
    let then = Then { changed: sender.into(), removed: sender.into() };
    let show = move |facts| viewer.good().map(|viewer| page(&slug, facts, &viewer, then)).into_any();
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(facts, show.clone()))
            })/>
        </Main>
    }
}

fn page(slug: &Slug, facts: GroupMemberFacts, viewer: &Viewer, then: Then) -> AnyView {
    let (called, email) = (facts.person.called().to_owned(), facts.person.email.clone());
    let group = facts.group.clone();
    let query = use_location().search.get_untracked();
    let action =
        paths::with_query(&paths::group_member(slug, group.id, facts.person.id), query.trim_start_matches('?'));
    let back = paths::group_in_state(slug, group.id, &paths::chosen_people(&query).1);
    Title::set_page(&[&called, " · ", &group.name].concat());
    view! {
        <div class="title"><h1><bdi>{called}</bdi></h1></div>
        <p class="dim"><bdi>{email}</bdi>" · in the group "<a href=back><bdi>{group.name}</bdi></a></p>
        {actions(slug, facts, viewer, &action, then)}
    }
    .into_any()
}
