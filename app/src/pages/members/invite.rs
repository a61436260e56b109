//! The form **Invite Member** as a page of its own (spec I1).

use crate::api::{SendInvites, show_invite_facts};
use crate::changes::{Sender, SentForm, word};
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::people::invite::Form;
use crate::problem::loaded_or_problem;
use domain::invitations::InviteFacts;
use leptos::prelude::*;

/// The page **Invite Member**.
#[component]
pub fn InvitePage() -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let facts = {
        let slug = slug.clone();
        Loaded::new(move || show_invite_facts(slug.clone()))
    };
    // What is sent next has a key of its own.
    let sender = Sender::new(move || {
        sidebar.retry().run(());
        facts.retry().run(());
    });
    let members = paths::members_table(&slug);
    let show = move |facts: InviteFacts| {
        let sent = SentForm::current(&[word::<SendInvites>()]);
        view! {
            <div class="title"><h1>"Invite Member"</h1></div>
            <section class="panel invite">
                <Form facts=facts sent=sent done=sender/>
            </section>
            <p><a href=members.clone()>"Go to members"</a></p>
        }
        .into_any()
    };
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(facts, show.clone()))
            })/>
        </Main>
    }
}
