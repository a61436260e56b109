//! What server functions write to the audit log.

use super::world::{Person, World};
use super::{Declared, Does, FOR_ONESELF, Tried};
use crate::support::Call;

/// Nobody has it.
const NOBODY: &str = "0197a8b4-0000-7000-8000-00000000ffff";

fn reads(world: &World, path: &str, arguments: &[(&str, &str)]) -> Call {
    World::ask(&world.ana, path, arguments)
}

/// A change of a member: refused to Mia, to whoever is not signed in, and of a member that there is not.
fn of_member(world: &World, path: &str, person: &Person, more: &[(&str, &str)]) -> Tried {
    let call = |cookie: &str, id: &str| World::ask(cookie, path, &[&[("member", id)], more].concat());
    Tried {
        refused: vec![call(&world.mia, &person.id), call("", &person.id), call(&world.ana, NOBODY)],
        accepted: call(&world.ana, &person.id),
    }
}

/// A change of a saved view: refused to Mia, to whoever is not signed in, and of a view that there is not.
fn of_view(world: &World, path: &str, more: &[(&str, &str)]) -> Tried {
    let id = world.view();
    let call = |cookie: &str, id: &str| World::ask(cookie, path, &[&[("view", id)], more].concat());
    Tried {
        refused: vec![call(&world.mia, &id), call("", &id), call(&world.ana, NOBODY)],
        accepted: call(&world.ana, &id),
    }
}

/// A change of a group's members: refused to Mia, to whoever is not signed in, and of a group that there is not.
fn of_group(world: &World, path: &str, group: &str, more: &[(&str, &str)]) -> Tried {
    let call = |cookie: &str, group: &str| World::ask(cookie, path, &[&[("group", group)], more].concat());
    Tried {
        refused: vec![call(&world.mia, group), call("", group), call(&world.ana, NOBODY)],
        accepted: call(&world.ana, group),
    }
}

/// What is decided about an import: refused to Mia, to whoever is not signed in, and about one that there is not.
fn of_import(world: &World, path: &str) -> Tried {
    let page = world.judged();
    let (_, id) = page.rsplit_once('/').unwrap();
    let call = |cookie: &str, id: &str| World::ask(cookie, path, &[("import", id)]);
    Tried {
        refused: vec![call(&world.mia, id), call("", id), call(&world.ana, NOBODY)],
        accepted: call(&world.ana, id),
    }
}

/// A change of one's own profile: refused with what is wrong, and to whoever is not signed in.
fn of_profile(world: &World, path: &str, fields: &[(&str, &str)], wrong: &[(&str, &str)]) -> Tried {
    let person = world.joined();
    Tried {
        refused: vec![World::ask(&person.cookie, path, wrong), World::ask("", path, fields)],
        accepted: World::ask(&person.cookie, path, fields),
    }
}

