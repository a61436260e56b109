//! The account menu.

use crate::paths;
use crate::ui::{KeysButton, Menu, avatar};
use leptos::prelude::*;

/// The menu **Account**: who is signed in, their profile, and the way out.
#[component]
pub fn AccountMenu(profile: String, name: String, email: String) -> impl IntoView {
    let face = view! { <span inner_html=avatar(&name, &email).into_string()></span> }.into_any();
    view! {
        <Menu id="account" name="Account" class="button quiet round" face=face>
            <p class="who">
                <bdi class="strong">{name}</bdi>
                <bdi class="dim">{email}</bdi>
            </p>
            <a class="item" href=profile>"Your Profile"</a>
            <KeysButton/>
            <form method="post" action=paths::SIGN_OUT>
                <button type="submit" class="item">"Sign out"</button>
            </form>
        </Menu>
    }
}
