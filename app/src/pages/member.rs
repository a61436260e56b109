//! What can be done with a member, as a page: where the menu of a row leads without JavaScript (spec M10).

use super::loaded_or_problem;
use crate::api::show_member;
use crate::forms::FormState;
use crate::layout::Organization;
use crate::load::Loaded;
use crate::paths;
use crate::ui::{Loading, Main};
use domain::MemberId;
use domain::invitations::InvitedMember;
use leptos::prelude::*;

/// The page of a member's actions.
#[component]
pub fn MemberPage(id: MemberId) -> impl IntoView {
    let slug = Organization::current().slug;
    let (path, members) = (paths::member(&slug, id), paths::members_table(&slug));
    let member = Loaded::new(move || show_member(slug.clone(), id));
    let show = move |member| page(&path, &members, member);
    view! {
        <Main title="Member">
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(member, show.clone()))
            })/>
        </Main>
    }
}

fn page(path: &str, members: &str, member: InvitedMember) -> AnyView {
    let InvitedMember { name, email, why_not, submission } = member;
    let called = if name.is_empty() { email.clone() } else { name };
    let said = match FormState::current() {
        FormState::Member { said, link } => Some(answer(said, link)),
        _ => None,
    };
    let off = why_not.is_some();
    let action = |what: &str, label: &'static str| {
        view! {
            <form method="post" action=paths::act(path, what)>
                <input type="hidden" name="submission" value=submission.to_string()/>
                <button type="submit" class="button" disabled=off>{label}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <div class="title"><h1><bdi>{called}</bdi></h1></div>
        <p class="dim"><bdi>{email}</bdi></p>
        {said}
        <div class="actions">{action("resend", "Resend Invite")}{action("copy-link", "Copy Invite Link")}</div>
        {why_not.map(|why| view! { <p class="hint">{why}</p> }.into_any())}
        <p><a href=members.to_owned()>"Go to members"</a></p>
    }
    .into_any()
}

fn answer(said: String, link: Option<String>) -> AnyView {
    let link = link.map(|link| view! { <input type="text" readonly aria-label="Invite link" value=link/> }.into_any());
    view! {
        <div class="panel" role="status"><p>{said}</p>{link}</div>
    }
    .into_any()
}
