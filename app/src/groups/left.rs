//! Who was chosen in a group's table when its page was left, mostly for what is done with them: whoever comes back finds
//! them chosen still, and may choose others too. In the browser alone.

use domain::{GroupId, MemberId};
use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    static LEFT: RefCell<Option<(GroupId, BTreeSet<MemberId>)>> = const { RefCell::new(None) };
}

/// Keeps who is chosen in a group.
pub fn keep_chosen(group: GroupId, chosen: BTreeSet<MemberId>) {
    LEFT.set((!chosen.is_empty()).then_some((group, chosen)));
}

/// Takes who was chosen in a group; nobody where another group was left.
pub fn take_chosen(group: GroupId) -> BTreeSet<MemberId> {
    LEFT.take().filter(|(of, _)| *of == group).map(|(_, chosen)| chosen).unwrap_or_default()
}

/// Forgets who was chosen: the change for which they were is done.
pub fn forget_chosen() {
    LEFT.take();
}
