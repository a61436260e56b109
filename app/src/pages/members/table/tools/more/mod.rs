//! The menus next to the filters: **Columns** and **Save View** (spec M9). Both are forms that work on their own and
//! are part of the server's page; the code here, which is loaded later, makes them quick (decision 21).

mod act;
mod columns;

use super::super::state::MembersState;
use crate::table::{VIEWS_MENU, ViewChanges, ViewsMenu, check_name_again, views_menu};
use crate::ui::effect;
use act::Acting;
use domain::groups::Sidebar;
use domain::members::{MemberQuery, ShownColumns};
use domain::views::SavedView;
use leptos::ev;
use leptos::prelude::*;
use maud::{Markup, html};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The element that holds all of it.
const PLACE: &str = ".more";

/// The changes of the views of the members table.
const CHANGES: ViewChanges =
    ViewChanges { save: "views/save", rename: "views/rename", update: "views/update", delete: "views/delete" };

/// What is shown, as far as the forms are about it.
struct Here {
    /// The address, to which the forms are posted.
    action: String,
    /// What it asks for.
    query: MemberQuery,
    /// The columns that are shown.
    shown: ShownColumns,
    /// The reader's views.
    views: Vec<SavedView>,
}

impl Here {
    fn now(state: MembersState, sidebar: Option<&Sidebar>) -> Option<Self> {
        let query = state.query();
        let shown = state.chosen_columns(&*state.rows.good()?);
        let views = sidebar.map(|answer| answer.views.clone()).unwrap_or_default();
        Some(Self { action: state.link(&query), query, shown, views })
    }

    /// The view whose link shows to everybody what is shown here.
    fn pinned(&self) -> MemberQuery {
        self.query.clone().with_columns(Some(self.shown))
    }

    /// What the menu of views is written from.
    fn views(&self) -> ViewsMenu<'_> {
        let (query, pinned) = (self.query.print(), self.pinned().on_page(1).print());
        ViewsMenu { action: &self.action, query, pinned, views: &self.views, changes: &CHANGES }
    }
}

/// What the server writes. A name that was refused without JavaScript stands open below, with what was typed.
#[cfg(feature = "ssr")]
pub(in super::super) fn written(state: MembersState) -> String {
    use crate::changes::SentForm;
    use crate::organization::Organization;
    use crate::table::refused_view;
    let sidebar = Organization::current().sidebar.good();
    let Some(here) = untrack(|| Here::now(state, sidebar.as_deref())) else { return String::new() };
    let refused = SentForm::current(&[CHANGES.save, CHANGES.rename]);
    let refused = refused.map_or_else(|| html! {}, |sent| refused_view(&here.views(), &sent));
    html! { (menus(&here)) (refused) (for_many(state)) }.into_string()
}

/// What is done with many where there is no JavaScript: the boxes in the rows are this form's (spec M11).
#[cfg(feature = "ssr")]
fn for_many(state: MembersState) -> Markup {
    use crate::organization::Organization;
    use crate::paths;
    let action = paths::bulk(&Organization::current().slug);
    let query = untrack(|| state.query()).on_page(1);
    let all = paths::with_parameters(&action, [("all".to_owned(), query.print())]);
    html! {
        form id="bulk" method="get" action=(action) class="actions without-script" {
            button type="submit" class="button" { "Actions for the selected" }
            a class="button" href=(all) { "Actions for all that match" }
        }
    }
}

/// What is shown, for the server.
fn query(here: &Here) -> Markup {
    html! { input type="hidden" name="query" value=(here.query.print()); }
}

fn menus(here: &Here) -> Markup {
    let menu = |id: &str, name: &str, content: Markup| {
        html! {
            div class="menu" {
                button type="button" class="button quiet" popovertarget=(id) { (name) }
                div class="popover" popover="auto" id=(id) { (content) }
            }
        }
    };
    html! {
        (menu(columns::MENU, "Columns", columns::content(here)))
        (menu(VIEWS_MENU, "Save View", views_menu(&here.views())))
    }
}

/// Listens to the forms.
#[component]
pub(super) fn More() -> impl IntoView {
    let state: MembersState = expect_context();
    let acting = Acting::here(state);
    // The columns may become others without a form: by a link, or because they could not be remembered.
    effect(move |_| {
        state.own.chosen.track();
        if state.rows.good().is_some() {
            request_animation_frame(move || _ = acting.drawn());
        }
    });
    let inside = |target: Option<web_sys::EventTarget>| -> Option<Element> {
        let at = target?.dyn_into::<Element>().ok()?;
        at.closest(PLACE).ok()??;
        Some(at)
    };
    let listening = [
        window_event_listener(ev::click, move |event| {
            inside(event.target()).and_then(|at| acting.clicked(&at));
        }),
        window_event_listener(ev::change, move |event| {
            inside(event.target()).and_then(|at| acting.ticked(&at));
        }),
        window_event_listener(ev::input, move |event| {
            inside(event.target()).and_then(|at| check_name_again(&at));
        }),
        window_event_listener(ev::submit, move |event| {
            if let Some(form) = inside(event.target()) {
                event.prevent_default();
                acting.submitted(&form, event.submitter());
            }
        }),
    ];
    on_cleanup(move || listening.into_iter().for_each(|listener| listener.remove()));
}
