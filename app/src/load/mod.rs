//! Data that a page loads: complete in the first HTML, and after that always the newest answer to the newest request.
//!
//! A `Resource` asks again only when the answer under way has come, and shows that one first. Here each
//! question is asked at once, and an older answer never takes the place of a newer one (spec M3). Only
//! the server uses a `Resource`, to wait for the first answer and to send it along. That, and one kind
//! of signal for every kind of answer, keeps the download small. Answers are shared, never copied: a page
//! of rows is read in many places.

mod form_text;
mod loading;

pub use form_text::FormText;
pub use loading::{Loading, Shown, drawn, waiting};

use crate::api::ApiError;
use crate::ui::effect;
#[cfg(feature = "ssr")]
use futures_util::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(feature = "ssr")]
use std::sync::{Mutex, PoisonError};
use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, sync::Arc};

/// Something of whatever type.
type Anything = Arc<dyn Any + Send + Sync>;
type Answer = Result<Anything, ApiError>;
type Ask = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync>;

/// What can be loaded.
pub trait Loadable: Clone + Send + Sync + Serialize + DeserializeOwned + 'static {}
impl<T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static> Loadable for T {}

/// Whether a question that is being made is asked by the page itself. Questions are made in browsers by one thread, and
/// on the server by pages that somebody asked for.
static ASIDE: AtomicBool = AtomicBool::new(false);

/// Says of the question that is being made whether the page asks it by itself: nobody did anything then.
pub fn asks_in_background() -> bool {
    ASIDE.load(Ordering::Relaxed)
}

/// Something that was loaded, and is loaded again when what it was asked with changes. The old answer
/// stays until the new one is there.
pub struct Loaded<T: Loadable> {
    #[cfg(feature = "ssr")]
    first: Resource<Result<Arc<T>, ApiError>>,
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
    /// Loads now, and again whenever a signal changes that `ask` reads. Make it in a component's body: what is made
    /// while a [`Loading`] already draws is waited for by nobody.
    #[cfg(feature = "ssr")]
    pub fn new<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let ask = Arc::new(ask);
        let again = Arc::clone(&ask);
        let first = Resource::new(
            || (),
            move |()| {
                let answer = untrack(|| ask());
                async move { answer.await.map(Arc::new) }
            },
        );
        Awaited::add(first);
        Self { first, newest: Newest::new(erased(move || again())), kind: PhantomData }
    }

    /// Takes what came along with the page, else loads now, and again whenever a signal changes that
    /// `ask` reads.
    #[cfg(not(feature = "ssr"))]
    pub fn new<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let newest = Newest::new(erased(ask));
        match sent_along::take_result::<T>() {
            Some(first) => newest.arrived(first.map(|value| Arc::new(value) as Anything)),
            None => newest.ask_again(),
        }
        Self { newest, kind: PhantomData }
    }

    /// Starts from the answer that is here now and goes its own way from there.
    pub fn branch<F>(self, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let newest = Newest::new(erased(ask));
        if let Some(answer) = self.newest.answer.get_untracked() {
            newest.arrived(answer);
        }
        Self { newest, ..self }
    }

    /// The newest answer; nothing before the first. Read it inside [`Loading`] only.
    pub fn get(self) -> Option<Result<Arc<T>, ApiError>> {
        let newest = self.newest.answer.get().map(|answer| answer.and_then(typed));
        #[cfg(feature = "ssr")]
        // [`Loading`] waits for it, which leptos does not know: it would warn of each reading.
        let newest = newest.or_else(|| self.first.into_future().now_or_never());
        newest
    }

    /// The newest good answer: one that failed later does not take it away.
    pub fn good(self) -> Option<Arc<T>> {
        match self.get()? {
            Ok(value) => Some(value),
            Err(_) => typed(self.newest.good.get_value()?).ok(),
        }
    }

    /// Says whether a newer answer is on its way.
    pub fn pending(self) -> RwSignal<bool> {
        self.newest.pending
    }

    /// Runs with every good answer after the first.
    pub fn on_answer(self, run: impl Fn(&T) + 'static) {
        effect(move |first| {
            let answer = self.newest.answer.get();
            if let (false, Some(Ok(value))) = (first, answer)
                && let Ok(value) = typed::<T>(value)
            {
                run(&value);
            }
        });
    }

    /// Asks again without anybody having wished it, and hands the answer over instead of showing it. Nothing where it
    /// failed, or something newer was asked meanwhile.
    pub fn ask_in_background(self, then: impl Fn(Arc<T>) + 'static) {
        let newest = self.newest;
        ASIDE.store(true, Ordering::Relaxed);
        let answer = untrack(|| newest.ask.get_value()());
        ASIDE.store(false, Ordering::Relaxed);
        let asked = newest.asked.get_value();
        spawn_local(async move {
            if let (Ok(value), Some(now)) = (answer.await, newest.asked.try_get_value())
                && let (true, Ok(value)) = (now == asked, typed(value))
            {
                then(value);
            }
        });
    }

    /// Shows an answer that was asked for in the background.
    pub fn show(self, value: Arc<T>) {
        self.newest.arrived(Ok(value));
    }

    /// Takes another answer without drawing anew.
    pub fn replace_quietly(self, value: Arc<T>) {
        let value: Anything = value;
        self.newest.good.set_value(Some(Arc::clone(&value)));
        self.newest.answer.update_untracked(|answer| *answer = Some(Ok(value)));
    }

    /// Asks again.
    pub fn retry(self) -> Callback<()> {
        Callback::new(move |()| self.newest.ask_again())
    }
}

