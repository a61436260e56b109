//! What a page loads: complete in the first HTML, then the newest answer to what was asked last.
//!
//! A `Resource` alone asks again only when the answer under way has come, and shows that one first. Here
//! each question is asked at once, and an older answer never takes the place of a newer one (spec M3).

use crate::api::ApiError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Serialize, de::DeserializeOwned};
use std::{future::Future, pin::Pin, sync::Arc};

/// The answer to one question, under way.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>> + Send>>;
type Ask<T> = Arc<dyn Fn() -> Answer<T> + Send + Sync>;

/// Something that was loaded, and is loaded again when what it was asked with changes. The old answer
/// stays until the new one is there.
pub struct Loaded<T: Send + Sync + 'static> {
    first: Resource<Result<T, ApiError>>,
    newer: RwSignal<Option<Result<T, ApiError>>>,
    pending: RwSignal<bool>,
    asked: StoredValue<u32>,
    ask: StoredValue<Ask<T>>,
}

impl<T: Send + Sync + 'static> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Loaded<T> {}

impl<T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static> Loaded<T> {
    /// Loads now, and again whenever a signal changes that `ask` reads.
    pub fn new(ask: impl Fn() -> Answer<T> + Send + Sync + 'static) -> Self {
        let ask: Ask<T> = Arc::new(ask);
        let first = Arc::clone(&ask);
        Self::following(Resource::new(|| (), move |()| untrack(|| first())), ask)
    }

    /// Starts from the same first answer and goes its own way from there.
    pub fn branch(self, ask: impl Fn() -> Answer<T> + Send + Sync + 'static) -> Self {
        Self::following(self.first, Arc::new(ask))
    }

    fn following(first: Resource<Result<T, ApiError>>, ask: Ask<T>) -> Self {
        let loaded = Self {
            first,
            newer: RwSignal::new(None),
            pending: RwSignal::new(false),
            asked: StoredValue::new(0),
            ask: StoredValue::new(Arc::clone(&ask)),
        };
        // A question that is only made, not awaited, goes nowhere: the first run just listens.
        Effect::new(move |listening: Option<()>| {
            let answer = ask();
            if listening.is_some() {
                loaded.await_answer(answer);
            }
        });
        loaded
    }

    fn await_answer(self, answer: Answer<T>) {
        self.asked.update_value(|asked| *asked += 1);
        let mine = self.asked.get_value();
        self.pending.set(true);
        spawn_local(async move {
            let answer = answer.await;
            // Gone with its page, or asked again meanwhile.
            if self.asked.try_get_value() == Some(mine) {
                self.pending.set(false);
                self.newer.set(Some(answer));
            }
        });
    }

    /// The newest answer; nothing before the first. Read it inside [`crate::ui::Loading`] only.
    pub fn get(self) -> Option<Result<T, ApiError>> {
        self.newer.get().or_else(|| self.first.get())
    }

    /// The newest answer if it is a good one, else the first if that was.
    pub fn good(self) -> Option<T> {
        self.newer.get().and_then(Result::ok).or_else(|| self.first.get().and_then(Result::ok))
    }

    /// Says whether a newer answer is on its way.
    pub fn pending(self) -> bool {
        self.pending.get()
    }

    /// Runs with every answer after the first.
    pub fn on_answer(self, run: impl Fn(&T) + 'static) {
        Effect::new(move |_| {
            self.newer.with(|newer| {
                if let Some(Ok(answer)) = newer {
                    run(answer);
                }
            });
        });
    }

    /// Asks again.
    pub fn retry(self) {
        self.await_answer(untrack(|| self.ask.get_value()()));
    }
}
