//! The page's one `<main>`.

use super::{Title, browser, effect};
use leptos::prelude::*;

/// Whether the page that is shown is still the one that came from the server.
#[derive(Clone, Copy)]
pub struct FirstPage(StoredValue<bool>);

impl FirstPage {
    /// Starts watching, once.
    pub fn provide() {
        provide_context(Self(StoredValue::new(true)));
    }
}

/// The main part of a page, and its title. After a change of page the focus moves here, so that the
/// keyboard and screen readers go on where the new page begins.
#[component]
pub fn Main(
    /// The page's title, without the product's name.
    title: &'static str,
    /// Its classes.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let first = use_context::<FirstPage>();
    effect(move |_| {
        if let (Some(main), Some(FirstPage(first))) = (browser::find("main"), first)
            && !std::mem::replace(&mut *first.write_value(), false)
        {
            browser::focus(&main);
        }
    });
    Title::set_page(title);
    view! {
        <main id="content" class=class tabindex="-1">
            {children()}
        </main>
    }
}
