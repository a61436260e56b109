//! Handles the forms of **Columns** and **Save View** where there is JavaScript: with the same effect, but without
//! loading a new page.

use super::{CHANGES, Here, MembersState, PLACE, columns, menus};
use crate::api::{ApiError, choose_columns};
use crate::changes::{CHANGE, Outcome, send};
use crate::load::Loaded;
use crate::organization::Organization;
use crate::table::{VIEWS_MENU, name_fault, tell_name_fault, views_menu};
use crate::ui::browser;
use domain::Slug;
use domain::groups::Sidebar;
use domain::members::{MemberColumn, MemberQuery, ShownColumns};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement};

/// Does what the forms ask for.
#[derive(Clone, Copy)]
pub(super) struct Acting {
    state: MembersState,
    sidebar: Loaded<Sidebar>,
    slug: StoredValue<Slug>,
    /// Whether a view is being changed.
    busy: StoredValue<bool>,
    /// What was written into the menu of views: what was typed there stays while nothing else is to be said.
    written: StoredValue<String>,
    /// The columns that were remembered last.
    kept: StoredValue<Option<ShownColumns>>,
    /// The columns that wait to be remembered.
    waiting: StoredValue<Option<ShownColumns>>,
    /// Whether columns are on their way: one choice after the other, so that the last one lasts.
    sending: StoredValue<bool>,
}

impl Acting {
    pub(super) fn here(state: MembersState) -> Self {
        let Organization { slug, sidebar, .. } = Organization::current();
        Self {
            state,
            sidebar,
            slug: StoredValue::new(slug),
            busy: StoredValue::new(false),
            written: StoredValue::new(String::new()),
            kept: StoredValue::new(None),
            waiting: StoredValue::new(None),
            sending: StoredValue::new(false),
        }
    }

    fn now(self) -> Option<Here> {
        untrack(|| Here::now(self.state, self.sidebar.good().as_deref()))
    }

    /// The page was drawn: writes the menus where the server did not, and ticks the columns that are shown.
    pub(super) fn drawn(self) -> Option<()> {
        let (place, here) = (browser::find(PLACE)?, self.now()?);
        match browser::find(&["#", columns::MENU].concat()) {
            Some(menu) => columns::tick(&menu, here.shown),
            None => place.set_inner_html(&menus(&here).into_string()),
        }
        Some(())
    }

    /// Something was clicked. What a button opens is written anew beforehand, for what is shown now.
    pub(super) fn clicked(self, at: &Element) -> Option<()> {
        if at.closest("[data-copies]").ok()?.is_some() {
            return self.copy_link();
        }
        let id = at.closest("[popovertarget]").ok()??.get_attribute("popovertarget")?;
        let (here, menu) = (self.now()?, browser::find(&["#", &id].concat())?);
        if menu.matches(":popover-open").ok()? {
            return None;
        }
        if id == columns::MENU {
            menu.set_inner_html(&columns::content(&here).into_string());
            return Some(());
        }
        let content = views_menu(&here.views()).into_string();
        if self.written.with_value(|written| *written != content) {
            menu.set_inner_html(&content);
            self.written.set_value(content);
        }
        Some(())
    }

    fn copy_link(self) -> Option<()> {
        let link = self.state.link(&self.now()?.pinned());
        close();
        let said =
            "The link is on the clipboard, where the browser allows that. Whoever opens it sees what they may see.";
        self.state.own.message.say_sentence(said.to_owned());
        browser::copy(&[window().location().origin().unwrap_or_default(), link].concat());
        Some(())
    }

    /// A column was ticked, or the tick was taken away.
    pub(super) fn ticked(self, at: &Element) -> Option<()> {
        if at.get_attribute("type")? == "checkbox" {
            self.choose(columns::ticked(&at.closest("form").ok()??));
        }
        Some(())
    }

