//! The form **Invite Member**, in a dialog and on a page of its own (spec I1–I4).

mod chips;
mod dialog;
mod entries;
mod form;

pub use dialog::InviteDialog;
pub use form::Form;
