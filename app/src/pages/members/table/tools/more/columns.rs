//! The menu **Columns** (spec M9).

use super::{Here, query};
use crate::changes::CHANGE;
use domain::members::{MemberColumn, ShownColumns};
use maud::{Markup, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, NodeList};

/// The id of what opens.
pub(super) const MENU: &str = "columns";
/// The change of the button **Reset**.
pub(super) const RESET: &str = "members/columns/reset";

/// A tick for each column.
pub(super) fn content(here: &Here) -> Markup {
    let hint = match here.query.columns {
        None => "Name, Email and Actions are always shown. Your choice is kept for your account.",
        Some(_) => {
            "Name, Email and Actions are always shown. The columns are named by the address: Reset goes back to your own."
        }
    };
    html! {
        form method="post" action=(here.action) {
            input type="hidden" name=(CHANGE) value="members/columns";
            (query(here))
            fieldset aria-describedby="columns-hint" {
                legend { "Columns" }
                p class="hint" id="columns-hint" { (hint) }
                ul class="checks" {
                    @for column in MemberColumn::ALL {
                        li {
                            label {
                                input type="checkbox" name="columns[]" value=(column.word()) checked[here.shown.has(column)];
                                bdi { (column.label()) }
                            }
                        }
                    }
                }
            }
            div class="actions" {
                button type="submit" class="button without-script" { "Apply" }
                button type="submit" class="button" name=(CHANGE) value=(RESET) { "Reset" }
            }
        }
    }
}

/// Whether a form is this one.
pub(super) fn is_form(form: &Element) -> bool {
    form.query_selector("input[type=checkbox]").is_ok_and(|found| found.is_some())
}

/// The columns that are ticked in the form.
pub(super) fn ticked(form: &Element) -> ShownColumns {
    let chosen = |input: HtmlInputElement| input.checked().then(|| MemberColumn::parse(&input.value())).flatten();
    boxes(form).filter_map(chosen).collect()
}

/// Ticks these columns.
pub(super) fn tick(menu: &Element, shown: ShownColumns) {
    for input in boxes(menu) {
        let on = MemberColumn::parse(&input.value()).is_some_and(|column| shown.has(column));
        if input.checked() != on {
            input.set_checked(on);
        }
    }
}

fn boxes(inside: &Element) -> impl Iterator<Item = HtmlInputElement> {
    let found = inside.query_selector_all("input[type=checkbox]").ok();
    let length = found.as_ref().map_or(0, NodeList::length);
    (0..length).filter_map(move |place| found.as_ref()?.item(place)?.dyn_into().ok())
}
