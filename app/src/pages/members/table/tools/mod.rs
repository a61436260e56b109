//! The parts of the members page that are loaded after the table: dialogs, the menu of a row, columns, saved views,
//! bulk actions, and live changes.

mod bulk;
mod edit;
mod menu;
mod more;
mod progress;
mod selection;
mod toast;

#[cfg(feature = "ssr")]
pub(super) use more::written;
pub use toast::Toast;

use super::state::{MembersState, Opened};
use crate::changes::Done;
use crate::live::listen;
use crate::organization::Organization;
use crate::people::invite::InviteDialog;
use crate::table::{ConfirmDialog, RowActions};
use crate::ui::{browser, effect};
use domain::permission::{ManageMembers, Permission};
use edit::EditDialog;
use leptos::prelude::*;
use menu::Editing;
use more::More;
use progress::Progress;
use selection::SelectionBar;

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
    let invited = Callback::new(move |done: Done| {
        state.own.message.say(done);
        changed.run(());
    });
    // Whose menu was opened last: the focus goes back to that row.
    let opened = StoredValue::new(None);
    let answered = Callback::new(move |answered| {
        state.own.message.answered(answered);
        state.acted.set_value(opened.get_value());
        changed.run(());
    });
    let (actions, editing) = (RowActions::new(state, answered), Editing::new(None));
    effect(move |_| match state.own.opened.get() {
        Some(Opened::Invite) => inviting.set(true),
        Some(Opened::Row(index)) => {
            let answer = untrack(|| state.rows.good());
            opened.set_value(answer.and_then(|answer| Some(answer.page.rows.get(index)?.id)));
            actions.open(state, editing, index);
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
        {may.then(|| view! { <InviteDialog open=inviting done=invited/> }.into_any())}
        <SelectionBar state=state progress=progress changed=changed/>
        {actions.view()}
        <ConfirmDialog actions=actions/>
        <EditDialog editing=editing answered=answered/>
        <More/>
    }
}
