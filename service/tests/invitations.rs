//! Inviting people by link (spec I1–I7).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/import.rs"]
mod import_support;
#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::invitations::{Ended, InviteForm, JoinForm, LinkShown};
use domain::organizations::InviteLifetime;
use domain::permission::{ManageMembers, ManageOrganization, ReadMembers};
use domain::{GroupId, GroupRole};
use import_support::{assert_sound, people};
use invited::*;
use service::clock::SystemRandomness;
use service::{Error, Limits, SecretKey, Services, invitations, members};
use support::*;

fn join_form(name: &str) -> JoinForm {
    JoinForm { name: name.into(), password: PASSWORD.into(), ..JoinForm::default() }
}

async fn ended(of: &Installation, token: &str) -> Option<Ended> {
    match invitations::open(&of.services, token, None).await.unwrap() {
        LinkShown::Ended { why, .. } => Some(why),
        LinkShown::Open { .. } => None,
    }
}

// spec I1, I4, I7
#[tokio::test]
async fn an_invited_person_joins_by_the_link_and_lands_in_the_organization() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let invited = invite(&i, &may, &["Ben Berg <ben@acme.example>", "cy@acme.example"]).await.unwrap();
        assert_eq!((invited.invited, invited.refused.len()), (2, 0));
        assert_links(&i).await;
        let mail = delivered(&i).await;
        let (_, link) = mail.iter().find(|(to, _)| to == "ben@acme.example").unwrap();
        let LinkShown::Open { name, has_account, organization, inviter, .. } =
            invitations::open(&i.services, link, None).await.unwrap()
        else {
            panic!("closed")
        };
        assert_eq!((name.as_str(), has_account, organization.slug), ("Ben Berg", false, slug.clone()));
        assert_eq!(inviter, "Ana Lima <ana@acme.example>");
        let session = invitations::join(&i.services, link, &join_form("Benjamin Berg"), &origin()).await.unwrap();
        assert_eq!(session.landing, Some(slug.clone()));
        assert_eq!(
            people(&i).await,
            ["ben@acme.example|Benjamin Berg|member|active|", "cy@acme.example||member|invited|"]
        );
        assert_eq!(ended(&i, link).await, Some(Ended::Used));
        let again = invitations::join(&i.services, link, &join_form("Eve"), &origin()).await;
        assert!(matches!(again, Err(Error::AlreadyDone)));
        i.enter("ben@acme.example", &slug).await.unwrap();
        assert_sound(&i).await;
        assert_links(&i).await;
    }
}

// spec I3, I4
#[tokio::test]
async fn those_who_cannot_be_invited_are_told_and_the_others_are_invited() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let entries = ["ben@acme.example", "broken@@x.example", "BEN@acme.example", "ana@acme.example"];
        let invited = invite(&i, &may, &entries).await.unwrap();
        assert_eq!(invited.invited, 1);
        let told: Vec<_> = invited.refused.iter().map(|one| (one.entry.as_str(), one.why.as_str())).collect();
        assert_eq!(told.iter().map(|one| one.0).collect::<Vec<_>>(), &entries[1..]);
        assert!(told[0].1.contains("is not an e-mail address: "), "{told:?}");
        assert!(told[1].1.ends_with("is listed twice."), "{told:?}");
        assert_eq!(told[2].1, "ana@acme.example is already a member.");
        let again = invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        assert!(again.invited == 0 && again.refused[0].why.starts_with("ben@acme.example is already a member. "));
        let asked = ["ben@acme.example".to_owned(), "x@y.example".to_owned()];
        let known = invitations::already_members(&i.services, &may, &asked).await.unwrap();
        assert_eq!(known.len(), 1);
        assert_sound(&i).await;
    }
}

#[tokio::test]
async fn too_many_no_one_and_groups_that_are_gone_are_refused_as_a_whole() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let many: Vec<String> = (0..101).map(|n| format!("p{n}@acme.example")).collect();
        let gone = GroupId::from_uuid(uuid::Uuid::from_u128(9));
        for (form, field) in [
            (InviteForm { entries: many, ..InviteForm::default() }, "emails"),
            (InviteForm::default(), "emails"),
            (InviteForm { groups: vec![gone], ..inviting(&["ben@acme.example"]) }, "groups"),
        ] {
            let Err(Error::Invalid(errors)) = invitations::send(&i.services, &may, key(), form).await else {
                panic!("accepted")
            };
            assert_eq!(errors[0].field, field);
        }
        assert_eq!(i.db.number("SELECT COUNT(*) FROM members").await, 1);
    }
}

