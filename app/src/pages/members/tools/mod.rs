//! What the members table has beside its rows, once it is alive: the dialog **Invite Member**, the menu of a row,
//! the columns, saved views, and what others change meanwhile.

mod bulk;
mod confirm;
mod edit;
mod menu;
mod more;
mod selection;
mod toast;

#[cfg(feature = "ssr")]
pub(super) use more::written;
pub use toast::Toast;

use super::rows::rewrite;
use super::state::{MembersState, Opened};
use crate::api::ApiError;
use crate::layout::Organization;
use crate::live::{listen, moved};
use crate::pages::invite::InviteDialog;
use crate::ui::{browser, effect};
use bulk::Progress;
use confirm::ConfirmDialog;
use domain::MemberId;
use domain::members::{MemberAction, MemberRow, MembersPage};
use domain::permission::{ManageMembers, Permission};
use edit::EditDialog;
use leptos::prelude::*;
use menu::RowMenu;
use more::More;
use selection::{Selection, SelectionBar};

/// Dialogs, menu and live changes of the members page.
#[component]
pub fn MemberTools() -> impl IntoView {
    let state: MembersState = expect_context();
    let Organization { slug, viewer, sidebar } = Organization::current();
    let may = viewer.good().is_some_and(|viewer| ManageMembers::held_by(viewer.standing));
    let progress = Progress::new(&slug);
    listen(&slug, move || {
        look(state);
        progress.look();
        // The sidebar counts people too.
        sidebar.ask_aside(move |answer| sidebar.show(answer));
    });
    let changed = Callback::new(move |()| {
        state.members.retry().run(());
        sidebar.retry().run(());
    });
    let inviting = RwSignal::new(false);
    let done = Callback::new(move |sentence: String| {
        state.say(sentence, None);
        changed.run(());
    });
    let acting = RwSignal::new(None::<MemberRow>);
    let acted = Callback::new(move |()| {
        state.acted.set_value(acting.with_untracked(|row| row.as_ref().map(|row| row.id)));
        changed.run(());
    });
    let deeds = Deeds { acting, asked: RwSignal::new(None), editing: RwSignal::new(None), changed: acted };
    effect(move |_| match state.opened.get() {
        Some(Opened::Invite) => inviting.set(true),
        Some(Opened::Row(index)) => {
            let row = untrack(|| state.members.good()).and_then(|answer| answer.page.rows.get(index).cloned());
            deeds.acting.set(row);
            // Once it is drawn.
            request_animation_frame(move || _ = menu::open(index));
        }
        None => {}
    });
    effect(move |_| {
        state.tools.set_value(true);
        if let Some(main) = browser::find("main") {
            let _ = main.set_attribute("data-tools", "ready");
        }
    });
    view! {
        {may.then(|| view! { <InviteDialog open=inviting done=done/> }.into_any())}
        <SelectionBar selection=Selection::new(state) progress=progress changed=changed/>
        <RowMenu deeds=deeds/>
        <ConfirmDialog deeds=deeds/>
        <EditDialog deeds=deeds/>
        <More/>
    }
}

/// What is being done with members.
#[derive(Clone, Copy)]
struct Deeds {
    /// Whose menu it is.
    acting: RwSignal<Option<MemberRow>>,
    /// What is asked once more before it is done.
    asked: RwSignal<Option<(MemberAction, MemberRow)>>,
    /// Who is edited.
    editing: RwSignal<Option<MemberRow>>,
    /// Loads what changed.
    changed: Callback<()>,
}

/// Gives the focus back to the link from which a menu or a dialog was opened, where it was lost.
fn refocus() -> Option<()> {
    if browser::focused().is_none_or(|at| at.tag_name() == "BODY") {
        browser::focus(&browser::find("[data-menu]")?);
    }
    Some(())
}

/// What somebody is told whose action failed.
pub(in crate::pages) fn sentence(error: &ApiError) -> String {
    error.sentence()
}

/// Looks what others changed. Rows are written anew where they stand; where the order would be another, the page
/// only says so.
fn look(state: MembersState) {
    state.members.ask_aside(move |after| {
        let Some(before) = untrack(|| state.members.good()) else { return };
        // Other columns, chosen in another tab, are no change of rows: this one keeps those that it shows.
        if before.shown != after.shown {
            let shown = untrack(|| state.shown(&before));
            state.chosen.update_untracked(|chosen| *chosen = Some(shown));
        }
        let moved = moved(&ids(&before), &ids(&after));
        state.changes.set(moved);
        if moved == 0 {
            rewrite(state, &before, &after);
            state.members.replace_quietly(after);
            state.counted.notify();
        }
    });
}

fn ids(page: &MembersPage) -> Vec<MemberId> {
    page.page.rows.iter().map(|row| row.id).collect()
}
