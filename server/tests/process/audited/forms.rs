//! What the forms do to the audit log, each by a POST as a browser without JavaScript sends it.

use super::world::{Person, World};
use super::{Declared, Does, FOR_ONESELF, Tried};
use crate::support::{Call, PASSWORD};

const OTHER_PASSWORD: &str = "orange ladders sing at dawn";
const OF_MEMBER: &str = "/o/{slug}/members/{id}";
const OF_GROUP_MEMBER: &str = "/o/{slug}/groups/{id}/members/{member}";
const OF_CHOSEN: &str = "/o/{slug}/groups/{id}/chosen";
const OF_IMPORT: &str = "/o/{slug}/members/import/{id}/{change}";
const OF_PROFILE: &str = "/o/{slug}/profile";
const OF_INVITE: &str = "app::paths::INVITE";
/// Nothing of the organization is changed before it is applied, which writes a row for each person.
const DRAFT: &str = "a file is nobody's change until it is applied";

fn of_member(world: &World, person: &Person, fields: &[(&str, &str)]) -> Tried {
    acted(world, &format!("/o/acme/members/{}", person.id), fields)
}

fn of_group_member(world: &World, fields: &[(&str, &str)]) -> Tried {
    let (group, person) = world.grouped();
    acted(world, &format!("/o/acme/groups/{group}/members/{}", person.id), fields)
}

fn of_chosen(world: &World, fields: &[(&str, &str)]) -> Tried {
    let (group, person) = world.grouped();
    acted(world, &format!("/o/acme/groups/{group}/chosen?member={}", person.id), fields)
}

/// A form with an action: refused to whoever may not, and where there is no such action.
fn acted(world: &World, path: &str, fields: &[(&str, &str)]) -> Tried {
    let call = |cookie: &str, fields: &[(&str, &str)]| Call::post(path).cookie(cookie).form(fields);
    let nonsense = [("action", "explode")];
    Tried {
        refused: vec![call(&world.mia, fields), call("", fields), call(&world.ana, &nonsense)],
        accepted: call(&world.ana, fields),
    }
}

fn of_import(world: &World, change: &str) -> Tried {
    let page = world.judged();
    let call = |cookie: &str, change: &str| Call::post(&format!("{page}/{change}")).cookie(cookie);
    Tried {
        refused: vec![call(&world.mia, change), call("", change), call(&world.ana, "explode")],
        accepted: call(&world.ana, change),
    }
}

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
    [members(), groups(), imports(), own(), doors()].into_iter().flatten().collect()
}

