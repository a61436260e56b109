//! The message about the outcome of an action.

use super::super::state::MembersState;
use crate::organization::Organization;
use crate::table::toast;
use leptos::prelude::*;

/// The message; with **Undo** where somebody was removed.
#[component]
pub fn Toast() -> impl IntoView {
    let state: MembersState = expect_context();
    let Organization { sidebar, .. } = Organization::current();
    let answered = Callback::new(move |answered| {
        state.own.message.answered(answered);
        state.rows.retry().run(());
        sidebar.retry().run(());
    });
    toast(state.own.message, state.address.path(), answered)
}
