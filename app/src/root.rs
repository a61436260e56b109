//! The root of the interface: what every page has, and which page an address shows.

use crate::forms::FormState;
use crate::layout::OrganizationLayout;
use crate::pages::{FrontDoor, HomePage, MembersPage, NotFoundInside, NotFoundPage, SettingsPage};
use crate::ui::{Clock, FirstPage, KeysDialog, keys};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::SsrMode::Async;
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::path;

/// The interface. On the server it needs the context that `server` gives; in the browser it takes over
/// the page that came from there.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Clock::provide();
    FirstPage::provide();
    // The browser can't know what the server made of a form, so it comes along with the page.
    provide_context(SharedValue::new(|| use_context::<FormState>().unwrap_or_default()).into_inner());
    keys::listen();

    view! {
        <Title formatter=|title: String| title + " · Muster"/>
        <a class="skip" href="#content" rel="external">"Skip to content"</a>
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=FrontDoor ssr=Async/>
                <Route path=path!("/sign-in") view=FrontDoor ssr=Async/>
                <Route path=path!("/set-up") view=FrontDoor ssr=Async/>
                <ParentRoute path=path!("/o/:slug") view=|| view! { <OrganizationLayout><Outlet/></OrganizationLayout> } ssr=Async>
                    <Route path=path!("") view=HomePage/>
                    <Route path=path!("members") view=MembersPage/>
                    <Route path=path!("settings") view=SettingsPage/>
                    <Route path=path!("*any") view=NotFoundInside/>
                </ParentRoute>
            </Routes>
        </Router>
        <KeysDialog/>
    }
}
