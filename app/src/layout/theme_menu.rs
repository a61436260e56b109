//! The menu of colour schemes.

use crate::paths;
use crate::theme::{COOKIE, Theme};
use crate::ui::{Icon, Menu, browser, icon, live};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

/// A year, in seconds.
const LIFE: &str = "31536000";

/// The menu **Theme**. Without JavaScript the server sets the cookie and comes back here.
#[component]
pub fn ThemeMenu() -> impl IntoView {
    let chosen = RwSignal::new(Theme::current().word().to_owned());
    let location = use_location();
    let here =
        live(move || location.search.with(|search| location.pathname.with(|path| paths::with_query(path, search))));
    let choice = move |theme: Theme| {
        let choose = move |event: web_sys::MouseEvent| {
            event.prevent_default();
            chosen.set(theme.word().to_owned());
            remember(theme);
        };
        let pressed = live(move || Some(if chosen.with(|chosen| chosen == theme.word()) { "true" } else { "false" }));
        view! {
            <button type="submit" class="item" name="theme" value=theme.word() aria-pressed=pressed on:click=choose>
                {theme.label()}
                {icon(Icon::Chosen)}
            </button>
        }
        .into_any()
    };
    view! {
        <Menu id="theme" name="Theme" class="button quiet round" face=icon(Icon::Theme)>
            <form method="post" action=paths::THEME>
                <input type="hidden" name="next" value=here/>
                {Vec::from(Theme::ALL.map(choice))}
            </form>
        </Menu>
    }
}

fn remember(theme: Theme) {
    if let Some(root) = browser::root() {
        let _ = root.set_attribute("data-theme", theme.word());
    }
    let secure =
        if window().location().protocol().is_ok_and(|protocol| protocol == "https:") { "; Secure" } else { "" };
    let cookie = [COOKIE, "=", theme.word(), "; Path=/; SameSite=Lax; Max-Age=", LIFE, secure].concat();
    if let Some(document) = document().dyn_ref::<HtmlDocument>() {
        let _ = document.set_cookie(&cookie);
    }
}
