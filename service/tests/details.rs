//! A member's page: their access, who granted it, and recent events (spec M10, S6).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::audit::AuditAction;
use domain::members::{Giver, MemberDetails, Source};
use domain::permission::{ReadAudit, ReadMembers};
use domain::{GroupRole, MemberId, OrganizationRole, Slug};
use import_support::import;
use invited::*;
use service::{Error, members};
use support::*;

async fn shown(of: &Installation, slug: &Slug, id: MemberId) -> Result<MemberDetails, Error> {
    let actor = of.enter("ana@acme.example", slug).await.unwrap();
    let may = actor.require::<ReadMembers>(&of.services).await.unwrap();
    let log = actor.require::<ReadAudit>(&of.services).await.unwrap();
    members::details(&of.services, &may, &log, id).await
}

/// What gives access, and who gave it, in short.
fn words_of(details: &MemberDetails) -> Vec<(String, String)> {
    let source = |source: &Source| match source {
        Source::Role(role) => role.label().to_owned(),
        Source::Group { group, role, .. } => format!("{} {}", group.name, role.map_or("-", GroupRole::label)),
    };
    let giver = |giver: &Giver| match giver {
        Giver::Member { called, .. } => called.clone(),
        other => format!("{other:?}"),
    };
    details.access.iter().map(|one| (source(&one.source), giver(&one.giver))).collect()
}

fn told(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(what, by)| ((*what).to_owned(), (*by).to_owned())).collect()
}

/// Changes a member in the name of somebody.
async fn edit(
    of: &Installation,
    slug: &Slug,
    by: &str,
    id: MemberId,
    change: impl FnOnce(&mut domain::members::Assigned),
) {
    let seen = shown(of, slug, id).await.unwrap().facts.assigned();
    let mut wanted = seen.clone();
    change(&mut wanted);
    // What happens in one instant has no order.
    of.clock.forward(1);
    let may = right_of(of, slug, by).await;
    members::edit(&of.services, &may, id, seen, wanted).await.unwrap();
}

// spec S6
#[tokio::test]
async fn each_role_and_group_says_who_gave_it() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        // On the command line.
        import(&i, &slug, "email,name,groups\nben@acme.example,Ben,Design;Berlin\n").await;
        let ben = member(&i, "ben@acme.example").await;
        let before = told(&[("Member", "Operator"), ("Berlin Member", "Operator"), ("Design Member", "Operator")]);
        assert_eq!(words_of(&shown(&i, &slug, ben).await.unwrap()), before);

        // A role in a group and the organization role change hands by whoever gave them last; the rest stays.
        let may = right(&i, &slug).await;
        service::invitations::send(&i.services, &may, key(), administrators(&["Eva <admin@acme.example>"]))
            .await
            .unwrap();
        let token = delivered(&i).await.remove(0).1;
        i.found("Other", "admin@acme.example").await;
        let eva = i.sign_in("admin@acme.example").await;
        service::invitations::accept(&i.services, &token, &eva, &origin()).await.unwrap();
        let design = shown(&i, &slug, ben).await.unwrap().facts.groups[1].group.id;
        edit(&i, &slug, "ana@acme.example", ben, |wanted| {
            wanted.groups.insert(design, GroupRole::Owner);
        })
        .await;
        edit(&i, &slug, "admin@acme.example", ben, |wanted| wanted.role = Some(OrganizationRole::Administrator)).await;
        let details = shown(&i, &slug, ben).await.unwrap();
        let ana = details.access[3].giver.clone();
        let by = |giver: &Giver| match giver {
            Giver::Member { called, .. } => called.clone(),
            other => panic!("{other:?}"),
        };
        let (ana, eva_called) = (by(&ana), by(&details.access[0].giver));
        let after = told(&[
            ("Administrator", &eva_called),
            ("administrators -", &eva_called),
            ("Berlin Member", "Operator"),
            ("Design Owner", &ana),
        ]);
        assert_eq!(words_of(&details), after);
        assert_ne!(details.access[0].giver, details.access[3].giver);
        assert!(details.access.iter().all(|one| one.at.is_some()));
        let actions: Vec<_> = details.recent.iter().map(|row| row.action).collect();
        assert_eq!(actions, [AuditAction::MemberChanged, AuditAction::MemberChanged, AuditAction::MemberImported]);

        // Whoever gave something may be removed, and is still named; erased, and is not.
        let Giver::Member { id: admin, .. } = details.access[0].giver.clone() else { panic!("Eva gave it") };
        members::remove(&i.services, &may, admin).await.unwrap();
        assert_eq!(words_of(&shown(&i, &slug, ben).await.unwrap()), after);
        assert!(shown(&i, &slug, admin).await.unwrap().access.is_empty(), "removed members have no access");
        members::erase(&i.services, &may, admin).await.unwrap();
        let erased = words_of(&shown(&i, &slug, ben).await.unwrap());
        assert_eq!(erased[..2], told(&[("Administrator", "Erased"), ("administrators -", "Erased")]));
        assert!(matches!(shown(&i, &slug, admin).await, Err(Error::NotFound)));
    }
}

// spec S6: what was given before it was kept
#[tokio::test]
async fn what_was_not_kept_says_so() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let ana = member(&i, "ana@acme.example").await;
        let founded = shown(&i, &slug, ana).await.unwrap();
        assert_eq!(words_of(&founded), told(&[("Administrator", "Operator"), ("administrators -", "Operator")]));
        i.db.execute("UPDATE members SET role_given_at = 0").await.unwrap();
        i.db.execute("UPDATE group_members SET given_at = 0").await.unwrap();
        let details = shown(&i, &slug, ana).await.unwrap();
        assert_eq!(words_of(&details), told(&[("Administrator", "Unknown"), ("administrators -", "Unknown")]));
        assert!(details.access.iter().all(|one| one.at.is_none()));
    }
}

// spec T1
#[tokio::test]
async fn a_member_of_another_organization_is_not_there() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        i.found("Other", "otto@other.example").await;
        let foreign = member(&i, "otto@other.example").await;
        assert!(matches!(shown(&i, &slug, foreign).await, Err(Error::NotFound)));
    }
}
