//! Groups: as lists show them, and who is in them (spec G).

mod add;
mod expire;
mod find;
mod manage;
mod remove;
mod role;

pub use add::add;
pub(crate) use expire::{close_ended, run as expire, still_ending};
pub use find::candidates;
pub use manage::GroupManager;
pub use remove::remove;
pub use role::{change_role, facts};

use crate::{Actor, Result, Services};
use domain::groups::{GroupList, Sidebar};
use domain::permission::ReadMembers;
use store::groups::Visible;
use store::views::Owner;

/// The most characters of a search that are looked for: no group's name is longer.
const LONGEST_SEARCH: usize = domain::name::LONGEST_NAME;

/// The sidebar (spec M2): all groups for those who may read all members, else one's own (spec R5).
pub async fn sidebar(services: &Services, actor: &Actor, search: &str) -> Result<Sidebar> {
    let (db, organization, now) = (services.reader(), actor.organization(), services.now());
    let search: String = search.chars().take(LONGEST_SEARCH).collect();
    let all = actor.holds::<ReadMembers>();
    let visible = if all { Visible::All } else { Visible::Of(actor.member(), now) };
    let members = match all {
        true => Some(store::members::present(db, organization).await?),
        false => None,
    };
    let views = match all {
        true => store::views::list(db, Owner { organization, member: actor.member() }).await?,
        false => Vec::new(),
    };
    Ok(Sidebar {
        members,
        views,
        group_count: store::groups::count(db, organization, visible).await?,
        list: store::groups::list(db, organization, visible, &search, GroupList::MOST).await?,
    })
}
