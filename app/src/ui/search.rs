//! Searching while typing.

use super::{Icon, browser, effect, icon};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// How long typing must rest before the search starts.
const REST: Duration = Duration::from_millis(150);

/// Runs something once the typing rests.
#[derive(Clone, Copy)]
pub struct Debounce(StoredValue<Option<TimeoutHandle>>);

impl Debounce {
    /// Nothing to run yet.
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }
    /// Runs this after the rest, instead of what waited until now.
    pub fn run(self, what: Callback<String>, text: String) {
        self.cancel();
        let rested = move || {
            what.try_run(text);
        };
        self.0.set_value(set_timeout_with_handle(rested, REST).ok());
    }
    /// Forgets what waits.
    pub fn cancel(self) {
        if let Some(waiting) = self.0.try_update_value(Option::take).flatten() {
            waiting.clear();
        }
    }
}

/// A search box inside its own GET form, which works by itself; with JavaScript it searches while typing.
#[component]
pub fn SearchInput(
    /// The box's id.
    id: &'static str,
    /// The accessible name.
    name: &'static str,
    /// What stands in the empty box.
    placeholder: &'static str,
    /// The parameter in the URL.
    parameter: &'static str,
    /// The text that the page shows the results of.
    text: Memo<String>,
    /// Searches.
    search: Callback<String>,
    /// The page's main search, which `/` focuses.
    #[prop(optional)]
    main: bool,
    /// What a popover that opens focuses first.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let debounce = Debounce::new();
    // What the box last searched for: a change of `text` to it is an echo and must not disturb the typing.
    let sent = StoredValue::new(text.get_untracked());
    let send = Callback::new(move |typed: String| {
        typed.trim().clone_into(&mut sent.write_value());
        search.run(typed);
    });
    effect(move |first| {
        let text = text.get();
        let input = browser::find(&("#".to_owned() + id)).and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if first {
            // Typed before the page came to life.
            if input.value().trim() != text {
                debounce.run(send, input.value());
            }
        } else if sent.get_value() != text {
            debounce.cancel();
            input.set_value(&text);
            sent.set_value(text);
        }
    });
    view! {
        <span class="search">
            {icon(Icon::Search)}
            <input
                type="search"
                id=id
                name=parameter
                aria-label=name
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                autofocus=first
                maxlength="250"
                value=text.get_untracked()
                aria-keyshortcuts=main.then_some("/")
                on:input:target=move |event| debounce.run(send, event.target().value())
                on:keydown=move |event| {
                    if event.key() == "Enter" && !event.is_composing() {
                        event.prevent_default();
                        debounce.cancel();
                        send.run(event_target_value(&event));
                    }
                }
            />
            {main.then(|| view! { <kbd aria-hidden="true">"/"</kbd> }.into_any())}
            <button type="submit" class="button without-script">"Search"</button>
        </span>
    }
}