/// All of them.
pub fn declared() -> Vec<Declared> {
    use Does::{Reads, Unlogged, Writes};
    vec![
        ("/api/viewer", "", Reads(|w| reads(w, "/api/viewer", &[]))),
        ("/api/home", "", Reads(|w| reads(w, "/api/home", &[]))),
        ("/api/groups/sidebar", "", Reads(|w| reads(w, "/api/groups/sidebar", &[("search", "")]))),
        ("/api/groups/list", "", Reads(|w| reads(w, "/api/groups/list", &[("query", "")]))),
        ("/api/groups/form", "", Reads(|w| reads(w, "/api/groups/form", &[("group", &w.group().0)]))),
        ("/api/groups/deletion", "", Reads(|w| reads(w, "/api/groups/deletion", &[("group", &w.group().0)]))),
        (
            "/api/groups/people",
            "",
            Reads(|w| reads(w, "/api/groups/people", &[("group", &w.group().0), ("query", "")])),
        ),
        ("/api/members/list", "", Reads(|w| reads(w, "/api/members/list", &[("query", "")]))),
        ("/api/members/one", "", Reads(|w| reads(w, "/api/members/one", &[("member", &w.invited().id)]))),
        ("/api/members/details", "", Reads(|w| reads(w, "/api/members/details", &[("member", &w.invited().id)]))),
        (
            "/api/groups/people/find",
            "",
            Reads(|w| reads(w, "/api/groups/people/find", &[("group", &w.grouped().0), ("search", "a")])),
        ),
        (
            "/api/groups/people/one",
            "",
            Reads(|w| {
                let (group, person) = w.grouped();
                reads(w, "/api/groups/people/one", &[("group", &group), ("member", &person.id)])
            }),
        ),
        (
            "/api/groups/people/chosen",
            "",
            Reads(|w| {
                let (group, person) = w.grouped();
                reads(w, "/api/groups/people/chosen", &[("group", &group), ("members[0]", &person.id)])
            }),
        ),
        (
            "/api/groups/people/remove",
            "",
            Writes(&["group.member_removed"], |w| {
                let (group, person) = w.grouped();
                of_group(w, "/api/groups/people/remove", &group, &[("member", &person.id)])
            }),
        ),
        (
            "/api/groups/people/add",
            "two",
            Writes(&["group.member_added", "group.member_added"], |w| {
                let (one, other) = (w.invited().id, w.invited().id);
                let people = [("form[members][0]", one.as_str()), ("form[members][1]", other.as_str())];
                of_group(w, "/api/groups/people/add", &w.grouped().0, &people)
            }),
        ),
        (
            "/api/groups/people/role",
            "",
            Writes(&["group.member_changed"], |w| {
                let (group, person) = w.grouped();
                let change = [("seen", "member;253402300799000"), ("role", "owner"), ("ends", "")];
                of_group(
                    w,
                    "/api/groups/people/role",
                    &group,
                    &[&[("member", person.id.as_str())], &change[..]].concat(),
                )
            }),
        ),
        ("/api/import/recent", "", Reads(|w| reads(w, "/api/import/recent", &[]))),
        (
            "/api/import/show",
            "",
            Reads(|w| {
                let page = w.judged();
                let (_, id) = page.rsplit_once('/').unwrap();
                reads(w, "/api/import/show", &[("import", id), ("query", "")])
            }),
        ),
        ("/api/settings/show", "", Reads(|w| reads(w, "/api/settings/show", &[]))),
        ("/api/invites/facts", "", Reads(|w| reads(w, "/api/invites/facts", &[]))),
        ("/api/invites/check", "", Reads(|w| reads(w, "/api/invites/check", &[("entries[0]", "x@acme.example")]))),
        ("/api/profile/show", "", Reads(|w| reads(w, "/api/profile/show", &[]))),
        ("/api/audit/list", "", Reads(|w| reads(w, "/api/audit/list", &[("query", "")]))),
        ("/api/mail/list", "", Reads(|w| reads(w, "/api/mail/list", &[("page", "1")]))),
        (
            "/api/invites/send",
            "three",
            Writes(&["member.invited", "member.invited", "member.invited"], |w| {
                let three = [w.address(), w.address(), w.address()];
                Tried {
                    refused: vec![w.inviting(&w.mia, &three), w.inviting("", &three), w.inviting(&w.ana, &[])],
                    accepted: w.inviting(&w.ana, &three),
                }
            }),
        ),
        (
            "/api/invites/send",
            "two as text",
            Writes(&["member.invited", "member.invited"], |w| {
                let both = format!("{}, {}", w.address(), w.address());
                let call = |cookie: &str, emails: &str| {
                    World::ask(cookie, "/api/invites/send", &[("submission", &w.key()), ("emails", emails)])
                };
                let long = format!("{}@x.example", "x".repeat(250));
                Tried {
                    refused: vec![call(&w.mia, &both), call("", &both), call(&w.ana, &long), call(&w.ana, "")],
                    accepted: call(&w.ana, &both),
                }
            }),
        ),
        (
            "/api/members/edit",
            "",
            Writes(&["member.changed"], |w| {
                of_member(w, "/api/members/edit", &w.invited(), &[("seen", "member"), ("wanted[role]", "security")])
            }),
        ),
        (
            "/api/members/remove",
            "invited",
            Writes(&["member.removed"], |w| of_member(w, "/api/members/remove", &w.invited(), &[])),
        ),
        (
            "/api/members/remove",
            "with sessions",
            Writes(&["member.removed"], |w| of_member(w, "/api/members/remove", &w.joined(), &[])),
        ),
        (
            "/api/members/erase",
            "",
            Writes(&["member.erased"], |w| of_member(w, "/api/members/erase", &w.removed(), &[])),
        ),
        (
            "/api/members/restore",
            "",
            Writes(&["member.restored"], |w| of_member(w, "/api/members/restore", &w.removed(), &[])),
        ),
        (
            "/api/members/end-sessions",
            "",
            Writes(&["member.sessions_ended"], |w| of_member(w, "/api/members/end-sessions", &w.joined(), &[])),
        ),
        (
            "/api/members/resend",
            "",
            Writes(&["member.invite_resent"], |w| of_member(w, "/api/members/resend", &w.invited(), &[])),
        ),
        (
            "/api/members/copy-link",
            "",
            Writes(&["member.invite_copied"], |w| of_member(w, "/api/members/copy-link", &w.invited(), &[])),
        ),
        (
            "/api/members/unlock",
            "",
            Writes(&["member.sign_in_unlocked"], |w| of_member(w, "/api/members/unlock", &w.locked(), &[])),
        ),
        (
            "/api/password/judge",
            "",
            Reads(|_| {
                World::ask("", "/api/password/judge", &[("password", "orange ladders sing at dawn"), ("about", "")])
            }),
        ),
        ("/api/bulk/facts", "", Reads(|w| reads(w, "/api/bulk/facts", &[("form[members][0]", &w.invited().id)]))),
        ("/api/bulk/show", "", Reads(|w| reads(w, "/api/bulk/show", &[("id", &w.bulk()), ("query", "")]))),
        (
            "/api/bulk/begin",
            "two",
            Writes(&["member.removed", "member.removed"], |w| {
                let (one, other) = (w.invited().id, w.invited().id);
                let call = |cookie: &str, action: &str| {
                    let (one, other) = (("form[members][0]", one.as_str()), ("form[members][1]", other.as_str()));
                    World::ask(cookie, "/api/bulk/begin", &[("id", &w.key()), ("action", action), one, other])
                };
                Tried {
                    refused: vec![
                        call(&w.mia, "remove"),
                        call("", "remove"),
                        call(&w.ana, "leave"),
                        call(&w.ana, "explode"),
                    ],
                    accepted: call(&w.ana, "remove"),
                }
            }),
        ),
        (
            "/api/bulk/stop",
            "",
            Unlogged("each member's row was written with what was done", |w| {
                let id = w.bulk();
                let call = |cookie: &str, id: &str| World::ask(cookie, "/api/bulk/stop", &[("id", id)]);
                Tried {
                    refused: vec![call(&w.mia, &id), call("", &id), call(&w.ana, NOBODY)],
                    accepted: call(&w.ana, &id),
                }
            }),
        ),
        (
            "/api/members/columns",
            "",
            Unlogged(FOR_ONESELF, |w| {
                let call = |cookie: &str, word| World::ask(cookie, "/api/members/columns", &[("columns[0]", word)]);
                Tried {
                    refused: vec![call(&w.mia, "role"), call("", "role"), call(&w.ana, "colour")],
                    accepted: call(&w.ana, "role"),
                }
            }),
        ),
        (
            "/api/members/columns/reset",
            "",
            Unlogged(FOR_ONESELF, |w| {
                let call = |cookie: &str| World::ask(cookie, "/api/members/columns/reset", &[]);
                Tried { refused: vec![call(&w.mia), call("")], accepted: call(&w.ana) }
            }),
        ),
        (
            "/api/views/save",
            "",
            Unlogged(FOR_ONESELF, |w| {
                let call = |cookie: &str, name: &str| {
                    World::ask(cookie, "/api/views/save", &[("name", name), ("query", "q=a")])
                };
                let name = w.address();
                Tried {
                    refused: vec![call(&w.mia, &name), call("", &name), call(&w.ana, " ")],
                    accepted: call(&w.ana, &name),
                }
            }),
        ),
        (
            "/api/views/rename",
            "",
            Unlogged(FOR_ONESELF, |w| of_view(w, "/api/views/rename", &[("name", &w.address())])),
        ),
        ("/api/views/update", "", Unlogged(FOR_ONESELF, |w| of_view(w, "/api/views/update", &[("query", "q=b")]))),
        ("/api/views/delete", "", Unlogged(FOR_ONESELF, |w| of_view(w, "/api/views/delete", &[]))),
        (
            "/api/mail/again",
            "",
            Writes(&["mail.sent_again"], |w| {
                let id = w.letter();
                let call = |cookie: &str| World::ask(cookie, "/api/mail/again", &[("mail", &id)]);
                Tried { refused: vec![call(&w.mia), call("")], accepted: call(&w.ana) }
            }),
        ),
        (
            "/api/mail/again/all",
            "",
            Writes(&["mail.sent_again"], |w| {
                w.letter();
                let call = |cookie: &str| World::ask(cookie, "/api/mail/again/all", &[]);
                Tried { refused: vec![call(&w.mia), call("")], accepted: call(&w.ana) }
            }),
        ),
        (
            "/api/groups/create",
            "",
            Writes(&["group.created"], |w| {
                let (id, name) = (w.key(), w.address());
                let call = |cookie: &str, id: &str, name: &str| {
                    World::ask(cookie, "/api/groups/create", &[("id", id), ("form[name]", name)])
                };
                Tried {
                    refused: vec![
                        call(&w.mia, &id, &name),
                        call("", &id, &name),
                        call(&w.ana, &id, "Administrators"),
                        call(&w.ana, "x", &name),
                    ],
                    accepted: call(&w.ana, &id, &name),
                }
            }),
        ),
        (
            "/api/groups/edit",
            "",
            Writes(&["group.changed"], |w| {
                let (id, name) = w.group();
                let change = [("seen[name]", name.as_str()), ("form[name]", &name), ("form[description]", "Sells")];
                of_group(w, "/api/groups/edit", &id, &change)
            }),
        ),
        (
            "/api/groups/delete",
            "",
            Writes(&["group.deleted"], |w| {
                let (id, name) = w.group();
                let wrong = World::ask(&w.ana, "/api/groups/delete", &[("group", &id), ("typed", "Another")]);
                let tried = of_group(w, "/api/groups/delete", &id, &[("typed", &name)]);
                Tried { refused: [tried.refused, vec![wrong]].concat(), ..tried }
            }),
        ),
        (
            "/api/groups/people/chosen/role",
            "",
            Writes(&["group.member_changed"], |w| {
                let (group, person) = w.grouped();
                let change = [("members[0]", person.id.as_str()), ("role", "owner")];
                of_group(w, "/api/groups/people/chosen/role", &group, &change)
            }),
        ),
        (
            "/api/groups/people/chosen/remove",
            "",
            Writes(&["group.member_removed"], |w| {
                let (group, person) = w.grouped();
                of_group(w, "/api/groups/people/chosen/remove", &group, &[("members[0]", &person.id)])
            }),
        ),
        (
            "/api/settings/invites",
            "",
            Writes(&["organization.changed"], |w| {
                let days = w.other_days();
                let call = |cookie: &str, days: &str| World::ask(cookie, "/api/settings/invites", &[("days", days)]);
                Tried {
                    refused: vec![call(&w.mia, &days), call("", &days), call(&w.ana, "0"), call(&w.ana, "x")],
                    accepted: call(&w.ana, &days),
                }
            }),
        ),
        (
            "/api/settings/groups",
            "",
            Writes(&["organization.changed"], |w| {
                let capacity = format!("{} GB", w.other_days());
                let call = |cookie: &str, capacity: &str| {
                    let fields = [("capacity", capacity), ("owner_search", "true")];
                    World::ask(cookie, "/api/settings/groups", &fields)
                };
                Tried {
                    refused: vec![call(&w.mia, &capacity), call("", &capacity), call(&w.ana, "7"), call(&w.ana, "")],
                    accepted: call(&w.ana, &capacity),
                }
            }),
        ),
        (
            "/api/import/apply",
            "",
            Writes(&["member.imported", "member.imported"], |w| of_import(w, "/api/import/apply")),
        ),
        (
            "/api/import/stop",
            "",
            Unlogged("what is in has its rows, and what is not has none", |w| of_import(w, "/api/import/stop")),
        ),
        ("/api/import/delete", "", Unlogged(super::DRAFT, |w| of_import(w, "/api/import/delete"))),
        (
            "/api/profile/time-zone",
            "",
            Writes(&["member.profile_changed"], |w| {
                let zone = |zone| [("time_zone", zone)];
                of_profile(w, "/api/profile/time-zone", &zone("Asia/Tokyo"), &zone("Nowhere/Atlantis"))
            }),
        ),
        (
            "/api/profile/name",
            "",
            Writes(&["member.renamed"], |w| {
                of_profile(w, "/api/profile/name", &[("name", "Somebody Else")], &[("name", " ")])
            }),
        ),
        (
            "/api/profile/sessions/end",
            "",
            Unlogged("a session that is not there any more is ended already", |w| {
                let call = |cookie: &str, id: &str| World::ask(cookie, "/api/profile/sessions/end", &[("session", id)]);
                Tried { refused: vec![call("", NOBODY), call(&w.ana, "x")], accepted: call(&w.ana, NOBODY) }
            }),
        ),
        (
            "/api/profile/sessions/end-others",
            "",
            Writes(&["member.sessions_ended"], |w| {
                let person = w.joined();
                w.signed_in(&person);
                let call = |cookie: &str| World::ask(cookie, "/api/profile/sessions/end-others", &[]);
                Tried { refused: vec![call("")], accepted: call(&person.cookie) }
            }),
        ),
    ]
}
