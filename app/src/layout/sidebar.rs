//! The sidebar: members and groups, always there (spec M2).

use super::{GroupSearch, Organization};
use crate::paths;
use crate::ui::Loading;
use domain::groups::{GroupList, GroupSummary};
use domain::members::MemberQuery;
use domain::text::grouped;
use domain::{GroupId, Slug};
use leptos::prelude::*;
use leptos_router::hooks::use_url;

/// Fewer groups than this are found by looking.
const WORTH_SEARCHING: u64 = 6;

/// What the main part shows, as far as the sidebar has a link to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    Members,
    Group(GroupId),
    Elsewhere,
}

/// The navigation **Members and groups**.
#[component]
pub fn Sidebar(search: RwSignal<String>) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let url = use_url();
    let table = paths::members_table(&slug);
    let here = Memo::new(move |_| {
        url.with(|url| match MemberQuery::parse(url.search()).0.filters.group {
            _ if url.path() != table => Here::Elsewhere,
            Some(group) => Here::Group(group),
            None => Here::Members,
        })
    });
    let show = move || -> Box<dyn FnMut() -> AnyView + Send> {
        // What stays while the list is narrowed, so that the search keeps its focus.
        let counts = Memo::new(move |_| sidebar.good().map(|sidebar| (sidebar.members, sidebar.group_count)));
        let list = Memo::new(move |_| sidebar.good().map(|sidebar| sidebar.list));
        Box::new(move || {
            let Some((members, groups)) = counts.get() else { return ().into_any() };
            let (to_members, slug) = (paths::members_table(&slug), slug.clone());
            let everybody = members.map(|count| {
                view! {
                    <a href=to_members aria-current=move || (here.get() == Here::Members).then_some("page")>
                        <span>"Members"</span>
                        <span class="count">{grouped(count)}</span>
                    </a>
                }
            });
            view! {
                {everybody}
                <h2><span>"Groups"</span><span class="count">{grouped(groups)}</span></h2>
                {(groups >= WORTH_SEARCHING).then(|| view! { <GroupSearch search=search/> })}
                {move || list.get().map(|list| groups_list(&slug, list, here, search))}
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

fn groups_list(slug: &Slug, list: GroupList, here: Memo<Here>, search: RwSignal<String>) -> AnyView {
    let link = |group: GroupSummary| {
        let id = group.id;
        view! {
            <li>
                <a href=paths::group(slug, id) aria-current=move || (here.get() == Here::Group(id)).then_some("page")>
                    <span class="clip"><bdi>{group.name}</bdi></span>
                    <span class="count">{grouped(group.members)}</span>
                </a>
            </li>
        }
    };
    let rest = match (list.groups.is_empty(), list.more) {
        (true, _) if search.with_untracked(String::is_empty) => "No groups yet.",
        (true, _) => "No groups match.",
        (_, true) => "More groups than fit here: search for one.",
        _ => "",
    };
    view! {
        <ul>{list.groups.into_iter().map(link).collect_view()}</ul>
        {(!rest.is_empty()).then(|| view! { <p class="hint">{rest}</p> })}
    }
    .into_any()
}
