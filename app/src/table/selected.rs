//! Selected rows (spec M11). They stay selected while pages, filters and orders change.

use super::{Table, TableState};
use crate::ui::{browser, effect};
use domain::MemberId;
use domain::text::grouped;
use leptos::ev;
use leptos::prelude::*;
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

const BOX: &str = "input.pick[name=member]";
const ALL: &str = "pick-all";
const ALL_BOX: &str = "#pick-all";

/// Selects whoever is on the page; it stands in a heading.
pub fn select_all() -> AnyView {
    view! { <input type="checkbox" class="pick with-script" id=ALL aria-label="Select all on this page"/> }.into_any()
}

/// Who is picked, one by one.
#[derive(Clone, Copy)]
pub struct Selected(pub RwSignal<BTreeSet<MemberId>>);

impl Selected {
    /// Nobody yet.
    pub fn none() -> Self {
        Self(RwSignal::new(BTreeSet::new()))
    }

    /// Takes those whose boxes are ticked: before the page came to life, or since it was reloaded.
    pub fn take_ticked(self) {
        self.0.set(boxes().iter().filter(|one| one.checked()).filter_map(member).collect());
    }

    /// Selects everybody on the page.
    pub fn take_page(self) {
        self.0.set(boxes().iter().filter_map(member).collect());
    }

    /// Selects whom somebody ticked, or lets them go.
    pub fn ticked(self, target: &HtmlInputElement) {
        let on = target.checked();
        let these: Vec<MemberId> = match target.id() == ALL {
            true => boxes().iter().filter_map(member).collect(),
            false => member(target).into_iter().collect(),
        };
        self.0.update(|picked| {
            for one in these {
                if on {
                    picked.insert(one)
                } else {
                    picked.remove(&one)
                };
            }
        });
    }

    /// Ticks the boxes as they are picked, or all of them: rows come and go.
    pub fn draw(self, all: bool) {
        let boxes = boxes();
        let mut ticked = 0;
        self.0.with_untracked(|picked| {
            for one in &boxes {
                let on = all || member(one).is_some_and(|id| picked.contains(&id));
                one.set_checked(on);
                ticked += usize::from(on);
            }
        });
        if let Some(all_box) = browser::find(ALL_BOX).and_then(|one| one.dyn_into::<HtmlInputElement>().ok()) {
            all_box.set_checked(!boxes.is_empty() && ticked == boxes.len());
            all_box.set_indeterminate(ticked > 0 && ticked < boxes.len());
        }
    }
}

impl<T: Table<Id = MemberId>> TableState<T> {
    /// Keeps the boxes ticked as rows are picked, while rows come and go; all of them while `all` holds.
    pub fn draw_selection(self, selected: Selected, all: impl Fn() -> bool + 'static) {
        effect(move |_| {
            let all = all();
            selected.0.track();
            self.rows.get();
            self.signals.counted.track();
            // Once the rows are drawn.
            request_animation_frame(move || {
                if selected.0.try_with_untracked(|_| ()).is_some() {
                    selected.draw(all);
                }
            });
        });
    }

    /// "12 members selected, 3 not on this page", with what makes "12 members" of their number.
    pub fn selection_count(self, selected: Selected, called: fn(u64) -> String) -> String {
        let (number, here) = selected.0.with(|picked| {
            let here = |answer: std::sync::Arc<T::Answer>| {
                T::page(&answer).rows.iter().filter(|row| picked.contains(&T::id(row))).count()
            };
            (picked.len(), self.rows.good().map_or(0, here))
        });
        let selected = called(number as u64) + " selected";
        match number - here {
            0 => selected,
            elsewhere => [&selected, ", ", &grouped(elsewhere as u64), " not on this page"].concat(),
        }
    }
}

/// Calls with each box that somebody ticks, as long as what calls it is there.
pub fn listen_to_selection(heard: impl Fn(&HtmlInputElement) + 'static) {
    let ticks = window_event_listener(ev::change, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(target) = target.filter(|one| one.matches(".pick").unwrap_or(false)) {
            heard(&target);
        }
    });
    on_cleanup(move || ticks.remove());
}

/// Gives the focus to the box that selected all, where what had it is gone.
pub fn to_selection() {
    request_animation_frame(|| {
        let lost = browser::focused().is_none_or(|at| at.tag_name() == "BODY");
        if let (true, Some(all)) = (lost, browser::find(ALL_BOX)) {
            browser::focus(&all);
        }
    });
}

fn boxes() -> Vec<HtmlInputElement> {
    let Ok(found) = document().query_selector_all(BOX) else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.item(place)?.dyn_into().ok()).collect()
}

fn member(one: &HtmlInputElement) -> Option<MemberId> {
    one.value().parse().ok()
}
