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
    view! { <span class=class><bdi>{label}</bdi></span> }
}
