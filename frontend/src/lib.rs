//! The wasm entry point: hydrates the page that the server sent, nothing else.
//!
//! Empty for every other target, so that `cargo test --workspace` never sees the browser's features.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::wasm_bindgen;

/// Brings the page that the server sent to life.
///
/// The shell calls it after the module's default export has loaded the wasm by its hashed name.
#[cfg(feature = "hydrate")]
#[wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    // A page whose code does not come stays what it is without JavaScript.
    if app::prepare().await.is_ok() {
        leptos::mount::hydrate_body(app::App);
    }
}

/// Draws the whole page in the browser: what `trunk serve` starts, with no server-rendered HTML.
#[cfg(all(feature = "csr", not(feature = "hydrate")))]
#[wasm_bindgen(start)]
pub fn mount() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
