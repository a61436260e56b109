//! The groups that a form offers: the first by name, or those that a search in the form finds.

use crate::api::show_sidebar;
use crate::load::Loaded;
use crate::organization::Organization;
use crate::ui::Debounce;
use domain::GroupId;
use domain::groups::Sidebar;
use leptos::prelude::*;

/// The groups to choose from. Nobody is put into `administrators` by choosing it: that comes with the organization role.
#[derive(Clone, Copy)]
pub struct FoundGroups {
    search: RwSignal<String>,
    found: Loaded<Sidebar>,
}

impl FoundGroups {
    /// The first ones, which the sidebar has already. Make it in a component's body.
    #[allow(clippy::new_without_default, reason = "it needs the organization around it")]
    pub fn new() -> Self {
        let Organization { slug, sidebar, .. } = Organization::current();
        let search = RwSignal::new(String::new());
        let found = sidebar.branch(move || show_sidebar(slug.clone(), search.get(), false));
        Self { search, found }
    }

    /// Their ids and names.
    pub fn groups(self) -> Vec<(GroupId, String)> {
        let answer = self.found.good();
        let groups = answer.iter().flat_map(|answer| &answer.list.groups).filter(|group| !group.built_in);
        groups.map(|group| (group.id, group.name.clone())).collect()
    }

    /// The box that narrows them.
    pub fn search(self) -> AnyView {
        let debounce = Debounce::new();
        let narrow = Callback::new(move |typed: String| self.search.set(typed.trim().to_owned()));
        view! {
            <input
                type="search"
                class="with-script"
                aria-label="Search groups"
                placeholder="Search groups"
                autocomplete="off"
                maxlength="250"
                on:input:target=move |event| debounce.run(narrow, event.target().value())
                on:keydown=move |event| if event.key() == "Enter" { event.prevent_default() }
            />
        }
        .into_any()
    }

    /// What to do where a group is not among them. `alone` says whether the form offers no others.
    pub fn hint(self, alone: impl Fn() -> bool + Send + 'static) -> AnyView {
        let hint = move || {
            let answer = self.found.good()?;
            let none = answer.list.groups.iter().all(|group| group.built_in) && alone();
            match (none, answer.list.more) {
                (true, _) => Some("No group is called that."),
                (false, true) => Some("There are more: search for them."),
                (false, false) => None,
            }
        };
        (move || hint().map(|hint| view! { <p class="hint">{hint}</p> }.into_any())).into_any()
    }
}
