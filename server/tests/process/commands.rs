//! The commands other than `serve` (spec A2, A7).

use crate::support::{PASSWORD, Server, muster};
use std::process::Output;

fn output_of(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn create<'a>(name: &'a str, email: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["organization", "create", "--name", name, "--kind", "customer"];
    arguments.extend(["--administrator-email", email, "--administrator-name", "Otto Owner"]);
    arguments.extend(more);
    arguments
}

#[test]
fn an_organization_gets_a_slug_from_its_name_and_another_where_that_is_taken() {
    let server = Server::start();
    let file = server.file("password", &format!("{PASSWORD}\n"));
    let file = file.to_string_lossy();
    for slug in ["muller-sohne", "muller-sohne-2"] {
        let done = server.command(&create("Müller & Söhne", "otto@muller.example", &["--password-file", &file]));
        let (code, stdout, stderr) = output_of(&done);
        assert_eq!(code, Some(0), "{stderr}");
        assert!(stdout.contains(&format!("/o/{slug},")), "{stdout}");
    }
    assert_eq!(server.sign_in("otto@muller.example", PASSWORD, "").status, 303);
}

#[test]
fn a_taken_slug_and_a_missing_password_are_named() {
    let server = Server::start();
    server.other_organization("taken");
    let file = server.file("password", PASSWORD);
    let taken = create("Taken", "otto@taken.example", &["--slug", "taken", "--password-file"]);
    let (code, _, stderr) = output_of(&server.command(&[&taken[..], &[&file.to_string_lossy()]].concat()));
    assert!(code == Some(2) && stderr.contains("--slug"), "{stderr}");
    let (code, _, stderr) = output_of(&server.command(&create("Other", "otto@other.example", &[])));
    assert!(code == Some(2) && stderr.contains("--password-file"), "{stderr}");
}

#[test]
fn who_has_an_account_needs_no_password() {
    let server = Server::start();
    server.other_organization("first");
    let (code, _, stderr) = output_of(&server.command(&create("Second", "OWNER@first.example", &[])));
    assert_eq!(code, Some(0), "{stderr}");
}

#[test]
fn an_import_lists_what_it_refuses_and_says_so_by_its_exit_code() {
    let server = Server::start();
    server.other_organization("acme");
    let bad = server.file("bad.csv", "email,name,organization_role\nana@acme.example,Ana Lima,security\nbroken@@x,B,\n\"c@acme.example\",\"C\nD\",boss\n");
    let good = server.file("good.csv", "sep=;\nemail;name\nana@acme.example;Ana Lima\n");
    let run = |file: &std::path::Path, more: &[&str]| {
        output_of(&server.command(&[&["import", &*file.to_string_lossy(), "--organization", "acme"], more].concat()))
    };
    let (code, stdout, stderr) = run(&bad, &["--dry-run"]);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stdout.contains("line 3, email: broken@@x is not an e-mail address: "), "{stdout}");
    assert!(stdout.lines().any(|line| line.starts_with("line 4, ") && line.ends_with(" to line 5.")), "{stdout}");
    assert!(stdout.contains("Read as UTF-8, separated by commas."), "{stdout}");
    assert!(stdout.contains("Would be 1 member added") && stdout.contains("2 rows refused"), "{stdout}");
    assert_eq!(run(&bad, &["--all-or-nothing"]).0, Some(1));
    let (code, stdout, _) = run(&good, &[]);
    assert!(code == Some(0) && stdout.contains("Done: 1 member added"), "{stdout}");
    assert!(stdout.contains("Read as UTF-8, separated by semicolons."), "{stdout}");
    let (code, stdout, _) = run(&good, &[]);
    assert!(code == Some(0) && stdout.contains("0 members added") && stdout.contains("1 unchanged"), "{stdout}");
}

#[test]
fn an_import_that_cannot_begin_is_a_usage_error() {
    let server = Server::start();
    let file = server.file("people.csv", "email\nana@acme.example\n");
    let (code, _, stderr) =
        output_of(&server.command(&["import", &file.to_string_lossy(), "--organization", "nobody"]));
    assert!(code == Some(2) && stderr.contains("--organization"), "{stderr}");
    let (code, _, stderr) = output_of(&server.command(&["import", "/no/such/file.csv", "--organization", "nobody"]));
    assert!(code == Some(2) && stderr.contains("/no/such/file.csv"), "{stderr}");
}

// spec L2, A7
#[test]
fn an_account_that_is_locked_is_unlocked_beside_the_server() {
    let server = Server::start();
    server.other_organization("acme");
    let unlock = |email: &str| output_of(&server.command(&["account", "unlock", email]));
    let (code, _, stderr) = unlock("nobody@acme.example");
    assert!(code == Some(2) && stderr.contains("no account has the address nobody@acme.example"), "{stderr}");
    let (code, stdout, _) = unlock("owner@acme.example");
    assert!(code == Some(0) && stdout.contains("is not locked; nothing was changed."), "{stdout}");
    for _ in 0..10 {
        server.sign_in("owner@acme.example", "this is not the password", "");
    }
    assert_eq!(server.sign_in("owner@acme.example", PASSWORD, "").status, 429);
    let (code, stdout, stderr) = unlock("OWNER@acme.example");
    assert!(code == Some(0) && stdout.contains("OWNER@acme.example can sign in again."), "{stderr}");
    assert_eq!(server.sign_in("owner@acme.example", PASSWORD, "").status, 303);
    let (code, _, stderr) = unlock("owner");
    assert!(code == Some(2) && stderr.contains("is not an e-mail address"), "{stderr}");
}

#[test]
fn passwords_are_never_arguments() {
    let help = output_of(&muster().args(["organization", "create", "--help"]).output().unwrap()).1;
    assert!(help.contains("--password-file") && !help.contains("--password "));
}

#[test]
fn the_demo_can_be_signed_in_to_and_is_made_once() {
    let server = Server::start();
    // Exempt from the rules for passwords.
    let file = server.file("password", "demo\n");
    let demo =
        ["demo", "--members", "200", "--groups", "5", "--seed", "7", "--password-file", &*file.to_string_lossy()];
    let (code, stdout, stderr) = output_of(&server.command(&demo));
    assert!(code == Some(0) && stdout.contains("/o/demo"), "{stderr}");
    for who in ["admin", "security", "owner", "member"] {
        let answer = server.sign_in(&format!("{who}@demo.example"), "demo", "");
        assert_eq!((answer.status, answer.header("location")), (303, Some("/o/demo")), "{who}");
    }
    let (code, _, stderr) = output_of(&server.command(&demo));
    assert!(code == Some(1) && stderr.contains("already there"), "{stderr}");
}

#[test]
fn only_those_who_may_see_members_and_settings() {
    let server = Server::start();
    let file = server.file("password", "demo");
    let done =
        server.command(&["demo", "--members", "50", "--groups", "3", "--password-file", &file.to_string_lossy()]);
    assert!(done.status.success());
    for (who, members, settings) in [("admin", 200, 200), ("security", 200, 403), ("member", 403, 403)] {
        let cookie = server.sign_in(&format!("{who}@demo.example"), "demo", "").cookie().unwrap();
        let status = |page: &str| server.get_as(&cookie, &format!("/o/demo{page}")).status;
        assert_eq!((status(""), status("/members"), status("/settings")), (200, members, settings), "{who}");
    }
}
