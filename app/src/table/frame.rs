//! The frame in which a table scrolls.

use crate::ui::{browser, effect, live_if};
use leptos::prelude::*;

/// Holds a table: it scrolls inside, never the page. While newer rows are on their way it says so, and
/// the old ones stay.
#[component]
pub fn Frame(
    /// What the region is called.
    name: &'static str,
    /// Whether newer rows are on their way.
    busy: RwSignal<bool>,
    /// Says when to go back to the top.
    top: Trigger,
    children: Children,
) -> impl IntoView {
    effect(move |first| {
        top.track();
        if let (false, Some(frame)) = (first, browser::find("[data-cells]")) {
            frame.set_scroll_top(0);
            if frame.get_bounding_client_rect().top() < 0.0 {
                frame.scroll_into_view();
            }
        }
    });
    view! {
        <div class="framed" aria-busy=live_if(move || busy.get(), "true")>
            <div class="frame" role="region" aria-label=name tabindex="0" data-cells>
                {children()}
            </div>
        </div>
    }
}
