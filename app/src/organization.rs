//! The organization that the current page belongs to, as context for its components.

use crate::load::Loaded;
use domain::Slug;
use domain::groups::Sidebar;
use domain::viewer::Viewer;
use leptos::prelude::*;

/// The organization that the address names, for everything below the layout.
#[derive(Clone)]
pub struct Organization {
    /// Its part of the address.
    pub slug: Slug,
    /// Who is looking.
    pub viewer: Loaded<Viewer>,
    /// The first groups, or those that the address searches for.
    pub sidebar: Loaded<Sidebar>,
}

impl Organization {
    /// The organization around this component.
    pub fn current() -> Self {
        expect_context()
    }
}
