//! What the forms do where there is JavaScript: the same, without a new page.

use super::super::sentence;
use super::{Here, MembersState, PLACE, columns, menus, views};
use crate::api::{ApiError, choose_columns, delete_view, rename_view, save_view, update_view};
use crate::layout::Organization;
use crate::load::Loaded;
use crate::ui::browser;
use domain::groups::Sidebar;
use domain::members::{MemberQuery, ShownColumns};
use domain::views::{ViewAction, ViewName};
use domain::{Slug, ViewId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

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
        let content = views::content(&here).into_string();
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
        self.state.say(said.to_owned(), None);
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
        let hidden = || form.query_selector("input[name=what]").ok().flatten();
        let button = by.map(Element::from).filter(|button| button.has_attribute("value")).or_else(hidden)?;
        match ViewAction::parse(&button.get_attribute("value")?)? {
            ViewAction::ChooseColumns => self.choose(columns::ticked(form)),
            ViewAction::ResetColumns => self.reset(),
            action => self.change(form.clone(), action)?,
        }
        Some(())
    }

    /// Shows these columns. Where the address names columns, it names these from now on; else they are remembered.
    fn choose(self, columns: ShownColumns) {
        let query = untrack(|| self.state.query());
        if query.columns.is_some() {
            return self.go(&query.with_columns(Some(columns)));
        }
        self.state.chosen.set(Some(columns));
        self.waiting.set_value(Some(columns));
        if !self.sending.get_value() {
            self.sending.set_value(true);
            spawn_local(self.remember());
        }
    }

    fn reset(self) {
        let query = untrack(|| self.state.query());
        match query.columns {
            Some(_) => self.go(&query.with_columns(None)),
            None => self.choose(ShownColumns::ALL),
        }
        self.state.announcement.set("The columns were reset.".to_owned());
    }

    async fn remember(self) {
        while let Some(columns) = self.waiting.try_update_value(Option::take).flatten() {
            match choose_columns(self.slug.get_value(), columns).await {
                Ok(()) => _ = self.kept.try_set_value(Some(columns)),
                Err(error) => {
                    let Some(kept) = self.kept.try_get_value() else { return }; // Gone with its page.
                    self.waiting.set_value(None);
                    self.state.chosen.set(kept);
                    self.state.say(sentence(&error), None);
                }
            }
        }
        self.sending.try_set_value(false);
    }

    /// Goes to another address of the same rows, instead of the one in the history.
    fn go(self, query: &MemberQuery) {
        if untrack(|| self.state.query()) != *query {
            self.state.same_rows.set_value(true);
            self.state.navigate.run((self.state.link(query), true));
        }
    }

    fn change(self, form: Element, action: ViewAction) -> Option<()> {
        let pinned = self.now()?.pinned();
        let view = form.query_selector("input[name=view]").ok()?;
        let view = view.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()?.value().parse::<ViewId>().ok());
        let name = views::typed(&form).unwrap_or_default();
        if matches!(action, ViewAction::Save | ViewAction::Rename)
            && let Err(error) = ViewName::typed(&name)
        {
            return views::tell(&form, &error.message);
        }
        if self.busy.get_value() {
            return None;
        }
        self.busy.set_value(true);
        let slug = self.slug.get_value();
        spawn_local(async move {
            let outcome = perform(slug, action, view, name, pinned.clone()).await;
            if self.busy.try_set_value(false).is_some() {
                return; // Gone with its page.
            }
            match outcome {
                Ok(said) => {
                    close();
                    self.state.say(said, None);
                    self.sidebar.retry().run(());
                    if matches!(action, ViewAction::Save | ViewAction::Update) {
                        self.go(&pinned);
                    }
                }
                Err(ApiError::Invalid(errors)) => {
                    let wrong = errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ");
                    views::tell(&form, &wrong);
                }
                Err(error) => {
                    close();
                    self.state.say(sentence(&error), None);
                    self.sidebar.retry().run(());
                }
            }
        });
        Some(())
    }
}

/// Changes views; gives the sentence that says what was done.
async fn perform(
    slug: Slug,
    action: ViewAction,
    view: Option<ViewId>,
    name: String,
    query: MemberQuery,
) -> Result<String, ApiError> {
    if action == ViewAction::Save {
        let saved = save_view(slug, name, query).await?;
        return Ok(["Saved as “", &saved.name, "”. It is in the sidebar, under Views."].concat());
    }
    let view = view.ok_or(ApiError::NotFound)?;
    match action {
        ViewAction::Update => update_view(slug, view, query).await.map(|()| "The view shows this now."),
        ViewAction::Delete => delete_view(slug, view).await.map(|()| "The view was deleted."),
        _ => rename_view(slug, view, name).await.map(|()| "The view has its new name."),
    }
    .map(str::to_owned)
}

/// Closes the menu of views; the focus goes back to its button. A form that the server wrote open is done with too.
fn close() -> Option<()> {
    if let Some(refused) = browser::find(".more .refused") {
        refused.remove();
    }
    let menu = browser::find(&["#", views::MENU].concat())?.dyn_into::<HtmlElement>().ok()?;
    menu.hide_popover().ok()
}
