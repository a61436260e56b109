//! What is shown in place of something that could not be loaded: what happened, and what to do about it (STYLE).

mod not_found;
mod refusal;

pub use not_found::{NotFoundInside, NotFoundPage};
pub use refusal::{contacts, what_they_have};

use crate::api::ApiError;
use crate::load::{Loadable, Loaded, waiting};
use crate::paths;
use crate::ui::{Icon, icon};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use not_found::NotFound;
use refusal::RefusalPage;
use std::sync::Arc;

/// Shows what was loaded, or what went wrong.
pub fn loaded_or_problem<T: Loadable>(loaded: Loaded<T>, show: impl Fn(T) -> AnyView) -> AnyView {
    match loaded.get() {
        None => waiting(),
        Some(Ok(value)) => show(Arc::unwrap_or_clone(value)),
        Some(Err(error)) => view! { <Problem error=error retry=loaded.retry()/> }.into_any(),
    }
}

/// What a form in a dialog needs to know, or why there can be none: nobody was chosen, or too many were.
pub fn facts_or_problem<T: Loadable>(facts: Loaded<T>, show: impl Fn(T) -> AnyView) -> AnyView {
    match why_none(facts) {
        Some(why) => view! { <p class="error" role="alert">{why}</p> }.into_any(),
        None => loaded_or_problem(facts, show),
    }
}

/// The same on a page of its own, with its heading and a link back to where people are chosen.
pub fn page_or_problem<T: Loadable>(
    facts: Loaded<T>,
    heading: &'static str,
    back: &str,
    show: impl Fn(T) -> AnyView,
) -> AnyView {
    let Some(why) = why_none(facts) else { return loaded_or_problem(facts, show) };
    view! {
        <div class="title"><h1>{heading}</h1></div>
        <section class="panel narrow">
            <p class="error" role="alert">{why}</p>
            <p><a class="button" href=back.to_owned()>"Go back"</a></p>
        </section>
    }
    .into_any()
}

fn why_none<T: Loadable>(facts: Loaded<T>) -> Option<String> {
    let Some(Err(ApiError::Invalid(errors))) = facts.get() else { return None };
    Some(errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" "))
}

impl ApiError {
    /// Says whether this takes the place of the whole page, not of the part that was loaded.
    pub fn replaces_page(&self) -> bool {
        matches!(self, Self::NotFound | Self::Forbidden(_))
    }
}

/// An error, in place of what could not be loaded.
#[component]
pub fn Problem(
    /// What happened.
    error: ApiError,
    /// Tries again.
    retry: Callback<()>,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::status::PageStatus::note(&error);
    if let ApiError::Forbidden(refusal) = error {
        return view! { <RefusalPage refusal=*refusal/> }.into_any();
    }
    let (title, text) = match &error {
        ApiError::NotFound => return view! { <NotFound/> }.into_any(),
        ApiError::SignIn => ("Your session has ended", "Sign in again to go on where you are.".to_owned()),
        ApiError::Busy => ("The server is busy", "Nothing is lost. Try again in a moment.".into()),
        ApiError::Unavailable(said) | ApiError::NoRoom(said) => ("Not now", said.clone()),
        ApiError::Offline => ("The server cannot be reached", "Check your connection, then try again.".into()),
        ApiError::Outdated => {
            ("Muster was updated", "This page is older than the server. Reload it to go on where you are.".into())
        }
        ApiError::Forbidden(_) | ApiError::Invalid(_) | ApiError::Failed { .. } => {
            let id = if let ApiError::Failed { request_id } = &error { request_id.as_str() } else { "" };
            let id = if id.is_empty() { String::new() } else { " It is in the server's log as ".to_owned() + id + "." };
            let text = "This is a fault of the server's. Try again; if it stays, tell whoever runs this installation.";
            ("Something failed on the server", text.to_owned() + &id)
        }
    };
    let location = use_location();
    let here = location
        .search
        .with_untracked(|search| location.pathname.with_untracked(|path| paths::with_query(path, search)));
    // Each is a link, so that it works before the page comes to life; trying again then needs no new page.
    let (label, link, again) = match error {
        ApiError::SignIn => ("Sign in", paths::sign_in_then(&here), false),
        ApiError::Outdated => ("Reload", here, false),
        _ => ("Try again", here, true),
    };
    let click = move |event: leptos::ev::MouseEvent| {
        if again {
            event.prevent_default();
            retry.run(());
        }
    };
    view! {
        <div class="problem" role="alert">
            {icon(Icon::Warning)}
            <h2>{title}</h2>
            <p>{text}</p>
            <a class="button" href=link rel="external" on:click=click>{label}</a>
        </div>
    }
    .into_any()
}