fn members() -> Vec<Declared> {
    use Does::{Unlogged, Writes};
    vec![
        (OF_MEMBER, "edit", {
            Writes(&["member.changed"], |w| {
                of_member(w, &w.invited(), &[("action", "edit"), ("seen", "member"), ("role", "security")])
            })
        }),
        (
            OF_MEMBER,
            "resend",
            Writes(&["member.invite_resent"], |w| of_member(w, &w.invited(), &[("action", "resend")])),
        ),
        (OF_MEMBER, "copy link", {
            Writes(&["member.invite_copied"], |w| of_member(w, &w.invited(), &[("action", "copy-link")]))
        }),
        (OF_MEMBER, "restore", Writes(&["member.restored"], |w| of_member(w, &w.removed(), &[("action", "restore")]))),
        (OF_MEMBER, "erase", Writes(&["member.erased"], |w| of_member(w, &w.removed(), &[("action", "erase")]))),
        (OF_MEMBER, "remove", Writes(&["member.removed"], |w| of_member(w, &w.joined(), &[("action", "remove")]))),
        (OF_MEMBER, "end sessions", {
            Writes(&["member.sessions_ended"], |w| of_member(w, &w.joined(), &[("action", "end-sessions")]))
        }),
        ("/o/{slug}/members/invite", "two", {
            Writes(&["member.invited", "member.invited"], |w| {
                let both = format!("{}, {}", w.address(), w.address());
                let call = |cookie: &str, emails: &str| {
                    let key = w.key();
                    let fields = [
                        ("submission", key.as_str()),
                        ("emails", emails),
                        ("role", "member"),
                        ("group_role", "member"),
                    ];
                    Call::post("/o/acme/members/invite").cookie(cookie).form(&fields)
                };
                Tried {
                    refused: vec![call(&w.mia, &both), call("", &both), call(&w.ana, "broken@@x")],
                    accepted: call(&w.ana, &both),
                }
            })
        }),
        ("/o/{slug}/mail/again", "", {
            Writes(&["mail.sent_again"], |w| {
                w.letter();
                let call = |cookie: &str| Call::post("/o/acme/mail/again").cookie(cookie);
                Tried { refused: vec![call(&w.mia), call("")], accepted: call(&w.ana) }
            })
        }),
        ("/o/{slug}/mail/{id}/again", "", {
            Writes(&["mail.sent_again"], |w| {
                let path = format!("/o/acme/mail/{}/again", w.letter());
                let call = |cookie: &str| Call::post(&path).cookie(cookie);
                Tried {
                    refused: vec![call(&w.mia), call(""), Call::post("/o/acme/mail/x/again").cookie(&w.ana)],
                    accepted: call(&w.ana),
                }
            })
        }),
        ("/o/{slug}/members", "a view", {
            Unlogged(FOR_ONESELF, |w| {
                let call = |cookie: &str, name: &str| {
                    Call::post("/o/acme/members?q=a").cookie(cookie).form(&[("what", "save"), ("name", name)])
                };
                let name = w.address();
                Tried {
                    refused: vec![call(&w.mia, &name), call("", &name), call(&w.ana, "")],
                    accepted: call(&w.ana, &name),
                }
            })
        }),
        ("/o/{slug}/members/bulk", "two", {
            Writes(&["member.removed", "member.removed"], |w| {
                let path = format!("/o/acme/members/bulk?member={}&member={}", w.invited().id, w.invited().id);
                let call = |cookie: &str, action: &str| {
                    Call::post(&path).cookie(cookie).form(&[("id", w.key().as_str()), ("action", action)])
                };
                Tried {
                    refused: vec![call(&w.mia, "remove"), call("", "remove"), call(&w.ana, "role")],
                    accepted: call(&w.ana, "remove"),
                }
            })
        }),
        ("/o/{slug}/members/bulk/{id}/stop", "", {
            Unlogged("each member's row was written with what was done", |w| {
                let id = w.bulk();
                let call =
                    |cookie: &str, id: &str| Call::post(&format!("/o/acme/members/bulk/{id}/stop")).cookie(cookie);
                Tried {
                    refused: vec![call(&w.mia, &id), call("", &id), call(&w.ana, "x")],
                    accepted: call(&w.ana, &id),
                }
            })
        }),
        (OF_MEMBER, "unlock", {
            Writes(&["member.sign_in_unlocked"], |w| of_member(w, &w.locked(), &[("action", "unlock")]))
        }),
        ("/o/{slug}/groups/{id}/add", "two", {
            Writes(&["group.member_added", "group.member_added"], |w| {
                let (one, other) = (w.invited().id, w.invited().id);
                let path = format!("/o/acme/groups/{}/add", w.grouped().0);
                let call = |cookie: &str, ends: &str| {
                    let fields = [("members", one.as_str()), ("members", other.as_str()), ("ends", ends)];
                    Call::post(&path).cookie(cookie).form(&fields)
                };
                Tried {
                    refused: vec![call(&w.mia, ""), call("", ""), call(&w.ana, "1999-01-01")],
                    accepted: call(&w.ana, ""),
                }
            })
        }),
        (OF_GROUP_MEMBER, "role", {
            Writes(&["group.member_changed"], |w| {
                of_group_member(w, &[("action", "role"), ("seen", "member;253402300799000"), ("role", "owner")])
            })
        }),
        (OF_CHOSEN, "role", {
            Writes(&["group.member_changed"], |w| of_chosen(w, &[("action", "role"), ("role", "owner")]))
        }),
        (OF_CHOSEN, "remove", Writes(&["group.member_removed"], |w| of_chosen(w, &[("action", "remove")]))),
        (OF_GROUP_MEMBER, "remove", Writes(&["group.member_removed"], |w| of_group_member(w, &[("action", "remove")]))),
        ("/o/{slug}/settings", "", {
            Writes(&["organization.changed"], |w| {
                let call =
                    |cookie: &str, days: &str| Call::post("/o/acme/settings").cookie(cookie).form(&[("days", days)]);
                Tried {
                    refused: vec![call(&w.mia, "9"), call("", "9"), call(&w.ana, "0"), call(&w.ana, "x")],
                    accepted: call(&w.ana, "9"),
                }
            })
        }),
    ]
}

