//! The form **Invite Member**, and the answer to it (spec I1, I4).

use super::addresses;
use crate::mail::MailWay;
use crate::setup::FieldError;
use crate::{GroupId, GroupRole, Moment, OrganizationRole, SubmissionId};
use serde::{Deserialize, Serialize};

/// People who are invited together: they share roles and groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InviteForm {
    /// The addresses as they were written, each with its name if there is one.
    pub entries: Vec<String>,
    /// The organization role of all.
    pub role: OrganizationRole,
    /// The groups that all join.
    pub groups: Vec<GroupId>,
    /// The role of all in these groups.
    pub group_role: GroupRole,
}

impl Default for InviteForm {
    fn default() -> Self {
        Self { entries: Vec::new(), role: OrganizationRole::Member, groups: Vec::new(), group_role: GroupRole::Member }
    }
}

impl InviteForm {
    /// The field of an entry in a form that is posted.
    pub const ENTRIES: &str = "form[entries][]";

    /// The form with the addresses of a text added.
    ///
    /// # Errors
    /// At `emails` if not all of them fit: one is too long for an entry, or there are too many.
    pub fn taking(mut self, emails: &str) -> Result<Self, FieldError> {
        let taken = addresses::take(emails, self.entries.len());
        match taken.why {
            Some(why) => Err(FieldError::at("emails", why)),
            None => {
                self.entries.extend(taken.entries);
                Ok(self)
            }
        }
    }
}

/// The facts that the form needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteFacts {
    /// The id under which the form is sent: a form that is sent twice has the effect of one (spec I4).
    pub submission: SubmissionId,
    /// When invitations that are sent now will expire.
    pub expires: Moment,
    /// How mail leaves.
    pub way: MailWay,
    /// The group that people join if they are invited without a group, if there is one.
    pub default_group: Option<String>,
}

/// An entry for which nobody was invited, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedEntry {
    /// The entry as it was written.
    pub entry: String,
    /// A sentence.
    pub why: String,
}

/// The outcome of the form: everybody is either invited or named with a reason (spec I4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// How many people were invited.
    pub invited: usize,
    /// The entries for which nobody was invited.
    pub refused: Vec<RefusedEntry>,
}

impl Invited {
    /// "3 people invited.", and how many were not.
    pub fn sentence(&self) -> String {
        let invited = match self.invited {
            0 if !self.refused.is_empty() => return "Nobody was invited: each address says why.".into(),
            1 => "1 person invited.".to_owned(),
            many => many.to_string() + " people invited.",
        };
        match self.refused.len() {
            0 => invited,
            1 => invited + " One address was not, and says why.",
            many => [&invited, " ", &many.to_string(), " addresses were not, and say why."].concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invited(invited: usize, refused: usize) -> String {
        let one = RefusedEntry { entry: "x".into(), why: "It is none.".into() };
        Invited { invited, refused: vec![one; refused] }.sentence()
    }

    #[test]
    fn the_sentence_counts_who_was_invited_and_who_was_not() {
        assert_eq!(invited(3, 0), "3 people invited.");
        assert_eq!(invited(1, 1), "1 person invited. One address was not, and says why.");
        assert_eq!(invited(2, 2), "2 people invited. 2 addresses were not, and say why.");
        assert_eq!(invited(0, 2), "Nobody was invited: each address says why.");
    }

    #[test]
    fn a_text_is_taken_as_a_whole_or_refused() {
        let form = InviteForm { entries: vec!["a@x.example".into()], ..InviteForm::default() };
        let form = form.taking("b@x.example, c@x.example").unwrap().taking("").unwrap();
        assert_eq!(form.entries, ["a@x.example", "b@x.example", "c@x.example"]);
        assert_eq!(form.taking(&"d@x.example,".repeat(98)).unwrap_err().field, "emails");
    }
}
