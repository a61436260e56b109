//! Background refreshes: rows that others changed are rewritten in place (decision 15).

use super::TableState;
use super::description::Table;
use crate::ui::browser;
use leptos::prelude::*;
use std::collections::HashSet;
use std::hash::Hash;

impl<T: Table> TableState<T> {
    /// Asks what others changed. Where rows would move, the page only offers to show it.
    pub fn refresh(self) {
        self.rows.ask_in_background(move |after| {
            let Some(before) = untrack(|| self.rows.good()) else { return };
            let ids = |answer: &T::Answer| T::page(answer).rows.iter().map(T::id).collect::<Vec<_>>();
            let moved = if T::refreshed(self, &before, &after) { moved(&ids(&before), &ids(&after)) } else { 1 };
            self.signals.changes.set(moved);
            if moved == 0 {
                self.rewrite(&before, &after);
                self.rows.replace_quietly(after);
                self.signals.counted.notify();
            }
        });
    }

    /// Writes those rows anew that say something else now. What is open or focused in one is left or put back.
    fn rewrite(self, before: &T::Answer, after: &T::Answer) {
        let cells = untrack(|| T::cells(self, after));
        let rows = T::page(before).rows.iter().zip(&T::page(after).rows);
        for (index, (old, new)) in rows.enumerate() {
            if old != new {
                browser::rewrite_row(index, &cells(index, new).into_string());
            }
        }
    }
}

/// How many rows came, went, or stand elsewhere.
fn moved<I: Eq + Hash>(old: &[I], new: &[I]) -> usize {
    if old == new {
        return 0;
    }
    let known: HashSet<_> = old.iter().collect();
    let came = new.iter().filter(|id| !known.contains(id)).count();
    let stay: HashSet<_> = new.iter().collect();
    let went = old.iter().filter(|id| !stay.contains(id)).count();
    came.max(went).max(1)
}
