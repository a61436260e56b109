//! The parts of the members page that are loaded after the table: dialogs, the menu of a row, columns, saved views,
//! bulk actions, and live changes.

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

use super::state::{MembersState, Opened};
use crate::live::listen;
use crate::organization::Organization;
use crate::people::invite::InviteDialog;
use crate::ui::{browser, effect};
use bulk::Progress;
use confirm::ConfirmDialog;
use domain::members::{MemberAction, MemberRow};
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
        state.refresh();
        progress.look();
        // The sidebar counts people too.
        sidebar.ask_in_background(move |answer| sidebar.show(answer));
    });
    let changed = Callback::new(move |()| {
        state.rows.retry().run(());
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
    let acts = Acts { acting, asked: RwSignal::new(None), editing: RwSignal::new(None), changed: acted };
    effect(move |_| match state.own.opened.get() {
        Some(Opened::Invite) => inviting.set(true),
        Some(Opened::Row(index)) => {
            let row = untrack(|| state.rows.good()).and_then(|answer| answer.page.rows.get(index).cloned());
            acts.acting.set(row);
            // Once it is drawn.
            request_animation_frame(move || _ = menu::open(index));
        }
        None => {}
    });
    effect(move |_| {
        state.own.tools.set_value(true);
        if let Some(main) = browser::find("main") {
            let _ = main.set_attribute("data-tools", "ready");
        }
    });
    view! {
        {may.then(|| view! { <InviteDialog open=inviting done=done/> }.into_any())}
        <SelectionBar selection=Selection::new(state) progress=progress changed=changed/>
        <RowMenu acts=acts/>
        <ConfirmDialog acts=acts/>
        <EditDialog acts=acts/>
        <More/>
    }
}

/// What is being done with members.
#[derive(Clone, Copy)]
struct Acts {
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
