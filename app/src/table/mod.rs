//! Tables: the page of a table, built from a [`Table`] that describes it, and its parts. All state is in the links that
//! they are given (DESIGN 7).

mod address;
mod confirm;
mod description;
mod filter;
mod focus;
mod frame;
mod head;
mod job;
mod message;
mod notices;
mod page;
mod pager;
mod plain;
mod refresh;
mod row_menu;
mod selected;
mod selection;
mod state;
mod toast;
mod views;

pub use address::TableAddress;
pub use confirm::ConfirmDialog;
pub use description::{Column, Columns, Table};
pub use filter::{Choice, Filter, Switch, filter_by_word};
pub use focus::{opens, refocus};
pub use frame::Frame;
pub use head::Heading;
pub use job::{Job, JobState};
pub use message::Message;
pub use notices::{changes, nobody, notices};
pub use page::table_page;
pub use plain::{Number, numbers, plain_table};
pub use row_menu::{Does, Question, RowAction, RowActions, RowForm, RowMenu, WithRowMenu, to_row};
pub use selected::{Selected, listen_to_selection, select_all, to_selection};
pub use selection::{Selection, TOO_MANY, WithSelection, selection_bar};
pub use state::TableState;
pub use toast::toast;
#[cfg(feature = "ssr")]
pub use views::refused_view;
pub use views::{VIEWS_MENU, ViewChanges, ViewsMenu, check_name_again, name_fault, tell_name_fault, views_menu};
