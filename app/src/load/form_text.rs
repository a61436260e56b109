//! What the server sent along about the form of a page. It stays text until a page with a form reads it: the decoder of
//! every kind of form would otherwise be in the first load.

#[cfg(not(feature = "ssr"))]
use super::sent_along;
use leptos::prelude::*;
#[cfg(not(feature = "ssr"))]
use serde::de::DeserializeOwned;

/// The state of the page's form as the server sent it along. On the server there is none.
#[derive(Clone, Copy)]
pub struct FormText(StoredValue<String>);

impl FormText {
    /// Takes what the server sent along; once, before any page.
    #[cfg(not(feature = "ssr"))]
    pub fn provide() {
        provide_context(Self(StoredValue::new(sent_along::text())));
    }

    /// Reads it.
    #[cfg(not(feature = "ssr"))]
    pub fn read<T: DeserializeOwned>() -> Option<T> {
        use_context::<Self>().and_then(|Self(text)| sent_along::decode(&text.get_value()))
    }

    /// Forgets it: the reader moved on, and may come back to the page.
    pub fn forget() {
        if let Some(Self(text)) = use_context() {
            text.set_value(String::new());
        }
    }
}
