//! The document around the interface: `<html>` and `<head>`.
//!
//! Our own instead of leptos's `HydrationScripts`, which looks for names beside the executable and puts
//! the nonce where a browser doesn't take it for one. There is no preload of the script: the import stands
//! two lines further down, and a browser without JavaScript would report the preload as refused.

use crate::App;
use crate::context::{Assets, Theme};
use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// The whole document. The server gives [`Assets`], [`Theme`] and the rest of the context.
pub fn shell() -> impl IntoView {
    let Assets { js, wasm, css } = expect_context();
    let theme: Theme = use_context().unwrap_or_default();
    let nonce = use_nonce();
    let start = format!("import start,{{hydrate}} from {js:?};start({{module_or_path:{wasm:?}}}).then(()=>hydrate())");
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.word()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <link rel="stylesheet" href=css/>
                <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <script type="module" nonce=nonce inner_html=start></script>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
