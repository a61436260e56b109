//! Filters: menus of links, and switches. Without JavaScript they work as plain links.

use crate::ui::{Icon, Menu, icon};
use leptos::prelude::*;

/// One value of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is called.
    pub label: String,
    /// The view with this value.
    pub link: String,
    /// Whether it holds now.
    pub chosen: bool,
}

/// A filter with its value, what it can be, and a way to clear it (spec M5).
#[component]
pub fn Filter(
    /// What it is called: **Role**.
    name: &'static str,
    /// The value that holds now.
    value: Option<String>,
    /// The view without this filter, where there is one.
    clear: Option<String>,
    /// What it can be.
    choices: AnyView,
) -> impl IntoView {
    let (class, label) = match &value {
        Some(value) => ("button on", name.to_owned() + ": " + value),
        None => ("button", name.to_owned()),
    };
    let clear = clear.filter(|_| value.is_some()).map(|link| {
        let label = "Clear ".to_owned() + name;
        view! { <a class="button on icon-only" href=link data-noscroll aria-label=label>{icon(Icon::Clear)}</a> }
            .into_any()
    });
    view! {
        <div class="filter">
            <Menu id="filter-".to_owned() + name name=label.clone() class=class face=view! { <bdi class="clip">{label}</bdi> }.into_any()>
                {choices}
            </Menu>
            {clear}
        </div>
    }
}

impl Choice {
    /// A list of links.
    pub fn list(choices: Vec<Self>) -> AnyView {
        view! { <ul class="items">{choices.into_iter().map(Self::item).collect::<Vec<_>>()}</ul> }.into_any()
    }

    fn item(self) -> AnyView {
        view! {
            <li>
                <a class="item" href=self.link data-noscroll aria-current=self.chosen.then_some("true")>
                    <bdi>{self.label}</bdi>
                    {self.chosen.then(|| icon(Icon::Chosen))}
                </a>
            </li>
        }
        .into_any()
    }
}

/// A filter whose values are a few words.
pub fn filter_by_word(name: &'static str, choices: Vec<Choice>, clear: String) -> AnyView {
    let value = choices.iter().find(|choice| choice.chosen).map(|choice| choice.label.clone());
    view! { <Filter name=name value=value clear=Some(clear) choices=Choice::list(choices)/> }.into_any()
}

/// Something that is on or off (spec M6). Space turns it round as it does a switch.
#[component]
pub fn Switch(label: &'static str, on: bool, link: String) -> impl IntoView {
    view! {
        <a class="switch" role="switch" aria-checked=if on { "true" } else { "false" } href=link data-noscroll>
            {label}
        </a>
    }
}
