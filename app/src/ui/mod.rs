//! Components that depend on no page and no server function.

pub mod browser;
pub mod keys;

mod avatar;
mod field;
mod form;
mod icon;
mod live;
mod meanwhile;
mod menu;
mod notice;
mod search;
mod tag;
mod time;
mod title;

pub use avatar::avatar;
pub use field::{Field, PasswordField, error_line, field_error, field_id, invalid};
pub use form::{Check, CheckedForm, Checking, Submit, hidden_fields};
pub use icon::{Icon, icon};
pub use keys::{KeysButton, KeysDialog};
pub use live::{effect, live, live_if};
pub use meanwhile::{CHANGED, meanwhile};
pub use menu::Menu;
pub use notice::Notice;
pub use search::{Debounce, SearchInput};
pub use tag::{Tone, clipped, tag};
pub use time::{Clock, time};
pub use title::Title;
