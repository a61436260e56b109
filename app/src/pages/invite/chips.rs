//! Addresses as chips: each can be changed where it stands, and says what is wrong with it (spec I2, I3).

use crate::api::check_invites;
use crate::ui::{Icon, browser, effect, icon, live_if};
use domain::Slug;
use domain::invitations::{Invited, addresses};
use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, HtmlTextAreaElement};

/// One address in the list. Its signals belong to nobody: it is made in handlers of chips that go with it.
#[derive(Clone)]
struct Chip {
    text: String,
    /// What the server knows: that somebody is a member. It stays while the text does.
    known: ArcRwSignal<String>,
    /// What is wrong with it as it stands here, or known of it.
    warning: ArcRwSignal<String>,
}

impl Chip {
    fn new(text: String) -> Self {
        Self { text, known: ArcRwSignal::new(String::new()), warning: ArcRwSignal::new(String::new()) }
    }
}

/// The list, and the box that it is filled from.
#[derive(Clone, Copy)]
pub(super) struct Entries {
    slug: StoredValue<Slug>,
    chips: RwSignal<Vec<Chip>>,
    /// Which chip is being changed.
    editing: RwSignal<Option<usize>>,
    /// What the box holds before the page comes to life.
    typed: StoredValue<String>,
    /// What is wrong with the box.
    pub message: RwSignal<String>,
    /// What a screen reader hears of chips.
    said: RwSignal<String>,
    /// What came of sending.
    pub outcome: RwSignal<String>,
}

impl Entries {
    pub fn new(slug: Slug, typed: String) -> Self {
        Self {
            slug: StoredValue::new(slug),
            chips: RwSignal::new(Vec::new()),
            editing: RwSignal::new(None),
            typed: StoredValue::new(typed),
            message: RwSignal::new(String::new()),
            said: RwSignal::new(String::new()),
            outcome: RwSignal::new(String::new()),
        }
    }

    /// The addresses as they were written.
    pub fn texts(self) -> Vec<String> {
        self.chips.with_untracked(|chips| chips.iter().map(|chip| chip.text.clone()).collect())
    }

    /// Forgets everything.
    pub fn clear(self) {
        self.chips.set(Vec::new());
        self.message.set(String::new());
    }

    /// Keeps those who were not invited, with what was said of each.
    pub fn told(self, invited: &Invited) {
        let chip = |refused: &domain::invitations::RefusedEntry| {
            let chip = Chip::new(refused.entry.clone());
            chip.known.set(refused.why.clone());
            chip.warning.set(refused.why.clone());
            chip
        };
        let chips: Vec<Chip> = invited.refused.iter().map(chip).collect();
        self.chips.set(chips);
        let left = match invited.refused.len() {
            1 => " One address was not, and says why.".to_owned(),
            many => [" ", &many.to_string(), " addresses were not, and say why."].concat(),
        };
        self.outcome.set(match invited.invited {
            0 => "Nobody was invited: each address says why.".into(),
            _ => invited.sentence() + &left,
        });
    }

    /// Makes chips of what stands in the box. Says whether nothing is left there.
    pub fn flush(self) -> bool {
        match field() {
            Some(field) => self.take(&field, &field.value()),
            None => true,
        }
    }

    /// Makes chips of a text; what cannot become one stays in the box, with the reason.
    fn take(self, field: &HtmlTextAreaElement, text: &str) -> bool {
        let held = self.chips.with_untracked(Vec::len);
        let taken = addresses::take(text, held);
        field.set_value(&taken.rest);
        self.message.set(taken.why.clone().unwrap_or_default());
        let added = taken.entries.len();
        if added > 0 {
            self.chips.update(|chips| chips.extend(taken.entries.into_iter().map(Chip::new)));
            self.judge(held..held + added);
            self.ask();
        }
        taken.rest.trim().is_empty()
    }

    /// Says of each chip what is wrong, and tells a screen reader of these.
    fn judge(self, new: std::ops::Range<usize>) {
        let texts = self.texts();
        let mut told = Vec::new();
        self.chips.with_untracked(|chips| {
            for (place, (chip, fault)) in chips.iter().zip(addresses::faults(&texts)).enumerate() {
                let warning = fault.unwrap_or_else(|| chip.known.get_untracked());
                if new.contains(&place) && !warning.is_empty() {
                    told.push(warning.clone());
                }
                if chip.warning.get_untracked() != warning {
                    chip.warning.set(warning);
                }
            }
        });
        let count = new.len();
        let added = match count {
            0 => String::new(),
            1 => "1 address added. ".into(),
            _ => count.to_string() + " addresses added. ",
        };
        self.said.set(added + &told.join(" "));
    }

