//! Imports whose server is gone: an import that was being applied continues here; one that was still being read is
//! lost, because its file is gone too.

use super::jobs::{BATCH, LOST, SILENCE, SOME};
use super::{Job, Mode, apply};
use crate::audit::AuditActor;
use crate::{Origin, Result, Services, Work};
use domain::import::ImportState;
use domain::{ImportId, OrganizationId};
use store::imports::{self, Abandoned, Applier};

/// What a server that is gone left behind: the work of going on with each.
pub async fn abandoned(services: &Services) -> Result<Vec<Work>> {
    let now = services.now();
    let mut works = Vec::new();
    for left in imports::abandoned(services.reader(), (now, now.plus_seconds(-SILENCE))).await? {
        let (organization, id) = (left.organization, left.import.id);
        let work = match left.import.state {
            ImportState::Checking => give_up(services, organization, id).await?,
            _ => take_over(services, left).await?,
        };
        works.extend(work);
    }
    Ok(works)
}

/// Goes on in the name of whoever applied it, once, whichever server asks first.
async fn take_over(services: &Services, left: Abandoned) -> Result<Option<Work>> {
    let Abandoned { organization, import, applier } = left;
    let (run, now) = (services.uuid(), services.now());
    let instants = (now, now.plus_seconds(-SILENCE));
    let mine = services
        .write(move |tx| {
            Box::pin(
                async move { Ok(imports::take_over(tx.connection(), organization, (import.id, run), instants).await?) },
            )
        })
        .await?;
    let Applier { member, email, ip, request_id } = applier;
    let actor = AuditActor::member(member, email.as_str(), &Origin { ip, request_id, ..Origin::default() });
    let job =
        Job { services: services.clone(), actor, organization, mode: Mode::Batches, batch: BATCH, in_words: true };
    Ok(mine.then(|| -> Work { Box::pin(apply::all(job, import.id, run)) }))
}

/// Says that the file is lost; the work deletes what was kept of it.
async fn give_up(services: &Services, organization: OrganizationId, id: ImportId) -> Result<Option<Work>> {
    let now = services.now();
    let silent = (now, now.plus_seconds(-SILENCE));
    let mine = services
        .write(move |tx| {
            Box::pin(async move { Ok(imports::give_up(tx.connection(), organization, id, silent, LOST).await?) })
        })
        .await?;
    let services = services.clone();
    Ok(mine.then(|| -> Work { Box::pin(async move { empty(&services, organization, id).await }) }))
}

/// Deletes the rows of an import that was not read to its end, in short transactions.
pub(super) async fn empty(services: &Services, organization: OrganizationId, id: ImportId) -> Result<()> {
    loop {
        let none_left = services
            .write(move |tx| {
                Box::pin(async move { Ok(imports::empty_some(tx.connection(), organization, id, SOME).await?) })
            })
            .await?;
        if none_left || services.is_ending() {
            return Ok(());
        }
    }
}
