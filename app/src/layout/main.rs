//! The `<main>` element of every page, with the flash message.

use crate::ui::{browser, effect};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use {crate::changes, crate::changes::SentForm, crate::forms::Flash, crate::forms::FormState};

/// Whether the page that is shown is still the one that came from the server.
#[derive(Clone, Copy)]
pub struct FirstPage(StoredValue<bool>);

impl FirstPage {
    /// Starts watching, once.
    pub fn provide() {
        provide_context(Self(StoredValue::new(true)));
    }
}

/// The main part of a page. After a change of page the focus moves here, so that the keyboard and screen readers go on where
/// the new page begins.
#[component]
pub fn Main(
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
    view! {
        <main id="content" class=class tabindex="-1">
            <div class="flash" inner_html=flash()></div>
            {children()}
        </main>
    }
}

/// What is said of the change that led here, or of a form that could not be accepted as a whole. The server writes it;
/// it has the focus, since what had it is gone with the form.
#[cfg(feature = "ssr")]
fn flash() -> String {
    let problem = match FormState::current() {
        FormState::Sent(SentForm { problem, .. }) if !problem.is_empty() => Some(problem),
        _ => None,
    };
    let done = use_context::<Flash>();
    let text = match (problem, done) {
        (Some(problem), _) => changes::problem(&problem),
        (None, Some(Flash { message, link })) => changes::flash(&message, link.as_deref()),
        (None, None) => return String::new(),
    };
    text.into_string()
}

/// In the browser it stays as it came from the server.
#[cfg(not(feature = "ssr"))]
fn flash() -> String {
    String::new()
}
