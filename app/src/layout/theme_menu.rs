//! The menu of colour schemes.

use crate::paths;
use crate::theme::{COOKIE, Theme};
use crate::ui::{Icon, Menu, browser, icon};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

/// A year, in seconds.
const LIFE: &str = "31536000";

/// The menu **Theme**. Without JavaScript the server sets the cookie and comes back here.
#[component]
pub fn ThemeMenu() -> impl IntoView {
    let chosen = RwSignal::new(Theme::current());
    let location = use_location();
    let here = move || location.search.with(|search| location.pathname.with(|path| paths::with_query(path, search)));
    let choice = move |theme: Theme| {
        let choose = move |event: web_sys::MouseEvent| {
            event.prevent_default();
            chosen.set(theme);
            remember(theme);
        };
        let is = move || chosen.get() == theme;
        view! {
            <button type="submit" class="item" name="theme" value=theme.word() aria-pressed=move || if is() { "true" } else { "false" } on:click=choose>
                {theme.label()}
                {move || is().then(|| icon(Icon::Chosen))}
            </button>
        }
    };
    view! {
        <Menu id="theme" name="Theme" class="button quiet round" face=icon(Icon::Theme).into_any()>
            <form method="post" action=paths::THEME>
                <input type="hidden" name="next" value=here/>
                {Theme::ALL.map(choice).collect_view()}
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
