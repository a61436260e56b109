//! The page **Members** with its table (spec M1–M8).

mod rows;
mod state;
mod toolbar;
mod tools;

use crate::api::{ApiError, list_members};
use crate::load::{asks_in_background, drawn};
use crate::organization::Organization;
use crate::paths;
use crate::people::bring_people_in;
use crate::table::{self, Table, nobody, table_page};
use crate::ui::effect;
use domain::members::{
    Columns, MemberFilters, MemberQuery, MemberRow, MemberSort, MembersPage as Answer, ShownColumns,
};
use domain::permission::{ManageMembers, Permission, ReadMembers, Standing};
use domain::table::{Page, Total};
use domain::{MemberId, MemberStatus, Timestamp};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use maud::{Markup, html};
use rows::{Writing, columns};
use state::{Members, MembersState};
use toolbar::filters;
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
    let state = Members::state(Organization::current().slug, [tools, toast]);
    // For the part whose code comes later.
    provide_context(state);
    table_page(state)
}

impl Table for Members {
    type Filters = MemberFilters;
    type Sort = MemberSort;
    type Columns = ShownColumns;
    type Row = MemberRow;
    type Id = MemberId;
    type Answer = Answer;

    const LABEL: &'static str = "Organization Members";
    const FRAME: &'static str = "Members";
    const ROWS: &'static str = "members";
    const SEARCH: (&'static str, &'static str) = ("Search by email", "Search by email or name");

    fn ask(self, query: MemberQuery) -> impl Future<Output = Result<Answer, ApiError>> + Send + 'static {
        list_members(self.slug.get_value(), query, asks_in_background())
    }
    fn page(answer: &Answer) -> &Page<MemberRow> {
        &answer.page
    }
    fn id(row: &MemberRow) -> MemberId {
        row.id
    }
    fn now(answer: &Answer) -> Option<Timestamp> {
        Some(answer.now)
    }
    fn label(sort: MemberSort) -> &'static str {
        sort.label()
    }

    fn head(state: MembersState) -> AnyView {
        let viewer = Organization::current().viewer;
        let may = Memo::new(move |_| viewer.good().map(|viewer| viewer.standing));
        view! {
            <div class="title" on:click=move |event| state.clicked(&event)>
                <h1>"Members"</h1>
                <p class="total"><bdi>{move || total(state)}</bdi></p>
                <p class="hint zone">{move || zone(state)}</p>
                {drawn(move || ways_in(may.get()).into_any())}
            </div>
        }
        .into_any()
    }
    fn filters(state: MembersState) -> AnyView {
        filters(state)
    }
    fn notice(state: MembersState) -> Option<String> {
        let missing =
            state.query().filters.group.is_some() && state.rows.good().is_some_and(|answer| answer.group.is_none());
        missing.then(|| "The group in the address does not exist here; the view goes without it.".to_owned())
    }
    fn columns(state: MembersState, answer: &Answer) -> table::Columns<MemberSort> {
        columns(state, answer)
    }
    fn class(row: &MemberRow) -> Option<&'static str> {
        (row.status == MemberStatus::Deleted).then_some("gone")
    }
    fn cells(state: MembersState, answer: &Answer) -> impl Fn(usize, &MemberRow) -> Markup {
        let writing = Writing::of(state, answer);
        move |index, row| writing.cells(index, row)
    }
    fn empty(state: MembersState, _answer: &Answer) -> AnyView {
        nobody(state.link(&state.query().cleared()))
    }
    fn below(state: MembersState, answer: &Answer) -> Option<AnyView> {
        let alone =
            answer.columns == Columns::All && answer.page.total == Total::Exact(1) && !state.query().is_narrowed();
        alone.then(invitation)
    }
    fn clicked(state: MembersState, event: &MouseEvent) {
        state.clicked(event);
    }
    fn after(state: MembersState) -> AnyView {
        let [tools, toast] = state.own.parts;
        let viewer = Organization::current().viewer;
        let alive = RwSignal::new(false);
        effect(move |_| alive.set(true));
        let reads = Memo::new(move |_| viewer.good().is_some_and(|viewer| ReadMembers::held_by(viewer.standing)));
        view! {
            {state.own.message.place(toast)}
            {drawn(move || (alive.get() && reads.get()).then(tools).into_any())}
        }
        .into_any()
    }
    fn refreshed(state: MembersState, before: &Answer, after: &Answer) -> bool {
        // Other columns, chosen in another tab, are no change of rows: this one keeps those that it shows.
        if before.shown != after.shown {
            let shown = untrack(|| state.chosen_columns(before));
            state.own.chosen.update_untracked(|chosen| *chosen = Some(shown));
        }
        true
    }
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
    let Some(answer) = state.shown() else { return String::new() };
    let number = answer.page.total.label();
    match &answer.group {
        Some(group) => number + " in " + &group.name,
        None => number,
    }
}

/// The time zone of the times in the rows, named (spec M1).
fn zone(state: MembersState) -> String {
    let answer = state.rows.good().filter(|answer| answer.columns == Columns::All);
    answer.map_or_else(String::new, |answer| "Times in ".to_owned() + &answer.zone)
}

fn invitation() -> AnyView {
    let text = html! {
        h2 { "Only you are here so far" }
        (bring_people_in(&Organization::current().slug))
    };
    view! { <section class="empty" inner_html=text.into_string()></section> }.into_any()
}
