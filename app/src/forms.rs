//! What a form page shows when it is rendered: the values that were typed and their errors. The server provides it as
//! context, and the page carries it to the browser, so that both render the same.

use crate::changes::SentForm;
#[cfg(not(feature = "ssr"))]
use crate::load::FormText;
use domain::invitations::{JoinForm, LinkShown};
use domain::setup::{FieldError, SetUpForm, SignInForm};
#[cfg(feature = "ssr")]
use leptos::prelude::use_context;
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
    /// A form that was sent and not accepted.
    Sent(SentForm),
    /// Signed in, and a member of no organization.
    NoOrganization {
        /// The account's address.
        email: String,
    },
}

impl FormState {
    /// Sends the state along, and takes it; once, before any page.
    #[cfg(feature = "ssr")]
    pub fn provide() {
        crate::load::sent_along::send(&Self::current());
    }
    /// Takes what the server sent along.
    #[cfg(not(feature = "ssr"))]
    pub fn provide() {
        FormText::provide();
    }

    /// The state of this page's form.
    #[cfg(feature = "ssr")]
    pub fn current() -> Self {
        use_context().unwrap_or_default()
    }
    /// The state of this page's form.
    #[cfg(not(feature = "ssr"))]
    pub fn current() -> Self {
        FormText::read().unwrap_or_default()
    }
}

/// What is said of the change that led to a page, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// The sentence.
    pub message: String,
    /// A link to hand over, where there is one.
    pub link: Option<String>,
}

impl SentForm {
    /// The form of one of these changes, as it came back to the page.
    pub fn current(changes: &[&str]) -> Option<Self> {
        match FormState::current() {
            FormState::Sent(form) if changes.iter().any(|change| form.is_of(change)) => Some(form),
            _ => None,
        }
    }
}
