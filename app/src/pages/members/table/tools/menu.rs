//! The actions that the menu of a row offers (spec M10).

use super::super::state::{Members, MembersState};
use crate::organization::Organization;
use crate::people::{change_of, erasing_means, removal_means};
use crate::table::{Does, Question, RowAction, RowForm, RowMenu, WithRowMenu};
use domain::members::{MemberAction, MemberRow};
use leptos::prelude::*;

/// Whose dialog **Edit Member** is open.
pub(super) type Editing = RwSignal<Option<MemberRow>>;

impl WithRowMenu for Members {
    type Dialogs = Editing;

    fn menu(state: MembersState, editing: Editing, row: &MemberRow) -> RowMenu {
        let viewer = Organization::current().viewer.good();
        let organization = viewer.as_ref().map(|viewer| viewer.organization.name.to_string()).unwrap_or_default();
        let why_not = |action: MemberAction| {
            let standing = viewer.as_ref()?.standing;
            action.why_not(standing, row.status).or_else(|| action.why_not_of_lock(row.locked))
        };
        let one = |action: &MemberAction| RowAction {
            word: action.word(),
            label: action.label(),
            why_not: why_not(*action),
            does: does((state, editing), *action, row, &organization),
        };
        RowMenu {
            called: row.called().to_owned(),
            page: state.member(row.id),
            actions: MemberAction::ALL.iter().map(one).collect(),
        }
    }
}

fn does((state, editing): (MembersState, Editing), action: MemberAction, row: &MemberRow, organization: &str) -> Does {
    let form = RowForm { change: change_of(action), fields: vec![("member".to_owned(), row.id.to_string())] };
    let called = row.called();
    let question = match action {
        MemberAction::Edit => {
            let row = row.clone();
            return Does::Open(Callback::new(move |()| editing.set(Some(row.clone()))));
        }
        MemberAction::Why => return Does::Go(state.member(row.id) + "#why"),
        MemberAction::Remove => Question {
            title: ["Remove ", called, " from ", organization, "?"].concat(),
            means: removal_means(called, organization, row.status),
        },
        MemberAction::Erase => {
            Question { title: ["Erase ", called, " for good?"].concat(), means: erasing_means(called) }
        }
        MemberAction::EndSessions => Question {
            title: ["End the sessions of ", called, "?"].concat(),
            means: [
                called,
                " is signed out of ",
                organization,
                " immediately, on every device, and can sign in again.",
            ]
            .concat(),
        },
        _ => return Does::Send(form),
    };
    Does::Ask(question, form)
}
