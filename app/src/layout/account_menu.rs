//! The menu of the account.

use crate::paths;
use crate::ui::{KeysButton, Menu, avatar};
use leptos::prelude::*;

/// The menu **Account**: who is signed in, and the way out.
#[component]
pub fn AccountMenu(name: String, email: String) -> impl IntoView {
    let face = view! { <span inner_html=avatar(&name, &email).into_string()></span> }.into_any();
    view! {
        <Menu id="account" name="Account" class="button quiet round" face=face>
            <p class="who">
                <bdi class="strong">{name}</bdi>
                <bdi class="dim">{email}</bdi>
            </p>
            <KeysButton/>
            <form method="post" action=paths::SIGN_OUT>
                <button type="submit" class="item">"Sign out"</button>
            </form>
        </Menu>
    }
}
