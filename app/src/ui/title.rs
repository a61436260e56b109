//! The document's title: the page, and the organization it belongs to.

use leptos::prelude::*;

/// What stands behind the page's name outside any organization.
const PRODUCT: &str = "Muster";

/// The two parts of the title.
#[derive(Clone, Copy)]
pub struct Title {
    page: StoredValue<String>,
    end: StoredValue<String>,
}

impl Title {
    /// Starts with the product's name behind every page's, once.
    pub fn provide() {
        #[cfg(feature = "ssr")]
        leptos_meta::provide_meta_context();
        let title = Self { page: StoredValue::new(String::new()), end: StoredValue::new(PRODUCT.into()) };
        provide_context(title);
    }

    /// Names the page.
    pub fn set_page(name: &str) {
        if let Some(title) = use_context::<Self>() {
            title.page.set_value(name.to_owned());
            title.write();
        }
    }

    /// Names the organization that the page belongs to.
    pub fn set_organization(name: &str) {
        if let Some(title) = use_context::<Self>() {
            title.end.set_value(name.to_owned());
            title.write();
        }
    }

    fn text(self) -> String {
        [&self.page.get_value(), " · ", &self.end.get_value()].concat()
    }

    /// Hands it to what writes the head, which takes the last one that it was given. That does not escape the text
    /// (docs/upstream/leptos-meta-title.md), and names that people chose are part of it: one could end the element.
    #[cfg(feature = "ssr")]
    fn write(self) {
        use leptos_meta::{Title as InHead, TitleProps};
        let escaped = maud::html! { (self.text()) }.into_string();
        drop(InHead(TitleProps::builder().text(escaped).build()));
    }

    #[cfg(not(feature = "ssr"))]
    fn write(self) {
        document().set_title(&self.text());
    }
}
