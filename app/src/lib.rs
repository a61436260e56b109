//! The interface: pages, components and the server functions behind them. The same code renders on the server and runs
//! in the browser.

// Views are types as deep as the page.
#![recursion_limit = "256"]

#[cfg(not(erase_components))]
compile_error!(
    "`app` is built with `--cfg erase_components` only: .cargo/config.toml says so, and a RUSTFLAGS variable took its place"
);

pub mod api;
pub mod changes;
pub mod forms;
pub mod paths;
pub mod routes;
pub mod theme;

mod groups;
mod layout;
mod lazy;
mod live;
mod load;
mod organization;
mod page_list;
mod pages;
mod people;
mod problem;
mod root;
mod table;
mod ui;

#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
pub mod status;

#[cfg(feature = "hydrate")]
pub use lazy::prepare;
pub use root::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
