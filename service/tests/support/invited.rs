//! Helpers for the tests of invitations.
#![allow(dead_code, reason = "not every test file needs all of it")]

use crate::support::Installation;
use domain::invitations::{InviteForm, Invited};
use domain::members::ShownColumns;
use domain::permission::ManageMembers;
use domain::{AccountId, MemberId, OrganizationRole, SessionId, Slug, SubmissionId};
use service::outbox::{self, Letter, Sent};
use service::sessions::SignedIn;
use service::{Grant, Result, invitations};

/// The founder's right to bring people in.
pub async fn right(of: &Installation, slug: &Slug) -> Grant<ManageMembers> {
    right_of(of, slug, "ana@acme.example").await
}

pub async fn right_of(of: &Installation, slug: &Slug, email: &str) -> Grant<ManageMembers> {
    of.enter(email, slug).await.unwrap().require::<ManageMembers>(&of.services).await.unwrap()
}

pub fn inviting(entries: &[&str]) -> InviteForm {
    InviteForm { entries: entries.iter().map(|entry| (*entry).to_owned()).collect(), ..InviteForm::default() }
}

pub fn administrators(entries: &[&str]) -> InviteForm {
    InviteForm { role: OrganizationRole::Administrator, ..inviting(entries) }
}

/// A key that nobody used.
#[allow(clippy::disallowed_methods, reason = "any key will do")]
pub fn key() -> SubmissionId {
    SubmissionId::from_uuid(uuid::Uuid::now_v7())
}

pub async fn invite(of: &Installation, may: &Grant<ManageMembers>, entries: &[&str]) -> Result<Invited> {
    invitations::send(&of.services, may, key(), inviting(entries)).await
}

/// Hands over everything that is queued; gives address and token of each.
pub async fn delivered(of: &Installation) -> Vec<(String, String)> {
    let mut all = Vec::new();
    loop {
        let (claim, due) = outbox::claim(&of.services, 100).await.unwrap();
        if due.is_empty() {
            return all;
        }
        for mail in due {
            outbox::settle(&of.services, claim, &mail, Sent::Yes, 30).await.unwrap();
            if !matches!(mail.letter, Letter::Nothing) {
                all.push((mail.recipient.clone(), token(&mail.letter)));
            }
        }
    }
}

pub fn token(letter: &Letter) -> String {
    match letter {
        Letter::Invitation { token, .. } | Letter::PasswordReset { token, .. } => token.clone(),
        Letter::MembershipEnding { .. } | Letter::Nothing => panic!("it holds no link"),
    }
}

/// The member of an address.
pub async fn member(of: &Installation, email: &str) -> MemberId {
    let id = match of.db.address.starts_with("sqlite") {
        true => "lower(hex(id))",
        false => "replace(id::text, '-', '')",
    };
    let found = of.db.texts(&format!("SELECT {id} FROM members WHERE email = '{email}'")).await;
    MemberId::from_uuid(uuid::Uuid::try_parse(&found[0]).unwrap())
}

/// An account without a password, as somebody who is signed in.
pub async fn account(of: &Installation, number: u128, email: &str) -> SignedIn {
    let id = uuid::Uuid::from_u128(0x0197_a8b4_0000_7000_9000_0000_0000_0000 + number);
    let literal = match of.db.address.starts_with("sqlite") {
        true => format!("X'{}'", id.simple()),
        false => format!("'{id}'::uuid"),
    };
    of.db
        .execute(&format!(
            "INSERT INTO accounts (id, email, email_identity, name, created_at) VALUES ({literal}, '{email}', '{email}', 'Own Name', 1)"
        ))
        .await
        .unwrap();
    SignedIn {
        account: AccountId::from_uuid(id),
        session: SessionId::from_uuid(id),
        name: "Own Name".into(),
        email: email.into(),
        time_zone: None,
        member_columns: ShownColumns::ALL,
    }
}

/// Gives the account's session a row, so that it can enter.
pub async fn session(of: &Installation, person: &SignedIn) {
    let uuid = |id: uuid::Uuid| match of.db.address.starts_with("sqlite") {
        true => format!("X'{}'", id.simple()),
        false => format!("'{id}'::uuid"),
    };
    let (hash, ip) = match of.db.address.starts_with("sqlite") {
        true => ("randomblob(32)", "zeroblob(16)"),
        false => ("sha256(gen_random_uuid()::text::bytea)", "'\\x00000000000000000000000000000000'::bytea"),
    };
    let (id, owner) = (uuid(person.session.uuid()), uuid(person.account.uuid()));
    let sql = format!(
        "INSERT INTO sessions (id, account_id, token_hash, created_at, expires_at, last_seen_at, ip, user_agent) \
         VALUES ({id}, {owner}, {hash}, 1, 9000000000000000, 9000000000000000, {ip}, 'test')"
    );
    of.db.execute(&sql).await.unwrap();
}

/// What must hold of invitations after anything: a member who waits has one link that is open, and nobody else has.
pub async fn assert_links(of: &Installation) {
    let open = "SELECT COUNT(*) FROM invitations i JOIN members m ON m.organization_id = i.organization_id AND m.id = i.member_id \
                WHERE i.state = 'open' AND m.state <> 'invited'";
    assert_eq!(of.db.number(open).await, 0, "open links of members who do not wait");
    // Whom a file brought in has none yet.
    let none = "SELECT COUNT(*) FROM members m WHERE m.state = 'invited' AND m.invite_expires_at < 253402300799000 AND NOT EXISTS (SELECT 1 FROM invitations i \
                WHERE i.organization_id = m.organization_id AND i.member_id = m.id AND i.state = 'open')";
    assert_eq!(of.db.number(none).await, 0, "members who wait without a link");
    let other = "SELECT COUNT(*) FROM invitations i JOIN members m ON m.organization_id = i.organization_id AND m.id = i.member_id \
                 WHERE i.state = 'open' AND m.invite_expires_at <> i.expires_at";
    assert_eq!(of.db.number(other).await, 0, "the table and the link run out together");
    let mail = "SELECT COUNT(*) FROM outbox o JOIN invitations i ON i.organization_id = o.organization_id AND i.id = o.invitation_id \
                WHERE o.state = 'queued' AND i.state <> 'open'";
    assert_eq!(of.db.number(mail).await, 0, "queued letters about links that are not open");
}
