//! Whose address an account has: it is proved by a mailed link and by nothing else (spec L8, decision 32).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

#[path = "support/invited.rs"]
mod invited;
mod support;

use domain::invitations::{JoinForm, LinkShown};
use domain::setup::FieldError;
use domain::*;
use invited::*;
use service::organizations::NewOrganization;
use service::{Error, Operator, invitations, password_resets, setup};
use store::testing::TestDatabase;
use support::*;

const VICTIM: &str = "victim@else.example";
const NEW: &str = "orange ladders sing at dawn";

fn choosing(name: &str) -> JoinForm {
    JoinForm { name: name.into(), password: PASSWORD.into(), ..JoinForm::default() }
}

/// Founds an organization for an address; gives what was refused.
async fn founded(at: &Installation, name: &str, email: &str) -> Result<Slug, Vec<FieldError>> {
    let new = NewOrganization {
        name: OrganizationName::parse(name).unwrap(),
        slug: None,
        kind: OrganizationKind::Customer,
        administrator_email: Email::parse(email).unwrap(),
        administrator_name: PersonName::parse("Vic Tim").unwrap(),
        password: None,
    };
    match service::organizations::create(&at.services, &Operator::on_this_machine(), new).await {
        Ok(slug) => Ok(slug),
        Err(Error::Invalid(errors)) => Err(errors),
        Err(other) => panic!("{other:?}"),
    }
}

/// Invites an address, and gives the part of the link that **Copy Invite Link** shows.
async fn copied(at: &Installation, slug: &Slug, email: &str) -> String {
    let may = right(at, slug).await;
    invite(at, &may, &[email]).await.unwrap();
    let link = invitations::copy_link(&at.services, &may, member_of(at, email).await).await.unwrap();
    link.split_once("/invite/").unwrap().1.to_owned()
}

// spec L8: an administrator copies the link of anybody's address and chooses the password.
#[tokio::test]
async fn an_organization_is_never_founded_for_an_account_that_a_copied_link_made() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let link = copied(&i, &slug, VICTIM).await;
        invitations::join(&i.services, &link, &choosing("Not Vic"), &origin()).await.unwrap();
        i.enter(VICTIM, &slug).await.unwrap();
        for email in [VICTIM, "VICTIM@else.example"] {
            let refused = founded(&i, "Victim Incorporated", email).await.unwrap_err();
            assert_eq!(refused[0].field, "administrator_email");
            assert!(refused[0].message.contains("Name another address"), "{refused:?}");
            assert!(refused[0].message.contains("Forgot password?"), "{refused:?}");
        }
        assert_eq!(i.db.number("SELECT COUNT(*) FROM organizations").await, 1);

        // Whoever reads the mail of the address takes the account over, and what was set before is gone.
        password_resets::request(&i.services, &Email::parse(VICTIM).unwrap()).await.unwrap();
        let mailed = delivered(&i).await.pop().unwrap().1;
        password_resets::run(&i.services, &mailed, NEW, &origin()).await.unwrap();
        let old = service::sessions::sign_in(&i.services, &form(VICTIM, PASSWORD), &origin(), None).await;
        assert!(matches!(old, Err(Error::WrongCredentials)));
        founded(&i, "Victim Incorporated", VICTIM).await.unwrap();
    }
}

#[tokio::test]
async fn who_joined_by_a_mailed_link_or_was_named_by_the_operator_gets_another_organization() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let may = right(&i, &slug).await;
        invite(&i, &may, &[VICTIM]).await.unwrap();
        let mailed = delivered(&i).await.pop().unwrap().1;
        invitations::join(&i.services, &mailed, &choosing("Vic Tim"), &origin()).await.unwrap();
        founded(&i, "Second", VICTIM).await.unwrap();
        founded(&i, "Third", "ana@acme.example").await.unwrap();
    }
    for i in installations().await {
        setup::run(&i.services, &set_up_form(&i.services), &origin()).await.unwrap();
        founded(&i, "Second", "ana@acme.example").await.unwrap();
    }
}

// Whoever made the account knows its password: that they open a mailed link with it proves nothing of what was before.
#[tokio::test]
async fn accepting_with_a_password_that_somebody_else_chose_is_no_proof() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        let link = copied(&i, &slug, VICTIM).await;
        invitations::join(&i.services, &link, &choosing("Not Vic"), &origin()).await.unwrap();
        delivered(&i).await;
        let other = i.found("Globex", "gus@globex.example").await;
        let theirs = right_of(&i, &other, "gus@globex.example").await;
        invite(&i, &theirs, &[VICTIM]).await.unwrap();
        let mailed = delivered(&i).await.pop().unwrap().1;
        let signed_in = i.sign_in(VICTIM).await;
        invitations::accept(&i.services, &mailed, &signed_in, &origin()).await.unwrap();
        assert!(founded(&i, "Victim Incorporated", VICTIM).await.is_err());
    }
}

