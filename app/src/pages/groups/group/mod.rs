//! One group's page (spec G5, G7).

mod chosen;
mod dialog;
mod head;
mod rows;
mod state;
mod toolbar;

use crate::layout::Main;
use crate::live::listen;
use crate::load::{Loading, Shown, waiting};
use crate::organization::Organization;
use crate::problem::Problem;
use crate::table::{Frame, Pager, Pages, TableAddress, changes, nobody, notices};
use crate::ui::effect;
use chosen::ChosenBar;
use dialog::GroupMemberDialog;
use domain::GroupId;
use leptos::prelude::*;
use rows::{GroupTable, rewrite};
use state::GroupState;
use toolbar::Toolbar;

/// The page of a group.
#[component]
pub fn GroupPage(id: GroupId) -> impl IntoView {
    let state = GroupState::new(Organization::current().slug, id);
    view! {
        <Main title="Group" class="fills">
            <Loading show=Box::new(move || whole(state))/>
        </Main>
    }
}

/// The page, or what takes its place. It is made once: what changes with the rows is inside.
fn whole(state: GroupState) -> Shown {
    let shown = Memo::new(move |_| !matches!(state.people.get(), Some(Err(error)) if error.replaces_page()));
    let came = Memo::new(move |_| state.people.get().is_some());
    Box::new(move || match (came.get(), shown.get()) {
        (false, _) => waiting(),
        (true, true) => content(state),
        (true, false) => rows_or_problem(state),
    })
}

fn content(state: GroupState) -> AnyView {
    let alive = RwSignal::new(false);
    effect(move |_| alive.set(true));
    // Whoever reads all members may hear of changes.
    let hears = Memo::new(move |_| alive.get() && state.people.good().is_some_and(|answer| answer.reader.sees_all));
    let picks = Memo::new(move |_| state.people.good().is_some_and(|answer| answer.reader.picks(&answer.group)));
    view! {
        {head::title(state)}
        <Toolbar state=state/>
        {move || {
            let asked = state.people.good().and_then(|answer| answer.page.asked);
            notices(&state.unread(), None, asked)
        }}
        {move || changes(state.changes, state.people.retry())}
        <Frame name="Group Members" busy=state.people.pending() top=state.top>
            {move || rows_or_problem(state)}
        </Frame>
        {move || pager(state)}
        {move || picks.get().then(|| view! { <ChosenBar state=state/> }.into_any())}
        {move || alive.get().then(|| view! { <GroupMemberDialog state=state/> }.into_any())}
        <p class="visually-hidden" role="status">{move || state.announcement.get()}</p>
        {move || hears.get().then(|| view! { <Ear state=state/> }.into_any())}
    }
    .into_any()
}

/// Hears of changes by others, as long as it is there.
#[component]
fn Ear(state: GroupState) -> impl IntoView {
    listen(&Organization::current().slug, move || state.look(rewrite));
}

fn rows_or_problem(state: GroupState) -> AnyView {
    match state.people.get() {
        None => waiting(),
        Some(Err(error)) => view! { <Problem error=error retry=state.people.retry()/> }.into_any(),
        Some(Ok(answer)) if answer.page.rows.is_empty() && state.query().is_narrowed() => {
            nobody(state.link(&state.query().cleared()))
        }
        Some(Ok(answer)) if answer.page.rows.is_empty() => empty(state, answer.reader.manages),
        Some(Ok(answer)) => view! { <GroupTable state=state answer=answer/> }.into_any(),
    }
}

/// A group starts empty (spec G2).
fn empty(state: GroupState, manages: bool) -> AnyView {
    let next = match manages {
        true => view! { <a class="button" href=state.add()>"Add the first people"</a> }.into_any(),
        false => view! { <p>"Administrators add people to it."</p> }.into_any(),
    };
    view! {
        <div class="empty">
            <h2>"Nobody is in this group yet"</h2>
            {next}
        </div>
    }
    .into_any()
}

fn pager(state: GroupState) -> Option<AnyView> {
    let answer = state.people.get()?.ok().filter(|answer| !answer.page.rows.is_empty())?;
    let query = state.query();
    let pages = Pages::of(
        &answer.page,
        |page| state.link(&query.clone().on_page(page)),
        |size| state.link(&query.clone().with_size(size)),
    );
    let TableAddress { navigate, .. } = state.address;
    Some(view! { <Pager pages=pages path=state.address.path() query=query.print() go=navigate/> }.into_any())
}
