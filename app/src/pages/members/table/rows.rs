//! The table **Organization Members** (spec M1, M4).

use super::state::MembersState;
use crate::people::{NOTHING, Times, groups, person};
use crate::table;
use crate::ui::clipped;
use domain::members::{Columns, MemberColumn, MemberRow, MemberSort, MembersPage, ShownColumns};
use domain::text::grouped;
use domain::{MemberStatus, Moment};
use maud::{Markup, html};

/// A heading: its label, order and class, and which column it is of those that can be put away.
type Head = (&'static str, Option<MemberSort>, &'static str, Option<MemberColumn>);

/// The columns. Groups have no order (spec M4).
const COLUMNS: [Head; 10] = [
    (MemberSort::Name.label(), Some(MemberSort::Name), "name", None),
    (MemberSort::Email.label(), Some(MemberSort::Email), "email", None),
    chosen(MemberColumn::Role, "role"),
    chosen(MemberColumn::Groups, "tags-of"),
    chosen(MemberColumn::Created, "when"),
    chosen(MemberColumn::LastActive, "when"),
    chosen(MemberColumn::Logins, "num"),
    chosen(MemberColumn::LastLogin, "when"),
    chosen(MemberColumn::LastLoginIp, "ip"),
    ("Actions", None, "acts", None),
];

const fn chosen(column: MemberColumn, class: &'static str) -> Head {
    (column.label(), column.sort(), class, Some(column))
}

/// The columns of an answer.
pub(super) fn columns(state: MembersState, answer: &MembersPage) -> table::Columns<MemberSort> {
    let (all, shown) = (answer.columns == Columns::All, state.chosen_columns(answer));
    let class = match shown {
        _ if !all => "people".to_owned(),
        ShownColumns::ALL => "members".to_owned(),
        some => "members some shows-".to_owned() + &some.len().to_string(),
    };
    let columns = COLUMNS[..if all { COLUMNS.len() } else { 2 }].iter();
    let columns = columns.filter(|(.., column)| column.is_none_or(|column| shown.has(column)));
    let columns = columns.map(|(label, order, class, _)| (*label, *order, *class)).collect();
    table::Columns { class, columns, selectable: all }
}

/// What all rows are written with.
pub(super) struct Writing<'a> {
    times: Times<'a>,
    /// Whether all columns may be seen.
    all: bool,
    shown: ShownColumns,
    state: MembersState,
}

impl<'a> Writing<'a> {
    /// For the rows of an answer.
    pub fn of(state: MembersState, answer: &'a MembersPage) -> Self {
        let times = Times { now: answer.now, zone: &answer.zone };
        Self { times, all: answer.columns == Columns::All, shown: state.chosen_columns(answer), state }
    }

    /// The cells of a row.
    pub fn cells(&self, index: usize, row: &MemberRow) -> Markup {
        html! {
            td role="cell" class="name" {
                span class="person" {
                    @if self.all {
                        input type="checkbox" class="pick" name="member" form="bulk" value=(row.id) aria-label={ "Select " (row.called()) };
                    }
                    (person(row, self.all.then(|| self.state.member(row.id))))
                }
            }
            td role="cell" class="email" { (clipped(&row.email)) }
            @if self.all { (details(self, index, row)) }
        }
    }
}

fn details(writing: &Writing, index: usize, row: &MemberRow) -> Markup {
    let waits = matches!(row.status, MemberStatus::Invited | MemberStatus::Expired);
    let time = |moment: Option<Moment>| writing.times.time(moment, NOTHING);
    let shows = |column| writing.shown.has(column);
    html! {
        @if shows(MemberColumn::Role) { td role="cell" class="role" { (row.role.map_or(NOTHING, |role| role.label())) } }
        @if shows(MemberColumn::Groups) { td role="cell" class="tags-of" { (groups(index, row, |group| writing.state.group(group))) } }
        @if shows(MemberColumn::Created) { td role="cell" class="when dim" data-label="Created" { (time(row.created)) } }
        @if shows(MemberColumn::LastActive) {
            td role="cell" class="when" data-label="Last Active" { (writing.times.last_active(row)) }
        }
        @if shows(MemberColumn::Logins) {
            td role="cell" class="num" data-label="Logins Count" {
                @if waits { (NOTHING) } @else { (grouped(row.logins)) }
            }
        }
        @if shows(MemberColumn::LastLogin) {
            td role="cell" class="when dim" data-label="Last Login" { (time(row.last_login)) }
        }
        @if shows(MemberColumn::LastLoginIp) {
            td role="cell" class="ip dim" data-label="Last Login IP" {
                (clipped(row.last_login_ip.as_deref().unwrap_or(NOTHING)))
            }
        }
        td role="cell" class="acts" {
            a class="button quiet icon-only" href=(writing.state.member(row.id)) data-opens=(index) aria-label={ "Actions for " (row.called()) } {
                span aria-hidden="true" { "⋮" }
            }
        }
    }
}