    /// A form was sent, by a button or by a key.
    pub(super) fn submitted(self, form: &Element, by: Option<HtmlElement>) -> Option<()> {
        let form = form.dyn_ref::<HtmlFormElement>()?;
        let hidden = || form.query_selector(&["input[name=", CHANGE, "]"].concat()).ok().flatten();
        let named = by.clone().map(Element::from).filter(|button| button.has_attribute("value")).or_else(hidden)?;
        match named.get_attribute("value")?.as_str() {
            columns::RESET => self.reset(),
            _ if columns::is_form(form) => self.choose(columns::ticked(form)),
            change => self.change(form.clone(), by, change)?,
        }
        Some(())
    }

    /// Shows these columns. Where the address names columns, it names these from now on; else they are remembered.
    fn choose(self, columns: ShownColumns) {
        let query = untrack(|| self.state.query());
        if query.columns.is_some() {
            return self.go(self.state.link(&query.with_columns(Some(columns))));
        }
        self.state.own.chosen.set(Some(columns));
        self.waiting.set_value(Some(columns));
        if !self.sending.get_value() {
            self.sending.set_value(true);
            spawn_local(self.remember());
        }
    }

    fn reset(self) {
        let query = untrack(|| self.state.query());
        match query.columns {
            Some(_) => self.go(self.state.link(&query.with_columns(None))),
            None => self.choose(ShownColumns::ALL),
        }
        self.state.signals.announcement.set("The columns were reset.".to_owned());
    }

    async fn remember(self) {
        while let Some(columns) = self.waiting.try_update_value(Option::take).flatten() {
            let chosen = MemberColumn::ALL.into_iter().filter(|column| columns.has(*column)).collect();
            match choose_columns(self.slug.get_value(), MemberQuery::default(), chosen).await {
                Ok(_) => _ = self.kept.try_set_value(Some(columns)),
                Err(error) => {
                    let Some(kept) = self.kept.try_get_value() else { return }; // Gone with its page.
                    self.waiting.set_value(None);
                    self.state.own.chosen.set(kept);
                    self.state.own.message.say_sentence(error.sentence());
                }
            }
        }
        self.sending.try_set_value(false);
    }

    /// Goes to another address of the same rows, instead of the one in the history.
    fn go(self, to: String) {
        if untrack(|| self.state.link(&self.state.query())) != to {
            self.state.signals.same_rows.set_value(true);
            self.state.address.navigate.run((to, true));
        }
    }

    /// Sends one of the forms about views, as the browser would.
    fn change(self, form: HtmlFormElement, by: Option<HtmlElement>, change: &str) -> Option<()> {
        if CHANGES.needs_name(change)
            && let Some(wrong) = name_fault(&form)
        {
            return tell_name_fault(&form, &wrong);
        }
        if self.busy.get_value() {
            return None;
        }
        self.busy.set_value(true);
        spawn_local(async move {
            let outcome = send(&form, by.as_ref()).await;
            if self.busy.try_set_value(false).is_some() {
                return; // Gone with its page.
            }
            match outcome {
                Ok(Outcome::Done(done)) => {
                    close();
                    self.state.own.message.say_sentence(done.message);
                    self.sidebar.retry().run(());
                    if let Some(to) = done.to {
                        self.go(to);
                    }
                }
                not_done @ Ok(Outcome::Partly(_) | Outcome::Changed(_)) => {
                    close();
                    self.state.own.message.answered(not_done);
                }
                Err(ApiError::Invalid(errors)) => {
                    let wrong = errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ");
                    tell_name_fault(&form, &wrong);
                }
                Err(error) => {
                    close();
                    self.state.own.message.say_sentence(error.sentence());
                    self.sidebar.retry().run(());
                }
            }
        });
        Some(())
    }
}

/// Closes the menu of views; the focus goes back to its button. A form that the server wrote open is done with too.
fn close() -> Option<()> {
    if let Some(refused) = browser::find(".more .refused") {
        refused.remove();
    }
    let menu = browser::find(&["#", VIEWS_MENU].concat())?.dyn_into::<HtmlElement>().ok()?;
    menu.hide_popover().ok()
}