fn groups() -> Vec<Declared> {
    use Does::Writes;
    vec![
        ("/o/{slug}/groups/new", "", {
            Writes(&["group.created"], |w| {
                let (id, name) = (w.key(), w.address());
                Tried {
                    refused: vec![
                        World::making(&w.mia, &id, &name),
                        World::making("", &id, &name),
                        World::making(&w.ana, &id, "Administrators"),
                        World::making(&w.ana, "x", &name),
                    ],
                    accepted: World::making(&w.ana, &id, &name),
                }
            })
        }),
        ("/o/{slug}/groups/{id}/edit", "", {
            Writes(&["group.changed"], |w| {
                let (id, name) = w.group();
                let call = |cookie: &str, id: &str, seen: &str| {
                    let fields = [("name", name.as_str()), ("description", "Sells"), ("seen_name", seen)];
                    Call::post(&format!("/o/acme/groups/{id}/edit")).cookie(cookie).form(&fields)
                };
                Tried {
                    refused: vec![
                        call(&w.mia, &id, &name),
                        call("", &id, &name),
                        call(&w.ana, &w.key(), &name),
                        call(&w.ana, &id, "Another"),
                    ],
                    accepted: call(&w.ana, &id, &name),
                }
            })
        }),
        ("/o/{slug}/groups/{id}/delete", "", {
            Writes(&["group.deleted"], |w| {
                let (id, name) = w.group();
                let call = |cookie: &str, id: &str, typed: &str| {
                    Call::post(&format!("/o/acme/groups/{id}/delete")).cookie(cookie).form(&[("typed", typed)])
                };
                Tried {
                    refused: vec![
                        call(&w.mia, &id, &name),
                        call("", &id, &name),
                        call(&w.ana, &w.key(), &name),
                        call(&w.ana, &id, "Another"),
                    ],
                    accepted: call(&w.ana, &id, &name),
                }
            })
        }),
        ("/o/{slug}/settings", "groups", {
            Writes(&["organization.changed"], |w| {
                let call = |cookie: &str, capacity: &str| {
                    let fields = [("what", "groups"), ("capacity", capacity), ("owner_search", "yes")];
                    Call::post("/o/acme/settings").cookie(cookie).form(&fields)
                };
                Tried {
                    refused: vec![call(&w.mia, "7 GB"), call("", "7 GB"), call(&w.ana, "7"), call(&w.ana, "")],
                    accepted: call(&w.ana, "7 GB"),
                }
            })
        }),
    ]
}

fn imports() -> Vec<Declared> {
    use Does::{Unlogged, Writes};
    vec![
        ("/o/{slug}/members/import", "a file", {
            Unlogged(DRAFT, |w| Tried {
                refused: vec![World::file(&w.mia, "email\n"), World::file("", "email\n"), World::file(&w.ana, "")],
                accepted: World::file(&w.ana, "email\nx@acme.example\n"),
            })
        }),
        (OF_IMPORT, "apply", Writes(&["member.imported", "member.imported"], |w| of_import(w, "apply"))),
        (OF_IMPORT, "stop", Unlogged("what is in has its rows, and what is not has none", |w| of_import(w, "stop"))),
        (OF_IMPORT, "cancel", Unlogged(DRAFT, |w| of_import(w, "cancel"))),
    ]
}

fn own() -> Vec<Declared> {
    use Does::{Unlogged, Writes};
    vec![
        (OF_PROFILE, "time zone", {
            Writes(&["member.profile_changed"], |w| {
                let zone = |zone| [("what", "time-zone"), ("time_zone", zone)];
                of_profile(&w.joined(), &zone("Asia/Tokyo"), &zone("Nowhere/Atlantis"))
            })
        }),
        (OF_PROFILE, "name", {
            Writes(&["member.renamed"], |w| {
                let name = |name| [("what", "name"), ("name", name)];
                of_profile(&w.joined(), &name("Somebody Else"), &name(" "))
            })
        }),
        (OF_PROFILE, "password", {
            Writes(&["member.password_changed"], |w| {
                let change = |current| [("what", "password"), ("current", current), ("password", OTHER_PASSWORD)];
                of_profile(&w.joined(), &change(PASSWORD), &change("not the password"))
            })
        }),
        (OF_PROFILE, "other sessions", {
            Writes(&["member.sessions_ended"], |w| {
                let person = w.joined();
                w.signed_in(&person);
                let end = |session| [("what", "sessions"), ("session", session)];
                of_profile(&person, &end("others"), &end("x"))
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
