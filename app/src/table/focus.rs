//! Links in rows that open a menu or a dialog where there is JavaScript, and where the focus goes afterwards.

use crate::ui::browser;
use leptos::ev::MouseEvent;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// What the clicked link opens, by its attribute `data-opens`. Nothing where a key is held that opens the link elsewhere.
pub fn opens(event: &MouseEvent) -> Option<String> {
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() {
        return None;
    }
    let at = event.target()?.dyn_into::<Element>().ok()?;
    at.closest("[data-opens]").ok()??.get_attribute("data-opens")
}

/// Gives the focus back to the link of a row that was drawn anew, where nothing else has it: to the frame, if the row is
/// gone from the page.
pub fn refocus(id: &str) {
    if browser::focused().is_none_or(|at| at.tag_name() == "BODY") {
        let link = browser::find(&["a[data-opens][href*=\"", id, "\"]"].concat());
        if let Some(there) = link.or_else(|| browser::find("[data-cells]")) {
            browser::focus(&there);
        }
    }
}
