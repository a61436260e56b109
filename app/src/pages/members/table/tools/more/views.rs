//! The menu **Save View**, which saves the current view and changes saved ones.

use super::{Here, query};
use crate::changes::CHANGE;
use crate::ui::browser;
use domain::setup::FieldError;
use domain::views::{SavedView, ViewName};
use maud::{Markup, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// The id of what opens.
pub(super) const MENU: &str = "views";

/// The changes of its forms.
pub(super) const SAVE: &str = "views/save";
pub(super) const RENAME: &str = "views/rename";
const UPDATE: &str = "views/update";
const DELETE: &str = "views/delete";

/// The form for a new view, and the views that there are.
pub(super) fn content(here: &Here) -> Markup {
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
pub(super) fn refused(here: &Here, sent: &crate::changes::SentForm) -> Markup {
    let (name, errors) = (sent.typed("name").unwrap_or_default(), sent.errors.as_slice());
    let view = sent.typed("view").filter(|_| sent.is_of(RENAME));
    let of = here.views.iter().find(|one| view.is_some_and(|view| one.id.to_string() == view));
    html! {
        section class="panel refused" aria-labelledby="refused-title" {
            h2 id="refused-title" { @if let Some(view) = of { "Rename “" bdi { (view.name) } "”" } @else { "Save View" } }
            @if let Some(view) = of { (rename(here, view, "refused-name", name, errors)) }
            @else { (save(here, "refused-name", name, errors)) }
        }
    }
}

fn save(here: &Here, id: &str, typed: &str, errors: &[FieldError]) -> Markup {
    html! {
        form class="form" method="post" action=(here.action) novalidate {
            input type="hidden" name=(CHANGE) value=(SAVE);
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
fn own(here: &Here, place: usize, view: &SavedView) -> Markup {
    html! {
        details name="own-view" {
            summary class="item" { bdi class="clip" { (view.name) } }
            (rename(here, view, &["view-name-", &place.to_string()].concat(), &view.name, &[]))
            details class="removal" {
                summary class="button" { "Delete View" }
                form method="post" action=(here.action) {
                    input type="hidden" name="view" value=(view.id);
                    p { "“" bdi { (view.name) } "” goes from your sidebar. Its link still shows the same." }
                    button type="submit" class="button danger" name=(CHANGE) value=(DELETE) {
                        span { "Delete “" bdi { (view.name) } "”" }
                    }
                }
            }
        }
    }
}

fn rename(here: &Here, view: &SavedView, id: &str, typed: &str, errors: &[FieldError]) -> Markup {
    let same = here.pinned().on_page(1).print() == view.query;
    let hint = [id, "-hint"].concat();
    html! {
        form class="form" method="post" action=(here.action) novalidate {
            input type="hidden" name="view" value=(view.id);
            (query(here))
            (field(id, typed, errors, !errors.is_empty()))
            div class="actions" {
                button type="submit" class="button" name=(CHANGE) value=(RENAME) { "Rename" }
                button type="submit" class="button" name=(CHANGE) value=(UPDATE) disabled[same] aria-describedby=(hint) {
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
pub(super) fn fault(form: &Element) -> Option<String> {
    ViewName::typed(&name_field(form)?.value()).err().map(|error| error.message)
}

/// Whether a change needs the name in its form.
pub(super) fn needs_name(change: &str) -> bool {
    matches!(change, SAVE | RENAME)
}

fn name_field(form: &Element) -> Option<HtmlInputElement> {
    form.query_selector("input[name=name]").ok()??.dyn_into().ok()
}

/// Says what is wrong with the name in a form, or that nothing is.
pub(super) fn tell(form: &Element, wrong: &str) -> Option<()> {
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
pub(super) fn check_again(field: &Element) -> Option<()> {
    let input = field.dyn_ref::<HtmlInputElement>()?;
    if input.has_attribute("aria-invalid") {
        let form = field.closest("form").ok()??;
        tell(&form, &fault(&form).unwrap_or_default())?;
    }
    Some(())
}
