//! The frame in which a table scrolls.

use leptos::html;
use leptos::prelude::*;

/// Holds a table: it scrolls inside, never the page. While newer rows are on their way it says so, and
/// the old ones stay.
#[component]
pub fn Frame(
    /// What the region is called.
    name: &'static str,
    /// Whether newer rows are on their way.
    busy: Signal<bool>,
    /// Says when to go back to the top.
    top: Trigger,
    children: Children,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<()>| {
        top.track();
        if let (Some(()), Some(frame)) = (before, frame.get_untracked()) {
            frame.set_scroll_top(0);
            if frame.get_bounding_client_rect().top() < 0.0 {
                frame.scroll_into_view();
            }
        }
    });
    view! {
        <div class="framed" class:busy=busy aria-busy=move || busy.get().then_some("true")>
            <div class="frame" role="region" aria-label=name tabindex="0" data-cells node_ref=frame>
                {children()}
            </div>
        </div>
    }
}
