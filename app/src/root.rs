//! The root of the interface: the parts that every page has, and the choice of the page for an address.

use crate::forms::FormState;
use crate::layout::{FirstPage, OrganizationLayout};
use crate::lazy::{Lazy, lazily, page};
use crate::load::{FormText, Shown};
use crate::problem::NotFoundPage;
use crate::routes::Route;
use crate::ui::{Clock, KeysDialog, Title, effect, keys};
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
            <CurrentPage/>
        </Router>
        <KeysDialog/>
    }
}

/// The page that the address shows. The router's `Routes` would do the same, but take a sixth of the bytes that a first
/// visit may load. Pages are complete before they are sent (`render_app_async`), whatever `Routes` would say of it.
#[component]
fn CurrentPage() -> impl IntoView {
    let path = use_location().pathname;
    // The organization whose layout surrounds the page: the layout stays while pages change.
    let organization = Memo::new(move |_| match path.with(|path| Route::of(path)) {
        Route::In(organization, _) => organization.to_string(),
        Route::Public | Route::Nowhere => String::new(),
    });
    // The router writes the address once it hears that the page is there.
    effect(move |first| {
        path.track();
        if !first {
            FormText::forget();
        }
        if let Some(browser) = use_context::<BrowserUrl>() {
            browser.ready_to_complete();
        }
    });
    let shown: Shown = Box::new(move || match Slug::parse(&organization.get()) {
        Ok(slug) => view! { <OrganizationLayout slug=slug page=page/> }.into_any(),
        Err(_) => match path.with(|path| Route::of(path)) {
            Route::Public => lazily(Lazy::Public),
            Route::In(..) | Route::Nowhere => view! { <NotFoundPage/> }.into_any(),
        },
    });
    shown
}
