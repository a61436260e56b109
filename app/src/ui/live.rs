//! Values that follow signals, behind one type: each kind of closure would otherwise bring its own copy of the
//! machinery into the download.

use leptos::prelude::*;

/// A value of an attribute that follows signals.
pub type Live<V> = Box<dyn FnMut() -> V + Send>;

/// Makes a value of an attribute follow the signals that it reads.
pub fn live<V>(value: impl FnMut() -> V + Send + 'static) -> Live<V> {
    Box::new(value)
}

/// An attribute that is there while something holds.
pub fn live_if(mut holds: impl FnMut() -> bool + Send + 'static, value: &'static str) -> Live<Option<&'static str>> {
    live(move || holds().then_some(value))
}

/// Runs in the browser, and again whenever a signal changes that it reads. It hears whether this is the
/// first time.
pub fn effect(mut run: impl FnMut(bool) + 'static) {
    let run: Box<dyn FnMut(Option<()>)> = Box::new(move |before| run(before.is_none()));
    Effect::new(run);
}
