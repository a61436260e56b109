//! What a page loads: complete in the first HTML, then the newest answer to what was asked last.
//!
//! A `Resource` asks again only when the answer under way has come, and shows that one first. Here each
//! question is asked at once, and an older answer never takes the place of a newer one (spec M3). Only
//! the server uses a `Resource`, to wait for the first answer and to send it along: that, and keeping
//! one kind of signal for every kind of answer, is 40 KB less to download.

use crate::api::ApiError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Serialize, de::DeserializeOwned};
use server_fn::codec::JsonEncoding;
use server_fn::{Bytes, Decodes, Encodes};
use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, sync::Arc};

/// The answer to one question, under way.
type Answer = Pin<Box<dyn Future<Output = Value> + Send>>;
/// A `Result<T, ApiError>`, whatever `T` is.
type Value = Arc<dyn Any + Send + Sync>;
type Ask = Arc<dyn Fn() -> Answer + Send + Sync>;

/// What can be loaded.
pub trait Loadable: Clone + Send + Sync + Serialize + DeserializeOwned + 'static {}
impl<T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static> Loadable for T {}

/// Something that was loaded, and is loaded again when what it was asked with changes. The old answer
/// stays until the new one is there.
pub struct Loaded<T: Loadable> {
    #[cfg(feature = "ssr")]
    first: Resource<Result<T, ApiError>>,
    newest: Newest,
    kind: PhantomData<fn() -> T>,
}

impl<T: Loadable> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Loadable> Copy for Loaded<T> {}

impl<T: Loadable> Loaded<T> {
    /// Loads now, and again whenever a signal changes that `ask` reads.
    pub fn new<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        #[cfg(feature = "ssr")]
        {
            let ask = Arc::new(ask);
            let again = Arc::clone(&ask);
            let first = Resource::new(|| (), move |()| untrack(|| ask()));
            Self { first, newest: Newest::new(erased(move || again())), kind: PhantomData }
        }
        #[cfg(not(feature = "ssr"))]
        {
            let newest = Newest::new(erased(ask));
            match carried_text().and_then(decode::<Result<T, ApiError>>) {
                Some(first) => newest.value.set(Some(Arc::new(first))),
                None => newest.ask_again(),
            }
            Self { newest, kind: PhantomData }
        }
    }

    /// Starts from the answer that is here now and goes its own way from there.
    pub fn branch<F>(self, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let newest = Newest::new(erased(ask));
        newest.value.set(self.newest.value.get_untracked());
        Self { newest, ..self }
    }

    /// The newest answer; nothing before the first. Read it inside [`crate::ui::Loading`] only.
    pub fn get(self) -> Option<Result<T, ApiError>> {
        let newest = self.newest.value.get().and_then(|value| value.downcast_ref().cloned());
        #[cfg(feature = "ssr")]
        let newest = newest.or_else(|| self.first.get());
        newest
    }

    /// The newest good answer: one that failed later does not take it away.
    pub fn good(self) -> Option<T> {
        match self.get()? {
            Ok(value) => Some(value),
            Err(_) => {
                self.newest.good.get_value()?.downcast_ref().and_then(|good: &Result<T, ApiError>| good.clone().ok())
            }
        }
    }

    /// Says whether a newer answer is on its way.
    pub fn pending(self) -> Signal<bool> {
        self.newest.pending.into()
    }

    /// Runs with every good answer after the first.
    pub fn on_answer(self, run: impl Fn(T) + 'static) {
        Effect::new(move |first: Option<()>| {
            let answer = self.newest.value.get();
            if let (Some(()), Some(Ok(answer))) =
                (first, answer.as_ref().and_then(|answer| answer.downcast_ref::<Result<T, ApiError>>()))
            {
                run(answer.clone());
            }
        });
    }

    /// Asks again.
    pub fn retry(self) -> Callback<()> {
        Callback::new(move |()| self.newest.ask_again())
    }
}

/// The part of [`Loaded`] that is the same for everything.
#[derive(Clone, Copy)]
struct Newest {
    value: RwSignal<Option<Value>>,
    good: StoredValue<Option<Value>>,
    pending: RwSignal<bool>,
    asked: StoredValue<usize>,
    ask: StoredValue<Ask>,
}

impl Newest {
    fn new(ask: Ask) -> Self {
        let newest = Self {
            value: RwSignal::new(None),
            good: StoredValue::new(None),
            pending: RwSignal::new(false),
            asked: StoredValue::new(0),
            ask: StoredValue::new(Arc::clone(&ask)),
        };
        // A question that is only made, not awaited, goes nowhere: the first run just listens.
        Effect::new(move |listening: Option<()>| {
            let answer = ask();
            if listening.is_some() {
                newest.wait_for(answer);
            }
        });
        newest
    }

    fn ask_again(self) {
        self.wait_for(untrack(|| self.ask.get_value()()));
    }

    fn wait_for(self, answer: Answer) {
        let mine = self.asked.get_value() + 1;
        self.asked.set_value(mine);
        self.pending.set(true);
        spawn_local(async move {
            let answer = answer.await;
            // Gone with its page, or asked again meanwhile.
            if self.asked.try_get_value() == Some(mine) {
                self.good.set_value(self.value.get_untracked());
                self.value.set(Some(answer));
                self.pending.set(false);
            }
        });
    }
}

fn erased<T: Loadable, F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Ask
where
    F: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    Arc::new(move || {
        let answer = ask();
        Box::pin(async move { Arc::new(answer.await) as Value })
    })
}

/// A value that only the server can make, carried along with the page.
pub fn from_server<T: Loadable>(make: impl FnOnce() -> Option<T>) -> Option<T> {
    #[cfg(feature = "ssr")]
    {
        let value = make()?;
        let text = JsonEncoding::encode(&value).ok().and_then(|json: Bytes| String::from_utf8(json.into()).ok());
        SharedValue::new_str(|| text.unwrap_or_default());
        Some(value)
    }
    #[cfg(not(feature = "ssr"))]
    {
        carried_text().and_then(decode).or_else(make)
    }
}

/// What the server sent along at this place, if the page is the one that came from there.
#[cfg(not(feature = "ssr"))]
fn carried_text() -> Option<String> {
    Some(SharedValue::new_str(String::new).into_inner()).filter(|text| !text.is_empty())
}

/// The same decoder as the one of server functions, so that it is in the download once.
#[cfg(not(feature = "ssr"))]
fn decode<T: DeserializeOwned>(text: String) -> Option<T> {
    JsonEncoding::decode(Bytes::from(text)).ok()
}