/// The part of [`Loaded`] that is the same for everything.
#[derive(Clone, Copy)]
struct Newest {
    answer: RwSignal<Option<Answer>>,
    good: StoredValue<Option<Anything>>,
    pending: RwSignal<bool>,
    asked: StoredValue<usize>,
    ask: StoredValue<Ask>,
}

impl Newest {
    fn new(ask: Ask) -> Self {
        let newest = Self {
            answer: RwSignal::new(None),
            good: StoredValue::new(None),
            pending: RwSignal::new(false),
            asked: StoredValue::new(0),
            ask: StoredValue::new(Arc::clone(&ask)),
        };
        // A question that is only made, not awaited, goes nowhere: the first run just listens.
        effect(move |first| {
            let answer = ask();
            if !first {
                newest.wait_for(answer);
            }
        });
        newest
    }

    fn ask_again(self) {
        self.wait_for(untrack(|| self.ask.get_value()()));
    }

    fn wait_for(self, answer: Pin<Box<dyn Future<Output = Answer> + Send>>) {
        let mine = self.asked.get_value() + 1;
        self.asked.set_value(mine);
        self.pending.set(true);
        spawn_local(async move {
            let answer = answer.await;
            // Gone with its page, or asked again meanwhile.
            if self.asked.try_get_value() == Some(mine) {
                self.arrived(answer);
                self.pending.set(false);
            }
        });
    }

    fn arrived(self, answer: Answer) {
        if let Ok(value) = &answer {
            self.good.set_value(Some(Arc::clone(value)));
        }
        self.answer.set(Some(answer));
    }
}

fn erased<T: Loadable, F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Ask
where
    F: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    Arc::new(move || {
        let answer = ask();
        Box::pin(async move { answer.await.map(|value| Arc::new(value) as Anything) })
    })
}

fn typed<T: Loadable>(value: Anything) -> Result<Arc<T>, ApiError> {
    // Never another type: what goes in and what comes out is the same `Loaded<T>`.
    value.downcast().map_err(|_| ApiError::Outdated)
}

/// What the server waits for before it draws what was loaded. So it draws once; leptos's `Suspense` draws a page
/// three times to find out what it waits for.
#[cfg(feature = "ssr")]
#[derive(Clone, Default)]
pub struct Awaited(Arc<Mutex<Vec<Coming>>>);

/// Makes something to wait with until an answer has come.
#[cfg(feature = "ssr")]
type Coming = Box<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

#[cfg(feature = "ssr")]
impl Awaited {
    /// Starts the list of a page.
    pub fn provide() {
        provide_context(Self::default());
    }

    fn add<T: Send + Sync + 'static>(answer: Resource<T>) {
        let Self(list) = expect_context();
        list.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(move || Box::pin(answer.ready())));
    }

    /// Waits until everything has come that the page asks for, whichever part asks for it.
    pub async fn all() {
        let Self(list) = expect_context();
        // They are on their way already, all at once.
        let mut place = 0;
        loop {
            let coming = list.lock().unwrap_or_else(PoisonError::into_inner).get(place).map(|coming| coming());
            match coming {
                Some(coming) => coming.await,
                None => return,
            }
            place += 1;
        }
    }
}

/// Values that the server sends along with a page, for the same place in the browser's program.
pub mod sent_along {
    use leptos::prelude::SharedValue;
    use server_fn::codec::JsonEncoding;
    #[cfg(not(feature = "ssr"))]
    use {crate::api::ApiError, serde::de::DeserializeOwned, server_fn::Decodes};
    #[cfg(feature = "ssr")]
    use {serde::Serialize, server_fn::Encodes};

    /// Sends a value along.
    #[cfg(feature = "ssr")]
    pub fn send(value: &impl Serialize) {
        let json = JsonEncoding::encode(value).map(|json| String::from_utf8_lossy(&json).into_owned());
        SharedValue::new_str(|| json.unwrap_or_default());
    }

    /// A result that the server sent along at this place. Its two kinds are told apart here, as server
    /// functions do by the status, so that no decoder of results is in the download.
    #[cfg(not(feature = "ssr"))]
    pub fn take_result<T: DeserializeOwned>() -> Option<Result<T, ApiError>> {
        let text = text();
        let inner = |start: &str| text.strip_prefix(start)?.strip_suffix('}');
        match inner(r#"{"Ok":"#) {
            Some(value) => decode(value).map(Ok),
            None => decode(inner(r#"{"Err":"#)?).map(Err),
        }
    }

    /// What the server sent along at this place, as it stands there; empty where the page is not the one that came
    /// from there.
    #[cfg(not(feature = "ssr"))]
    pub fn text() -> String {
        SharedValue::new_str(String::new).into_inner()
    }

    /// The decoder is the one of server functions, so that it is in the download once.
    #[cfg(not(feature = "ssr"))]
    pub fn decode<T: DeserializeOwned>(json: &str) -> Option<T> {
        JsonEncoding::decode(json.to_owned().into()).ok()
    }
}
