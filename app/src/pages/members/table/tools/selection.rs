//! The bar of selected members (spec M11). They stay selected while pages, filters and orders change.

use super::super::state::MembersState;
use super::bulk::{BulkDialog, Progress};
use crate::organization::Organization;
use crate::people::bulk::people;
use crate::table::{Selected, listen_to_selection, to_selection};
use crate::ui::{Menu, browser};
use domain::bulk::{BulkForm, BulkKind, MOST_CHOSEN};
use domain::members::GroupTag;
use domain::table::Total;
use domain::text::grouped;
use domain::{GroupName, MemberId};
use leptos::prelude::*;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Who is chosen.
#[derive(Clone, Copy)]
pub(super) struct Selection {
    state: MembersState,
    pub picked: RwSignal<BTreeSet<MemberId>>,
    /// The view all of whose members are chosen; then nobody is picked one by one.
    pub matching: RwSignal<Option<String>>,
    /// What is to be done with them.
    pub kind: RwSignal<Option<BulkKind>>,
}

impl Selection {
    pub fn new(state: MembersState) -> Self {
        Self { state, picked: RwSignal::new(BTreeSet::new()), matching: RwSignal::new(None), kind: RwSignal::new(None) }
    }

    /// As a form sends it.
    pub fn form(self) -> BulkForm {
        let matching = self.matching.get_untracked();
        let members = self.picked.with_untracked(|picked| picked.iter().copied().collect());
        BulkForm { members: if matching.is_some() { Vec::new() } else { members }, matching }
    }

    /// The group that the table is of; nobody is put into `administrators` or taken out of it like this.
    pub fn of(self) -> Option<GroupTag> {
        let group = self.state.rows.good().and_then(|answer| answer.group.clone())?;
        (!GroupName::parse(&group.name).is_ok_and(|name| name.is_administrators())).then_some(group)
    }

    pub fn is_empty(self) -> bool {
        self.picked.with(BTreeSet::is_empty) && self.matching.with(Option::is_none)
    }

    pub fn clear(self) {
        self.picked.set(BTreeSet::new());
        self.matching.set(None);
    }

    /// Puts what somebody ticked among the chosen, or takes it out.
    fn ticked(self, target: &HtmlInputElement) {
        if self.matching.with_untracked(Option::is_some) {
            // From all that match to those of this page, but for what was just taken out.
            self.matching.set(None);
            Selected(self.picked).take_page();
        }
        Selected(self.picked).ticked(target);
    }

    /// "All 1,204 members that match", where this page is chosen and there are more.
    fn offer(self) -> Option<String> {
        let answer = self.state.rows.good()?;
        let page = &answer.page;
        let whole = self.picked.with(|picked| page.rows.iter().all(|row| picked.contains(&row.id)));
        let more = match page.total {
            Total::Exact(all) => all > page.rows.len() as u64,
            Total::MoreThan(_) => true,
        };
        (whole && more && !page.rows.is_empty()).then(|| ["Select all ", &page.total.label(), " that match"].concat())
    }
}

/// What can be done with those who are chosen, and how far the last of it is.
#[component]
pub(super) fn SelectionBar(selection: Selection, progress: Progress, changed: Callback<()>) -> impl IntoView {
    let Selection { state, picked, matching, kind } = selection;
    // What was ticked before the page came to life, or stayed ticked while it was reloaded.
    Selected(picked).take_ticked();
    listen_to_selection(move |target| selection.ticked(target));
    state.draw_selection(Selected(picked), move || matching.with(Option::is_some));
    let number = move || {
        if matching.with(Option::is_some) {
            return "All that match are selected".to_owned();
        }
        state.selection_count(Selected(picked), people)
    };
    let offer = move || {
        let text = if matching.with(Option::is_some) { None } else { selection.offer() };
        let all = move |_| {
            let query = untrack(|| state.query()).on_page(1);
            matching.set(Some(["?", &query.print()].concat()));
        };
        text.map(|text| view! { <button type="button" class="button quiet" on:click=all>{text}</button> }.into_any())
    };
    let too_many = move || picked.with(|picked| picked.len() > MOST_CHOSEN);
    let why = move || {
        too_many().then(|| {
            let most = ["At most ", &grouped(MOST_CHOSEN as u64), " can be chosen one by one."].concat();
            view! { <p class="hint">{most}</p> }.into_any()
        })
    };
    let bar = move || {
        let face = view! { <span>"Actions"</span> }.into_any();
        view! {
            <section class="selection" aria-label="Selected members">
                <p role="status">{number}</p>
                {offer}
                {why}
                <Menu id="bulk-menu" name="Actions for selected members" class="button primary" face=face>
                    <ul class="items">{items(kind)}</ul>
                </Menu>
                <button type="button" class="button quiet" on:click=move |_| { selection.clear(); to_selection(); }>"Clear selection"</button>
            </section>
        }
        .into_any()
    };
    let some = Memo::new(move |_| !selection.is_empty());
    view! {
        {move || some.get().then(bar)}
        <BulkDialog selection=selection progress=progress/>
        {progress.view(changed)}
    }
}

fn items(kind: RwSignal<Option<BulkKind>>) -> AnyView {
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