    /// Asks the server who is a member already.
    fn ask(self) {
        let asked: Vec<Chip> = self.chips.with_untracked(|chips| {
            chips.iter().filter(|chip| chip.warning.with_untracked(String::is_empty)).cloned().collect()
        });
        let entries: Vec<String> = asked.iter().map(|chip| chip.text.clone()).collect();
        if entries.is_empty() {
            return;
        }
        let slug = self.slug.get_value();
        spawn_local(async move {
            // Where this fails, the form's own answer tells.
            let Ok(members) = check_invites(slug, entries).await else { return };
            let mut told = Vec::new();
            for chip in asked {
                let member = members.iter().find(|member| member.entry == chip.text);
                if let Some(member) = member.filter(|_| chip.known.with_untracked(String::is_empty)) {
                    chip.known.set(member.why.clone());
                    chip.warning.set(member.why.clone());
                    told.push(member.why.clone());
                }
            }
            if !told.is_empty() {
                self.said.try_set(told.join(" "));
            }
        });
    }

    fn remove(self, place: usize) {
        self.editing.set(None);
        let gone = self.chips.try_update(|chips| (place < chips.len()).then(|| chips.remove(place))).flatten();
        self.judge(0..0);
        if let Some(gone) = gone {
            self.said.set(gone.text + " removed.");
        }
        self.focus_chip(place);
    }

    /// Takes the changed text of a chip: it may have become several, or nothing.
    fn change(self, place: usize, text: &str) {
        if self.editing.get_untracked() != Some(place) {
            return;
        }
        self.editing.set(None);
        let new = addresses::split(text);
        if new.is_empty() {
            return self.remove(place);
        }
        let (count, room) = (new.len(), addresses::MOST_AT_ONCE);
        let fits = self.chips.with_untracked(Vec::len) - 1 + count <= room
            && new.iter().all(|entry| entry.chars().count() <= addresses::LONGEST_ENTRY);
        if !fits {
            self.message.set("That is too long for one entry, or too many at once; the entry stays as it was.".into());
            return self.focus_chip(place);
        }
        self.chips.update(|chips| _ = chips.splice(place..=place, new.into_iter().map(Chip::new)));
        self.judge(place..place + count);
        self.ask();
        self.focus_chip(place);
    }

    pub fn focus_field(self) {
        if let Some(field) = field() {
            browser::focus(&field);
        }
    }

    /// Focuses a chip once it is drawn; the box where there is none.
    fn focus_chip(self, place: usize) {
        let count = self.chips.with_untracked(Vec::len);
        request_animation_frame(move || {
            let chip =
                browser::find(&["[data-chip=\"", &place.min(count.saturating_sub(1)).to_string(), "\"]"].concat());
            match chip.filter(|_| count > 0) {
                Some(chip) => browser::focus(&chip),
                None => self.focus_field(),
            }
        });
    }
}

/// The box, in the dialog where that is open.
fn field() -> Option<HtmlTextAreaElement> {
    let field = browser::find("dialog[open] #emails").or_else(|| browser::find("#emails"))?;
    field.dyn_into().ok()
}

/// The box **Email** with its chips.
#[component]
pub(super) fn Chips(entries: Entries) -> impl IntoView {
    // What was typed before the page came to life, or came back from the server.
    effect(move |first| {
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
    let message = entries.message;
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
                on:blur=move |_| { entries.flush(); }
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
        request_animation_frame(|| {
            if let Some(input) = browser::find(".chips input") {
                browser::focus(&input);
            }
        });
    };
    let key = move |event: KeyboardEvent| {
        let last = entries.chips.with_untracked(Vec::len).saturating_sub(1);
        match &*event.key() {
            "ArrowLeft" => entries.focus_chip(place.saturating_sub(1)),
            "ArrowRight" if place == last => entries.focus_field(),
            "ArrowRight" => entries.focus_chip(place + 1),
            "Home" => entries.focus_chip(0),
            "End" => entries.focus_chip(last),
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
