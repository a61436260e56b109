//! The addresses in the form before it is sent: each is checked when it is entered (spec I2, I3).

use crate::api::check_invites;
use crate::ui::browser;
use domain::Slug;
use domain::invitations::{RefusedEntry, addresses};
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// One address in the list. Its signals belong to nobody: it is made in handlers of chips that go with it.
#[derive(Clone)]
pub(super) struct Chip {
    pub text: String,
    /// What the server knows: that somebody is a member. It stays while the text does.
    known: ArcRwSignal<String>,
    /// What is wrong with it as it stands here, or known of it.
    pub warning: ArcRwSignal<String>,
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
    pub chips: RwSignal<Vec<Chip>>,
    /// Which chip is being changed.
    pub editing: RwSignal<Option<usize>>,
    /// What the box holds before the page comes to life.
    pub typed: StoredValue<String>,
    /// What is wrong with the box.
    pub message: RwSignal<String>,
    /// What a screen reader hears of chips.
    pub said: RwSignal<String>,
    /// Whether the chips are what is sent. Before the page comes to life the box is.
    pub alive: RwSignal<bool>,
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
            alive: RwSignal::new(false),
        }
    }

    /// The addresses as they were written.
    pub fn texts(self) -> Vec<String> {
        self.chips.with_untracked(|chips| chips.iter().map(|chip| chip.text.clone()).collect())
    }

    /// Keeps those who were not invited, with the reason of each.
    pub fn keep(self, refused: &[RefusedEntry]) {
        let chip = |refused: &RefusedEntry| {
            let chip = Chip::new(refused.entry.clone());
            chip.known.set(refused.why.clone());
            chip.warning.set(refused.why.clone());
            chip
        };
        self.chips.set(refused.iter().map(chip).collect());
    }

    /// Makes chips of what stands in the box.
    pub fn flush(self) {
        if let Some(field) = field() {
            self.take(&field, &field.value());
        }
    }

    /// Empties the box: what stood in it was sent.
    pub fn clear_field(self) {
        self.message.set(String::new());
        if let Some(field) = field() {
            field.set_value("");
        }
    }

    /// Makes chips of a text; what cannot become one stays in the box, with the reason.
    pub fn take(self, field: &HtmlTextAreaElement, text: &str) {
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

    pub fn remove(self, place: usize) {
        self.editing.set(None);
        let gone = self.chips.try_update(|chips| (place < chips.len()).then(|| chips.remove(place))).flatten();
        self.judge(0..0);
        if let Some(gone) = gone {
            self.said.set(gone.text + " removed.");
        }
        self.focus_chip(place);
    }

    /// Takes the changed text of a chip: it may have become several, or nothing.
    pub fn change(self, place: usize, text: &str) {
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

    /// Focuses a chip that is drawn, at once: the next key may be struck before anything is drawn again. The box where
    /// there is none.
    pub fn go_to_chip(self, place: usize) {
        let count = self.chips.with_untracked(Vec::len);
        let chip = browser::find(&["[data-chip=\"", &place.min(count.saturating_sub(1)).to_string(), "\"]"].concat());
        match chip.filter(|_| count > 0) {
            Some(chip) => browser::focus(&chip),
            None => self.focus_field(),
        }
    }

    /// The same once the chips are drawn anew.
    pub fn focus_chip(self, place: usize) {
        once_drawn(move || self.go_to_chip(place));
    }
}

/// Runs once what was set before is drawn, and before the next key: a frame later, what was typed in between would be lost.
pub(super) fn once_drawn(run: impl FnOnce() + 'static) {
    spawn_local(async move {
        tick().await;
        run();
    });
}

/// The box, in the dialog where that is open.
pub(super) fn field() -> Option<HtmlTextAreaElement> {
    let field = browser::find("dialog[open] #emails").or_else(|| browser::find("#emails"))?;
    field.dyn_into().ok()
}
