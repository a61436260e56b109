//! What a form page shows when it is rendered: the values that were typed and what is wrong with them.
//! The server gives it as context; the page carries it into the browser, so that both write the same.

#[cfg(not(feature = "ssr"))]
use crate::load::sent_along;
use domain::bulk::BulkTyped;
use domain::groups::{AddForm, GroupForm};
use domain::invitations::{InviteForm, Invited, JoinForm, LinkShown};
use domain::members::Assigned;
use domain::setup::{FieldError, SetUpForm, SignInForm};
use domain::{GroupRole, MemberId, SubmissionId, ViewId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The state of the page's form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormState {
    /// No form, or an untouched one.
    #[default]
    None,
    /// Nobody owns the installation yet: the set-up form, which needs the printed code (spec T2).
    SetUp {
        /// What was typed; the code comes from the address.
        form: SetUpForm,
        /// What is wrong, each at its field. The field `code` is the page's.
        errors: Vec<FieldError>,
    },
    /// The installation waits for its set-up, and the visitor has no code: the page says where to find it.
    SetUpNeedsCode,
    /// The sign-in form.
    SignIn {
        /// What was typed, and where to go afterwards.
        form: SignInForm,
        /// What is wrong with the whole attempt, as a sentence.
        problem: Option<String>,
        /// What is wrong with single fields.
        errors: Vec<FieldError>,
    },
    /// A file of people was refused (spec A2).
    Import {
        /// Why.
        problem: String,
    },
    /// What an invitation's link leads to (spec I7).
    Join {
        /// Where.
        link: LinkShown,
        /// Which link it is.
        mark: String,
        /// What was typed.
        form: JoinForm,
        /// What is wrong with the whole attempt, as a sentence.
        problem: Option<String>,
        /// What is wrong with single fields.
        errors: Vec<FieldError>,
    },
    /// Asks for the address whose password was forgotten (spec L4).
    Forgot {
        /// What was typed.
        email: String,
        /// What is wrong with it.
        errors: Vec<FieldError>,
    },
    /// A link was sent, or would have been.
    LookIntoMail,
    /// Asks for a new password.
    Reset {
        /// Whose password it is, where the link still opens anything.
        whose: Option<String>,
        /// Which link it is.
        mark: String,
        /// What is wrong with the password.
        errors: Vec<FieldError>,
    },
    /// The form **Invite Member**, after it was sent without JavaScript (spec I4).
    Invite(Box<InviteState>),
    /// What is to be done with many members, where it was refused.
    Bulk {
        /// What was typed.
        typed: BulkTyped,
        /// What is wrong, each at its field.
        errors: Vec<FieldError>,
    },
    /// The settings, after they were sent.
    Settings {
        /// What was typed.
        days: String,
        /// What is wrong with it; nothing where it was saved.
        errors: Vec<FieldError>,
    },
    /// What the settings say of groups, after it was sent.
    GroupRules {
        /// The capacity that was typed.
        capacity: String,
        /// Whether owners may search.
        owner_search: bool,
        /// What is wrong; nothing where it was saved.
        errors: Vec<FieldError>,
    },
    /// The form of a group, where it was not saved.
    Group {
        /// What was typed.
        form: GroupForm,
        /// What somebody else changed in the meantime, each a sentence.
        changes: Vec<String>,
        /// What is wrong, each at its field.
        errors: Vec<FieldError>,
    },
    /// The form **Delete Group**, where it was refused.
    DeleteGroup {
        /// What was typed in place of the name.
        typed: String,
        /// What is wrong with it.
        errors: Vec<FieldError>,
    },
    /// One's own profile, after one of its forms was sent.
    Profile {
        /// What was done, as a sentence; empty where something is wrong.
        said: String,
        /// The name that was typed, where it was refused.
        name: Option<String>,
        /// What is wrong, each at its field.
        errors: Vec<FieldError>,
    },
    /// What was done with a member without JavaScript.
    Member {
        /// Which one.
        member: MemberId,
        /// What happened, as a sentence.
        said: String,
        /// A link to hand over, where there is one.
        link: Option<String>,
        /// What was chosen in **Edit Member**, where it was not saved.
        wanted: Option<Assigned>,
    },
    /// **Add Group Member**, after it was sent without JavaScript (spec G6).
    AddGroupMember {
        /// What was done, as sentences; empty where something is wrong.
        said: String,
        /// What was chosen, where it was refused.
        form: AddForm,
        /// What is wrong, each at its field.
        errors: Vec<FieldError>,
    },
    /// What was done with a member of a group without JavaScript (spec G5).
    GroupMember {
        /// What happened, as sentences; empty where something is wrong with a field.
        said: String,
        /// What was chosen, where it was not saved.
        wanted: Option<(GroupRole, String)>,
        /// What is wrong, each at its field.
        errors: Vec<FieldError>,
    },
    /// What is done with several members of a group, where it was refused.
    ChosenGroupMembers {
        /// The role that was chosen.
        role: Option<GroupRole>,
        /// What is wrong, each at its field.
        errors: Vec<FieldError>,
    },
    /// What the form did that led here, as a sentence.
    Done(String),
    /// A name for a view of the members table was refused.
    View {
        /// The view that was to get it; none where one was to be saved.
        view: Option<ViewId>,
        /// What was typed.
        name: String,
        /// What is wrong with it.
        errors: Vec<FieldError>,
    },
    /// Signed in, and a member of no organization.
    NoOrganization {
        /// The account's address.
        email: String,
    },
}

/// The state as the server sent it along. Only the pages with forms know how to read it: what reads all of them would
/// be in every first load.
#[cfg(not(feature = "ssr"))]
#[derive(Clone, Copy)]
struct Sent(StoredValue<String>);

impl FormState {
    /// Sends the state along, and takes it; once, before any page.
    #[cfg(feature = "ssr")]
    pub fn provide() {
        crate::load::sent_along::send(&Self::current());
    }
    /// Takes what the server sent along.
    #[cfg(not(feature = "ssr"))]
    pub fn provide() {
        provide_context(Sent(StoredValue::new(sent_along::text())));
    }

    /// Forgets it: somebody went on, and may come back to the page.
    pub fn forget() {
        #[cfg(not(feature = "ssr"))]
        if let Some(Sent(text)) = use_context() {
            text.set_value(String::new());
        }
    }

    /// The state of this page's form.
    #[cfg(feature = "ssr")]
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }
    /// The state of this page's form.
    #[cfg(not(feature = "ssr"))]
    pub fn current() -> Self {
        use_context::<Sent>().and_then(|Sent(text)| sent_along::decode(&text.get_value())).unwrap_or_default()
    }
}

/// The form **Invite Member** as it was sent, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteState {
    /// The key under which it was sent.
    pub submission: SubmissionId,
    /// What is left in the box.
    pub emails: String,
    /// Roles and groups.
    pub form: InviteForm,
    /// Who was invited and who was not.
    pub outcome: Option<Invited>,
    /// What is wrong with the whole, each at its field.
    pub errors: Vec<FieldError>,
}
