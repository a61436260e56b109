//! What can be done with selected members (spec M11).

use super::super::state::{Members, MembersState};
use super::bulk::BulkDialog;
use super::progress::Progress;
use crate::organization::Organization;
use crate::people::bulk::people;
use crate::table::{Selection, TableState, WithSelection, selection_bar};
use crate::ui::{Menu, browser};
use domain::GroupName;
use domain::bulk::{BulkForm, BulkKind, MOST_CHOSEN};
use domain::members::GroupTag;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What is to be done with the selected members.
pub(super) type Kind = RwSignal<Option<BulkKind>>;

impl WithSelection for Members {
    const SELECTED: &'static str = "Selected members";
    const ALL_THAT_MATCH: bool = true;
    const MOST: usize = MOST_CHOSEN;

    fn called(number: u64) -> String {
        people(number)
    }
    fn too_many(most: &str) -> String {
        ["At most ", most, " can be chosen one by one."].concat()
    }
    fn actions(_state: MembersState, _selection: Selection) -> AnyView {
        let face = view! { <span>"Actions"</span> }.into_any();
        view! {
            <Menu id="bulk-menu" name="Actions for selected members" class="button primary" face=face>
                <ul class="items">{items(expect_context())}</ul>
            </Menu>
        }
        .into_any()
    }
}

/// Whom an action for many is for, as a form sends it.
pub(super) fn form(selection: Selection) -> BulkForm {
    let matching = selection.matching.get_untracked();
    let members = selection.picked.0.with_untracked(|picked| picked.iter().copied().collect());
    BulkForm { members: if matching.is_some() { Vec::new() } else { members }, matching }
}

/// The group that the table is of; nobody is put into `administrators` or taken out of it like this.
pub(super) fn group(state: TableState<Members>) -> Option<GroupTag> {
    let group = state.rows.good().and_then(|answer| answer.group.clone())?;
    (!GroupName::parse(&group.name).is_ok_and(|name| name.is_administrators())).then_some(group)
}

/// What can be done with those who are selected, and how far the last of it is.
#[component]
pub(super) fn SelectionBar(state: MembersState, progress: Progress, changed: Callback<()>) -> impl IntoView {
    let (selection, kind) = (Selection::none(), Kind::new(None));
    provide_context(kind);
    selection.listen(state);
    view! {
        {selection_bar(state, selection)}
        <BulkDialog state=state selection=selection kind=kind progress=progress/>
        {progress.view(changed)}
    }
}

fn items(kind: Kind) -> AnyView {
    let standing = Organization::current().viewer.good().map(|viewer| viewer.standing);
    let item = |one: &BulkKind| {
        let one = *one;
        let may = standing.is_some_and(|standing| one.held_by(standing));
        let run = move |_| {
            if may {
                hide_menu();
                kind.set(Some(one));
            }
        };
        let id = ["bulk-why-", one.word()].concat();
        let (off, described) = if may { (None, None) } else { (Some("true"), Some(id.clone())) };
        let reason = (!may).then(|| view! { <p class="hint" id=id>"Only administrators can do this."</p> }.into_any());
        view! {
            <li>
                <button type="button" class="item" aria-disabled=off aria-describedby=described on:click=run>{one.label()}</button>
                {reason}
            </li>
        }
        .into_any()
    };
    BulkKind::ALL.iter().map(item).collect::<Vec<_>>().into_any()
}

fn hide_menu() {
    if let Some(menu) = browser::find("#bulk-menu").and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = menu.hide_popover();
    }
}
