//! Notices above a table, and the text shown when there are no rows.

use crate::ui::Notice;
use domain::text::grouped;
use leptos::prelude::*;

/// What of the address meant nothing, or less than it said: the parameters, the page that was asked for where it lies
/// beyond the end, and what else there is to say. Never an error page (spec M7, M8).
pub fn notices(unread: &[String], more: Option<String>, asked: Option<u32>) -> AnyView {
    let beyond =
        asked.map(|asked| ["Page ", &grouped(asked.into()), " does not exist; this is the last page."].concat());
    let texts = not_understood(unread).into_iter().chain(more).chain(beyond);
    let notices = texts.map(|text| view! { <Notice text=text/> }.into_any()).collect::<Vec<_>>();
    if notices.is_empty() { ().into_any() } else { view! { <div class="notices">{notices}</div> }.into_any() }
}

fn not_understood(parameters: &[String]) -> Option<String> {
    let without = match parameters.len() {
        0 => return None,
        1 => "” in the address was not understood; the view goes without it.",
        _ => "” in the address were not understood; the view goes without them.",
    };
    Some(["“", &parameters.join("”, “"), without].concat())
}

/// Nothing to show (spec M5): a filter or a search says so and offers the way out.
pub fn nobody(clear: String) -> AnyView {
    view! {
        <div class="empty">
            <h2>"No members match"</h2>
            <p>"Nobody fits this search and these filters together."</p>
            <a class="button" href=clear data-noscroll>"Clear filters"</a>
        </div>
    }
    .into_any()
}

/// Others changed what is shown, in a way that would move rows: they move when somebody wants it.
pub fn changes(number: RwSignal<usize>, show: Callback<()>) -> Option<AnyView> {
    let text = match number.get() {
        0 => return None,
        1 => "1 change — show".to_owned(),
        many => many.to_string() + " changes — show",
    };
    let show = move |_| {
        number.set(0);
        show.run(());
    };
    Some(view! { <button type="button" class="button changes" on:click=show>{text}</button> }.into_any())
}
