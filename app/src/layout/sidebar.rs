//! The sidebar, which lists members, saved views and groups (spec M2).

use super::GroupSearch;
use crate::load::{Loading, Shown, drawn};
use crate::organization::Organization;
use crate::paths;
use crate::ui::live_if;
use domain::Slug;
use domain::groups::{GroupSummary, Sidebar as Answer};
use domain::members::MemberQuery;
use domain::text::grouped;
use domain::views::SavedView;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Fewer groups than this are found by looking.
const WORTH_SEARCHING: u64 = 6;

/// The navigation **Members and groups**.
#[component]
pub fn Sidebar(search: RwSignal<String>) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let location = use_location();
    let table = paths::members_table(&slug);
    // The link to what the main part shows, if it is one of these: a saved view before all members.
    let here = Memo::new(move |_| {
        let path = location.pathname.get();
        if path != table {
            // A group's page is what its link names.
            return path;
        }
        let shown = location.search.with(|search| MemberQuery::parse(search).0.on_page(1)).print();
        match sidebar.good().is_some_and(|answer| answer.views.iter().any(|view| view.query == shown)) {
            true => paths::with_query(&path, &shown),
            false => path,
        }
    });
    let show = move || -> Shown {
        // What stays while the list is narrowed, so that the search keeps its focus.
        let there = Memo::new(move |_| sidebar.good().is_some());
        Box::new(move || {
            let Some(first) = there.get().then(|| untrack(|| sidebar.good())).flatten() else { return ().into_any() };
            let (to_members, to_groups) = (paths::members_table(&slug), paths::groups_table(&slug));
            let (slug, of_views) = (slug.clone(), slug.clone());
            // Changes alone where others brought people in.
            let members = Memo::new(move |_| sidebar.good().and_then(|answer| answer.members));
            let everybody = move || {
                let everybody =
                    |count| link("Members".to_owned(), Some(count), to_members.clone(), to_members.clone(), here);
                members.get().map(everybody).into_any()
            };
            let find = (first.group_count >= WORTH_SEARCHING)
                .then(|| view! { <GroupSearch id="find-group" search=search/> }.into_any());
            view! {
                {drawn(everybody)}
                {drawn(move || views(&of_views, sidebar.good().as_deref(), here).into_any())}
                <h2>{link("Groups".to_owned(), Some(first.group_count), to_groups.clone(), to_groups, here)}</h2>
                {find}
                {drawn(move || groups(&slug, sidebar.good().as_deref(), here, search))}
            }
            .into_any()
        })
    };
    view! {
        <nav class="side" aria-label="Members and groups">
            <Loading show=Box::new(show)/>
        </nav>
    }
}

fn link(name: String, count: Option<u64>, target: String, to: String, here: Memo<String>) -> AnyView {
    let current = live_if(move || here.with(|here| *here == target), "page");
    view! {
        <a href=to aria-current=current>
            <bdi class="clip">{name}</bdi>
            {count.map(|count| view! { <span class="count">{grouped(count)}</span> }.into_any())}
        </a>
    }
    .into_any()
}

/// The reader's saved views (spec M9); nothing where there are none.
fn views(slug: &Slug, sidebar: Option<&Answer>, here: Memo<String>) -> Option<AnyView> {
    let views = sidebar.map(|answer| &answer.views).filter(|views| !views.is_empty())?;
    let table = paths::members_table(slug);
    let item = |view: &SavedView| {
        let to = paths::with_query(&table, &view.query);
        view! { <li>{link(view.name.clone(), None, to.clone(), to, here)}</li> }.into_any()
    };
    let list = view! {
        <h2>"Views"</h2>
        <ul aria-label="Views">{views.iter().map(item).collect::<Vec<_>>()}</ul>
    };
    Some(list.into_any())
}

fn groups(slug: &Slug, sidebar: Option<&Answer>, here: Memo<String>, search: RwSignal<String>) -> AnyView {
    let Some(Answer { list, .. }) = sidebar else { return ().into_any() };
    // A list that the address narrows stays so behind its links, or the one that was followed would be
    // gone from it.
    let narrowed = use_location().search.with_untracked(|search| paths::parameter(search, paths::GROUP_SEARCH));
    let item = |group: &GroupSummary| {
        let target = paths::group(slug, group.id);
        let to = match narrowed.is_empty() {
            true => target.clone(),
            false => paths::and_group_search(&target, &narrowed),
        };
        view! { <li>{link(group.name.clone(), Some(group.members), target, to, here)}</li> }.into_any()
    };
    let rest = match (list.groups.is_empty(), list.more) {
        (true, _) if search.with_untracked(String::is_empty) => "No groups yet.",
        (true, _) => "No groups match.",
        (_, true) => "More groups than fit here: search for one.",
        _ => "",
    };
    view! {
        <ul>{list.groups.iter().map(item).collect::<Vec<_>>()}</ul>
        {(!rest.is_empty()).then(|| view! { <p class="hint">{rest}</p> }.into_any())}
    }
    .into_any()
}
