//! What every table does: its page, made from a [`Table`] that describes it, and the parts of that page. All state is in
//! the links that they are given (DESIGN 7).

mod address;
mod description;
mod filter;
mod focus;
mod frame;
mod head;
mod notices;
mod page;
mod pager;
mod picks;
mod refresh;
mod state;

pub use address::TableAddress;
pub use description::{Column, Columns, Table};
pub use filter::{Choice, Filter, Switch, filter_by_word};
pub use focus::{opens, refocus};
pub use frame::Frame;
pub use head::Heading;
pub use notices::{changes, nobody, notices};
pub use page::table_page;
pub use pager::{Pager, Pages};
pub use picks::{Picks, listen_to_picks, pick_all, to_picks};
pub use state::TableState;
