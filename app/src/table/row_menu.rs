//! The menu with the actions for one row (spec M10), for every table whose rows have one.

use super::{Table, TableState};
use crate::changes::{Answered, hidden, send_plain};
use crate::ui::browser;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A table whose rows have a menu. The cell of the actions has a link with the row's place in `data-opens`.
pub trait WithRowMenu: Table {
    /// What opens the dialogs that only this table has.
    type Dialogs: Copy;

    /// What can be done with a row, in the order of the menu. What cannot is there with its reason.
    fn menu(state: TableState<Self>, dialogs: Self::Dialogs, row: &Self::Row) -> RowMenu;
}

/// The menu of one row.
#[derive(Clone)]
pub struct RowMenu {
    /// What the row is called.
    pub called: String,
    /// The page of the row, to which the forms of its actions are posted.
    pub page: String,
    /// The actions.
    pub actions: Vec<RowAction>,
}

/// An action for one row.
#[derive(Clone)]
pub struct RowAction {
    /// The word by which it is told apart from the others.
    pub word: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Why it cannot be done.
    pub why_not: Option<&'static str>,
    /// What happens.
    pub does: Does,
}

/// What an action does.
#[derive(Clone)]
pub enum Does {
    /// Sends a form at once.
    Send(RowForm),
    /// Asks once more, and sends it then.
    Ask(Question, RowForm),
    /// Goes to a page.
    Go(String),
    /// Opens a dialog of the table's own.
    Open(Callback<()>),
}

/// The form of a change of one row.
#[derive(Clone)]
pub struct RowForm {
    /// The change, by its word.
    pub change: &'static str,
    /// The fields.
    pub fields: Vec<(String, String)>,
}

/// What is asked before somebody loses something.
#[derive(Clone)]
pub struct Question {
    /// Names the row and what is done with it.
    pub title: String,
    /// What it means.
    pub means: String,
}

/// An action that is asked about.
#[derive(Clone)]
pub(super) struct Asked {
    /// What it is called.
    pub label: &'static str,
    /// What is asked.
    pub question: Question,
    /// What is sent.
    pub form: RowForm,
    /// Where to.
    pub page: String,
}

/// What is open over a table whose rows have a menu.
#[derive(Clone, Copy)]
pub struct RowActions {
    /// The menu that is open, or was last.
    menu: RwSignal<Option<RowMenu>>,
    /// What is asked once more before it is done.
    pub(super) asked: RwSignal<Option<Asked>>,
    /// Hears what came of an action.
    pub(super) answered: Callback<Answered>,
    navigate: Callback<(String, bool)>,
    busy: StoredValue<bool>,
}

impl RowActions {
    /// For a table. `answered` shows what came of an action, and loads again what it changed.
    pub fn new<T: WithRowMenu>(state: TableState<T>, answered: Callback<Answered>) -> Self {
        Self {
            menu: RwSignal::new(None),
            asked: RwSignal::new(None),
            answered,
            navigate: state.address.navigate,
            busy: StoredValue::new(false),
        }
    }

    /// Opens the menu of the row at a place of the page.
    pub fn open<T: WithRowMenu>(self, state: TableState<T>, dialogs: T::Dialogs, index: usize) {
        let answer = untrack(|| state.rows.good());
        let row = answer.as_ref().and_then(|answer| T::page(answer).rows.get(index));
        self.menu.set(row.map(|row| T::menu(state, dialogs, row)));
        // Once it is drawn.
        request_animation_frame(move || _ = show(index));
    }

    /// The menu.
    pub fn view(self) -> AnyView {
        let items = move || {
            let Some(menu) = self.menu.get() else { return ().into_any() };
            let item = |action: RowAction| self.item(action, &menu.page);
            menu.actions.into_iter().map(item).collect::<Vec<_>>().into_any()
        };
        let who = move || self.menu.with(|menu| menu.as_ref().map(|menu| menu.called.clone()).unwrap_or_default());
        // Made when it is first opened.
        let wanted = Memo::new(move |_| self.menu.with(Option::is_some));
        let made = move || {
            view! {
                <div id="row-menu" class="popover" popover="auto" on:toggle=move |_| closed()>
                    <p class="who"><bdi class="strong">{who}</bdi></p>
                    <ul class="items">{items}</ul>
                </div>
            }
            .into_any()
        };
        (move || wanted.get().then(made)).into_any()
    }

    fn item(self, action: RowAction, page: &str) -> AnyView {
        let RowAction { word, label, why_not, does } = action;
        let id = "row-why-".to_owned() + word;
        let (off, described) = (why_not.map(|_| "true"), why_not.map(|_| id.clone()));
        let reason = why_not.map(|why| view! { <p class="hint" id=id>{why}</p> }.into_any());
        let face = match does {
            Does::Send(form) if why_not.is_none() => self.form(label, &form, page),
            does => {
                let page = page.to_owned();
                let run = move |_| {
                    if why_not.is_none() {
                        close();
                        self.run(label, does.clone(), page.clone());
                    }
                };
                view! { <button type="button" class="item" aria-disabled=off aria-describedby=described on:click=run>{label}</button> }
                    .into_any()
            }
        };
        view! { <li>{face}{reason}</li> }.into_any()
    }

    fn form(self, label: &'static str, form: &RowForm, page: &str) -> AnyView {
        let submit = move |event: SubmitEvent| {
            send_plain(&event, self.busy, Box::new(move |what| _ = self.answered.try_run(what)));
            close();
        };
        let fields = hidden(form.change, &form.fields).into_string();
        view! {
            <form method="post" action=page.to_owned() on:submit=submit>
                <div hidden inner_html=fields></div>
                <button type="submit" class="item">{label}</button>
            </form>
        }
        .into_any()
    }

    fn run(self, label: &'static str, does: Does, page: String) {
        match does {
            Does::Ask(question, form) => self.asked.set(Some(Asked { label, question, form, page })),
            Does::Go(to) => self.navigate.run((to, false)),
            Does::Open(open) => open.run(()),
            // Its button sends it.
            Does::Send(_) => {}
        }
    }
}

/// Opens the menu below the link of a row.
fn show(index: usize) -> Option<()> {
    let link = browser::find(&["[data-opens=\"", &index.to_string(), "\"]"].concat())?;
    let menu = browser::find("#row-menu")?.dyn_into::<HtmlElement>().ok()?;
    if let Some(before) = browser::find("[data-menu]") {
        let _ = before.remove_attribute("data-menu");
    }
    let _ = link.set_attribute("data-menu", "");
    let _ = menu.show_popover();
    request_animation_frame(move || {
        if let Some(first) = browser::shown_in(&menu, "button").first() {
            browser::focus(first);
        }
    });
    Some(())
}

fn close() {
    if let Some(menu) = browser::find("#row-menu").and_then(|menu| menu.dyn_into::<HtmlElement>().ok()) {
        let _ = menu.hide_popover();
    }
}

fn closed() {
    let open = browser::find("#row-menu").is_some_and(|menu| menu.matches(":popover-open").unwrap_or(false));
    if !open {
        to_row();
    }
}

/// Gives the focus back to the link from which the menu or a dialog was opened, where it was lost.
pub fn to_row() {
    if browser::focused().is_none_or(|at| at.tag_name() == "BODY")
        && let Some(link) = browser::find("[data-menu]")
    {
        browser::focus(&link);
    }
}
