//! What came of an action in a table, until somebody puts it away.

use crate::changes::{Answered, Done, Outcome, why_not_done};
use crate::load::drawn;
use crate::ui::{browser, live_if};
use leptos::prelude::*;

/// The message about the last action: a [`Done`] as JSON, or an empty text where there is none. The first load makes room
/// for it and need not know its parts: what says it and shows it is loaded later.
#[derive(Clone, Copy)]
pub struct Message(RwSignal<String>);

impl Message {
    /// None yet.
    pub fn none() -> Self {
        Self(RwSignal::new(String::new()))
    }

    /// Shows it, with a link to hand over and a way to take the action back where there are such.
    pub fn say(self, done: Done) {
        self.0.set(serde_json::to_string(&done).unwrap_or_default());
    }

    /// Shows a sentence.
    pub fn say_sentence(self, message: String) {
        self.say(Done { message, ..Done::default() });
    }

    /// Shows what came of a form: what was done, or why it was not. A link to hand over is put on the clipboard, where the
    /// browser lets us.
    pub fn answered(self, answered: Answered) {
        match answered {
            Ok(Outcome::Done(done)) => {
                if let Some(link) = &done.link {
                    browser::copy(link);
                }
                self.say(done);
            }
            not_done => self.say_sentence(why_not_done(not_done)),
        }
    }

    /// Puts it away.
    pub fn clear(self) {
        self.0.set(String::new());
    }

    /// Says whether there is none.
    pub fn is_empty(self) -> bool {
        self.0.with(String::is_empty)
    }

    /// What is said.
    pub(super) fn get(self) -> Option<Done> {
        self.0.with(|text| serde_json::from_str(text).ok())
    }

    /// The place for it, which a screen reader listens to.
    pub fn place(self, content: impl Fn() -> AnyView + Send + 'static) -> AnyView {
        view! {
            <div class="toast" role="status" data-empty=live_if(move || self.is_empty(), "")>
                {drawn(move || if self.is_empty() { ().into_any() } else { content() })}
            </div>
        }
        .into_any()
    }
}
