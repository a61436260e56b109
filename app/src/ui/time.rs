//! Times, relative to now, with the exact instant beside them (spec M1).

use super::{browser, effect};
use domain::{Moment, Timestamp};
use leptos::prelude::*;
use maud::{Markup, html};
use std::time::Duration;

/// Counts on from the instant that the server gave last, so that the browser's clock may be wrong.
#[derive(Clone, Copy)]
pub struct Clock(StoredValue<Option<Timestamp>>);

impl Clock {
    /// Starts the clock for all that is below. Each minute it rewrites the times on the page.
    pub fn provide() {
        let clock = Self(StoredValue::new(None));
        provide_context(clock);
        let tick = move || {
            let now = clock.0.get_value().map(|now| now.plus_seconds(60));
            clock.0.set_value(now);
            if let Some(now) = now {
                browser::rewrite_times(|at| Moment { at, offset: 0 }.relative(now));
            }
        };
        effect(move |_| set_interval(tick, Duration::from_secs(60)));
    }

    /// Hears what time it is at the server.
    pub fn told(now: Timestamp) {
        let Self(clock) = expect_context();
        clock.set_value(Some(now));
    }
}

/// A relative time that keeps up with the [`Clock`]. Hovering or focusing it shows the exact instant in the
/// reader's zone.
pub fn time(moment: Moment, now: Timestamp, zone: &str) -> Markup {
    html! {
        time datetime=(moment.iso()) title={ (moment.exact()) " (" (zone) ")" } tabindex="-1" { (moment.relative(now)) }
    }
}
