//! The page of a table, built from its description: heading, search and filters, the rows in their frame, pager.

use super::description::{Columns, Table};
use super::{Frame, Heading, TableState, changes, notices, select_all};
use crate::layout::Main;
use crate::load::{Loading, Shown, drawn, waiting};
use crate::problem::Problem;
use crate::ui::{Clock, SearchInput, hidden_fields};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// A page that shows a table.
pub fn table_page<T: Table>(state: TableState<T>) -> AnyView {
    view! {
        <Main class="fills">
            <Loading show=Box::new(move || state.whole())/>
        </Main>
    }
    .into_any()
}

impl<T: Table> TableState<T> {
    /// The page, or what takes its place. It is made once: what changes with the rows is inside.
    fn whole(self) -> Shown {
        let shown = Memo::new(move |_| !matches!(self.rows.get(), Some(Err(error)) if error.replaces_page()));
        let came = Memo::new(move |_| self.rows.get().is_some());
        Box::new(move || match (came.get(), shown.get()) {
            (false, _) => waiting(),
            (true, true) => self.content(),
            (true, false) => self.rows_or_problem(),
        })
    }

    fn content(self) -> AnyView {
        let text = Memo::new(move |_| self.query().search.as_str().to_owned());
        let find = Callback::new(move |typed: String| self.search(&typed));
        let query = Box::new(move || self.query().print());
        let asked = move || self.rows.good().and_then(|answer| T::page(&answer).asked);
        view! {
            {T::head(self)}
            <div class="tools">
                {search_form(self.address.path(), T::SEARCH, query, text, find)}
                {T::filters(self)}
            </div>
            {drawn(move || notices(&self.unread(), T::notice(self), asked()))}
            {drawn(move || changes(self.signals.changes, self.rows.retry()).into_any())}
            <Frame name=T::FRAME busy=self.rows.pending() top=self.signals.top>
                {drawn(move || self.rows_or_problem())}
            </Frame>
            {drawn(move || self.pager().into_any())}
            <p class="visually-hidden" role="status">{move || self.signals.announcement.get()}</p>
            {T::after(self)}
        }
        .into_any()
    }

    fn rows_or_problem(self) -> AnyView {
        match self.rows.get() {
            None => waiting(),
            Some(Err(error)) => view! { <Problem error=error retry=self.rows.retry()/> }.into_any(),
            Some(Ok(answer)) if T::page(&answer).rows.is_empty() => T::empty(self, &answer),
            Some(Ok(answer)) => {
                let (table, below) = (self.table(&answer), T::below(self, &answer));
                view! {
                    {table}
                    {below}
                }
                .into_any()
            }
        }
    }

    /// The table. It is drawn anew with every answer.
    fn table(self, answer: &T::Answer) -> AnyView {
        let Columns { class, columns, selectable } = T::columns(self, answer);
        let query = untrack(|| self.query());
        let (sort, direction) = T::order(answer, &query);
        if let Some(now) = T::now(answer) {
            Clock::told(now);
        }
        let headings = columns.into_iter().enumerate().map(|(place, (label, order, class))| {
            let link = order.map(|order| self.link(&query.clone().sorted_by(order)));
            let sorted = (order == Some(sort)).then_some(direction);
            let before = (selectable && place == 0).then(select_all);
            view! { <Heading label=label class=class link=link sorted=sorted before=before/> }.into_any()
        });
        let cells = T::cells(self, answer);
        let rows = T::page(answer).rows.iter().enumerate();
        let rows = rows.map(|(index, one)| row(T::class(one), cells(index, one).into_string()));
        let clicked = move |event: MouseEvent| T::clicked(self, &event);
        table(T::LABEL, class, headings.collect(), rows.collect(), Some(Callback::new(clicked)))
    }

    fn pager(self) -> Option<AnyView> {
        let answer = self.rows.get()?.ok()?;
        self.address.pager(T::page(&answer), &self.query())
    }
}

/// A table with its rows. Roles are written out because rows become cards on small screens, which would take them away.
pub fn table(
    label: &'static str,
    class: String,
    headings: Vec<AnyView>,
    rows: Vec<AnyView>,
    clicked: Option<Callback<MouseEvent>>,
) -> AnyView {
    let clicked = move |event| {
        if let Some(clicked) = clicked {
            clicked.run(event);
        }
    };
    view! {
        <table role="table" aria-label=label class=class>
            <thead role="rowgroup">
                <tr role="row">{headings}</tr>
            </thead>
            <tbody role="rowgroup" on:click=clicked>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// A row. Its cells are text (decision 13): fifty rows are a thousand nodes.
pub fn row(class: Option<&'static str>, cells: String) -> AnyView {
    view! { <tr role="row" class=class inner_html=cells></tr> }.into_any()
}

fn search_form(
    path: String,
    (name, placeholder): (&'static str, &'static str),
    query: Box<dyn Fn() -> String + Send>,
    text: Memo<String>,
    search: Callback<String>,
) -> AnyView {
    view! {
        <form class="grow" role="search" method="get" action=path>
            {drawn(move || hidden_fields(&query(), &["q", "page"]))}
            <SearchInput id="search" name=name placeholder=placeholder parameter="q" text=text search=search main=true/>
        </form>
    }
    .into_any()
}
