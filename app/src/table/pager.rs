//! The pager (spec M8).

use crate::ui::hidden_fields;
use domain::table::{Page, PageSize, Total};
use domain::text::grouped;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlFormElement;

/// Where one can go from a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// The page that is shown.
    pub number: u32,
    /// How many rows a page has.
    pub size: u32,
    /// The last page, where it is known.
    pub last: Option<u32>,
    /// Whether another page follows.
    pub more: bool,
    /// "51–100 of 1,204".
    pub range: String,
}

impl Pages {
    /// Where one can go from this page.
    pub fn of<R>(page: &Page<R>) -> Self {
        Self {
            number: page.number,
            size: page.size,
            last: page.total.last_page(page.size),
            more: page.more,
            range: page.range(),
        }
    }
    fn position(&self) -> String {
        let page = "Page ".to_owned() + &grouped(self.number.into());
        self.last.map(|last| page.clone() + " of " + &grouped(last.into())).unwrap_or(page)
    }
    fn back(&self, to: u32) -> Target {
        if self.number > 1 { Target::Page(to) } else { Target::Nowhere }
    }
    fn next(&self) -> Target {
        if self.more { Target::Page(self.number.saturating_add(1)) } else { Target::Nowhere }
    }
    fn to_last(&self) -> Target {
        match self.last {
            Some(last) if last != self.number => Target::Page(last),
            None if self.more => Target::Unknown,
            _ => Target::Nowhere,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Page(u32),
    /// It is where one is already.
    Nowhere,
    /// More rows match than are counted.
    Unknown,
}

/// Why **Last** leads nowhere.
fn why_unknown() -> String {
    let bound = Total::BOUND;
    "More than ".to_owned()
        + &grouped(bound)
        + " match, so the last page is not known. Narrow the search or the filters."
}

/// Links to other pages, a jump, and how many rows a page has.
#[component]
pub fn Pager(
    /// Where one is.
    pages: Pages,
    /// Makes the link to a page.
    to_page: Callback<u32, String>,
    /// Makes the link to another size.
    to_size: Callback<PageSize, String>,
    /// Goes to a page.
    go: Callback<u32>,
    /// The table's path, for the jump without JavaScript.
    path: String,
    /// What the jump carries along.
    query: String,
) -> impl IntoView {
    let link = move |label: &'static str, class: &'static str, target: Target| {
        match target {
        Target::Page(page) => view! { <a class=class href=to_page.run(page) data-noscroll>{label}</a> }.into_any(),
        Target::Nowhere => view! { <span class=class role="link" aria-disabled="true">{label}</span> }.into_any(),
        Target::Unknown => view! {
            <span class="why">
                <span class=class role="link" aria-disabled="true" tabindex="0" aria-describedby="why-not-last">{label}</span>
                <span class="tip" role="tooltip" id="why-not-last">{why_unknown()}</span>
            </span>
        }
        .into_any(),
    }
    };
    let sizes = PageSize::ALL.map(|size| {
        let current = (size.rows() == pages.size).then_some("true");
        view! { <a class="button quiet" href=to_size.run(size) data-noscroll aria-current=current>{size.rows()}</a> }
    });
    let jump = move |event: SubmitEvent| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let page = form
            .and_then(|form| form.query_selector("[name=page]").ok()?)
            .and_then(|input| input.unchecked_into::<web_sys::HtmlInputElement>().value().parse::<u32>().ok());
        if let Some(page) = page {
            event.prevent_default();
            go.run(page.max(1));
        }
    };
    view! {
        <div class="pager">
            <span class="range">{pages.range.clone()}</span>
            <span class="sizes" role="group" aria-label="Rows at once">
                <span aria-hidden="true" class="wide-only">"Rows"</span>
                {sizes.collect_view()}
            </span>
            <form class="jump" method="get" action=path on:submit=jump>
                {hidden_fields(&query, &["page"])}
                <span class="visually-hidden">{pages.position()}</span>
                <span aria-hidden="true">"Page"</span>
                <input
                    type="number"
                    name="page"
                    aria-label="Page"
                    min="1"
                    max=pages.last
                    required
                    prop:value=pages.number.to_string()
                    value=pages.number.to_string()
                />
                {pages.last.map(|last| view! { <span aria-hidden="true">{"of ".to_owned() + &grouped(last.into())}</span> })}
                <button type="submit" class="button without-script">"Go"</button>
            </form>
            <nav aria-label="Position in the table">
                {link("First", "button ends", pages.back(1))}
                {link("Previous", "button", pages.back(pages.number.saturating_sub(1)))}
                {link("Next", "button", pages.next())}
                {link("Last", "button ends", pages.to_last())}
            </nav>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(number: u32, last: Option<u32>, more: bool) -> Pages {
        Pages { number, size: 50, last, more, range: String::new() }
    }

    #[test]
    fn the_first_page_leads_forward_only() {
        let first = pages(1, Some(3), true);
        assert_eq!(first.position(), "Page 1 of 3");
        assert_eq!((first.back(1), first.next(), first.to_last()), (Target::Nowhere, Target::Page(2), Target::Page(3)));
    }

    #[test]
    fn the_last_page_leads_back_only() {
        let last = pages(3, Some(3), false);
        assert_eq!((last.back(2), last.next(), last.to_last()), (Target::Page(2), Target::Nowhere, Target::Nowhere));
    }

    // spec M8
    #[test]
    fn an_uncounted_total_has_no_last_page_to_go_to() {
        let many = pages(7, None, true);
        assert_eq!(many.position(), "Page 7");
        assert_eq!((many.next(), many.to_last()), (Target::Page(8), Target::Unknown));
        assert_eq!(pages(900, None, false).to_last(), Target::Nowhere);
        assert!(why_unknown().contains("10,000"));
    }
}
