//! The notice that somebody else changed the same thing in the meantime (decision 16).

use leptos::prelude::*;

/// What they changed, each a sentence; nothing where they changed nothing.
pub fn meanwhile(changes: &[String]) -> AnyView {
    if changes.is_empty() {
        return ().into_any();
    }
    let change = |text: &String| view! { <li>{text.clone()}</li> }.into_any();
    view! {
        <div class="notice meanwhile">
            <p>"Somebody else changed this in the meantime. Nothing was saved."</p>
            <ul>{changes.iter().map(change).collect::<Vec<_>>()}</ul>
            <p>"What you entered is still here: save again to replace their changes."</p>
        </div>
    }
    .into_any()
}
