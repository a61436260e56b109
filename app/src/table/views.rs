//! The menu **Save View** of a table, which saves the current view and changes saved ones (spec M9). Its forms work by
//! themselves.

use crate::changes::CHANGE;
use crate::ui::browser;
use domain::setup::FieldError;
use domain::views::{SavedView, ViewName};
use maud::{Markup, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// The id of what opens.
pub const VIEWS_MENU: &str = "views";

/// What is shown, as far as saved views are about it.
pub struct ViewsMenu<'a> {
    /// The address, to which the forms are posted.
    pub action: &'a str,
    /// What it asks for.
    pub query: String,
    /// The query whose link shows the same to everybody, from the first page on.
    pub pinned: String,
    /// The reader's views of this table.
    pub views: &'a [SavedView],
    /// The changes of the forms.
    pub changes: &'static ViewChanges,
}

/// The changes of the views of a table, by their words.
pub struct ViewChanges {
    /// Saves what is shown as a new view.
    pub save: &'static str,
    /// Gives a view another name.
    pub rename: &'static str,
    /// Puts what is shown in the place of a view.
    pub update: &'static str,
    /// Deletes a view.
    pub delete: &'static str,
}

impl ViewChanges {
    /// Whether a change needs the name in its form.
    pub fn needs_name(&self, change: &str) -> bool {
        change == self.save || change == self.rename
    }
}

/// The form for a new view, and the views that there are.
pub fn views_menu(here: &ViewsMenu) -> Markup {
    html! {
        (save(here, "view-name", "", &[]))
        @if !here.views.is_empty() {
            h2 class="items-title" id="your-views" { "Your Views" }
            ul class="own scrolls" aria-labelledby="your-views" {
                @for (place, view) in here.views.iter().enumerate() { li { (own(here, place, view)) } }
            }
        }
    }
}

/// What stands open on the page where a name was refused.
#[cfg(feature = "ssr")]
pub fn refused_view(here: &ViewsMenu, sent: &crate::changes::SentForm) -> Markup {
    let (name, errors) = (sent.typed("name").unwrap_or_default(), sent.errors.as_slice());
    let view = sent.typed("view").filter(|_| sent.is_of(here.changes.rename));
    let of = here.views.iter().find(|one| view.is_some_and(|view| one.id.to_string() == view));
    html! {
        section class="panel refused" aria-labelledby="refused-title" {
            h2 id="refused-title" { @if let Some(view) = of { "Rename “" bdi { (view.name) } "”" } @else { "Save View" } }
            @if let Some(view) = of { (rename(here, view, "refused-name", name, errors)) }
            @else { (save(here, "refused-name", name, errors)) }
        }
    }
}

/// What is shown, for the server.
fn query(here: &ViewsMenu) -> Markup {
    html! { input type="hidden" name="query" value=(here.query); }
}

fn save(here: &ViewsMenu, id: &str, typed: &str, errors: &[FieldError]) -> Markup {
    html! {
        form class="form" method="post" action=(here.action) novalidate {
            input type="hidden" name=(CHANGE) value=(here.changes.save);
            (query(here))
            (field(id, typed, errors, true))
            p class="hint" { "Keeps the search, filters, order and columns that are shown now, in the sidebar." }
            div class="actions" {
                button type="submit" class="button primary" { "Save" }
                button type="button" class="button with-script" data-copies { "Copy Link" }
            }
        }
    }
}

/// What can be done with one of the views.
fn own(here: &ViewsMenu, place: usize, view: &SavedView) -> Markup {
    html! {
        details name="own-view" {
            summary class="item" { bdi class="clip" { (view.name) } }
            (rename(here, view, &["view-name-", &place.to_string()].concat(), &view.name, &[]))
            details class="removal" {
                summary class="button" { "Delete View" }
                form method="post" action=(here.action) {
                    input type="hidden" name="view" value=(view.id);
                    p { "“" bdi { (view.name) } "” goes from your sidebar. Its link still shows the same." }
                    button type="submit" class="button danger" name=(CHANGE) value=(here.changes.delete) {
                        span { "Delete “" bdi { (view.name) } "”" }
                    }
                }
            }
        }
    }
}

fn rename(here: &ViewsMenu, view: &SavedView, id: &str, typed: &str, errors: &[FieldError]) -> Markup {
    let same = here.pinned == view.query;
    let hint = [id, "-hint"].concat();
    html! {
        form class="form" method="post" action=(here.action) novalidate {
            input type="hidden" name="view" value=(view.id);
            (query(here))
            (field(id, typed, errors, !errors.is_empty()))
            div class="actions" {
                button type="submit" class="button" name=(CHANGE) value=(here.changes.rename) { "Rename" }
                button type="submit" class="button" name=(CHANGE) value=(here.changes.update) disabled[same] aria-describedby=(hint) {
                    "Update View"
                }
            }
            p class="hint" id=(hint) {
                @if same { "It shows exactly this already." } @else { "Update View puts what is shown now in its place." }
            }
        }
    }
}

fn field(id: &str, typed: &str, errors: &[FieldError], first: bool) -> Markup {
    let wrong = errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ");
    let (line, invalid) = ([id, "-error"].concat(), (!wrong.is_empty()).then_some("true"));
    html! {
        div class="field" {
            label for=(id) { "Name" }
            input type="text" id=(id) name="name" value=(typed) autocomplete="off" autofocus[first] aria-describedby=(line) aria-invalid=[invalid];
            p class="error" role="alert" id=(line) hidden[wrong.is_empty()] { (wrong) }
        }
    }
}

/// What is wrong with the name in a form.
pub fn name_fault(form: &Element) -> Option<String> {
    ViewName::typed(&name_field(form)?.value()).err().map(|error| error.message)
}

fn name_field(form: &Element) -> Option<HtmlInputElement> {
    form.query_selector("input[name=name]").ok()??.dyn_into().ok()
}

/// Says what is wrong with the name in a form, or that nothing is.
pub fn tell_name_fault(form: &Element, wrong: &str) -> Option<()> {
    let (input, line) = (name_field(form)?, form.query_selector(".error").ok()??);
    line.set_text_content(Some(wrong));
    let _ = line.toggle_attribute_with_force("hidden", wrong.is_empty());
    match wrong {
        "" => input.remove_attribute("aria-invalid").ok()?,
        _ => {
            input.set_attribute("aria-invalid", "true").ok()?;
            browser::focus(&input);
        }
    }
    Some(())
}

/// Checks a name that was wrong and is being mended.
pub fn check_name_again(field: &Element) -> Option<()> {
    let input = field.dyn_ref::<HtmlInputElement>()?;
    if input.has_attribute("aria-invalid") {
        let form = field.closest("form").ok()??;
        tell_name_fault(&form, &name_fault(&form).unwrap_or_default())?;
    }
    Some(())
}
