//! The page of a job, such as an import, whose results are a table. It asks for the progress until the job is over.

use super::TableAddress;
use crate::api::ApiError;
use crate::load::{Loadable, Loaded, Shown, waiting};
use crate::organization::Organization;
use crate::problem::Problem;
use crate::ui::effect;
use leptos::prelude::*;
use std::time::Duration;

/// What the server says about a job.
pub trait Job: Loadable {
    /// Where it stands.
    type State: Copy + PartialEq + Send + Sync + 'static;

    /// Where it stands.
    fn state(&self) -> Self::State;
    /// Whether it goes on by itself.
    fn is_moving(state: Self::State) -> bool;
}

/// The state of the page.
pub struct JobState<T: Job> {
    /// Where the page is, and which results the address asks for.
    pub address: TableAddress,
    /// How far the job is, with a page of its results.
    pub shown: Loaded<T>,
    /// Where the job stands.
    pub state: Memo<Option<T::State>>,
}

impl<T: Job> Clone for JobState<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Job> Copy for JobState<T> {}

impl<T: Job> JobState<T> {
    /// The state of the job at a path. `ask` gets what the address asks for.
    pub fn new<F>(path: String, ask: impl Fn(&str) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
    {
        let address = TableAddress::of(path);
        let shown = Loaded::new(move || address.parameters.with(|query| ask(query)));
        let state = Memo::new(move |_| shown.good().map(|shown| shown.state()));
        // The sidebar counts people, whom the job may have changed.
        let Organization { sidebar, .. } = Organization::current();
        effect(move |first| {
            let moving = state.get().is_none_or(T::is_moving);
            if !first && !moving {
                sidebar.retry().run(());
            }
        });
        Self { address, shown, state }
    }

    /// Asks how far the job is, unless it is over.
    pub fn look(self) {
        if self.state.try_get_untracked().flatten().is_some_and(T::is_moving) {
            self.shown.retry().run(());
        }
    }

    /// Looks again and again, as long as the page is there. Call it in the browser.
    pub fn look_every(self, interval: Duration) {
        if let Ok(looking) = set_interval_with_handle(move || self.look(), interval) {
            on_cleanup(move || looking.clear());
        }
    }

    /// Whether the job goes on by itself.
    pub fn is_moving(self) -> bool {
        self.state.get().is_some_and(T::is_moving)
    }

    /// The content of the page, or what takes its place. An answer that fails later leaves it as it is.
    pub fn whole(self, content: impl Fn() -> AnyView + Send + 'static) -> Shown {
        let came = Memo::new(move |_| self.shown.get().is_some());
        let lost = Memo::new(move |_| self.shown.good().is_none());
        Box::new(move || match (came.get(), lost.get()) {
            (false, _) => waiting(),
            (true, false) => content(),
            (true, true) => match self.shown.get() {
                Some(Err(error)) => view! { <Problem error=error retry=self.shown.retry()/> }.into_any(),
                _ => waiting(),
            },
        })
    }
}
