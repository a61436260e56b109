//! What every table has: sortable headings, a pager, filters, a frame. It knows no table in particular;
//! all state is in the links that it is given (DESIGN 7).

mod filter;
mod frame;
mod head;
mod pager;

pub use filter::{Choice, Filter, Switch};
pub use frame::Frame;
pub use head::Heading;
pub use pager::{Pager, Pages};