// spec T1, L8
#[tokio::test]
async fn a_copied_link_shows_the_same_whether_or_not_the_address_has_an_account() {
    for i in installations().await {
        let slug = i.found("Acme", "ana@acme.example").await;
        i.found("Elsewhere", VICTIM).await;
        let mut shown = Vec::new();
        for email in [VICTIM, "nobody@else.example"] {
            let link = copied(&i, &slug, email).await;
            let page = invitations::open(&i.services, &link, None).await.unwrap();
            let text = serde_json::to_string(&page).unwrap().replace(email, "…");
            // What is refused is refused alike too.
            let weak = JoinForm { password: "aaaaaaaaaaaaaaaaaaaaaa".into(), ..choosing("Eve") };
            let mut refusals = Vec::new();
            for form in [weak, JoinForm { name: String::new(), ..choosing("") }] {
                match invitations::join(&i.services, &link, &form, &origin()).await {
                    Err(Error::Invalid(errors)) => refusals.push(errors),
                    other => panic!("{:?}", other.map(|_| ())),
                }
            }
            shown.push((text, refusals));
        }
        assert_eq!(shown[0], shown[1]);

        // Whoever has the account is told when they choose a password for it, and the link still opens.
        let link = copied(&i, &slug, "nobody@else.example").await.len();
        assert!(link > 20);
        let may = right(&i, &slug).await;
        let link = invitations::copy_link(&i.services, &may, member_of(&i, VICTIM).await).await.unwrap();
        let link = link.split_once("/invite/").unwrap().1;
        let told = invitations::join(&i.services, link, &choosing("Vic"), &origin()).await;
        assert!(matches!(told, Err(Error::Invalid(errors)) if errors[0].message.contains("Sign in with its password")));
        let signed_in = i.sign_in(VICTIM).await;
        invitations::accept(&i.services, link, &signed_in, &origin()).await.unwrap();

        // A letter goes to whoever reads the mail of the address: it may say what concerns them.
        invite(&i, &may, &["gus@else.example"]).await.unwrap();
        i.found("Third", "gus@else.example").await;
        let mailed = delivered(&i).await.into_iter().find(|(to, _)| to == "gus@else.example").unwrap().1;
        let page = invitations::open(&i.services, &mailed, None).await.unwrap();
        assert!(matches!(page, LinkShown::Open { has_account: true, copied: false, .. }));
    }
}

/// The member of an address that waits.
async fn member_of(of: &Installation, email: &str) -> MemberId {
    let id = match of.db.address.starts_with("sqlite") {
        true => "lower(hex(id))",
        false => "replace(id::text, '-', '')",
    };
    let sql = format!("SELECT {id} FROM members WHERE email = '{email}' AND state = 'invited'");
    MemberId::from_uuid(uuid::Uuid::try_parse(&of.db.texts(&sql).await[0]).unwrap())
}

