//! The members page (spec M1–M8).

mod rows;
mod state;
mod toolbar;
mod tools;

use crate::layout::Main;
use crate::load::{Loading, Shown, waiting};
use crate::organization::Organization;
use crate::paths;
use crate::people::bring_people_in;
use crate::problem::Problem;
use crate::table::{Frame, Pager, Pages, changes, nobody, notices};
use crate::ui::{effect, live_if};
use domain::members::Columns;
use domain::permission::{ManageMembers, Permission, ReadMembers, Standing};
use domain::table::Total;
use leptos::prelude::*;
use maud::html;
use rows::MemberTable;
use state::MembersState;
use toolbar::Toolbar;
pub use tools::{MemberTools, Toast};

/// Draws a part whose code is loaded after the table.
type Part = fn() -> AnyView;

/// The page **Members**.
#[component]
pub fn MembersPage(
    /// Draws [`MemberTools`].
    tools: Part,
    /// Draws [`Toast`].
    toast: Part,
) -> impl IntoView {
    let state = MembersState::new(Organization::current().slug);
    // For the part whose code comes later.
    provide_context(state);
    view! {
        <Main title="Members" class="fills">
            <Loading show=Box::new(move || whole(state, tools, toast))/>
        </Main>
    }
}

/// The page, or what takes its place. It is made once: what changes with the rows is inside.
fn whole(state: MembersState, tools: Part, toast: Part) -> Shown {
    let shown = Memo::new(move |_| !matches!(state.members.get(), Some(Err(error)) if error.replaces_page()));
    let came = Memo::new(move |_| state.members.get().is_some());
    Box::new(move || match (came.get(), shown.get()) {
        (false, _) => waiting(),
        (true, true) => content(state, tools, toast),
        (true, false) => rows_or_problem(state),
    })
}

fn content(state: MembersState, tools: Part, toast: Part) -> AnyView {
    let viewer = Organization::current().viewer;
    let may = Memo::new(move |_| viewer.good().map(|viewer| viewer.standing));
    let alive = RwSignal::new(false);
    effect(move |_| alive.set(true));
    view! {
        <div class="title" on:click=move |event| state.clicked(&event)>
            <h1>"Members"</h1>
            <p class="total"><bdi>{move || total(state)}</bdi></p>
            <p class="hint zone">{move || zone(state)}</p>
            {move || ways_in(may.get())}
        </div>
        <Toolbar state=state/>
        {move || about(state)}
        {move || changes(state.changes, state.members.retry())}
        <Frame name="Members" busy=state.members.pending() top=state.top>
            {move || rows_or_problem(state)}
        </Frame>
        {move || pager(state)}
        <p class="visually-hidden" role="status">{move || state.announcement.get()}</p>
        <div class="toast" role="status" data-empty=live_if(move || state.said.with(String::is_empty), "")>
            {move || (!state.said.with(String::is_empty)).then(toast)}
        </div>
        {move || (alive.get() && may.get().is_some_and(ReadMembers::held_by)).then(tools)}
    }
    .into_any()
}

/// The ways to bring people in (spec I1, A2). Security sees that there are some, and for whom.
fn ways_in(standing: Option<Standing>) -> Option<AnyView> {
    let standing = standing?;
    let slug = Organization::current().slug;
    let ways = [("Import", paths::imports(&slug), "button"), ("Invite Member", paths::invite(&slug), "button primary")];
    if ManageMembers::held_by(standing) {
        let way = |(label, to, class): (&'static str, String, &'static str)| {
            view! { <a class=class href=to data-opens=label>{label}</a> }.into_any()
        };
        return Some(ways.map(way).into_iter().collect::<Vec<_>>().into_any());
    }
    let way = |(label, _, _)| {
        view! {
            <span class="button" role="link" aria-disabled="true" tabindex="0" aria-describedby="why-not">{label}</span>
        }
        .into_any()
    };
    ReadMembers::held_by(standing).then(|| {
        view! {
            <span class="why">
                {ways.map(way).into_iter().collect::<Vec<_>>()}
                <span class="tip" role="tooltip" id="why-not">"Only administrators bring people in."</span>
            </span>
        }
        .into_any()
    })
}

fn total(state: MembersState) -> String {
    state.counted.track();
    let Some(answer) = state.members.good() else { return String::new() };
    let number = answer.page.total.label();
    match &answer.group {
        Some(group) => number + " in " + &group.name,
        None => number,
    }
}

/// The time zone of the times in the rows, named (spec M1).
fn zone(state: MembersState) -> String {
    let answer = state.members.good().filter(|answer| answer.columns == Columns::All);
    answer.map_or_else(String::new, |answer| "Times in ".to_owned() + &answer.zone)
}

fn rows_or_problem(state: MembersState) -> AnyView {
    match state.members.get() {
        None => waiting(),
        Some(Err(error)) => view! { <Problem error=error retry=state.members.retry()/> }.into_any(),
        Some(Ok(answer)) if answer.page.rows.is_empty() => nobody(state.link(&state.query().cleared())),
        Some(Ok(answer)) => {
            let alone =
                answer.columns == Columns::All && answer.page.total == Total::Exact(1) && !state.query().is_narrowed();
            let shown = state.shown(&answer);
            view! {
                <MemberTable state=state answer=answer shown=shown/>
                {alone.then(invitation)}
            }
            .into_any()
        }
    }
}

fn invitation() -> AnyView {
    let text = html! {
        h2 { "Only you are here so far" }
        (bring_people_in(&Organization::current().slug))
    };
    view! { <section class="empty" inner_html=text.into_string()></section> }.into_any()
}

fn pager(state: MembersState) -> Option<AnyView> {
    let answer = state.members.get()?.ok().filter(|answer| !answer.page.rows.is_empty())?;
    let query = state.query();
    let pages = Pages::of(
        &answer.page,
        |page| state.link(&query.clone().on_page(page)),
        |size| state.link(&query.clone().with_size(size)),
    );
    Some(view! { <Pager pages=pages path=state.path() query=query.print() go=state.navigate/> }.into_any())
}

/// What of the address meant nothing, or less than it said.
fn about(state: MembersState) -> AnyView {
    let answer = state.members.good();
    let missing = state.query().filters.group.is_some() && answer.as_ref().is_some_and(|answer| answer.group.is_none());
    let missing = missing.then(|| "The group in the address does not exist here; the view goes without it.".to_owned());
    notices(&state.unread(), missing, answer.and_then(|answer| answer.page.asked))
}
