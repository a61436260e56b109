//! The page of one group, with the table of its people (spec G5, G7).

mod chosen;
mod dialog;
mod head;
mod rows;
mod state;
mod toolbar;

use crate::api::{ApiError, show_group};
use crate::live::listen;
use crate::load::asks_in_background;
use crate::organization::Organization;
use crate::table::{self, Table, nobody, table_page};
use crate::ui::effect;
use chosen::ChosenBar;
use dialog::GroupMemberDialog;
use domain::groups::{GroupMemberFilters, GroupMemberQuery, GroupMemberRow, GroupMemberSort, GroupPage as Answer};
use domain::table::{Direction, Page};
use domain::{GroupId, MemberId, Timestamp};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use maud::Markup;
use rows::{cells, columns};
use state::{GroupMembers, GroupState};
use toolbar::filters;

/// The page of a group.
#[component]
pub fn GroupPage(id: GroupId) -> impl IntoView {
    table_page(GroupMembers::state(Organization::current().slug, id))
}

impl Table for GroupMembers {
    type Filters = GroupMemberFilters;
    type Sort = GroupMemberSort;
    type Columns = ();
    type Row = GroupMemberRow;
    type Id = MemberId;
    type Answer = Answer;

    const LABEL: &'static str = "Group Members";
    const FRAME: &'static str = "Group Members";
    const ROWS: &'static str = "members";
    const SEARCH: (&'static str, &'static str) = ("Search by email", "Search by email or name");

    fn ask(self, query: GroupMemberQuery) -> impl Future<Output = Result<Answer, ApiError>> + Send + 'static {
        show_group(self.slug.get_value(), self.id, query, asks_in_background())
    }
    fn page(answer: &Answer) -> &Page<GroupMemberRow> {
        &answer.page
    }
    fn id(row: &GroupMemberRow) -> MemberId {
        row.member.id
    }
    fn now(answer: &Answer) -> Option<Timestamp> {
        Some(answer.now)
    }
    fn label(sort: GroupMemberSort) -> &'static str {
        sort.label()
    }

    fn head(state: GroupState) -> AnyView {
        head::title(state)
    }
    fn filters(state: GroupState) -> AnyView {
        filters(state)
    }
    fn columns(_state: GroupState, answer: &Answer) -> table::Columns<GroupMemberSort> {
        columns(answer)
    }
    fn order(answer: &Answer, query: &GroupMemberQuery) -> (GroupMemberSort, Direction) {
        let seen = answer.reader.seen(query, answer.group.built_in);
        (seen.sort, seen.direction)
    }
    fn class(row: &GroupMemberRow) -> Option<&'static str> {
        row.ended.then_some("over")
    }
    fn cells(state: GroupState, answer: &Answer) -> impl Fn(usize, &GroupMemberRow) -> Markup {
        move |index, row| cells(state, answer, index, row)
    }
    fn empty(state: GroupState, answer: &Answer) -> AnyView {
        match state.query().is_narrowed() {
            true => nobody(state.link(&state.query().cleared())),
            false => empty(state, answer.reader.manages),
        }
    }
    fn clicked(state: GroupState, event: &MouseEvent) {
        state.clicked(event);
    }
    fn after(state: GroupState) -> AnyView {
        let alive = RwSignal::new(false);
        effect(move |_| alive.set(true));
        // Whoever reads all members may hear of changes.
        let hears = Memo::new(move |_| alive.get() && state.rows.good().is_some_and(|answer| answer.reader.sees_all));
        let selects =
            Memo::new(move |_| state.rows.good().is_some_and(|answer| answer.reader.may_select(&answer.group)));
        view! {
            {move || selects.get().then(|| view! { <ChosenBar state=state/> }.into_any())}
            {move || alive.get().then(|| view! { <GroupMemberDialog state=state/> }.into_any())}
            {move || hears.get().then(|| view! { <Live state=state/> }.into_any())}
        }
        .into_any()
    }
    fn refreshed(_state: GroupState, before: &Answer, after: &Answer) -> bool {
        // Other columns are drawn for another reader.
        before.reader == after.reader
    }
}

/// Refreshes the rows after changes by others, as long as it is there.
#[component]
fn Live(state: GroupState) -> impl IntoView {
    listen(&Organization::current().slug, move || state.refresh());
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