// What an older program left: proved is what is known to be, and nobody is shut out of where they are.
#[tokio::test]
async fn accounts_of_an_older_program_are_proved_where_a_letter_or_the_operator_shows_it() {
    for old in TestDatabase::both_before("m0018_proofs").await {
        let bytes = |number: u8| match old.address.starts_with("sqlite") {
            true => format!("X'{:032x}'", number),
            false => format!("'{}'::uuid", uuid::Uuid::from_u128(number.into())),
        };
        let (hash, ip, empty) = match old.address.starts_with("sqlite") {
            true => ("randomblob(32)", "zeroblob(16)", "zeroblob(0)"),
            false => ("sha256(gen_random_uuid()::text::bytea)", "decode(repeat('00', 16), 'hex')", "''::bytea"),
        };
        let acme = bytes(1);
        let mut all = vec![format!(
            "INSERT INTO organizations (id, slug, name, name_key, kind, created_at) VALUES ({acme}, 'acme', 'Acme', 'acme', 'customer', 1000)"
        )];
        let people = [
            (10, "founder", 1_000, 1_000),
            (11, "mailed", 900_000, 5_000),
            (12, "copied", 900_000, 5_000),
            (13, "earlier", 700_000, 5_000),
            (14, "reset", 900_000, 5_000),
        ];
        for (number, name, made, invited) in people {
            let (id, email) = (bytes(number), format!("{name}@acme.example"));
            all.push(format!("INSERT INTO accounts (id, email, email_identity, name, created_at) VALUES ({id}, '{email}', '{email}', '{name}', {made})"));
            all.push(format!("INSERT INTO members (organization_id, id, account_id, email, email_identity, email_key, name, name_key, kind, role, \
                 state, invite_expires_at, created_at, last_login_ip) VALUES ({acme}, {id}, {id}, '{email}', '{email}', '{email}', '{name}', \
                 '{name}', 'internal', 'member', 'active', 253402300799000, {invited}, {ip})"));
            if name != "founder" {
                all.push(format!("INSERT INTO invitations (organization_id, id, member_id, token_hash, state, inviter, created_at, expires_at, ended_at) \
                     VALUES ({acme}, {id}, {id}, {hash}, 'used', 'founder <FOUNDER@acme.example>', {invited}, 9000000, 900500)"));
            }
            if ["mailed", "earlier"].contains(&name) {
                all.push(format!("INSERT INTO outbox (id, organization_id, invitation_id, recipient, kind, state, sealed, next_at, created_at) \
                     VALUES ({id}, {acme}, {id}, '{email}', 'invitation', 'sent', {empty}, 1, 1)"));
            }
        }
        let reset = bytes(14);
        all.push(format!("INSERT INTO audit_events (organization_id, id, at, actor_id, actor, action, target_id, target, after, ip, request_id) \
             VALUES ({acme}, {reset}, 1, {reset}, 'reset', 'member.password_changed', {reset}, 'reset', \
             '{{\"proved_by\":\"a link by mail\",\"sessions_ended\":3}}', {ip}, '')"));
        let globex = bytes(2);
        all.push(format!("INSERT INTO organizations (id, slug, name, name_key, kind, created_at) VALUES ({globex}, 'globex', 'Globex', 'globex', 'customer', 2000)"));
        // An account that somebody else made before founded Globex, and the founder of Acme is a member there too.
        for (number, account, name, made, joined, in_) in [
            (20, 20, "before", 500, 2_000, &globex),
            (21, 10, "founder2", 1_000, 3_000, &globex),
            // Made in the very millisecond of Globex, and joined later by a link that was copied.
            (22, 22, "later", 2_000, 5_000, &globex),
            // Gave the password before: it proves nothing.
            (23, 23, "changed", 900_000, 5_000, &acme),
        ] {
            let (id, account_id) = (bytes(number), bytes(account));
            let email = if number == 21 { "founder@acme.example".into() } else { format!("{name}@acme.example") };
            if number == account {
                all.push(format!("INSERT INTO accounts (id, email, email_identity, name, created_at) VALUES ({id}, '{email}', '{email}', '{name}', {made})"));
            }
            all.push(format!("INSERT INTO members (organization_id, id, account_id, email, email_identity, email_key, name, name_key, kind, role, \
                 state, invite_expires_at, created_at, last_login_ip) VALUES ({in_}, {id}, {account_id}, '{email}', '{email}', '{email}', '{name}', \
                 '{name}', 'internal', 'member', 'active', 253402300799000, {joined}, {ip})"));
        }
        let changed = bytes(23);
        all.push(format!("INSERT INTO audit_events (organization_id, id, at, actor_id, actor, action, target_id, target, after, ip, request_id) \
             VALUES ({acme}, {changed}, 1, {changed}, 'changed', 'member.password_changed', {changed}, 'changed', \
             '{{\"proved_by\":\"the password before\",\"sessions_ended\":3}}', {ip}, '')"));
        for sql in all {
            old.execute(&sql).await.unwrap();
        }
        old.database.migrate().await.unwrap();
        let ours = "SELECT COUNT(*) FROM invitations i JOIN members m ON m.id = i.inviter_id AND m.organization_id = i.organization_id";
        assert_eq!(old.number(ours).await, 4, "somebody of the same organization");
        let proved = old.texts("SELECT name FROM accounts WHERE email_proved_at > 0 ORDER BY name").await;
        assert_eq!(proved, ["founder", "mailed", "reset"]);
        let ways = old.texts("SELECT left_by FROM invitations ORDER BY id").await;
        assert_eq!(ways, ["mail", "copied", "mail", "copied"]);
        let found = "SELECT COUNT(*) FROM invitations i JOIN members m ON m.id = i.inviter_id WHERE m.name = 'founder'";
        assert_eq!(old.number(found).await, 4, "whom to ask, by id");
    }
}
