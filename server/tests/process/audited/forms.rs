//! What forms write to the audit log, each sent by a POST like that of a browser without JavaScript.

use super::world::{Person, World};
use super::{Declared, Does, Tried};
use crate::support::{Call, PASSWORD};

const OTHER_PASSWORD: &str = "orange ladders sing at dawn";
const OF_PROFILE: &str = "/o/{slug}/profile";
const OF_INVITE: &str = "app::paths::INVITE";

/// Somebody's own profile: refused with other fields, and to whoever is not signed in.
fn of_profile(person: &Person, fields: &[(&str, &str)], wrong: &[(&str, &str)]) -> Tried {
    let call = |cookie: &str, fields: &[(&str, &str)]| Call::post("/o/acme/profile").cookie(cookie).form(fields);
    Tried { refused: vec![call(&person.cookie, wrong), call("", fields)], accepted: call(&person.cookie, fields) }
}

/// Accepting a link, after an attempt with a mark that is of another one.
fn of_invite(link: &(String, String), what: &str) -> Tried {
    let stale = (link.0.clone(), "0".repeat(link.1.len()));
    Tried {
        refused: vec![World::joining(&stale, what, PASSWORD), World::joining(link, "explode", PASSWORD)],
        accepted: World::joining(link, what, PASSWORD),
    }
}

/// All of them.
pub fn declared() -> Vec<Declared> {
    [members(), own(), doors()].into_iter().flatten().collect()
}

fn members() -> Vec<Declared> {
    use Does::Unlogged;
    vec![("/o/{slug}/members/import", "a file", {
        Unlogged(super::DRAFT, |w| Tried {
            refused: vec![World::file(&w.mia, "email\n"), World::file("", "email\n"), World::file(&w.ana, "")],
            accepted: World::file(&w.ana, "email\nx@acme.example\n"),
        })
    })]
}

fn own() -> Vec<Declared> {
    use Does::{Unlogged, Writes};
    vec![
        (OF_PROFILE, "password", {
            Writes(&["member.password_changed"], |w| {
                let change = |current| [("current", current), ("password", OTHER_PASSWORD)];
                of_profile(&w.joined(), &change(PASSWORD), &change("not the password"))
            })
        }),
        ("app::paths::SIGN_OUT", "", {
            Writes(&["member.signed_out"], |w| {
                let call = Call::post("/sign-out").cookie(&w.joined().cookie);
                Tried { refused: vec![call.clone().header("Sec-Fetch-Site", "cross-site")], accepted: call }
            })
        }),
        ("app::paths::THEME", "", {
            Unlogged("it is kept in the browser alone", |w| {
                let call = Call::post("/theme").cookie(&w.ana).form(&[("theme", "dark"), ("next", "/")]);
                Tried { refused: vec![call.clone().header("Sec-Fetch-Site", "cross-site")], accepted: call }
            })
        }),
    ]
}

fn doors() -> Vec<Declared> {
    use Does::{Done, Unlogged, Writes};
    vec![
        ("app::paths::SET_UP", "", {
            Done(|_| {
                let fields = [
                    ("code", "x"),
                    ("organization", "B"),
                    ("name", "B"),
                    ("email", "b@b.example"),
                    ("password", PASSWORD),
                ];
                vec![Call::post("/set-up").form(&fields)]
            })
        }),
        (OF_INVITE, "join", Writes(&["member.joined"], |w| of_invite(&w.link(&w.invited()), "join"))),
        (OF_INVITE, "sign in and accept", {
            Writes(&["member.joined"], |w| {
                let link = w.link(&w.invited_again());
                let tried = of_invite(&link, "sign-in");
                let wrong = World::joining(&link, "sign-in", "not the password");
                Tried { refused: [tried.refused, vec![wrong]].concat(), ..tried }
            })
        }),
        (OF_INVITE, "accept", {
            Writes(&["member.joined"], |w| {
                let person = w.invited_again();
                let (link, mark) = w.link(&person);
                of_invite(&(format!("{}; {link}", person.cookie), mark), "accept")
            })
        }),
        (OF_INVITE, "switch", {
            Writes(&["member.signed_out"], |w| {
                let (link, mark) = w.link(&w.invited());
                let both = (format!("{}; {link}", w.joined().cookie), mark);
                Tried {
                    refused: vec![World::joining(&both, "explode", "")],
                    accepted: World::joining(&both, "switch", ""),
                }
            })
        }),
        ("app::paths::SIGN_IN", "", {
            Unlogged("the row is written where the session enters an organization", |w| {
                let person = w.joined();
                let call =
                    |password: &str| Call::post("/sign-in").form(&[("email", &person.email), ("password", password)]);
                Tried { refused: vec![call("not the password")], accepted: call(PASSWORD) }
            })
        }),
        ("app::paths::FORGOT", "", {
            Unlogged("anybody may ask for any address, and would fill the log", |w| {
                let person = w.joined();
                let call = |email: &str| Call::post("/forgot-password").form(&[("email", email)]);
                Tried { refused: vec![call("broken@@x")], accepted: call(&person.email) }
            })
        }),
        ("app::paths::RESET", "", {
            Writes(&["member.password_changed"], |w| {
                let (link, mark) = w.reset_link(&w.joined());
                let call = |mark: &str, password: &str| {
                    Call::post("/reset").cookie(&link).form(&[("mark", mark), ("password", password)])
                };
                Tried {
                    refused: vec![call("0", OTHER_PASSWORD), call(&mark, "short")],
                    accepted: call(&mark, OTHER_PASSWORD),
                }
            })
        }),
    ]
}
