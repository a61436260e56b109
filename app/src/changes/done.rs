//! What each change says when it is done, and where it leads: written once, however the change was requested.

use super::{Change, Changed, Done, LARGEST, LONG, Outcome, Partly};
use crate::api::*;
use crate::paths;
use domain::groups::{Added, GroupForm, RoleChanged, Saved};
use domain::invitations::{InviteForm, Invited};
use domain::members::{Edited, MemberQuery, Restoration, Restored, SessionsEnded};
use domain::setup::FieldError;
use domain::text::grouped;
use domain::views::SavedView;
use domain::{GroupId, GroupName, Slug};

impl Change for ChooseColumns {
    fn outcome(self, shown: MemberQuery, _: &str) -> Outcome {
        Done::default().at(paths::members(&self.organization, &shown)).into()
    }
}

impl Change for ResetColumns {
    fn outcome(self, shown: MemberQuery, _: &str) -> Outcome {
        Done::saying("The columns were reset.").at(paths::members(&self.organization, &shown)).into()
    }
}

impl Change for SaveView {
    fn outcome(self, view: SavedView, _: &str) -> Outcome {
        let shown = MemberQuery::parse(&view.query).0.on_page(self.query.page());
        let message = ["Saved as “", &view.name, "”. It is in the sidebar, under Views."].concat();
        Done::saying(message).at(paths::members(&self.organization, &shown)).into()
    }
}

impl Change for UpdateView {
    fn outcome(self, shown: MemberQuery, _: &str) -> Outcome {
        Done::saying("The view shows this now.").at(paths::members(&self.organization, &shown)).into()
    }
}

impl Change for RenameView {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::saying("The view has its new name.").into()
    }
}

impl Change for DeleteView {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::saying("The view was deleted.").into()
    }
}

impl Change for CreateGroup {
    const LARGEST: usize = LONG;
    fn outcome(self, (): (), _: &str) -> Outcome {
        // A group starts empty: what comes next is to add people.
        let message = [&name(&self.form.name), " was created. It has no members yet."].concat();
        Done::saying(message).at(paths::group(&self.organization, self.id)).into()
    }
}

impl Change for EditGroup {
    const LARGEST: usize = LONG;
    fn outcome(self, saved: Saved, query: &str) -> Outcome {
        let back = paths::back_to_groups(&self.organization, query, Some(self.group));
        match saved {
            Saved::Saved => Done::saying([&name(&self.form.name), " was saved."].concat()).at(back).into(),
            Saved::Changed { what, now: GroupForm { name, description, is_default, reservation } } => {
                let now = [
                    ("seen[name]", name),
                    ("seen[description]", description),
                    ("seen[is_default]", is_default.to_string()),
                    ("seen[reservation]", reservation),
                ];
                let now = now.map(|(field, value)| (field.to_owned(), value)).into();
                Outcome::Changed(Changed { what, now })
            }
        }
    }
}

impl Change for DeleteGroup {
    fn outcome(self, (): (), query: &str) -> Outcome {
        let back = paths::back_to_groups(&self.organization, query, None);
        Done::saying([self.typed.trim(), " was deleted."].concat()).at(back).into()
    }
}

/// A group's name as it is saved.
fn name(typed: &str) -> String {
    GroupName::parse(typed).map_or_else(|_| typed.to_owned(), |name| name.to_string())
}

impl Change for AddGroupMembers {
    fn outcome(self, added: Added, _: &str) -> Outcome {
        Done::saying(added.sentence()).into()
    }
}

impl Change for ChangeGroupRole {
    fn outcome(self, changed: RoleChanged, _: &str) -> Outcome {
        match changed {
            RoleChanged::Saved { called } => {
                let until = if self.ends.is_empty() { "" } else { ", until the end of " };
                let now = [" is ", self.role.label(), " in this group now", until, &self.ends, "."];
                Done::saying(["Saved. ", &called, &now.concat()].concat()).into()
            }
            RoleChanged::Changed { what, now } => {
                Outcome::Changed(Changed { what, now: vec![("seen".to_owned(), now.to_string())] })
            }
        }
    }
}

impl Change for RemoveGroupMember {
    fn outcome(self, (called, sees): (String, bool), query: &str) -> Outcome {
        let back = back_to_group(&self.organization, self.group, sees, query);
        Done::saying([&called, " is not in this group any more."].concat()).at(back).into()
    }
}

impl Change for ChangeChosenGroupRole {
    fn outcome(self, (message, sees): (String, bool), query: &str) -> Outcome {
        Done::saying(message).at(back_to_group(&self.organization, self.group, sees, query)).into()
    }
}

impl Change for RemoveChosenGroupMembers {
    fn outcome(self, (message, sees): (String, bool), query: &str) -> Outcome {
        Done::saying(message).at(back_to_group(&self.organization, self.group, sees, query)).into()
    }
}

/// The view of the group's page that the people were chosen in; all groups for owners who took themselves out of it.
fn back_to_group(organization: &Slug, group: GroupId, sees: bool, query: &str) -> String {
    match sees {
        true => paths::group_in_state(organization, group, &paths::chosen_people(query).1),
        false => paths::groups_table(organization),
    }
}

