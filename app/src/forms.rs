//! What a form page shows when it is rendered: the values that were typed and what is wrong with them.
//! The server gives it as context; the page carries it into the browser, so that both write the same.

use domain::setup::{FieldError, SetUpForm, SignInForm};
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
    /// Signed in, and a member of no organization.
    NoOrganization {
        /// The account's address.
        email: String,
    },
}
