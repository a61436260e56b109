//! Tags: small, quiet words beside a name.

use maud::{Markup, html};

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
pub fn tag(tone: Tone, label: &str) -> Markup {
    let class = match tone {
        Tone::Quiet => "tag",
        Tone::Accent => "tag accent",
        Tone::Warn => "tag warn",
        Tone::Danger => "tag danger",
    };
    html! { bdi class=(class) title=(label) { (label) } }
}

/// Text that is cut off where it has no room, and shows whole where it is looked at.
pub fn clipped(text: &str) -> Markup {
    html! { bdi class="clip" title=(text) { (text) } }
}
