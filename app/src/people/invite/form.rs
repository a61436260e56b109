//! The form itself: addresses, role, groups.

use super::chips::Chips;
use super::entries::Entries;
use crate::api::SendInvites;
use crate::changes::{ChangeForm, Done, Partly, SentForm, word};
use crate::groups::{ChooseGroups, Chosen, GroupChoice};
use crate::organization::Organization;
use crate::paths;
use crate::ui::{Notice, Submit};
use domain::invitations::{InviteFacts, InviteForm, RefusedEntry};
use domain::setup::FieldError;
use domain::{GroupId, GroupRole, OrganizationRole};
use leptos::prelude::*;

/// The fields of the form.
const ROLE: &str = "form[role]";
const GROUPS: &str = "form[groups][]";
const GROUP_ROLE: &str = "form[group_role]";

/// The form **Invite Member**. Without JavaScript it sends itself.
#[component]
pub fn Form(
    facts: InviteFacts,
    /// The form as it came back, where it was sent without JavaScript.
    #[prop(optional_no_strip)]
    sent: Option<SentForm>,
    /// Runs once everybody was invited.
    #[prop(into)]
    done: Callback<Done>,
    /// Forgets what was typed; only in a dialog.
    #[prop(optional)]
    cancel: Option<Callback<()>>,
) -> impl IntoView {
    let InviteFacts { submission, expires, way, default_group } = facts;
    let slug = Organization::current().slug;
    let (change, action) = (word::<SendInvites>(), paths::invite(&slug));
    let mut sent = sent.unwrap_or_default();
    let refused = sent.take_refused_entries();
    // The box has whom nobody invited, each on a line, for those without JavaScript.
    let lines = refused.iter().map(|one| one.entry.as_str()).chain(sent.typed("emails"));
    let typed = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    let entries = Entries::new(slug, typed);
    entries.keep(&refused);
    let groups = sent.all(GROUPS).filter_map(|id| id.parse().ok()).map(chosen).collect();
    let choice = GroupChoice::new(groups, GROUPS, None);
    let role = OrganizationRole::parse(&sent.text(ROLE)).unwrap_or(OrganizationRole::Member);
    let group_role = GroupRole::parse(&sent.text(GROUP_ROLE)).unwrap_or(GroupRole::Member);
    let outcome = RwSignal::new(String::new());
    let left = Callback::new(move |partly: Partly| {
        entries.clear_field();
        entries.keep(&entries_of(&partly));
        outcome.set(partly.message);
    });
    let files = way.notice().map(|text| view! { <Notice text=text.into()/> }.into_any());
    let roles = OrganizationRole::ALL.iter().map(|role| (role.word(), role.label()));
    let group_roles = GroupRole::ALL.iter().map(|role| (role.word(), role.label()));
    let role = select(("role", ROLE), "Organization Role", roles.collect(), role.word());
    let group_role = select(("group_role", GROUP_ROLE), "Group Role", group_roles.collect(), group_role.word());
    let cancel = cancel.map(|cancel| {
        view! { <button type="button" class="button" on:click=move |_| cancel.run(())>"Cancel"</button> }.into_any()
    });
    view! {
        <ChangeForm change=change action=action sent=Some(sent) check=|_| Vec::new() done=done left=Some(left)>
            <input type="hidden" name="submission" value=submission.to_string()/>
            {files}
            <Chips entries=entries/>
            {role}
            <ChooseGroups choice=choice/>
            {default_group.map(|name| view! { <p class="hint">"Without a group they join "<bdi class="strong">{name}</bdi>"."</p> }.into_any())}
            {group_role}
            <p class="hint">{"Invites expire on ".to_owned() + &expires.exact() + ", and work once."}</p>
            <p class="outcome" role="status">{move || outcome.get()}</p>
            <div class="actions">
                <Submit label="Send Invites"/>
                {cancel}
            </div>
        </ChangeForm>
    }
}

impl SentForm {
    /// Takes out those who were not invited, each with the reason: they are shown as chips.
    fn take_refused_entries(&mut self) -> Vec<RefusedEntry> {
        let reasons = self.errors.extract_if(.., |error| error.field == InviteForm::ENTRIES).collect::<Vec<_>>();
        zipped(self.all(InviteForm::ENTRIES), &reasons)
    }
}

/// Those who were not invited, where the others were.
fn entries_of(partly: &Partly) -> Vec<RefusedEntry> {
    let fields = partly.fields.iter().filter(|(name, _)| name == InviteForm::ENTRIES);
    zipped(fields.map(|(_, entry)| entry.as_str()), &partly.errors)
}

fn zipped<'a>(entries: impl Iterator<Item = &'a str>, reasons: &[FieldError]) -> Vec<RefusedEntry> {
    let one = |(entry, why): (&str, &FieldError)| RefusedEntry { entry: entry.to_owned(), why: why.message.clone() };
    entries.zip(reasons).map(one).collect()
}

/// A group whose name is not known yet. One role holds for all of them.
fn chosen(id: GroupId) -> Chosen {
    Chosen { id, name: String::new(), role: GroupRole::Member }
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
