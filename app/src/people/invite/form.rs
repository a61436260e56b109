//! The form itself: addresses, role, groups.

use super::chips::Chips;
use super::entries::Entries;
use crate::api::{ApiError, send_invites};
use crate::forms::InviteState;
use crate::groups::{ChooseGroups, Chosen, GroupChoice, in_form};
use crate::paths;
use crate::problem::sentence;
use crate::ui::{Notice, browser, live_if};
use domain::invitations::{InviteFacts, InviteForm, Invited};
use domain::setup::FieldError;
use domain::{GroupId, GroupRole, OrganizationRole, Slug, SubmissionId};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// What is being written, and how far sending is.
#[derive(Clone, Copy)]
pub struct Inviting {
    slug: StoredValue<Slug>,
    pub(super) entries: Entries,
    role: OrganizationRole,
    group_role: GroupRole,
    groups: GroupChoice,
    /// What is wrong with the whole.
    pub problem: RwSignal<String>,
    sending: RwSignal<bool>,
    done: Callback<String>,
}

impl Inviting {
    /// An empty form, or what came of one that was sent without JavaScript.
    pub fn new(slug: Slug, sent: Option<InviteState>, done: Callback<String>) -> Self {
        let form = sent.as_ref().map(|sent| sent.form.clone()).unwrap_or_default();
        let errors = sent.as_ref().map(|sent| sent.errors.clone()).unwrap_or_default();
        let at = |field: &str| message(&errors, field);
        let inviting = Self {
            slug: StoredValue::new(slug.clone()),
            entries: Entries::new(slug, sent.as_ref().map(|sent| sent.emails.clone()).unwrap_or_default()),
            role: form.role,
            group_role: form.group_role,
            groups: GroupChoice::new(form.groups.into_iter().map(chosen).collect(), at("groups"), false),
            problem: RwSignal::new(String::new()),
            sending: RwSignal::new(false),
            done,
        };
        inviting.entries.message.set(at("emails"));
        if let Some(outcome) = sent.and_then(|sent| sent.outcome) {
            inviting.entries.told(&outcome);
        }
        inviting
    }

    fn form(self, form: &Element) -> InviteForm {
        let role = browser::chosen(form, "select[name=role]").and_then(|word| OrganizationRole::parse(&word).ok());
        let group_role = browser::chosen(form, "select[name=group_role]").and_then(|word| GroupRole::parse(&word).ok());
        InviteForm {
            entries: self.entries.texts(),
            role: role.unwrap_or(OrganizationRole::Member),
            groups: in_form(form).into_iter().map(|(id, _)| id).collect(),
            group_role: group_role.unwrap_or(GroupRole::Member),
        }
    }

    fn submit(self, event: &SubmitEvent, submission: SubmissionId) {
        event.prevent_default();
        if self.sending.get_untracked() || !self.entries.flush() {
            return;
        }
        let form = event.target().and_then(|form| form.dyn_into::<Element>().ok());
        let Some(form) = form.map(|form| self.form(&form)) else { return };
        if form.entries.is_empty() {
            self.entries.message.set("Whom do you invite? An e-mail address is missing.".into());
            self.entries.focus_field();
            return;
        }
        self.sending.set(true);
        self.problem.set(String::new());
        self.entries.outcome.set(String::new());
        self.groups.problem.set(String::new());
        let slug = self.slug.get_value();
        spawn_local(async move {
            let answer = send_invites(slug, submission, form).await;
            if self.sending.try_set(false).is_some() {
                return; // Gone with its page.
            }
            match answer {
                Ok(invited) => self.answered(&invited),
                Err(ApiError::Invalid(errors)) => {
                    self.entries.message.set(message(&errors, "emails"));
                    self.groups.problem.set(message(&errors, "groups"));
                }
                Err(error) => self.problem.set(sentence(&error)),
            }
        });
    }

    fn answered(self, invited: &Invited) {
        if invited.refused.is_empty() {
            self.entries.clear();
            self.entries.outcome.set(invited.sentence());
            self.done.run(invited.sentence());
        } else {
            self.entries.told(invited);
        }
    }
}

/// A group whose name is not known yet. One role holds for all of them.
fn chosen(id: GroupId) -> Chosen {
    Chosen { id, name: String::new(), role: GroupRole::Member }
}

fn message(errors: &[FieldError], field: &str) -> String {
    errors.iter().find(|error| error.field == field).map(|error| error.message.clone()).unwrap_or_default()
}

/// The form **Invite Member**. Without JavaScript it sends itself.
#[component]
pub fn Form(
    inviting: Inviting,
    facts: InviteFacts,
    /// Forgets what was typed; only in a dialog.
    #[prop(optional)]
    cancel: Option<Callback<()>>,
) -> impl IntoView {
    let InviteFacts { submission, expires, way, default_group } = facts;
    let action = paths::invite(&inviting.slug.get_value());
    let files = way.notice().map(|text| view! { <Notice text=text.into()/> }.into_any());
    let roles = OrganizationRole::ALL.iter().map(|role| (role.word(), role.label()));
    let group_roles = GroupRole::ALL.iter().map(|role| (role.word(), role.label()));
    let role = select("role", "Organization Role", roles.collect(), inviting.role.word());
    let group_role = select("group_role", "Group Role", group_roles.collect(), inviting.group_role.word());
    let (problem, outcome) = (inviting.problem, inviting.entries.outcome);
    let busy = live_if(move || inviting.sending.get(), "true");
    let cancel = cancel.map(|cancel| {
        view! { <button type="button" class="button" on:click=move |_| cancel.run(())>"Cancel"</button> }.into_any()
    });
    view! {
        <form class="form" method="post" action=action on:submit=move |event| inviting.submit(&event, submission)>
            <input type="hidden" name="submission" value=submission.to_string()/>
            {files}
            <Chips entries=inviting.entries/>
            {role}
            <ChooseGroups choice=inviting.groups/>
            {default_group.map(|name| view! { <p class="hint">"Without a group they join "<bdi class="strong">{name}</bdi>"."</p> }.into_any())}
            {group_role}
            <p class="hint">{"Invites expire on ".to_owned() + &expires.exact() + ", and work once."}</p>
            <p class="error" role="alert" hidden=live_if(move || problem.with(String::is_empty), "")>{move || problem.get()}</p>
            <p class="outcome" role="status">{move || outcome.get()}</p>
            <div class="actions">
                <button type="submit" class="button primary" aria-busy=busy>"Send Invites"</button>
                {cancel}
            </div>
        </form>
    }
}

/// A choice of one of a few words.
fn select(
    name: &'static str,
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: &'static str,
) -> AnyView {
    let option = |(word, label): (&'static str, &'static str)| {
        view! { <option value=word selected=word == chosen>{label}</option> }.into_any()
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name>
                {options.into_iter().map(option).collect::<Vec<_>>()}
            </select>
        </div>
    }
    .into_any()
}
