//! Menus: a button and what it opens, which also works without JavaScript. The keys are in [`super::keys`].

use super::{Icon, icon};
use leptos::prelude::*;

/// A button that opens a popover below it.
#[component]
pub fn Menu(
    /// Joins button and popover; unique on the page.
    #[prop(into)]
    id: String,
    /// The button's accessible name.
    #[prop(into)]
    name: String,
    /// The button's classes.
    class: &'static str,
    /// What the button shows.
    face: AnyView,
    /// What it opens.
    children: Children,
) -> impl IntoView {
    let target = id.clone();
    view! {
        <div class="menu">
            <button type="button" class=class popovertarget=target aria-label=name>
                {face}
                {icon(Icon::Down)}
            </button>
            <div class="popover" popover="auto" id=id>
                {children()}
            </div>
        </div>
    }
}
