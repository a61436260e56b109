//! The pager (spec M8).

use crate::paths;
use crate::ui::hidden_fields;
use domain::table::{Page, PageSize, Total};
use domain::text::grouped;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, HtmlInputElement};

/// Where one is in a table, and where one can go from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// "51–100 of 1,204".
    range: String,
    /// The page that is shown.
    number: u32,
    /// The last page, where it is known.
    last: Option<u32>,
    /// **First**, **Previous**, **Next** and **Last**.
    targets: [Target; 4],
    /// How many rows a page can have: the number, the link, and whether it holds now.
    sizes: [(u32, String, bool); 3],
}

/// Where a link of the pager leads.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    /// To a page.
    Link(String),
    /// Nowhere else than where one is.
    Nowhere,
    /// More rows match than are counted, so nobody knows.
    Unknown,
}

impl Pages {
    /// Where one can go from a page, with what makes the links to other pages and sizes.
    pub fn of<R>(page: &Page<R>, to_page: impl Fn(u32) -> String, to_size: impl Fn(PageSize) -> String) -> Self {
        let (number, last) = (page.number, page.total.last_page(page.size));
        let link = |page: u32, exists: bool| if exists { Target::Link(to_page(page)) } else { Target::Nowhere };
        let to_last = match last {
            Some(last) => link(last, last != number),
            None if page.more => Target::Unknown,
            None => Target::Nowhere,
        };
        let targets = [
            link(1, number > 1),
            link(number.saturating_sub(1), number > 1),
            link(number.saturating_add(1), page.more),
            to_last,
        ];
        let sizes = PageSize::ALL.map(|size| (size.rows(), to_size(size), size.rows() == page.size));
        Self { range: page.range(), number, last, targets, sizes }
    }

    fn position(&self) -> String {
        let page = "Page ".to_owned() + &grouped(self.number.into());
        self.last.map(|last| page.clone() + " of " + &grouped(last.into())).unwrap_or(page)
    }
}

impl Target {
    fn view(self, label: &'static str, class: &'static str) -> AnyView {
        let nowhere = move |described_by: Option<&'static str>| {
            let tab_stop = described_by.map(|_| "0");
            view! { <span class=class role="link" aria-disabled="true" tabindex=tab_stop aria-describedby=described_by>{label}</span> }
        };
        match self {
            Self::Link(link) => view! { <a class=class href=link data-noscroll>{label}</a> }.into_any(),
            Self::Nowhere => nowhere(None).into_any(),
            Self::Unknown => view! {
                <span class="why">
                    {nowhere(Some("why-not-last"))}
                    <span class="tip" role="tooltip" id="why-not-last">{why_unknown()}</span>
                </span>
            }
            .into_any(),
        }
    }
}

/// Why **Last** leads nowhere.
fn why_unknown() -> String {
    let bound = grouped(Total::BOUND);
    ["More than ", &bound, " match, so the last page is not known. Narrow the search or the filters."].concat()
}

/// Links to other pages, a jump, and how many rows a page has.
#[component]
pub fn Pager(
    /// Where one is and can go.
    pages: Pages,
    /// The table's path.
    path: String,
    /// The parameters of the view that is shown.
    query: String,
    /// Goes to an address.
    go: Callback<(String, bool)>,
) -> impl IntoView {
    let position = pages.position();
    let Pages { range, number, last, targets, sizes } = pages;
    let size = |(rows, link, chosen): (u32, String, bool)| {
        let current = chosen.then_some("true");
        view! { <a class="button quiet" href=link data-noscroll aria-current=current>{rows.to_string()}</a> }.into_any()
    };
    let [first, previous, next, to_last] = targets;
    let carried = hidden_fields(&query, &["page"]);
    let action = path.clone();
    // The form would do it by itself, with a new page.
    let jump = move |event: SubmitEvent| {
        if let Some(page) = asked_for(&event) {
            event.prevent_default();
            let rest = paths::carried(&query, &["page"]);
            go.run((paths::with_parameters(&path, rest.into_iter().chain([("page".to_owned(), page)])), false));
        }
    };
    view! {
        <div class="pager">
            <span class="range">{range}</span>
            <span class="sizes" role="group" aria-label="Rows at once">
                <span aria-hidden="true">"Rows"</span>
                {Vec::from(sizes.map(size))}
            </span>
            <form class="jump" method="get" action=action on:submit=jump>
                {carried}
                <span class="visually-hidden">{position}</span>
                <span aria-hidden="true">"Page"</span>
                <input
                    type="number"
                    name="page"
                    aria-label="Page"
                    min="1"
                    max=last.map(|last| last.to_string())
                    required
                    prop:value=number.to_string()
                    value=number.to_string()
                />
                {last.map(|last| view! { <span aria-hidden="true">{"of ".to_owned() + &grouped(last.into())}</span> }.into_any())}
                <button type="submit" class="button without-script">"Go"</button>
            </form>
            <nav aria-label="Position in the table">
                {first.view("First", "button ends")}
                {previous.view("Previous", "button")}
                {next.view("Next", "button")}
                {to_last.view("Last", "button ends")}
            </nav>
        </div>
    }
}

/// The page that a jump asks for.
fn asked_for(event: &SubmitEvent) -> Option<String> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    let input = form.query_selector("[name=page]").ok()??.dyn_into::<HtmlInputElement>().ok()?;
    Some(input.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(number: u32, total: Total, more: bool) -> Pages {
        let page = Page { rows: vec![(); 50], total, number, size: 50, more, asked: None };
        Pages::of(&page, |page| format!("?page={page}"), |size| format!("?size={}", size.rows()))
    }
    fn to(page: u32) -> Target {
        Target::Link(format!("?page={page}"))
    }

    #[test]
    fn the_first_page_leads_forward_only() {
        let first = pages(1, Total::Exact(150), true);
        assert_eq!(first.position(), "Page 1 of 3");
        assert_eq!(first.targets, [Target::Nowhere, Target::Nowhere, to(2), to(3)]);
    }

    #[test]
    fn the_last_page_leads_back_only() {
        assert_eq!(pages(3, Total::Exact(150), false).targets, [to(1), to(2), Target::Nowhere, Target::Nowhere]);
    }

    // spec M8
    #[test]
    fn an_uncounted_total_has_no_last_page_to_go_to() {
        let many = pages(7, Total::MoreThan(10_000), true);
        assert_eq!(many.position(), "Page 7");
        assert_eq!(many.targets, [to(1), to(6), to(8), Target::Unknown]);
        assert!(why_unknown().contains("10,000"));
    }

    #[test]
    fn the_size_that_holds_is_marked() {
        let sizes = pages(1, Total::Exact(1), false).sizes;
        assert_eq!(sizes.map(|(rows, _, chosen)| (rows, chosen)), [(25, false), (50, true), (100, false)]);
    }
}