// spec I1, R1
#[tokio::test]
async fn all_who_are_invited_together_share_role_and_groups() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        import_support::import(&i, &slug, "email,groups\nzoe@acme.example,Sales;Lisbon\n").await;
        let may = right(&i, &slug).await;
        let id = match i.db.address.starts_with("sqlite") {
            true => "lower(hex(id))",
            false => "replace(id::text, '-', '')",
        };
        let groups = i.db.texts(&format!("SELECT {id} FROM groups WHERE built_in = 0")).await;
        let groups = groups.iter().map(|id| GroupId::from_uuid(uuid::Uuid::try_parse(id).unwrap())).collect();
        let form =
            InviteForm { groups, group_role: GroupRole::Owner, ..administrators(&["b@a.example", "c@a.example"]) };
        invitations::send(&i.services, &may, key(), form).await.unwrap();
        let people = people(&i).await;
        assert_eq!(people[0], "b@a.example||administrator|invited|administrators+Lisbon+Sales");
        assert_eq!(people[1], "c@a.example||administrator|invited|administrators+Lisbon+Sales");
        let owners = "SELECT COUNT(*) FROM group_members WHERE role = 'owner'";
        assert_eq!(i.db.number(owners).await, 4);
        assert_sound(&i).await;
    }
}

// spec I5
#[tokio::test]
async fn a_link_runs_out_when_the_organization_says_so() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let actor = i.enter("ana@acme.example", &slug).await.unwrap();
        let settings = actor.require::<ManageOrganization>(&i.services).await.unwrap();
        let two = InviteLifetime::of_days(2).unwrap();
        service::organizations::set_invite_lifetime(&i.services, &settings, two).await.unwrap();
        let may = actor.require::<ManageMembers>(&i.services).await.unwrap();
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        let link = delivered(&i).await.remove(0).1;
        i.clock.forward(2 * 86_400 - 1);
        assert_eq!(ended(&i, &link).await, None);
        i.clock.forward(1);
        assert_eq!(ended(&i, &link).await, Some(Ended::Expired));
        let late = invitations::join(&i.services, &link, &join_form("Ben"), &origin()).await;
        assert!(matches!(late, Err(Error::AlreadyDone)));
        let audit = "SELECT COUNT(*) FROM audit_events WHERE action = 'organization.changed'";
        assert_eq!(i.db.number(audit).await, 1);
    }
}

// spec I6
#[tokio::test]
async fn a_new_link_ends_the_old_one_and_takes_back_its_mail() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        let first = delivered(&i).await.remove(0).1;
        let ben = member(&i, "ben@acme.example").await;
        assert_eq!(invitations::resend(&i.services, &may, ben, None).await.unwrap(), "ben@acme.example");
        assert_eq!(ended(&i, &first).await, Some(Ended::Replaced));
        assert_links(&i).await;
        // Copied before the second was sent: no mail goes out with a link that is dead.
        let copied = invitations::copy_link(&i.services, &may, ben).await.unwrap();
        assert!(delivered(&i).await.is_empty());
        let copied = copied.rsplit('/').next().unwrap();
        assert_eq!(ended(&i, copied).await, None);
        assert_links(&i).await;
        invitations::join(&i.services, copied, &join_form("Ben"), &origin()).await.unwrap();
        let late = invitations::resend(&i.services, &may, ben, None).await;
        assert!(matches!(late, Err(Error::Invalid(_))), "accepted already");
        assert_links(&i).await;
    }
}

// spec I6: a form that is sent twice.
#[tokio::test]
async fn the_same_submission_resends_once() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &["ben@acme.example"]).await.unwrap();
        delivered(&i).await;
        let ben = member(&i, "ben@acme.example").await;
        let submission = key();
        for _ in 0..2 {
            let to = invitations::resend(&i.services, &may, ben, Some(submission)).await.unwrap();
            assert_eq!(to, "ben@acme.example");
        }
        assert_eq!(delivered(&i).await.len(), 1);
        invitations::resend(&i.services, &may, ben, Some(key())).await.unwrap();
        assert_eq!(delivered(&i).await.len(), 1, "another one is another wish");
    }
}

