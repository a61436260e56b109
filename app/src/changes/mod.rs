//! Changes: everything that people do with forms. Each change is declared once, as a server function with its message
//! on success (decision 43). A form posts the arguments of that function to the address of its page, with the
//! function's word in the field [`CHANGE`]: by itself, or through [`ChangeForm`] once the page is alive. The server
//! decodes both alike.

mod component;
mod lead;
mod plain;
mod sent;

#[cfg(feature = "ssr")]
mod declared;
#[cfg(feature = "ssr")]
mod done;
#[cfg(feature = "ssr")]
mod form;
mod send;

pub use component::ChangeForm;
pub use lead::Sender;
#[cfg(feature = "ssr")]
pub use lead::{flash, problem};
pub use plain::{Answered, hidden, send_plain, take_what_is_there, why_not_done};
pub use send::send;
pub use sent::SentForm;
#[cfg(feature = "ssr")]
pub use {
    declared::{Change, Declared, LARGEST, LONG, all},
    form::PostedForm,
};

#[cfg(feature = "ssr")]
use crate::api::ApiError;
use domain::setup::FieldError;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// The field of a form that names the change: the endpoint of its server function. Where a form and its button both
/// name one, the button's counts, which comes last.
pub const CHANGE: &str = "change";

/// The forms that have an endpoint of their own: one takes a file, and one counts attempts.
pub const IMPORT_FILE: &str = "import/file";
/// One's own password.
pub const OWN_PASSWORD: &str = "profile/password";

/// The word of a change, from its server function.
pub fn word<F: ServerFn>() -> &'static str {
    F::PATH.strip_prefix(API).unwrap_or(F::PATH)
}

/// The prefix of the addresses of server functions.
const API: &str = "/api/";

/// What came of a change that was not refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It is done.
    Done(Done),
    /// A part of it is done.
    Partly(Partly),
    /// Nothing was saved, since somebody else changed the same in the meantime.
    Changed(Changed),
}

/// What somebody else changed in the meantime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// What, each a sentence.
    pub what: Vec<String>,
    /// What the form's hidden fields say of what is there now: sent again with them, it replaces that.
    pub now: Vec<(String, String)>,
}

/// What is said of a change that is done, and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The flash message.
    pub message: String,
    /// Where the browser goes; nothing where it stays on the page.
    pub to: Option<String>,
    /// A link to hand over, where there is one.
    pub link: Option<String>,
    /// The change that takes it back, where one does.
    pub undo: Option<Undo>,
}

/// A change that takes back another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// Its word.
    pub change: String,
    /// The fields of its form.
    pub fields: Vec<(String, String)>,
}

/// What is said of a change of which only a part is done, and what is left of its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partly {
    /// What was done and what was not.
    pub message: String,
    /// The fields that are left: they take the place of those of the same names.
    pub fields: Vec<(String, String)>,
    /// What is wrong with them. Where several fields have one name, the errors are in the order of the fields.
    pub errors: Vec<FieldError>,
}

impl Partly {
    /// All of it as one text.
    pub fn sentence(&self) -> String {
        let errors = self.errors.iter().map(|error| error.message.as_str());
        std::iter::once(self.message.as_str()).chain(errors).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(feature = "ssr")]
impl Done {
    /// Done, on the same page.
    pub fn saying(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }
    /// The same, on another page.
    pub fn at(self, to: String) -> Self {
        Self { to: Some(to), ..self }
    }
    /// The same, with the change that takes it back.
    pub fn undone_by<C: ServerFn>(self, fields: Vec<(String, String)>) -> Self {
        Self { undo: Some(Undo { change: word::<C>().to_owned(), fields }), ..self }
    }
}

#[cfg(feature = "ssr")]
impl From<Done> for Outcome {
    fn from(done: Done) -> Self {
        Self::Done(done)
    }
}

/// What a change answers: done, done in part, changed by somebody else, or refused.
#[cfg(feature = "ssr")]
pub type Answer = Result<Outcome, ApiError>;
