//! The parts of the browser's document that the interface uses. None of this runs on the server.

use domain::Timestamp;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlDialogElement, HtmlElement, NodeList};

/// `<html>`.
pub fn root() -> Option<Element> {
    document().document_element()
}

/// The element that is focused.
pub fn focused() -> Option<Element> {
    document().active_element()
}

/// Focuses an element, if it can be.
pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// The first element that a selector finds.
pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// Opens a dialog, over everything else, unless it is open.
pub fn open_dialog(selector: &str) {
    if let Some(dialog) = dialog(selector)
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}

/// Closes a dialog.
pub fn close_dialog(selector: &str) {
    if let Some(dialog) = dialog(selector) {
        dialog.close();
    }
}

fn dialog(selector: &str) -> Option<HtmlDialogElement> {
    find(selector)?.dyn_into().ok()
}

/// The elements that a selector finds inside another, those that are shown only.
pub fn shown_in(element: &Element, selector: &str) -> Vec<HtmlElement> {
    element.query_selector_all(selector).map(html_elements).unwrap_or_default()
}

fn html_elements(list: NodeList) -> Vec<HtmlElement> {
    (0..list.length())
        .filter_map(|i| list.item(i)?.dyn_into::<HtmlElement>().ok())
        .filter(|element| element.offset_height() > 0)
        .collect()
}

/// The IANA name of the browser's time zone.
pub fn time_zone() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    js_sys::Reflect::get(&format.resolved_options(), &JsValue::from_str("timeZone")).ok()?.as_string()
}

/// Writes every time on the page anew.
pub fn rewrite_times(text: impl Fn(Timestamp) -> String) {
    let Ok(times) = document().query_selector_all("time[datetime]") else { return };
    for time in (0..times.length()).filter_map(|place| times.item(place)) {
        let Some(element) = time.dyn_ref::<Element>() else { continue };
        let millis = js_sys::Date::parse(&element.get_attribute("datetime").unwrap_or_default());
        if millis.is_nan() {
            continue;
        }
        #[allow(clippy::cast_possible_truncation, reason = "a date in milliseconds")]
        let text = text(Timestamp::from_millis(millis as i64));
        if element.text_content().as_ref() != Some(&text) {
            element.set_text_content(Some(&text));
        }
    }
}

/// Writes what is in a row of the table anew, unless something in it is open. What was focused there keeps the focus.
pub fn rewrite_row(index: usize, html: &str) {
    let Some(row) = find(&["[data-cells] tbody tr:nth-child(", &(index + 1).to_string(), ")"].concat()) else { return };
    if row.query_selector(":popover-open").ok().flatten().is_some() {
        return;
    }
    let focused = focused().filter(|at| row.contains(Some(at)));
    let what = focused.and_then(|at| ["[data-opens]", ".pick"].into_iter().find(|one| at.matches(one) == Ok(true)));
    row.set_inner_html(html);
    if let Some(same) = what.and_then(|what| row.query_selector(what).ok().flatten()) {
        focus(&same);
    }
}

/// Puts text on the clipboard, where the browser lets us.
pub fn copy(text: &str) {
    let _ = leptos::prelude::window().navigator().clipboard().write_text(text);
}

/// What the browser was told to remember under a name.
pub fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Has the browser remember something under a name, or forget it; one that refuses does without.
pub fn keep(name: &str, text: Option<&str>) {
    if let Some(storage) = storage() {
        let _ = match text {
            Some(text) => storage.set_item(name, text),
            None => storage.remove_item(name),
        };
    }
}

fn storage() -> Option<web_sys::Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}
