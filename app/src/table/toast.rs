//! How the message about an action is shown.

use super::Message;
use crate::changes::{Answered, Done, Undo, hidden, send_plain};
use crate::ui::browser;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The message; with **Undo** where the action can be taken back. Undo is a form of the page at `action`, and
/// `answered` hears what came of it.
pub fn toast(message: Message, action: String, answered: Callback<Answered>) -> AnyView {
    let busy = StoredValue::new(false);
    let content = move || {
        let Done { message: text, link, undo, .. } = message.get().unwrap_or_default();
        view! {
            <div class="what">{what(text, link)}</div>
            {undo.map(|undo| undo_form(undo, &action, busy, answered))}
        }
        .into_any()
    };
    view! {
        {content}
        <button type="button" class="button quiet" aria-label="Put the message away" on:click=move |_| message.clear()>"Close"</button>
    }
    .into_any()
}

fn what(text: String, link: Option<String>) -> AnyView {
    let Some(link) = link else { return view! { <p>{text}</p> }.into_any() };
    view! {
        <p>{text + " It is on the clipboard, where the browser allows that."}</p>
        <input type="text" readonly aria-label="Invite link" value=link on:focus:target=|event| event.target().select()/>
    }
    .into_any()
}

fn undo_form(undo: Undo, action: &str, busy: StoredValue<bool>, answered: Callback<Answered>) -> AnyView {
    let submit = move |event: SubmitEvent| {
        send_plain(&event, busy, Box::new(move |what| _ = answered.try_run(what)));
    };
    let fields = hidden(&undo.change, &undo.fields).into_string();
    view! {
        <form method="post" action=action.to_owned() on:submit=submit>
            <div hidden inner_html=fields></div>
            <button type="submit" class="button quiet undo">"Undo"</button>
        </form>
    }
    .into_any()
}

/// Gives the focus to **Undo**, where there is one: the row may be gone, and what had the focus with it.
pub fn to_undo() {
    request_animation_frame(|| {
        if let Some(undo) = browser::find(".toast .undo") {
            browser::focus(&undo);
        }
    });
}