// spec T3, I7
#[tokio::test]
async fn an_account_accepts_into_a_second_organization_and_nobody_else_does() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        let other = i.found("Other", "bo@other.example").await;
        let may = right(&i, &acme).await;
        invite(&i, &may, &["Bo <bo@other.example>"]).await.unwrap();
        let link = delivered(&i).await.remove(0).1;
        let new = invitations::join(&i.services, &link, &join_form("Not Bo"), &origin()).await;
        assert!(matches!(new, Err(Error::AlreadyDone)), "the address has an account");
        let ana = i.sign_in("ana@acme.example").await;
        let foreign = invitations::accept(&i.services, &link, &ana, &origin()).await;
        assert!(matches!(foreign, Err(Error::NotFound)));
        let bo = i.sign_in("bo@other.example").await;
        assert_eq!(invitations::accept(&i.services, &link, &bo, &origin()).await.unwrap(), acme);
        for slug in [&acme, &other] {
            i.enter("bo@other.example", slug).await.unwrap();
        }
        assert_links(&i).await;
    }
}

// spec E5
#[tokio::test]
async fn a_removed_address_is_invited_again_as_somebody_new_in_the_same_row() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        import_support::import(&i, &slug, "email,name,organization_role,groups\nben@acme.example,Ben,security,Sales\n")
            .await;
        import_support::accept(&i, "ben@acme.example").await;
        for sql in [
            "UPDATE members SET state = 'deleted' WHERE email = 'ben@acme.example'",
            "UPDATE groups SET member_count = 0 WHERE name = 'Sales'",
        ] {
            i.db.execute(sql).await.unwrap();
        }
        i.rank("ben@acme.example", "security").await;
        let may = right(&i, &slug).await;
        let before = member(&i, "ben@acme.example").await;
        assert_eq!(invite(&i, &may, &["ben@acme.example"]).await.unwrap().invited, 1);
        assert_eq!(member(&i, "ben@acme.example").await, before);
        assert_eq!(people(&i).await, ["ben@acme.example|Own Name|member|invited|"]);
        assert_sound(&i).await;
        assert_links(&i).await;
    }
}

// spec I4
#[tokio::test]
async fn the_same_form_sent_again_is_answered_again_and_another_one_is_not() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let once = key();
        let first = invitations::send(&i.services, &may, once, inviting(&["ben@acme.example"])).await.unwrap();
        let again = invitations::send(&i.services, &may, once, inviting(&["ben@acme.example"])).await.unwrap();
        assert_eq!(first, again);
        let more = inviting(&["ben@acme.example", "cy@acme.example"]);
        let other = invitations::send(&i.services, &may, once, more).await.unwrap();
        assert_eq!((other.invited, other.refused.len()), (1, 1));
        assert_eq!(delivered(&i).await.len(), 2);
    }
}

// spec T1
#[tokio::test]
async fn nobody_reaches_members_or_mail_of_another_organization() {
    for i in installations().await {
        let acme = i.found("Acme", "ana@acme.example").await;
        let other = i.found("Other", "bo@other.example").await;
        let (ours, theirs) = (right(&i, &acme).await, right_of(&i, &other, "bo@other.example").await);
        invite(&i, &ours, &["ben@acme.example"]).await.unwrap();
        let ben = member(&i, "ben@acme.example").await;
        for outcome in [
            invitations::resend(&i.services, &theirs, ben, None).await,
            invitations::copy_link(&i.services, &theirs, ben).await,
        ] {
            assert!(matches!(outcome, Err(Error::NotFound)));
        }
        let reads = theirs.actor().require::<ReadMembers>(&i.services).await.unwrap();
        assert!(matches!(members::facts(&i.services, &reads, ben).await, Err(Error::NotFound)));
        let mail = service::outbox::list(&i.services, &ours, 1).await.unwrap().page.rows[0].id;
        assert_eq!(service::outbox::list(&i.services, &theirs, 1).await.unwrap().page.rows.len(), 0);
        assert!(matches!(service::outbox::send_again(&i.services, &theirs, mail).await, Err(Error::NotFound)));
        let known = invitations::already_members(&i.services, &theirs, &["ben@acme.example".into()]).await.unwrap();
        assert!(known.is_empty());
    }
}

// spec R4, R5
#[tokio::test]
async fn only_administrators_may_invite() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        for role in ["security", "member"] {
            i.rank("ana@acme.example", role).await;
            let actor = i.enter("ana@acme.example", &slug).await.unwrap();
            assert!(matches!(actor.require::<ManageMembers>(&i.services).await, Err(Error::Forbidden(_))));
        }
    }
}