impl Change for SetInviteLifetime {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::saying("Saved. It applies to invites sent from now on.").into()
    }
}

impl Change for SetGroupRules {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::saying("Saved.").into()
    }
}

impl Change for SendAgain {
    fn outcome(self, waits: bool, _: &str) -> Outcome {
        let message = if waits { "The letter is sent again." } else { "The letter was sent in the meantime." };
        Done::saying(message).at(paths::mail(&self.organization)).into()
    }
}

impl Change for SendAllAgain {
    fn outcome(self, letters: u64, _: &str) -> Outcome {
        let message = match letters {
            0 => "No letter waits any more.".to_owned(),
            1 => "1 letter is sent again.".to_owned(),
            letters => [&grouped(letters), " letters are sent again."].concat(),
        };
        Done::saying(message).at(paths::mail(&self.organization)).into()
    }
}

impl Change for ApplyImport {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::default().into()
    }
}

impl Change for StopImport {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::default().into()
    }
}

impl Change for DeleteImport {
    fn outcome(self, gone: bool, _: &str) -> Outcome {
        match gone {
            true => Done::default().at(paths::imports(&self.organization)).into(),
            false => Done::default().into(),
        }
    }
}

impl Change for BeginBulk {
    const LARGEST: usize = LARGEST;
    fn with_address(self, query: &str) -> Self {
        // Whom it is for stands in the address, which the members were chosen by.
        let form = if self.form.is_empty() { paths::bulk_form(query) } else { self.form };
        Self { form, ..self }
    }
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::default().at(paths::bulk_job(&self.organization, self.id)).into()
    }
}

impl Change for StopBulk {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::default().into()
    }
}

impl Change for SendInvites {
    const LARGEST: usize = LARGEST;
    fn outcome(self, invited: Invited, _: &str) -> Outcome {
        let message = invited.sentence();
        if invited.refused.is_empty() {
            return Done::saying(message).into();
        }
        // Those who were not invited are left, each with the reason.
        let (mut fields, mut errors) = (vec![("emails".to_owned(), String::new())], Vec::new());
        for one in invited.refused {
            errors.push(FieldError::at(InviteForm::ENTRIES, one.why));
            fields.push((InviteForm::ENTRIES.to_owned(), one.entry));
        }
        Outcome::Partly(Partly { message, fields, errors })
    }
}

impl Change for ResendInvite {
    fn outcome(self, email: String, _: &str) -> Outcome {
        Done::saying(["A new invite is on its way to ", &email, "."].concat()).into()
    }
}

impl Change for CopyInviteLink {
    fn outcome(self, link: String, _: &str) -> Outcome {
        let message = "Hand this link over. Earlier links no longer work.";
        Done { link: Some(link), ..Done::saying(message) }.into()
    }
}

impl Change for EditMember {
    const LARGEST: usize = LARGEST;
    fn outcome(self, edited: Edited, _: &str) -> Outcome {
        match edited {
            Edited::Saved { called } => Done::saying(["Saved what ", &called, " has."].concat()).into(),
            Edited::Changed { what, now } => {
                Outcome::Changed(Changed { what, now: vec![("seen".to_owned(), now.to_string())] })
            }
        }
    }
}

impl Change for RestoreMember {
    fn outcome(self, restored: Restored, _: &str) -> Outcome {
        let what = match restored.to {
            Restoration::Member => " is a member again.",
            Restoration::Invited => " is invited again: a new link is on its way.",
        };
        Done::saying(restored.called + what).into()
    }
}

impl Change for UnlockMember {
    fn outcome(self, called: String, _: &str) -> Outcome {
        Done::saying(called + " can sign in again.").into()
    }
}

impl Change for RemoveMember {
    fn outcome(self, called: String, _: &str) -> Outcome {
        let message = called + " was removed. Restore brings them back, with their role and groups.";
        Done::saying(message).undone_by::<RestoreMember>(vec![("member".to_owned(), self.member.to_string())]).into()
    }
}

impl Change for EraseMember {
    fn outcome(self, called: String, _: &str) -> Outcome {
        Done::saying(called + " was erased.").at(paths::members_table(&self.organization)).into()
    }
}

impl Change for EndMemberSessions {
    fn outcome(self, SessionsEnded { called, number }: SessionsEnded, _: &str) -> Outcome {
        let message = match number {
            0 => called + " had no open session.",
            1 => ["1 session of ", &called, " was ended."].concat(),
            many => [&grouped(many), " sessions of ", &called, " were ended."].concat(),
        };
        Done::saying(message).into()
    }
}

impl Change for ChangeOwnName {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::saying("Your name is changed.").into()
    }
}

impl Change for ChooseTimeZone {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::saying("Saved. Times are shown in it from now on.").into()
    }
}

impl Change for EndOwnSession {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::saying("The session was ended.").into()
    }
}

impl Change for EndOtherSessions {
    fn outcome(self, (): (), _: &str) -> Outcome {
        Done::saying("You are signed in here only.").into()
    }
}
