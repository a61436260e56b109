//! Hearing of changes by others, as they happen. It is told that something changed, never what.

use domain::Slug;

#[cfg(target_arch = "wasm32")]
pub use in_browser::listen;

/// Nobody listens while a page is drawn on the server.
#[cfg(not(target_arch = "wasm32"))]
pub fn listen(_slug: &Slug, _look: impl Fn() + Clone + 'static) {}

#[cfg(target_arch = "wasm32")]
mod in_browser {
    use super::Slug;
    use crate::paths;
    use futures_util::StreamExt;
    use gloo_net::eventsource::futures::EventSource;
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use std::time::Duration;

    /// How long changes in a row may gather before somebody looks.
    const GATHER: Duration = Duration::from_millis(400);

    /// Runs `look` after changes of the organization's members, and after the connection was lost and is there
    /// again: something may have happened meanwhile. It lasts as long as the component that calls it.
    pub fn listen(slug: &Slug, look: impl Fn() + Clone + 'static) {
        let Ok(mut source) = EventSource::new(&paths::live(slug)) else { return };
        let Ok(mut told) = source.subscribe("change") else { return };
        // Closed with its owner. The browser connects again by itself.
        let source = StoredValue::new_local(source);
        spawn_local(async move {
            // The first word says that we are heard; after a break it stands for what was missed.
            let mut heard = false;
            let waits = StoredValue::new_local(false);
            while let Some(event) = told.next().await {
                if event.is_err() || !std::mem::replace(&mut heard, true) {
                    continue;
                }
                if source.try_with_value(|_| ()).is_none() {
                    return;
                }
                if waits.try_get_value() != Some(false) {
                    continue;
                }
                waits.set_value(true);
                let look = look.clone();
                let gathered = move || {
                    if waits.try_set_value(false).is_none() {
                        look();
                    }
                };
                set_timeout(gathered, GATHER);
            }
        });
    }
}
