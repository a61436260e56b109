//! The page **Groups** (spec G1).

mod rows;

use crate::api::{ApiError, list_groups};
use crate::load::Loaded;
use crate::organization::Organization;
use crate::paths;
use crate::table::{self, Table, TableState, table_page};
use domain::groups::{GroupQuery, GroupRow, GroupSort, GroupsPage as Answer};
use domain::permission::{ManageGroups, Permission, ReadMembers, Standing};
use domain::table::{Page, Total};
use domain::viewer::Viewer;
use domain::{GroupId, Slug, Timestamp};
use leptos::prelude::*;
use maud::Markup;
use rows::{cells, columns};

/// The table **Groups**.
#[derive(Clone, Copy)]
struct Groups {
    /// The organization.
    slug: StoredValue<Slug>,
    /// Who reads it.
    viewer: Loaded<Viewer>,
}

/// The state of the page.
type GroupsState = TableState<Groups>;

impl Groups {
    fn slug(self) -> Slug {
        self.slug.get_value()
    }
    fn standing(self) -> Option<Standing> {
        self.viewer.good().map(|viewer| viewer.standing)
    }
    fn manages(self) -> bool {
        self.standing().is_some_and(ManageGroups::held_by)
    }
}

/// The page **Groups**.
#[component]
pub fn TablePage() -> impl IntoView {
    let Organization { slug, viewer, .. } = Organization::current();
    let path = paths::groups_table(&slug);
    table_page(TableState::new(Groups { slug: StoredValue::new(slug), viewer }, path))
}

impl Table for Groups {
    type Filters = ();
    type Sort = GroupSort;
    type Columns = ();
    type Row = GroupRow;
    type Id = GroupId;
    type Answer = Answer;

    const LABEL: &'static str = "Groups";
    const FRAME: &'static str = "Groups";
    const ROWS: &'static str = "groups";
    const SEARCH: (&'static str, &'static str) = ("Search by name", "Search by name");

    fn ask(self, query: GroupQuery) -> impl Future<Output = Result<Answer, ApiError>> + Send + 'static {
        list_groups(self.slug(), query)
    }
    fn page(answer: &Answer) -> &Page<GroupRow> {
        &answer.page
    }
    fn id(row: &GroupRow) -> GroupId {
        row.id
    }
    fn now(_answer: &Answer) -> Option<Timestamp> {
        None
    }
    fn label(sort: GroupSort) -> &'static str {
        sort.label()
    }

    fn head(state: GroupsState) -> AnyView {
        let may = Memo::new(move |_| state.own.standing());
        view! {
            <div class="title">
                <h1>"Groups"</h1>
                <p class="total">{move || state.rows.good().map(|answer| answer.page.total.label())}</p>
                <span class="grow"></span>
                {move || way_to_more(state, may.get())}
            </div>
        }
        .into_any()
    }
    fn columns(_state: GroupsState, answer: &Answer) -> table::Columns<GroupSort> {
        columns(answer)
    }
    fn cells(state: GroupsState, answer: &Answer) -> impl Fn(usize, &GroupRow) -> Markup {
        let (slug, query) = (state.own.slug(), untrack(|| state.query()));
        let manages = (!answer.own).then(|| state.own.manages());
        move |index, row| cells(&slug, &query, index, row, manages)
    }
    fn empty(state: GroupsState, answer: &Answer) -> AnyView {
        nothing(state, answer.own)
    }
    fn below(state: GroupsState, answer: &Answer) -> Option<AnyView> {
        let alone = answer.page.total == Total::Exact(1) && !state.query().is_narrowed();
        (alone && state.own.manages()).then(|| first_step(state))
    }
}

/// The primary action. Security sees that there is one, and for whom.
fn way_to_more(state: GroupsState, standing: Option<Standing>) -> Option<AnyView> {
    let standing = standing?;
    if ManageGroups::held_by(standing) {
        let new = paths::new_group(&state.own.slug());
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

/// Only `administrators` is there.
fn first_step(state: GroupsState) -> AnyView {
    view! {
        <section class="empty">
            <h2>"No groups of your own yet"</h2>
            <p>"Groups bring people together who need the same: a team, a site, a project."</p>
            <a class="button" href=paths::new_group(&state.own.slug())>"Create the first group"</a>
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
