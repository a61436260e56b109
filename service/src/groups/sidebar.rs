//! The sidebar.

use crate::{Actor, Result, Services};
use domain::groups::Sidebar;
use domain::permission::ReadMembers;
use store::groups::Visible;
use store::sidebar::Asked;
use store::views::Owner;

/// The most characters of a search that are looked for: no group's name is longer.
const LONGEST_SEARCH: usize = domain::name::LONGEST_NAME;

/// The sidebar (spec M2): all groups for those who may read all members, else one's own (spec R5).
pub async fn sidebar(services: &Services, actor: &Actor, search: &str) -> Result<Sidebar> {
    let search: String = search.chars().take(LONGEST_SEARCH).collect();
    let visible = match actor.holds::<ReadMembers>() {
        true => Visible::All,
        false => Visible::Of(actor.member(), services.now()),
    };
    let reader = Owner { organization: actor.organization(), member: actor.member() };
    Ok(store::sidebar::find(services.reader(), Asked { reader, visible, search: &search }).await?)
}
