//! Addresses as chips: each can be edited in place and shows its error (spec I2, I3).

use super::entries::{Chip, Entries, field, once_drawn};
use crate::ui::{Icon, browser, effect, field_error, icon, live_if};
use domain::invitations::InviteForm;
use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlTextAreaElement};

/// The box **Email** with its chips.
#[component]
pub(super) fn Chips(entries: Entries) -> impl IntoView {
    // What was typed before the page came to life, or came back from the server.
    effect(move |first| {
        if first {
            entries.alive.set(true);
        }
        if let (true, Some(field)) = (first, field()) {
            let text = field.value();
            // After an answer the chips are those of the answer.
            if entries.chips.with_untracked(Vec::is_empty) && !text.is_empty() {
                entries.take(&field, &text);
            } else if !text.is_empty() {
                field.set_value("");
            }
            // In a dialog that was opened for it.
            if browser::find("dialog[open] #emails").is_some() {
                browser::focus(&field);
            }
        }
    });
    // What the server says of the box takes the place of what was found here, which stops the form from being sent.
    let refused = field_error("emails");
    let message =
        Signal::derive(move || if refused.with(String::is_empty) { entries.message.get() } else { refused.get() });
    let posted = move || {
        let posted = |chip: Chip| view! { <input type="hidden" name=InviteForm::ENTRIES value=chip.text/> }.into_any();
        entries.alive.get().then(|| entries.chips.get().into_iter().map(posted).collect::<Vec<_>>().into_any())
    };
    let list = move || {
        let chips = entries.chips.get();
        let editing = entries.editing.get();
        let view = |(place, chip): (usize, Chip)| one(entries, place, chip, editing == Some(place));
        chips.into_iter().enumerate().map(view).collect::<Vec<_>>().into_any()
    };
    view! {
        <div class="field">
            <label for="emails">"Email"</label>
            <p class="hint" id="emails-hint">"Type or paste addresses, at most 100: with names or without, separated by commas, line breaks or tabs."</p>
            {posted}
            <ul class="chips" aria-label="Addresses" hidden=live_if(move || entries.chips.with(Vec::is_empty), "")>{list}</ul>
            <textarea
                id="emails"
                name="emails"
                rows="2"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-describedby="emails-hint emails-error"
                aria-invalid=live_if(move || !message.with(String::is_empty), "true")
                on:keydown=move |event| key_in_field(entries, &event)
                on:input=move |event| typed(entries, &event)
                on:paste=move |event| pasted(entries, &event)
                on:blur=move |_| entries.flush()
            >
                {entries.typed.get_value()}
            </textarea>
            <p class="error" id="emails-error" role="alert" hidden=live_if(move || message.with(String::is_empty), "")>{move || message.get()}</p>
            <p class="visually-hidden" role="status">{move || entries.said.get()}</p>
        </div>
    }
}

fn one(entries: Entries, place: usize, chip: Chip, editing: bool) -> AnyView {
    let Chip { text, warning, .. } = chip;
    let (is_faulty, is_right, words) = (warning.clone(), warning.clone(), warning);
    let faulty = live_if(move || !is_faulty.with(String::is_empty), "");
    let id = "chip-warning-".to_owned() + &place.to_string();
    let face = if editing { edited(entries, place, text.clone()) } else { shown(entries, place, &text, id.clone()) };
    view! {
        <li data-faulty=faulty>
            <span class="chip">
                {face}
                <button type="button" class="remove" tabindex="-1" aria-label="Remove ".to_owned() + &text on:click=move |_| entries.remove(place)>
                    {icon(Icon::Clear)}
                </button>
            </span>
            <span class="error" id=id hidden=live_if(move || is_right.with(String::is_empty), "")>{move || words.get()}</span>
        </li>
    }
    .into_any()
}

fn shown(entries: Entries, place: usize, text: &str, warning: String) -> AnyView {
    let edit = move || {
        entries.editing.set(Some(place));
        once_drawn(|| {
            if let Some(input) = browser::find(".chips input") {
                browser::focus(&input);
            }
        });
    };
    let key = move |event: KeyboardEvent| {
        let last = entries.chips.with_untracked(Vec::len).saturating_sub(1);
        match &*event.key() {
            "ArrowLeft" => entries.go_to_chip(place.saturating_sub(1)),
            "ArrowRight" if place == last => entries.focus_field(),
            "ArrowRight" => entries.go_to_chip(place + 1),
            "Home" => entries.go_to_chip(0),
            "End" => entries.go_to_chip(last),
            "Delete" | "Backspace" => entries.remove(place),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <button
            type="button"
            class="entry"
            data-chip=place.to_string()
            aria-label="Edit ".to_owned() + text
            aria-describedby=warning
            on:click=move |_| edit()
            on:keydown=key
        >
            <bdi>{text.to_owned()}</bdi>
        </button>
    }
    .into_any()
}

fn edited(entries: Entries, place: usize, text: String) -> AnyView {
    let key = move |event: KeyboardEvent| {
        let input = event.target().and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok());
        match (&*event.key(), input) {
            ("Enter", Some(input)) if !event.is_composing() => entries.change(place, &input.value()),
            ("Escape", _) => {
                entries.editing.set(None);
                entries.focus_chip(place);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <input
            type="text"
            aria-label="Edit address"
            value=text
            autocomplete="off"
            spellcheck="false"
            on:keydown=key
            on:blur:target=move |event| entries.change(place, &event.target().value())
        />
    }
    .into_any()
}

/// Enter makes a chip; Backspace and the arrow at the beginning of the box go to the last one.
fn key_in_field(entries: Entries, event: &KeyboardEvent) {
    let Some(field) = event.target().and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) else { return };
    let at_start = field.selection_start().ok().flatten() == Some(0) && field.selection_end().ok().flatten() == Some(0);
    let count = entries.chips.with_untracked(Vec::len);
    match &*event.key() {
        "Enter" if !event.is_composing() => {
            event.prevent_default();
            if field.value().trim().is_empty() {
                // As in every other field: sends.
                if let Some(form) = field.form() {
                    let _ = form.request_submit();
                }
            } else {
                entries.take(&field, &field.value());
            }
        }
        "Backspace" | "ArrowLeft" if at_start && count > 0 => {
            event.prevent_default();
            entries.focus_chip(count - 1);
        }
        _ => {}
    }
}

/// A comma or semicolon after an address makes it a chip, unless a quote is open.
fn typed(entries: Entries, event: &Event) {
    let Some(field) = event.target().and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) else { return };
    let text = field.value();
    let ends = text.ends_with([',', ';', '\n']);
    let quotes = text.matches('"').count() % 2 == 1;
    if ends && !quotes {
        entries.take(&field, &text);
    } else if !entries.message.with_untracked(String::is_empty) {
        entries.message.set(String::new());
    }
}

/// What is pasted becomes chips at once, with what stood in the box already.
fn pasted(entries: Entries, event: &Event) {
    let Some(event) = event.dyn_ref::<ClipboardEvent>() else { return };
    let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
    let Some(field) = event.target().and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) else { return };
    if text.trim().is_empty() || !field.value().trim().is_empty() {
        return;
    }
    event.prevent_default();
    entries.take(&field, &text);
}
