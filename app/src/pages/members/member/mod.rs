//! A member's page: access, recent events and actions. Names in tables link to it, and without JavaScript so do the
//! menus of rows (spec M10, S6).

mod details;

use crate::api::{EditMember, show_member_details};
use crate::changes::{CHANGE, Sender, word};
use crate::forms::FormState;
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::people::{EditForm, change_of, erasing_means, removal_means};
use crate::problem::loaded_or_problem;
use crate::ui::{Clock, Title};
use domain::audit::AuditQuery;
use domain::members::{MemberAction, MemberDetails, MemberFacts};
use domain::permission::Standing;
use domain::{MemberId, MemberStatus, Slug};
use leptos::prelude::*;

/// The page of a member's actions.
#[component]
pub fn MemberPage(id: MemberId) -> impl IntoView {
    let Organization { slug, viewer, sidebar } = Organization::current();
    let details = {
        let slug = slug.clone();
        Loaded::new(move || show_member_details(slug.clone(), id))
    };
    let sender = Sender::new(move || {
        details.retry().run(());
        sidebar.retry().run(());
    });
    let show = move |member| {
        let reader = viewer.good().map(|viewer| (viewer.standing, viewer.organization.name.to_string()));
        page(&slug, member, reader, sender)
    };
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(details, show.clone()))
            })/>
        </Main>
    }
}

fn page(slug: &Slug, details: MemberDetails, reader: Option<(Standing, String)>, sender: Sender) -> AnyView {
    let Some((standing, organization)) = reader else { return ().into_any() };
    Clock::told(details.now);
    let (about, recent) = (details::about(slug, &details).into_string(), details::recent(&details).into_string());
    let member = details.facts;
    let role = member.role.map_or("External User", |role| role.label());
    let line = [" · ", role, " · ", status(&member)].concat();
    let (path, members) = (&paths::member(slug, member.id), paths::members_table(slug));
    let (refused, sent) = match FormState::current() {
        // That form says itself what is wrong.
        FormState::Sent(sent) if sent.is_of(word::<EditMember>()) => (None, Some(sent)),
        // What is wrong with the whole is said above the page.
        FormState::Sent(sent) if !sent.errors.is_empty() => (Some(answer(sent.why())), None),
        _ => (None, None),
    };
    let called = member.called().to_owned();
    Title::set_page(&called);
    let why_not = |action: MemberAction| {
        action.why_not(standing, member.status).or_else(|| action.why_not_of_lock(member.locked))
    };
    let plain = [
        MemberAction::Resend,
        MemberAction::CopyLink,
        MemberAction::EndSessions,
        MemberAction::Unlock,
        MemberAction::Restore,
    ];
    let plain = plain.map(|action| act(path, action, why_not(action), &member));
    let remove = why_not(MemberAction::Remove)
        .is_none()
        .then(|| removal((path, member.id), &called, &organization, member.status, sender));
    let erase = why_not(MemberAction::Erase).is_none().then(|| erasing((path, member.id), &called, sender));
    let edit = match why_not(MemberAction::Edit) {
        None => {
            let facts = member.clone();
            view! {
                <section class="panel narrow" aria-labelledby="edit">
                    <h2 id="edit">"Edit Member"</h2>
                    <EditForm facts=facts sent=sent done=sender/>
                </section>
            }
            .into_any()
        }
        Some(_) => ().into_any(),
    };
    let audit = AuditQuery { person: member.email.clone(), ..AuditQuery::default() };
    let audit = paths::with_query(&paths::audit(slug), &audit.print());
    view! {
        <div class="title"><h1><bdi>{called}</bdi></h1></div>
        <p class="dim"><bdi>{member.email.clone()}</bdi>{line}</p>
        {refused}
        <div class="about" inner_html=about></div>
        {edit}
        <ul class="deeds" on:submit=move |event| _ = sender.submit(&event)>{Vec::from(plain)}</ul>
        {remove}
        {erase}
        <section class="panel" aria-labelledby="recent">
            <h2 id="recent">"Recent"</h2>
            <div inner_html=recent></div>
            <p><a class="button" href=audit>"Audit Log"</a></p>
        </section>
        <p><a href=members>"Go to members"</a></p>
    }
    .into_any()
}

const fn status(member: &MemberFacts) -> &'static str {
    match member.status {
        MemberStatus::Active if member.locked => "Active, sign-in locked",
        MemberStatus::Active => "Active",
        MemberStatus::Invited => "Invite Pending",
        MemberStatus::Expired => "Invite Expired",
        MemberStatus::Deleted => "Deleted",
    }
}

/// An action as a form; why it does not go stands beside it.
fn act(path: &str, action: MemberAction, why_not: Option<&'static str>, member: &MemberFacts) -> AnyView {
    let id = "why-".to_owned() + action.word();
    view! {
        <li>
            <form method="post" action=path.to_owned()>
                {asks(action, member.id)}
                <input type="hidden" name="submission" value=member.submission.to_string()/>
                <button type="submit" class="button" disabled=why_not.is_some() aria-describedby=id.clone()>{action.label()}</button>
            </form>
            <p class="hint" id=id>{why_not.unwrap_or_default()}</p>
        </li>
    }
    .into_any()
}

/// Asks once more, with what it means.
fn removal(
    (path, id): (&str, MemberId),
    called: &str,
    organization: &str,
    status: MemberStatus,
    sender: Sender,
) -> AnyView {
    view! {
        <details class="removal" on:submit=move |event| _ = sender.submit(&event)>
            <summary class="button">"Remove From Organization"</summary>
            <form method="post" action=path.to_owned()>
                {asks(MemberAction::Remove, id)}
                <p>{removal_means(called, organization, status)}</p>
                <button type="submit" class="button danger">{["Remove ", called].concat()}</button>
            </form>
        </details>
    }
    .into_any()
}

fn erasing((path, id): (&str, MemberId), called: &str, sender: Sender) -> AnyView {
    view! {
        <details class="removal" on:submit=move |event| _ = sender.submit(&event)>
            <summary class="button">"Erase"</summary>
            <form method="post" action=path.to_owned()>
                {asks(MemberAction::Erase, id)}
                <p>{erasing_means(called)}</p>
                <button type="submit" class="button danger">{["Erase ", called, " for good"].concat()}</button>
            </form>
        </details>
    }
    .into_any()
}

fn answer(said: String) -> AnyView {
    view! { <div class="panel" role="status"><p>{said}</p></div> }.into_any()
}

/// What the forms about a member send.
fn asks(action: MemberAction, member: MemberId) -> AnyView {
    view! {
        <input type="hidden" name=CHANGE value=change_of(action)/>
        <input type="hidden" name="member" value=member.to_string()/>
    }
    .into_any()
}
