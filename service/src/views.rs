//! Saved views of the members table. They belong to one person, so the organization's audit log does not mention them
//! (decision 21); a person who loses the right to read the table can no longer reach theirs.

use crate::{Error, Grant, Result, Services};
use domain::members::MemberQuery;
use domain::permission::ReadMembers;
use domain::setup::FieldError;
use domain::views::{MOST_VIEWS, SavedView, ViewName};
use domain::{AccountId, ViewId};
use store::ConnectionTrait;
use store::views::{self, Owner};

fn owner(may: &Grant<ReadMembers>) -> (AccountId, Owner) {
    let actor = may.actor();
    (actor.signed_in().account, Owner { organization: may.organization(), member: actor.member() })
}

fn at_name(why: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::at("name", why)])
}

fn parse(typed: &str) -> Result<ViewName> {
    ViewName::typed(typed).map_err(|error| Error::Invalid(vec![error]))
}

fn taken(name: &ViewName) -> Error {
    at_name(format!("You have a view called “{name}” already. Choose another name, or update that view."))
}

/// What the database says of a name that is taken, should it be first to notice.
fn unless_taken<T>(outcome: store::Result<T>, name: &ViewName) -> Result<T> {
    outcome.map_err(|error| match error {
        store::Error::Duplicate(_) => taken(name),
        other => other.into(),
    })
}

/// What is shown, with its columns named: whoever opens the link sees what its maker saw.
pub fn pinned(may: &Grant<ReadMembers>, query: MemberQuery) -> MemberQuery {
    let columns = query.columns.unwrap_or(may.actor().signed_in().member_columns);
    query.with_columns(Some(columns))
}

/// What a view keeps of what is shown: all but the page.
fn kept(may: &Grant<ReadMembers>, query: MemberQuery) -> MemberQuery {
    pinned(may, query).on_page(1)
}

/// Keeps what is shown under a name. Sent twice, it is kept once.
///
/// # Errors
/// [`Error::Invalid`] at `name` for what is none, for one that another view has ([`domain::text::same_name`]), and where there are
/// [`MOST_VIEWS`] already.
pub async fn save(services: &Services, may: &Grant<ReadMembers>, name: &str, query: MemberQuery) -> Result<SavedView> {
    let (name, query, (account, owner)) = (parse(name)?, kept(may, query), owner(may));
    let (id, now) = (ViewId::from_uuid(services.uuid()), services.now());
    let view = SavedView { id, name: name.to_string(), query: query.print() };
    services
        .write(move |tx| {
            Box::pin(async move {
                let db = tx.connection();
                let views = mine(db, account, owner).await?;
                if let Some(same) = views.iter().find(|one| one.name == view.name && one.query == view.query) {
                    return Ok(same.clone());
                }
                if views.len() >= MOST_VIEWS {
                    return Err(at_name(format!(
                        "You have {MOST_VIEWS} views here, which is the most. Delete one first."
                    )));
                }
                unless_taken(views::insert(db, owner, id, &name, &query, now).await, &name)?;
                Ok(view)
            })
        })
        .await
}

/// The views as they stay until the transaction ends: whoever changes them takes turns by the row of their account.
async fn mine(db: &impl ConnectionTrait, account: AccountId, owner: Owner) -> Result<Vec<SavedView>> {
    store::accounts::lock(db, account).await?;
    Ok(views::list(db, owner).await?)
}

/// Gives a view another name.
///
/// # Errors
/// [`Error::NotFound`] for one that is not theirs; [`Error::Invalid`] at `name` as for [`save`].
pub async fn rename(services: &Services, may: &Grant<ReadMembers>, id: ViewId, name: &str) -> Result<()> {
    let (name, (_, owner)) = (parse(name)?, owner(may));
    services
        .write(move |tx| {
            Box::pin(async move {
                let renamed = views::rename(tx.connection(), owner, id, &name).await;
                there(unless_taken(renamed, &name)?)
            })
        })
        .await
}

/// Has a view show what is shown now.
///
/// # Errors
/// [`Error::NotFound`] for one that is not theirs.
pub async fn update(services: &Services, may: &Grant<ReadMembers>, id: ViewId, query: MemberQuery) -> Result<()> {
    let (query, (_, owner)) = (kept(may, query), owner(may));
    services
        .write(move |tx| Box::pin(async move { there(views::update(tx.connection(), owner, id, &query).await?) }))
        .await
}

/// Forgets a view.
///
/// # Errors
/// [`Error::NotFound`] for one that is not theirs.
pub async fn delete(services: &Services, may: &Grant<ReadMembers>, id: ViewId) -> Result<()> {
    let (_, owner) = owner(may);
    services.write(move |tx| Box::pin(async move { there(views::delete(tx.connection(), owner, id).await?) })).await
}

fn there(found: bool) -> Result<()> {
    if found { Ok(()) } else { Err(Error::NotFound) }
}
