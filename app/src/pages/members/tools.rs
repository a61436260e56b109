//! What the members table has beside its rows, once it is alive: the dialog **Invite Member**, the menu of a row,
//! and what others change meanwhile.

use super::rows::rewrite;
use super::state::{MembersState, Opened};
use crate::api::{ApiError, copy_invite_link, resend_invite};
use crate::layout::Organization;
use crate::live::listen;
use crate::pages::invite::InviteDialog;
use crate::ui::{browser, effect, live_if};
use domain::MemberStatus;
use domain::members::{MemberRow, MembersPage};
use domain::permission::{ManageMembers, Permission};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::HashSet;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Dialog, menu and live changes of the members page.
#[component]
pub fn MemberTools() -> impl IntoView {
    let state: MembersState = expect_context();
    let Organization { slug, viewer, sidebar } = Organization::current();
    let may = viewer.good().is_some_and(|viewer| ManageMembers::held_by(viewer.standing));
    listen(&slug, move || {
        look(state, may);
        // The sidebar counts people too.
        sidebar.ask_aside(move |answer| sidebar.show(answer));
    });
    if !may {
        return ().into_any();
    }
    let changed = Callback::new(move |()| {
        state.members.retry().run(());
        sidebar.retry().run(());
    });
    let said = state.said;
    let inviting = RwSignal::new(false);
    let done = Callback::new(move |sentence: String| {
        said.set(sentence);
        changed.run(());
    });
    let acting = RwSignal::new(None::<MemberRow>);
    effect(move |_| match state.opened.get() {
        Some(Opened::Invite) => inviting.set(true),
        Some(Opened::Row(index)) => {
            let row = untrack(|| state.members.good()).and_then(|answer| answer.page.rows.get(index).cloned());
            acting.set(row);
            // Once it is drawn.
            request_animation_frame(move || _ = open_menu(index));
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
        <InviteDialog open=inviting done=done/>
        <RowMenu acting=acting said=said changed=changed/>
    }
    .into_any()
}

/// Opens the menu below the link of a row.
fn open_menu(index: usize) -> Option<()> {
    let link = browser::find(&["[data-opens=\"", &index.to_string(), "\"]"].concat())?;
    let menu = browser::find("#row-menu")?.dyn_into::<HtmlElement>().ok()?;
    if let Some(before) = browser::find("[data-menu]") {
        let _ = before.remove_attribute("data-menu");
    }
    let _ = link.set_attribute("data-menu", "");
    let _ = menu.show_popover();
    request_animation_frame(move || {
        if let Some(first) = browser::shown_in(&menu, "button").first() {
            browser::focus(first);
        }
    });
    Some(())
}

/// The menu of the row whose link was clicked (spec M10).
#[component]
fn RowMenu(acting: RwSignal<Option<MemberRow>>, said: RwSignal<String>, changed: Callback<()>) -> impl IntoView {
    let slug = Organization::current().slug;
    let why_not = move || {
        acting.with(|row| match row.as_ref().map(|row| row.status) {
            Some(MemberStatus::Active) => "The invite was accepted already.",
            Some(MemberStatus::Deleted) => "Removed members are invited anew with Invite Member.",
            _ => "",
        })
    };
    let run = move |copy: bool| {
        let (Some(row), slug) = (acting.get_untracked(), slug.clone()) else { return };
        if !why_not().is_empty() {
            return;
        }
        close_menu();
        spawn_local(async move {
            let outcome = match copy {
                true => copy_invite_link(slug, row.id).await.map(copied),
                false => resend_invite(slug, row.id, None)
                    .await
                    .map(|to| ["A new invite is on its way to ", &to, "."].concat()),
            };
            said.try_set(outcome.unwrap_or_else(|error| sentence(&error)));
            changed.try_run(());
        });
    };
    let copy = run.clone();
    let off = move || live_if(move || !why_not().is_empty(), "true");
    // Made when it is first opened.
    let wanted = Memo::new(move |_| acting.with(Option::is_some));
    let made = move || {
        view! {
            <div id="row-menu" class="popover" popover="auto" on:toggle=move |_| { refocus(); }>
                <p class="who"><bdi class="strong">{move || acting.with(|row| row.as_ref().map(|row| row.called().to_owned()).unwrap_or_default())}</bdi></p>
                <ul class="items">
                    <li><button type="button" class="item" aria-disabled=off() aria-describedby="row-why" on:click=move |_| run(false)>"Resend Invite"</button></li>
                    <li><button type="button" class="item" aria-disabled=off() aria-describedby="row-why" on:click=move |_| copy(true)>"Copy Invite Link"</button></li>
                </ul>
                <p class="hint" id="row-why" hidden=live_if(move || why_not().is_empty(), "")>{why_not}</p>
            </div>
        }
        .into_any()
    };
    move || wanted.get().then(made.clone())
}

fn close_menu() {
    if let Some(menu) = browser::find("#row-menu").and_then(|menu| menu.dyn_into::<HtmlElement>().ok()) {
        let _ = menu.hide_popover();
    }
}

/// Gives the focus back to the link from which the menu was opened.
fn refocus() -> Option<()> {
    let menu = browser::find("#row-menu")?;
    if !menu.matches(":popover-open").unwrap_or(false) && browser::focused().is_none_or(|at| at.tag_name() == "BODY") {
        browser::focus(&browser::find("[data-menu]")?);
    }
    Some(())
}

/// Puts a link on the clipboard; where the browser does not let us, it stands in the message all the same.
fn copied(link: String) -> String {
    browser::copy(&link);
    link
}

/// What somebody is told whose action failed.
pub(in crate::pages) fn sentence(error: &ApiError) -> String {
    match error {
        ApiError::Invalid(errors) => errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" "),
        ApiError::SignIn => "Your session has ended. Sign in again in another tab, then try again here.".into(),
        ApiError::NotFound => "It is not there any more.".into(),
        ApiError::Forbidden(_) => "You may not do that any more.".into(),
        ApiError::Busy => "The server has much to do. Nothing is lost; try again in a moment.".into(),
        ApiError::Offline => "The server cannot be reached. Nothing is lost; try again.".into(),
        ApiError::Outdated => "Muster was updated. Reload the page to go on.".into(),
        ApiError::Failed { request_id } => {
            ["That is a fault of the server's. Nothing was changed half-way. It is in the log as ", request_id, "."]
                .concat()
        }
    }
}

/// What came of an action, until it is put away.
#[component]
pub fn Toast() -> impl IntoView {
    let said = expect_context::<MembersState>().said;
    let content = move || {
        let text = said.get();
        if !text.contains("/invite/") {
            return view! { <p>{text}</p> }.into_any();
        }
        view! {
            <p>"Hand this link over: it is on the clipboard, where the browser allows that. Links of before open nothing any more."</p>
            <input type="text" readonly aria-label="Invite link" value=text on:focus:target=|event| event.target().select()/>
        }
        .into_any()
    };
    view! {
        <div class="what">{content}</div>
        <button type="button" class="button quiet" aria-label="Put the message away" on:click=move |_| said.set(String::new())>"Close"</button>
    }
}

/// Looks what others changed. Rows are written anew where they stand; where the order would be another, the page
/// only says so.
fn look(state: MembersState, may: bool) {
    state.members.ask_aside(move |after| {
        let Some(before) = untrack(|| state.members.good()) else { return };
        let moved = moved(&before, &after);
        state.changes.set(moved);
        if moved == 0 {
            rewrite(state, may, &before, &after);
            state.members.replace_quietly(after);
            state.counted.notify();
        }
    });
}

/// How many rows came, went, or stand elsewhere.
fn moved(before: &MembersPage, after: &MembersPage) -> usize {
    let ids = |page: &MembersPage| page.page.rows.iter().map(|row| row.id).collect::<Vec<_>>();
    let (old, new) = (ids(before), ids(after));
    if old == new {
        return 0;
    }
    let known: HashSet<_> = old.iter().collect();
    let came = new.iter().filter(|id| !known.contains(id)).count();
    let stay: HashSet<_> = new.iter().collect();
    let went = old.iter().filter(|id| !stay.contains(id)).count();
    came.max(went).max(1)
}
