//! The table **Groups** (spec G1).

use crate::{Actor, Result, Services};
use domain::groups::{GroupQuery, GroupsPage};
use domain::permission::ReadMembers;
use store::groups::Visible;

/// One page of the groups: all for those who may read all members, else one's own (spec R4, R5).
pub async fn list(services: &Services, actor: &Actor, query: &GroupQuery) -> Result<GroupsPage> {
    let (organization, now) = (actor.organization(), services.now());
    let own = !actor.holds::<ReadMembers>();
    let visible = if own { Visible::Of(actor.member(), now) } else { Visible::All };
    if let Some(page) = store::groups::page_at_once(services.reader(), organization, visible, query).await? {
        return Ok(GroupsPage { page, own });
    }
    // A page's number says how many rows stand before it: counting and reading must see the same ones.
    let snapshot = services.inner.database.snapshot().await?;
    let page = store::groups::page(snapshot.connection(), organization, visible, query).await?;
    snapshot.end().await?;
    Ok(GroupsPage { page, own })
}
