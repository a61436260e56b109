//! Times, relative to now, with the exact instant at hand (spec M1).

use super::effect;
use domain::{Moment, Timestamp};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// Minutes since the page came to life. Relative times count on from the instant that the server gave,
/// so that the browser's clock may be wrong, and hydration finds what the server wrote.
#[derive(Clone, Copy)]
pub struct Clock {
    minutes: StoredValue<usize>,
    tick: Trigger,
}

impl Clock {
    /// Starts the clock for all that is below.
    pub fn provide() {
        let clock = Self { minutes: StoredValue::new(0), tick: Trigger::new() };
        provide_context(clock);
        let tick = move || {
            clock.minutes.set_value(clock.minutes.get_value() + 1);
            clock.tick.notify();
        };
        effect(move |_| set_interval(tick, Duration::from_secs(60)));
    }
}

/// A relative time that keeps up with the clock. Hovering or focusing it shows the exact instant in the
/// reader's zone.
#[component]
pub fn Time(moment: Moment, now: Timestamp, zone: Arc<str>) -> impl IntoView {
    let Clock { minutes, tick } = expect_context();
    let then = minutes.get_value();
    let relative = move || {
        tick.track();
        let passed = i64::try_from(minutes.get_value() - then).unwrap_or(0);
        moment.relative(now.plus_seconds(60 * passed))
    };
    view! { <time datetime=moment.iso() title=moment.exact() + " (" + &zone + ")" tabindex="-1">{move || relative()}</time> }
}
