//! Live notices: the server tells open pages that something changed, never what.

use domain::Slug;

#[cfg(target_arch = "wasm32")]
pub use in_browser::listen;

/// Nobody listens while a page is drawn on the server.
#[cfg(not(target_arch = "wasm32"))]
pub fn listen(_slug: &Slug, _look: impl Fn() + 'static) {}

#[cfg(target_arch = "wasm32")]
mod in_browser {
    use super::Slug;
    use crate::paths;
    use futures_util::StreamExt;
    use gloo_net::eventsource::futures::EventSource;
    use leptos::ev;
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use std::rc::Rc;
    use std::time::Duration;

    /// How long changes in a row may gather before somebody looks.
    const GATHER: Duration = Duration::from_millis(400);
    /// How long after the server gave us up we come again, at least; it grows to ten times that.
    const AGAIN: u64 = 4_000;

    /// Runs `look` after changes of the organization's members, and after the connection was lost and is there
    /// again: something may have happened meanwhile. It lasts as long as the component that calls it. A page that
    /// nobody sees keeps no connection: a browser has six to a server.
    pub fn listen(slug: &Slug, look: impl Fn() + 'static) {
        let listener = Listener {
            path: StoredValue::new(paths::live(slug)),
            source: StoredValue::new_local(None),
            waits: StoredValue::new(false),
            failures: StoredValue::new(0),
            heard: StoredValue::new(false),
            look: StoredValue::new_local(Rc::new(look)),
        };
        listener.open();
        let seen = window_event_listener(ev::visibilitychange, move |_| match document().hidden() {
            true => listener.source.set_value(None),
            false => listener.open(),
        });
        on_cleanup(move || seen.remove());
    }

    #[derive(Clone, Copy)]
    struct Listener {
        path: StoredValue<String>,
        /// Closed when it is dropped.
        source: StoredValue<Option<EventSource>, LocalStorage>,
        waits: StoredValue<bool>,
        failures: StoredValue<u64>,
        /// Whether the first word came already, which says no more than that we are heard.
        heard: StoredValue<bool>,
        look: StoredValue<Rc<dyn Fn()>, LocalStorage>,
    }

    impl Listener {
        fn open(self) {
            let Some(path) = self.path.try_get_value() else { return };
            if document().hidden() || self.source.with_value(Option::is_some) {
                return;
            }
            let Ok(mut source) = EventSource::new(&path) else { return };
            let Ok(mut told) = source.subscribe("change") else { return };
            self.source.set_value(Some(source));
            spawn_local(async move {
                while let Some(event) = told.next().await {
                    if self.path.try_get_value().is_none() {
                        return;
                    }
                    match event {
                        Ok(_) => self.told(),
                        Err(_) => self.lost(),
                    }
                }
            });
        }

        fn told(self) {
            self.failures.set_value(0);
            let first = !self.heard.get_value();
            self.heard.set_value(true);
            if first || self.waits.get_value() {
                return;
            }
            self.waits.set_value(true);
            let gathered = move || {
                if self.waits.try_set_value(false).is_none() {
                    let look = self.look.get_value();
                    look();
                }
            };
            set_timeout(gathered, GATHER);
        }

        /// A browser that was refused does not come again by itself.
        fn lost(self) {
            let gave_up = |source: &EventSource| source.state() == gloo_net::eventsource::State::Closed;
            if !self.source.with_value(|source| source.as_ref().is_some_and(gave_up)) {
                return;
            }
            self.source.set_value(None);
            let failures = self.failures.get_value().min(9) + 1;
            self.failures.set_value(failures);
            // Not all at once.
            let wait = (AGAIN as f64 * failures as f64 * (0.75 + js_sys::Math::random() / 2.0)) as u64;
            let again = move || {
                if self.path.try_get_value().is_some() {
                    self.open();
                }
            };
            set_timeout(again, Duration::from_millis(wait));
        }
    }
}