/// What is said of an invite that is not sent.
fn too_many<T>(outcome: service::Result<T>) -> String {
    match outcome {
        Err(Error::Invalid(errors)) => errors[0].message.clone(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => "sent".into(),
    }
}

// spec I6
#[tokio::test]
async fn one_address_gets_five_invites_in_a_day_however_they_come_about() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let resend = async |id| too_many(invitations::resend(&i.services, &may, id, None).await);
        assert_eq!(invite(&i, &may, &["ben@acme.example"]).await.unwrap().invited, 1);
        let ben = member(&i, "ben@acme.example").await;
        assert_eq!(resend(ben).await, "sent");
        // Removed and invited again, restored, and erased and invited as somebody new.
        members::remove(&i.services, &may, ben).await.unwrap();
        assert_eq!(invite(&i, &may, &["Ben@ACME.example"]).await.unwrap().invited, 1);
        members::remove(&i.services, &may, ben).await.unwrap();
        members::restore(&i.services, &may, ben).await.unwrap();
        members::remove(&i.services, &may, ben).await.unwrap();
        members::erase(&i.services, &may, ben).await.unwrap();
        assert_eq!(invite(&i, &may, &["ben@acme.example"]).await.unwrap().invited, 1);
        let ben = member(&i, "ben@acme.example").await;
        let said =
            "ben@acme.example got as many invites as go to one address in a day. The next one can be sent in 5 hours.";
        assert_eq!(resend(ben).await, said);
        assert_links(&i).await;
        members::remove(&i.services, &may, ben).await.unwrap();
        assert_eq!(too_many(members::restore(&i.services, &may, ben).await), said);
        let form = invite(&i, &may, &["ben@acme.example", "cy@acme.example"]).await.unwrap();
        assert_eq!((form.invited, form.refused.len(), form.refused[0].why.as_str()), (1, 1, said));
        // To hand over there is a link all the same, and others are not concerned.
        let cy = member(&i, "cy@acme.example").await;
        assert_eq!(resend(cy).await, "sent");
        for _ in 0..6 {
            invitations::copy_link(&i.services, &may, cy).await.unwrap();
        }
        i.clock.forward(17_280);
        members::restore(&i.services, &may, ben).await.unwrap();
        assert_eq!(resend(ben).await, said, "one at a time");
        i.clock.forward(86_400);
        for _ in 0..5 {
            assert_eq!(resend(ben).await, "sent");
        }
        i.clock.forward(2 * 86_400);
        service::upkeep::run(&i.services).await.unwrap();
        assert_eq!(i.db.number("SELECT COUNT(*) FROM letters").await, 0, "it is forgotten");
        assert_sound(&i).await;
        assert_links(&i).await;
    }
}

// spec I6
#[tokio::test]
async fn an_organization_sends_again_so_often_in_a_day_and_first_letters_do_not_count() {
    for i in installations().await {
        let limits = Limits { letters_again_a_day: 3, ..Limits::default() };
        let services =
            Services::new(i.db.database.clone(), SecretKey([7; 32]), limits, i.clock.clone(), SystemRandomness);
        let i = Installation { services, ..i };
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        let addresses: Vec<String> = (0..8).map(|n| format!("p{n}@acme.example")).collect();
        let entries: Vec<&str> = addresses.iter().map(String::as_str).collect();
        assert_eq!(invite(&i, &may, &entries).await.unwrap().invited, 8);
        let mut said = Vec::new();
        for address in &addresses[..4] {
            said.push(too_many(invitations::resend(&i.services, &may, member(&i, address).await, None).await));
        }
        assert_eq!(said[..3], ["sent", "sent", "sent"]);
        let why = "As many invites were sent again here as go out in a day. The next one to p3@acme.example can be sent in 8 hours.";
        assert_eq!(said[3], why);
        assert_eq!(invite(&i, &may, &["new@acme.example"]).await.unwrap().invited, 1);
        i.clock.forward(28_800);
        // Whose letters count still is written to again; one more goes by then.
        let p0 = member(&i, &addresses[0]).await;
        assert_eq!(too_many(invitations::resend(&i.services, &may, p0, None).await), "sent");
        assert!(too_many(invitations::resend(&i.services, &may, p0, None).await).starts_with("As many"));
        // Whose last letter counts no more gets a first one.
        i.clock.forward(90_000);
        for address in &addresses {
            let id = member(&i, address).await;
            assert_eq!(too_many(invitations::resend(&i.services, &may, id, None).await), "sent");
        }
    }
}
