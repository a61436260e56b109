//! Tags: small, quiet words beside a thing.

use leptos::prelude::*;

/// How loud a tag is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Says what is.
    Quiet,
    /// Says what differs from the usual.
    Accent,
    /// Waits for something.
    Warn,
    /// Is over.
    Danger,
}

/// A word in a frame.
#[component]
pub fn Tag(tone: Tone, label: String) -> impl IntoView {
    let class = match tone {
        Tone::Quiet => "tag",
        Tone::Accent => "tag accent",
        Tone::Warn => "tag warn",
        Tone::Danger => "tag danger",
    };
    let whole = label.clone();
    view! { <bdi class=class title=whole>{label}</bdi> }
}

/// Text that is cut off where it has no room, and shows whole where it is looked at.
pub fn clipped(text: String) -> AnyView {
    let whole = text.clone();
    view! { <bdi class="clip" title=whole>{text}</bdi> }.into_any()
}
