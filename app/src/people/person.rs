//! Building blocks for rows about people (spec M1, G5).

use crate::ui::{Tone, avatar, clipped, tag, time};
use domain::members::{GroupTag, MemberRow};
use domain::{GroupId, MemberKind, MemberStatus, Moment, Timestamp};
use maud::{Markup, html};

/// How many groups of a member stand in the row; the others are behind "+3".
const TAGS_IN_ROW: usize = 2;
/// What stands where nothing is known or nothing happened.
pub const NOTHING: &str = "—";

/// The instant and the zone that a row's times are written with.
#[derive(Clone, Copy)]
pub struct Times<'a> {
    pub now: Timestamp,
    pub zone: &'a str,
}

impl Times<'_> {
    /// A time, or what stands for none.
    pub fn time(self, moment: Option<Moment>, otherwise: &'static str) -> Markup {
        match moment {
            Some(moment) => time(moment, self.now, self.zone),
            None => html! { (otherwise) },
        }
    }

    /// When a member was last there; before acceptance how the invitation stands (spec M1).
    pub fn last_active(self, row: &MemberRow) -> Markup {
        match row.status {
            MemberStatus::Invited => tag(Tone::Warn, "Invite Pending"),
            MemberStatus::Expired => tag(Tone::Danger, "Invite Expired"),
            MemberStatus::Active => self.time(row.last_active, "Never"),
            MemberStatus::Deleted => self.time(row.last_active, NOTHING),
        }
    }
}

/// Who it is: picture, name, and what sets them apart. The name leads to their page, for those who may open it.
pub fn person(row: &MemberRow, page: Option<String>) -> Markup {
    let name = if row.name.is_empty() { NOTHING } else { &row.name };
    // A dash would say nothing of where the link leads.
    let label = row.name.is_empty().then(|| row.called());
    html! {
        (avatar(&row.name, &row.email))
        @if let Some(page) = page {
            a class="clip" href=(page) title=(name) aria-label=[label] { bdi { (name) } }
        } @else { (clipped(name)) }
        @if row.kind == MemberKind::External { (tag(Tone::Accent, "External User")) }
        @if row.status == MemberStatus::Deleted { (tag(Tone::Quiet, "Deleted")) }
        @if row.locked { (tag(Tone::Warn, "Sign-in locked")) }
    }
}

/// The first groups as tags, the others behind a button that works without JavaScript too.
pub fn groups(index: usize, row: &MemberRow, link: impl Fn(GroupId) -> String) -> Markup {
    let (groups, count): (&[GroupTag], _) = (&row.groups, row.group_count as usize);
    if groups.is_empty() {
        return html! { (NOTHING) };
    }
    let rest = count.saturating_sub(TAGS_IN_ROW);
    let unlisted = count.saturating_sub(groups.len());
    html! {
        span class="tags" {
            @for group in groups.iter().take(TAGS_IN_ROW) { (tag(Tone::Quiet, &group.name)) }
            @if rest > 0 {
                span class="menu" {
                    button type="button" class="tag" popovertarget={ "more-" (index) } aria-label={ "+" (rest) " more of " (row.called()) } {
                        "+" (rest)
                    }
                    div class="popover" popover="auto" id={ "more-" (index) } {
                        ul class="items scrolls" {
                            @for group in groups.iter().skip(TAGS_IN_ROW) {
                                li { a class="item" href=(link(group.id)) { bdi { (group.name) } } }
                            }
                        }
                        @if unlisted > 0 { p class="hint" { "And " (unlisted) " more." } }
                    }
                }
            }
        }
    }
}
