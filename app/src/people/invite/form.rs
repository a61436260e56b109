//! The form itself: addresses, role, groups.

use super::SEND;
use super::chips::Chips;
use super::entries::Entries;
use crate::api::{ApiError, send_invites};
use crate::changes::{CHANGE, SentForm};
use crate::groups::{ChooseGroups, Chosen, GroupChoice};
use crate::paths;
use crate::ui::{Notice, browser, live_if};
use domain::invitations::{InviteFacts, InviteForm, Invited, RefusedEntry};
use domain::setup::FieldError;
use domain::{GroupId, GroupRole, OrganizationRole, Slug, SubmissionId};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The fields of the form.
const ROLE: &str = "form[role]";
const GROUPS: &str = "form[groups][]";
const GROUP_ROLE: &str = "form[group_role]";

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
    /// An empty form, or one that came back after it was sent without JavaScript.
    pub fn new(slug: Slug, sent: Option<SentForm>, done: Callback<String>) -> Self {
        let sent = sent.unwrap_or_default();
        let at = |field: &str| message(&sent.errors, field);
        let groups = sent.all(GROUPS).filter_map(|id| id.parse().ok()).map(chosen).collect();
        let refused = sent.refused_entries();
        // The box has whom nobody invited, each on a line, for those without JavaScript.
        let lines = refused.iter().map(|one| one.entry.as_str()).chain(sent.typed("emails"));
        let typed = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        let inviting = Self {
            slug: StoredValue::new(slug.clone()),
            entries: Entries::new(slug, typed),
            role: OrganizationRole::parse(&sent.text(ROLE)).unwrap_or(OrganizationRole::Member),
            group_role: GroupRole::parse(&sent.text(GROUP_ROLE)).unwrap_or(GroupRole::Member),
            groups: GroupChoice::new(groups, at("groups"), GROUPS, None),
            problem: RwSignal::new(String::new()),
            sending: RwSignal::new(false),
            done,
        };
        inviting.entries.message.set(at("emails"));
        inviting.entries.keep(&refused);
        inviting
    }

    fn form(self, form: &Element) -> InviteForm {
        let chosen = |field: &str| browser::chosen(form, &["select[name='", field, "']"].concat()).unwrap_or_default();
        InviteForm {
            entries: self.entries.texts(),
            role: OrganizationRole::parse(&chosen(ROLE)).unwrap_or(OrganizationRole::Member),
            groups: self.groups.in_form(form),
            group_role: GroupRole::parse(&chosen(GROUP_ROLE)).unwrap_or(GroupRole::Member),
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
            let answer = send_invites(slug, submission, String::new(), form).await;
            if self.sending.try_set(false).is_some() {
                return; // Gone with its page.
            }
            match answer {
                Ok(invited) => self.answered(&invited),
                Err(ApiError::Invalid(errors)) => {
                    self.entries.message.set(message(&errors, "emails"));
                    self.groups.problem.set(message(&errors, "groups"));
                }
                Err(error) => self.problem.set(error.sentence()),
            }
        });
    }

    fn answered(self, invited: &Invited) {
        if invited.refused.is_empty() {
            self.entries.clear();
            self.entries.outcome.set(invited.sentence());
            self.done.run(invited.sentence());
        } else {
            self.entries.keep(&invited.refused);
            self.entries.outcome.set(invited.sentence());
        }
    }
}

impl SentForm {
    /// Those who were not invited, each with the reason.
    fn refused_entries(&self) -> Vec<RefusedEntry> {
        let reasons = self.errors.iter().filter(|error| error.field == InviteForm::ENTRIES);
        let refused = self.all(InviteForm::ENTRIES).zip(reasons);
        refused.map(|(entry, why)| RefusedEntry { entry: entry.to_owned(), why: why.message.clone() }).collect()
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
    let role = select(("role", ROLE), "Organization Role", roles.collect(), inviting.role.word());
    let group_role =
        select(("group_role", GROUP_ROLE), "Group Role", group_roles.collect(), inviting.group_role.word());
    let (problem, outcome) = (inviting.problem, inviting.entries.outcome);
    let busy = live_if(move || inviting.sending.get(), "true");
    let cancel = cancel.map(|cancel| {
        view! { <button type="button" class="button" on:click=move |_| cancel.run(())>"Cancel"</button> }.into_any()
    });
    view! {
        <form class="form" method="post" action=action on:submit=move |event| inviting.submit(&event, submission)>
            <input type="hidden" name=CHANGE value=SEND/>
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
    (id, posted): (&'static str, &'static str),
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: &'static str,
) -> AnyView {
    let option = |(word, label): (&'static str, &'static str)| {
        view! { <option value=word selected=word == chosen>{label}</option> }.into_any()
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id name=posted>
                {options.into_iter().map(option).collect::<Vec<_>>()}
            </select>
        </div>
    }
    .into_any()
}
