//! The root of the interface: what every page has, and which page an address shows.

use crate::forms::FormState;
use crate::layout::OrganizationLayout;
use crate::lazy::{LazyPage, lazily};
use crate::pages::NotFoundPage;
use crate::paths::Place;
use crate::ui::{Clock, FirstPage, KeysDialog, Shown, Title, effect, keys};
use domain::Slug;
use leptos::prelude::*;
use leptos_router::components::Router;
use leptos_router::hooks::use_location;
use leptos_router::location::{BrowserUrl, LocationProvider};

/// The interface. On the server it needs the context that `server` gives; in the browser it takes over
/// the page that came from there.
#[component]
pub fn App() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::load::Awaited::provide();
    Title::provide();
    Clock::provide();
    FirstPage::provide();
    // The browser can't know what the server made of a form.
    FormState::provide();
    keys::listen();
    view! {
        <a class="skip" href="#content" rel="external">"Skip to content"</a>
        <Router>
            <Places/>
        </Router>
        <KeysDialog/>
    }
}

/// The page that the address shows. `Routes` would do the same, for a sixth of the bytes that a first
/// visit may load; every place is complete before it is sent (`render_app_async`), and `paths` reads
/// what it writes.
#[component]
fn Places() -> impl IntoView {
    let path = use_location().pathname;
    // Which organization's layout stands around the page: it stays while pages change.
    let organization = Memo::new(move |_| match path.with(|path| Place::of(path)) {
        Place::In(organization, _) => organization.to_string(),
        Place::FrontDoor | Place::Nowhere => String::new(),
    });
    // The router writes the address once it hears that the page is there.
    effect(move |first| {
        path.track();
        if !first {
            FormState::forget();
        }
        if let Some(browser) = use_context::<BrowserUrl>() {
            browser.ready_to_complete();
        }
    });
    let shown: Shown = Box::new(move || match Slug::parse(&organization.get()) {
        Ok(slug) => view! { <OrganizationLayout slug=slug/> }.into_any(),
        Err(_) if path.with(|path| Place::of(path)) == Place::FrontDoor => lazily(LazyPage::FrontDoor),
        Err(_) => view! { <NotFoundPage/> }.into_any(),
    });
    shown
}
