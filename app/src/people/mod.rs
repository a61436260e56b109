//! What several pages share about members: their rows, and the forms that change them.

pub mod bulk;
pub mod invite;
pub mod password;

mod action;
mod bring_in;
mod edit;
mod loss;
mod person;

pub use action::change_of;
pub use bring_in::bring_people_in;
pub use edit::EditForm;
pub use loss::{erasing_means, removal_means};
pub use person::{NOTHING, Times, groups, person};
