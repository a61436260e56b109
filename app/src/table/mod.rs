//! What every table has: sortable headings, a pager, filters, a frame. It knows no table in particular;
//! all state is in the links that it is given (DESIGN 7).

mod address;
mod filter;
mod frame;
mod head;
mod pager;
mod picks;
mod said;

pub use address::TableAddress;
pub use filter::{Choice, Filter, Switch, filter_by_word};
pub use frame::Frame;
pub use head::Heading;
pub use pager::{Pager, Pages};
pub use picks::{Picks, listen_to_picks, pick_all, to_picks};
pub use said::{changes, nobody, notices};
