//! **Delete Group** (spec G4): asks for the group's name and shows the impact in figures.

use crate::api::{DeleteGroup, show_deletion};
use crate::changes::{ChangeForm, Sender, SentForm, word};
use crate::groups::BUILT_IN;
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::problem::loaded_or_problem;
use crate::ui::{Field, Submit};
use domain::groups::{Deletion, is_name_of};
use domain::setup::FieldError;
use domain::{GroupId, Slug};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The form.
#[component]
pub fn DeletePage(id: GroupId) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let deletion = {
        let slug = slug.clone();
        Loaded::new(move || show_deletion(slug.clone(), id))
    };
    let query = use_location().search.get_untracked();
    let sender = Sender::new(move || sidebar.retry().run(()));
    let show = move |deletion| page(&slug, &query, &deletion, sender);
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(deletion, show.clone()))
            })/>
        </Main>
    }
}

fn page(slug: &Slug, query: &str, deletion: &Deletion, sender: Sender) -> AnyView {
    let back = paths::back_to_groups(slug, query, Some(deletion.id));
    let content = match deletion.built_in {
        true => view! { <p>{BUILT_IN}</p><p><a class="button" href=back>"Go back"</a></p> }.into_any(),
        false => form(slug, query, back, deletion, sender),
    };
    view! {
        <div class="title"><h1>"Delete Group"</h1></div>
        <section class="panel narrow">{content}</section>
    }
    .into_any()
}

fn form(slug: &Slug, query: &str, back: String, deletion: &Deletion, sender: Sender) -> AnyView {
    let (group, name) = (deletion.id, deletion.name.clone());
    let change = word::<DeleteGroup>();
    let sent = SentForm::current(&[change]);
    let typed = sent.as_ref().map(|sent| sent.text("typed")).unwrap_or_default();
    let action = paths::with_query(&paths::delete_group(slug, deletion.id), query.trim_start_matches('?'));
    let sentence = |text: String| view! { <li>{text}</li> }.into_any();
    view! {
        <h2>"Delete "<bdi>{name.clone()}</bdi>"?"</h2>
        <ul>{deletion.sentences().into_iter().map(sentence).collect::<Vec<_>>()}</ul>
        <p>"It cannot be undone."</p>
        <ChangeForm change=change action=action sent=sent check=check done=sender>
            <input type="hidden" name="group" value=group.to_string()/>
            <input type="hidden" id="name" value=name.clone()/>
            <Field name="typed" label="Type the group's name to delete it" value=typed autocomplete="off" first=true/>
            <div class="actions">
                <Submit label=["Delete ", &name].concat() class="button danger wraps"/>
                <a class="button" href=back>"Cancel"</a>
            </div>
        </ChangeForm>
    }
    .into_any()
}

fn check(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let name = value("name");
    let wrong = !is_name_of(&value("typed"), &name);
    let why = || ["This is not the group's name. Type ", &name, " to delete it."].concat();
    wrong.then(|| FieldError::at("typed", why())).into_iter().collect()
}
