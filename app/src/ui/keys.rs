//! Keyboard shortcuts, and the dialog that lists them (STYLE).

use super::browser::{find, focus, focused, shown_in};
use super::effect;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, KeyboardEvent};

/// What the arrow keys reach in a menu or in the row of a table: everything that takes the focus, and cells without any.
const STOPS: &str = "a[href], button, input, summary, [tabindex], td:not(:has(a[href], button, input, [tabindex]))";

/// Listens for the keys, once for the whole page.
pub fn listen() {
    effect(move |_| {
        window_event_listener(ev::keydown, |event| {
            let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
            if plain && !event.default_prevented() && pressed(&event).is_some() {
                event.prevent_default();
            }
        });
        // A link in a menu closes it: the page may stay.
        window_event_listener(ev::click, |event| {
            let link = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(menu) =
                link.and_then(|link| link.closest("a, [data-keys]").ok()?).and_then(|link| menu_around(&link))
            {
                let _ = menu.hide_popover();
            }
        });
    });
}

/// Does what a key means where it was pressed; nothing where it means nothing.
fn pressed(event: &KeyboardEvent) -> Option<()> {
    let at = event.target()?.dyn_into::<Element>().ok()?;
    let typing = at.matches("input:not(.pick), textarea, select").unwrap_or(false);
    match &*event.key() {
        "/" if !typing => focus(&find("[aria-keyshortcuts]")?),
        "?" if !typing => show_keys()?,
        "a" if at.closest("[data-cells]").ok()?.is_some() => focus(&find(".selection .primary")?),
        " " if at.get_attribute("role").as_deref() == Some("switch") => at.dyn_ref::<HtmlElement>()?.click(),
        key => {
            let (rows, cells) = match key {
                "ArrowDown" => (1, 0),
                "ArrowUp" => (-1, 0),
                "ArrowRight" if !typing => (0, 1),
                "ArrowLeft" if !typing => (0, -1),
                _ => return None,
            };
            if let Some(menu) = menu_around(&at) {
                step_in(&menu, &at, rows + cells)?;
            } else if rows > 0 && at.has_attribute("popovertarget") {
                open_menu(&at)?;
            } else {
                step_in_table(&at, rows, cells)?;
            }
        }
    }
    Some(())
}

fn menu_around(element: &Element) -> Option<HtmlElement> {
    element.closest("[popover]").ok()??.dyn_into().ok()
}

fn open_menu(button: &Element) -> Option<()> {
    let menu = document().get_element_by_id(&button.get_attribute("popovertarget")?)?;
    button.dyn_ref::<HtmlElement>()?.click();
    focus(shown_in(&menu, STOPS).first()?);
    Some(())
}

/// Moves to the next or the previous stop, from the last one to the first.
fn step_in(around: &Element, at: &Element, step: i32) -> Option<()> {
    let stops = shown_in(around, STOPS);
    let now = stops.iter().position(|stop| at.is_same_node(Some(stop)));
    let count = i32::try_from(stops.len()).ok()?;
    let next = now.map_or(0, |now| (i32::try_from(now).unwrap_or(0) + step).rem_euclid(count.max(1)));
    focus_stop(stops.get(usize::try_from(next).ok()?)?)
}

/// Moves through what takes the focus in a row, or to the same cell of another row, so that exact times and whole texts
/// are in reach without a tab stop for each.
fn step_in_table(at: &Element, rows: i32, cells: i32) -> Option<()> {
    at.closest("[data-cells]").ok()??;
    let Some(cell) = at.closest("tbody td").ok()? else {
        return focus_in_cell(&find("[data-cells] tbody td")?);
    };
    let row = cell.parent_element()?;
    let other = match rows {
        0 => return step_in(&row, at, cells),
        1 => row.next_element_sibling()?,
        _ => row.previous_element_sibling()?,
    };
    let place = (0..row.children().length()).find(|place| row.children().item(*place).as_ref() == Some(&cell))?;
    focus_in_cell(&other.children().item(place)?)
}

/// Focuses the first stop in a cell, else the cell.
fn focus_in_cell(cell: &Element) -> Option<()> {
    let stops = shown_in(cell, STOPS);
    focus_stop(stops.first().map_or(cell, |stop| stop))
}

fn focus_stop(stop: &Element) -> Option<()> {
    if stop.tag_name() == "TD" {
        stop.set_attribute("tabindex", "-1").ok()?;
    }
    focus(stop);
    Some(())
}

fn show_keys() -> Option<()> {
    let dialog = document().get_element_by_id("keys")?.dyn_into::<HtmlDialogElement>().ok()?;
    if !dialog.open() && focused().is_some() {
        dialog.show_modal().ok()?;
    }
    Some(())
}

/// The button that opens the list of keys.
#[component]
pub fn KeysButton() -> impl IntoView {
    view! { <button type="button" class="item with-script" data-keys on:click=|_| { show_keys(); }>"Keyboard shortcuts"</button> }
}

/// The dialog that lists the keys.
#[component]
pub fn KeysDialog() -> impl IntoView {
    view! { <dialog id="keys" aria-labelledby="keys-title" inner_html=list()></dialog> }
}

/// The list. It is the same on every page and stays as it came from the server, so that no first load has its text.
#[cfg(not(feature = "hydrate"))]
fn list() -> String {
    let keys = [
        ("/", "Search the table"),
        ("↑ ↓", "Move in a menu, or through the rows of a table"),
        ("← →", "Move through the cells of a table, and through what is in them"),
        ("a", "In a table: go to the actions for the selected rows"),
        ("Esc", "Close what is open and go back to where it was opened"),
        ("?", "Show this list"),
    ];
    let list = maud::html! {
        form method="dialog" {
            h2 id="keys-title" { "Keyboard shortcuts" }
            dl class="keys" {
                @for (key, does) in keys { div { dt { kbd { (key) } } dd { (does) } } }
            }
            button class="button" autofocus { "Close" }
        }
    };
    list.into_string()
}

#[cfg(feature = "hydrate")]
fn list() -> String {
    String::new()
}
