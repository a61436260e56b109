//! The page **Groups** (spec G1).

mod rows;
mod state;

use crate::layout::Main;
use crate::load::{Loading, Shown, waiting};
use crate::organization::Organization;
use crate::paths;
use crate::problem::Problem;
use crate::table::{Frame, Pager, Pages, notices};
use crate::ui::{SearchInput, hidden_fields};
use domain::permission::{ManageGroups, Permission, ReadMembers, Standing};
use domain::table::Total;
use leptos::prelude::*;
use rows::GroupTable;
use state::GroupsState;

/// The page **Groups**.
#[component]
pub fn TablePage() -> impl IntoView {
    let state = GroupsState::new(Organization::current().slug);
    view! {
        <Main title="Groups" class="fills">
            <Loading show=Box::new(move || whole(state))/>
        </Main>
    }
}

/// The page, or what takes its place. It is made once: what changes with the rows is inside.
fn whole(state: GroupsState) -> Shown {
    let shown = Memo::new(move |_| !matches!(state.groups.get(), Some(Err(error)) if error.replaces_page()));
    let came = Memo::new(move |_| state.groups.get().is_some());
    Box::new(move || match (came.get(), shown.get()) {
        (false, _) => waiting(),
        (true, true) => content(state),
        (true, false) => rows_or_problem(state, None),
    })
}

fn content(state: GroupsState) -> AnyView {
    let viewer = Organization::current().viewer;
    let may = Memo::new(move |_| viewer.good().map(|viewer| viewer.standing));
    let text = Memo::new(move |_| state.query().search.as_str().to_owned());
    view! {
        <div class="title">
            <h1>"Groups"</h1>
            <p class="total">{move || state.groups.good().map(|answer| answer.page.total.label())}</p>
            <span class="grow"></span>
            {move || way_to_more(state, may.get())}
        </div>
        <div class="tools">
            <form class="grow" role="search" method="get" action=paths::groups_table(&state.slug())>
                {move || hidden_fields(&state.query().print(), &["q", "page"])}
                <SearchInput
                    id="search"
                    name="Search by name"
                    placeholder="Search by name"
                    parameter="q"
                    text=text
                    search=Callback::new(move |typed: String| state.search(&typed))
                    main=true
                />
            </form>
        </div>
        {move || notices(&state.unread(), None, state.groups.good().and_then(|answer| answer.page.asked))}
        <Frame name="Groups" busy=state.groups.pending() top=state.top>
            {move || rows_or_problem(state, may.get())}
        </Frame>
        {move || pager(state)}
        <p class="visually-hidden" role="status">{move || state.announcement.get()}</p>
    }
    .into_any()
}

/// The primary action. Security sees that there is one, and for whom.
fn way_to_more(state: GroupsState, standing: Option<Standing>) -> Option<AnyView> {
    let standing = standing?;
    if ManageGroups::held_by(standing) {
        let new = paths::new_group(&state.slug());
        return Some(view! { <a class="button primary" href=new>"Create Group"</a> }.into_any());
    }
    ReadMembers::held_by(standing).then(|| {
        view! {
            <span class="why">
                <span class="button" role="link" aria-disabled="true" tabindex="0" aria-describedby="why-not">"Create Group"</span>
                <span class="tip" role="tooltip" id="why-not">"Only administrators create groups."</span>
            </span>
        }
        .into_any()
    })
}

fn rows_or_problem(state: GroupsState, standing: Option<Standing>) -> AnyView {
    match state.groups.get() {
        None => waiting(),
        Some(Err(error)) => view! { <Problem error=error retry=state.groups.retry()/> }.into_any(),
        Some(Ok(answer)) if answer.page.rows.is_empty() => nothing(state, answer.own),
        Some(Ok(answer)) => {
            let manages = standing.is_some_and(ManageGroups::held_by);
            let alone = manages && answer.page.total == Total::Exact(1) && !state.query().is_narrowed();
            view! {
                <GroupTable state=state answer=answer manages=manages/>
                {alone.then(|| first_step(state))}
            }
            .into_any()
        }
    }
}

/// Only `administrators` is there.
fn first_step(state: GroupsState) -> AnyView {
    view! {
        <section class="empty">
            <h2>"No groups of your own yet"</h2>
            <p>"Groups bring people together who need the same: a team, a site, a project."</p>
            <a class="button" href=paths::new_group(&state.slug())>"Create the first group"</a>
        </section>
    }
    .into_any()
}

fn nothing(state: GroupsState, own: bool) -> AnyView {
    if state.query().is_narrowed() {
        return view! {
            <div class="empty">
                <h2>"No groups match"</h2>
                <p>"No group has that in its name."</p>
                <a class="button" href=state.link(&state.query().cleared()) data-noscroll>"Clear search"</a>
            </div>
        }
        .into_any();
    }
    let text = match own {
        true => "You are in no group. Administrators of the organization, and owners of a group, add people to it.",
        false => "Groups bring people together who need the same: a team, a site, a project.",
    };
    view! { <div class="empty"><h2>"No groups yet"</h2><p>{text}</p></div> }.into_any()
}

fn pager(state: GroupsState) -> Option<AnyView> {
    let answer = state.groups.get()?.ok().filter(|answer| !answer.page.rows.is_empty())?;
    let query = state.query();
    let pages = Pages::of(
        &answer.page,
        |page| state.link(&query.clone().on_page(page)),
        |size| state.link(&query.clone().with_size(size)),
    );
    let path = paths::groups_table(&state.slug());
    Some(view! { <Pager pages=pages path=path query=query.print() go=state.address.navigate/> }.into_any())
}
