//! The table **Organization Members** (spec M1, M4).

use super::state::MembersState;
use crate::table::Heading;
use crate::ui::{Avatar, Tag, Time, Tone, clipped};
use domain::members::{Columns, GroupTag, MemberQuery, MemberRow, MemberSort, MembersPage};
use domain::text::grouped;
use domain::{MemberKind, MemberStatus, Moment, Timestamp};
use leptos::prelude::*;
use std::sync::Arc;

/// How many groups of a member stand in the row; the others are behind "+3".
const TAGS_IN_ROW: usize = 2;
/// What stands where nothing is known or nothing happened.
const NOTHING: &str = "—";

/// The columns, each with its order and class. Groups have no order (spec M4).
const COLUMNS: [(&str, Option<MemberSort>, &str); 9] = [
    (MemberSort::Name.label(), Some(MemberSort::Name), "name"),
    (MemberSort::Email.label(), Some(MemberSort::Email), "email"),
    (MemberSort::Role.label(), Some(MemberSort::Role), "role"),
    ("Groups", None, "tags-of"),
    (MemberSort::Created.label(), Some(MemberSort::Created), "when"),
    (MemberSort::LastActive.label(), Some(MemberSort::LastActive), "when"),
    (MemberSort::Logins.label(), Some(MemberSort::Logins), "num"),
    (MemberSort::LastLogin.label(), Some(MemberSort::LastLogin), "when"),
    (MemberSort::LastLoginIp.label(), Some(MemberSort::LastLoginIp), "ip"),
];

/// The table. Roles are written out because rows become cards on small screens, which would take them
/// away.
#[component]
pub(super) fn MemberTable(state: MembersState, answer: MembersPage) -> impl IntoView {
    let MembersPage { page, columns, now, zone, .. } = answer;
    let shown = if columns == Columns::All { COLUMNS.len() } else { 2 };
    let query = state.query();
    let headings = COLUMNS[..shown].iter().map(|(label, order, class)| {
        let link = order.map(|order| state.link(&query.clone().sorted_by(order)));
        let sorted = (*order == Some(query.sort)).then_some(query.direction);
        view! { <Heading label=label class=class link=link sorted=sorted/> }.into_any()
    });
    let writing = Writing { now, zone: zone.into(), all: columns == Columns::All, state };
    let rows = page.rows.into_iter().enumerate().map(|(index, row)| member(&writing, index, row));
    view! {
        <table role="table" aria-label="Organization Members" class=if columns == Columns::All { "members" } else { "people" }>
            <thead role="rowgroup">
                <tr role="row">{headings.collect::<Vec<_>>()}</tr>
            </thead>
            <tbody role="rowgroup">{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
}

/// What all rows are written with.
struct Writing {
    now: Timestamp,
    zone: Arc<str>,
    all: bool,
    state: MembersState,
}

fn member(writing: &Writing, index: usize, row: MemberRow) -> AnyView {
    let deleted = row.status == MemberStatus::Deleted;
    let who = if row.name.is_empty() { row.email.clone() } else { row.name.clone() };
    let name = if row.name.is_empty() { NOTHING.to_owned() } else { row.name.clone() };
    let details = writing.all.then(|| details(writing, index, who, &row));
    view! {
        <tr role="row" class=if deleted { "gone" } else { "" }>
            <td role="cell" class="name">
                <span class="person">
                    <Avatar name=row.name email=row.email.clone()/>
                    {clipped(name)}
                    {(row.kind == MemberKind::External).then(|| view! { <Tag tone=Tone::Accent label="External User".into()/> }.into_any())}
                    {deleted.then(|| view! { <Tag tone=Tone::Quiet label="Deleted".into()/> }.into_any())}
                </span>
            </td>
            <td role="cell" class="email">{clipped(row.email)}</td>
            {details}
        </tr>
    }
    .into_any()
}

fn details(writing: &Writing, index: usize, who: String, row: &MemberRow) -> AnyView {
    let waits = matches!(row.status, MemberStatus::Invited | MemberStatus::Expired);
    let ip = row.last_login_ip.clone().unwrap_or_else(|| NOTHING.to_owned());
    let logins = if waits { NOTHING.to_owned() } else { grouped(row.logins) };
    let cell = |label: &'static str, class: &'static str, content: AnyView| {
        view! { <td role="cell" class=class data-label=label>{content}</td> }.into_any()
    };
    let time = |moment: Option<Moment>| writing.time(moment, NOTHING);
    view! {
        <td role="cell" class="role">{row.role.map_or(NOTHING, |role| role.label())}</td>
        <td role="cell" class="tags-of">{groups(writing.state, index, who, &row.groups, row.group_count)}</td>
        {cell("Created", "when dim", time(row.created))}
        {cell("Last Active", "when", last_active(writing, row))}
        {cell("Logins Count", "num", logins.into_any())}
        {cell("Last Login", "when dim", time(row.last_login))}
        {cell("Last Login IP", "ip dim", clipped(ip))}
    }
    .into_any()
}

impl Writing {
    fn time(&self, moment: Option<Moment>, otherwise: &'static str) -> AnyView {
        match moment {
            Some(moment) => view! { <Time moment=moment now=self.now zone=Arc::clone(&self.zone)/> }.into_any(),
            None => otherwise.into_any(),
        }
    }
}

/// When a member was last there; before acceptance how the invitation stands (spec M1).
fn last_active(writing: &Writing, row: &MemberRow) -> AnyView {
    match row.status {
        MemberStatus::Invited => view! { <Tag tone=Tone::Warn label="Invite Pending".into()/> }.into_any(),
        MemberStatus::Expired => view! { <Tag tone=Tone::Danger label="Invite Expired".into()/> }.into_any(),
        MemberStatus::Active => writing.time(row.last_active, "Never"),
        MemberStatus::Deleted => writing.time(row.last_active, NOTHING),
    }
}

/// The first groups as tags, the others behind a button that works without JavaScript too.
fn groups(state: MembersState, index: usize, who: String, groups: &[GroupTag], count: u32) -> AnyView {
    if groups.is_empty() {
        return NOTHING.into_any();
    }
    let tag = |group: &GroupTag| view! { <Tag tone=Tone::Quiet label=group.name.clone()/> }.into_any();
    let tags = groups.iter().take(TAGS_IN_ROW).map(tag).collect::<Vec<_>>();
    let rest = (count as usize).saturating_sub(TAGS_IN_ROW);
    let more = (rest > 0).then(|| {
        let id = "more-".to_owned() + &index.to_string();
        let link = |group: &GroupTag| {
            let to = state.link(&MemberQuery::default().filtered(|f| f.group = Some(group.id)));
            view! { <li><a class="item" href=to data-noscroll><bdi>{group.name.clone()}</bdi></a></li> }.into_any()
        };
        let unlisted = (count as usize).saturating_sub(groups.len());
        view! {
            <span class="menu">
                <button type="button" class="tag" popovertarget=id.clone() aria-label=["+", &rest.to_string(), " more of ", &who].concat()>
                    {"+".to_owned() + &rest.to_string()}
                </button>
                <div class="popover" popover="auto" id=id>
                    <ul class="items scrolls">{groups.iter().skip(TAGS_IN_ROW).map(link).collect::<Vec<_>>()}</ul>
                    {(unlisted > 0).then(|| view! { <p class="hint">{["And ", &unlisted.to_string(), " more."].concat()}</p> }.into_any())}
                </div>
            </span>
        }
        .into_any()
    });
    view! { <span class="tags">{tags}{more}</span> }.into_any()
}
