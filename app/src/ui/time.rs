//! Times, relative to now, with the exact instant at hand (spec M1).

use domain::{Moment, Timestamp};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// Minutes since the page came to life. Relative times count on from the instant that the server gave,
/// so that the browser's clock may be wrong, and hydration finds what the server wrote.
#[derive(Clone, Copy)]
pub struct Clock(RwSignal<i64>);

impl Clock {
    /// Starts the clock for all that is below.
    pub fn provide() {
        let clock = Self(RwSignal::new(0));
        provide_context(clock);
        Effect::new(move |_| {
            set_interval(move || clock.0.update(|minutes| *minutes += 1), Duration::from_secs(60));
        });
    }
}

/// A relative time that keeps up with the clock. Hovering or focusing it shows the exact instant in the
/// reader's zone.
#[component]
pub fn Time(moment: Moment, now: Timestamp, zone: Arc<str>) -> impl IntoView {
    let clock = use_context::<Clock>().map(|clock| clock.0);
    let then = clock.map_or(0, |clock| clock.get_untracked());
    let relative = move || {
        let minutes = clock.map_or(0, |clock| clock.get()) - then;
        moment.relative(now.plus_seconds(60 * minutes))
    };
    view! { <time datetime=moment.iso() title=moment.exact() + " (" + &zone + ")" tabindex="-1">{relative}</time> }
}
