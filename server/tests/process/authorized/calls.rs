//! The calls: the router's pages and files, the forms and server functions of `../audited`, and a few others.

use super::places::{Is, Kind, after};
use super::{Matrix, OURS};
use crate::audited::world::World;
use crate::audited::{self, Declared, Does};
use crate::support::Call;

/// One line of the file, or more.
pub struct Asked {
    pub method: &'static str,
    pub route: String,
    pub which: &'static str,
    /// A call about things that are there, which anybody's cookie can be put into.
    pub make: Box<dyn Fn(&Matrix) -> Call>,
    /// It changes nothing, whoever asks.
    pub reads: bool,
    /// It ends the session that it comes with.
    pub ends_session: bool,
}

type Make = fn(&Matrix) -> Call;

/// What is asked beside the routes as they are: other fields, other parameters, what has no route.
const BESIDE: &[(&str, &str, &str, bool, Make)] = &[
    ("GET", "/nowhere", "", true, |_| Call::get("/nowhere")),
    ("GET", "/o/{slug}/nowhere", "", true, |_| Call::get("/o/acme/nowhere")),
    ("POST", "/api/nothing", "", true, |_| Call::post("/api/nothing")),
    ("GET", "/o/{slug}/members", "of a group", true, |m| {
        Call::get(&format!("/o/acme/members?group={}", m.things.group))
    }),
    ("GET", "/o/{slug}/members/bulk", "of one", true, |m| {
        Call::get(&format!("/o/acme/members/bulk?member={}", m.world.invited().id))
    }),
    ("POST", "/api/members/list", "of a group", true, |m| {
        World::ask("", "/api/members/list", &[("query", &format!("group={}", m.things.group))])
    }),
    ("POST", "/api/members/edit", "into a group", false, |m| {
        let role = format!("wanted[roles][in-{}]", m.things.group);
        let wanted = [("wanted[role]", "member"), ("wanted[groups][0]", m.things.group.as_str()), (&role, "owner")];
        let id = m.world.invited().id;
        World::ask("", "/api/members/edit", &[&[("member", id.as_str()), ("seen", "member")], &wanted[..]].concat())
    }),
    ("POST", "/api/bulk/begin", "into a group", false, |m| {
        let (id, member) = (m.world.key(), m.world.invited().id);
        let action = [("action", "join"), ("group", m.things.group.as_str()), ("group_role", "owner")];
        World::ask(
            "",
            "/api/bulk/begin",
            &[&[("id", id.as_str()), ("form[members][0]", &member)], &action[..]].concat(),
        )
    }),
    ("POST", "/api/bulk/begin", "out of a group", false, |m| {
        let (id, member) = (m.world.key(), m.world.invited().id);
        let action = [("action", "leave"), ("group", m.things.group.as_str())];
        World::ask(
            "",
            "/api/bulk/begin",
            &[&[("id", id.as_str()), ("form[members][0]", &member)], &action[..]].concat(),
        )
    }),
    ("POST", "/api/invites/send", "into a group", false, |m| {
        let (key, email) = (m.world.key(), m.world.address());
        let fields = [("submission", key.as_str()), ("form[entries][0]", &email), ("form[groups][0]", &m.things.group)];
        World::ask("", "/api/invites/send", &fields)
    }),
    ("POST", "/o/{slug}/members/{id}", "edit, into a group", false, |m| {
        let id = m.world.invited().id;
        let fields = [
            ("member", id.as_str()),
            ("seen", "member"),
            ("wanted[role]", "member"),
            ("wanted[groups][]", &m.things.group),
        ];
        Call::post(&format!("/o/acme/members/{id}")).change("members/edit", &fields)
    }),
    ("POST", "/o/{slug}/members/invite", "into a group", false, |m| {
        let (key, email) = (m.world.key(), m.world.address());
        let fields = [
            ("submission", key.as_str()),
            ("emails", &email),
            ("form[role]", "member"),
            ("form[group_role]", "member"),
            ("form[groups][]", &m.things.group),
        ];
        Call::post("/o/acme/members/invite").change("invites/send", &fields)
    }),
    ("POST", "/o/{slug}/members/invite", "two", false, |m| {
        let (key, both) = (m.world.key(), format!("{}, {}", m.world.address(), m.world.address()));
        let fields =
            [("submission", key.as_str()), ("emails", &both), ("form[role]", "member"), ("form[group_role]", "member")];
        Call::post("/o/acme/members/invite").change("invites/send", &fields)
    }),
    ("POST", "/o/{slug}/members/{id}", "edit", false, |m| {
        let id = m.world.invited().id;
        let fields = [("member", id.as_str()), ("seen", "member"), ("wanted[role]", "security")];
        Call::post(&format!("/o/acme/members/{id}")).change("members/edit", &fields)
    }),
    ("POST", "/o/{slug}/members/bulk", "two", false, |m| {
        let path = format!("/o/acme/members/bulk?member={}&member={}", m.world.invited().id, m.world.invited().id);
        Call::post(&path).change("bulk/begin", &[("id", &m.world.key()), ("action", "remove")])
    }),
    ("POST", "/o/{slug}/members/bulk", "into a group", false, |m| {
        let path = format!("/o/acme/members/bulk?member={}", m.world.invited().id);
        let fields = [("id", m.world.key()), ("action", "join".into()), ("group", m.things.group.clone())];
        Call::post(&path).change("bulk/begin", &fields.each_ref().map(|(name, value)| (*name, value.as_str())))
    }),
    ("POST", "/api/profile/sessions/end", "somebody's session", false, |m| {
        let session = m.things.session_of("ana@acme.example");
        World::ask("", "/api/profile/sessions/end", &[("session", &session)])
    }),
];

/// What is asked instead of the call that `../audited` has accepted.
const INSTEAD: &[(&str, &str, Make)] = &[
    // Whoever is let in is told so at the field, and keeps the password.
    ("/o/{slug}/profile", "password", |_| {
        let fields = [("current", "not the password"), ("password", "orange ladders sing at dawn")];
        Call::post("/o/acme/profile").form(&fields)
    }),
    // A link is whoever's has it: here nobody has one.
    ("app::paths::RESET", "", |_| {
        Call::post("/reset").form(&[("mark", "0"), ("password", "orange ladders sing at dawn")])
    }),
];

/// What ends the session that it comes with.
const ENDS_SESSION: &[(&str, &str)] = &[
    ("app::paths::SIGN_OUT", ""),
    ("app::paths::SIGN_IN", ""),
    ("app::paths::INVITE", "switch"),
    ("app::paths::INVITE", "sign in and accept"),
];

/// Everything, in the order of the file.
pub fn asked() -> Vec<Asked> {
    let pages = audited::routes().into_iter().filter(|(_, takes)| takes.contains("get(")).map(|(route, _)| page(route));
    let beside = BESIDE.iter().map(|(method, route, which, reads, make)| Asked {
        method,
        route: (*route).to_owned(),
        which,
        make: Box::new(make),
        reads: *reads,
        ends_session: false,
    });
    let forms = audited::forms::declared().into_iter().map(declared);
    let functions = audited::functions::declared().into_iter().map(declared);
    let changes = audited::functions::declared().into_iter().filter_map(as_form);
    let mut all: Vec<Asked> = pages.chain(forms).chain(functions).chain(changes).chain(beside).collect();
    // Stable: routes as the router has them, what is beside them after them.
    all.sort_by(|one, other| (order(one), &one.route).cmp(&(order(other), &other.route)));
    all
}

fn order(one: &Asked) -> (bool, &str) {
    (one.route.starts_with("/api/"), one.method)
}

fn declared((route, which, does): Declared) -> Asked {
    let ends_session = ENDS_SESSION.contains(&(route, which));
    let instead = INSTEAD.iter().find(|(of, form, _)| (*of, *form) == (route, which)).map(|(_, _, make)| *make);
    let reads = matches!(does, Does::Reads(_));
    let make: Box<dyn Fn(&Matrix) -> Call> = match (instead, does) {
        (Some(make), _) => Box::new(make),
        (None, Does::Reads(ask)) => Box::new(move |matrix| ask(&matrix.world)),
        (None, Does::Writes(_, tried) | Does::Unlogged(_, tried)) => Box::new(move |m| tried(&m.world).accepted),
        (None, Does::Done(refusals)) => Box::new(move |matrix| refusals(&matrix.world).swap_remove(0)),
    };
    Asked { method: "POST", route: route.to_owned(), which, make, reads, ends_session }
}

/// The form of a change, which stands for all forms that send it.
fn as_form((route, which, does): Declared) -> Option<Asked> {
    let change = app::changes::all().iter().find(|change| change.path() == route)?;
    let (Does::Writes(_, tried) | Does::Unlogged(_, tried)) = does else { return None };
    let make = move |matrix: &Matrix| audited::as_form(&tried(&matrix.world).accepted).expect("a change");
    let route = format!("/o/{{slug}}/… {}", change.word());
    Some(Asked { method: "POST", route, which, make: Box::new(make), reads: false, ends_session: false })
}

/// A page or a file.
fn page(route: String) -> Asked {
    let named = audited::pages().into_iter().find(|(name, _)| *name == route);
    let path = named.map_or_else(|| route.clone(), |(_, path)| path.to_owned());
    assert!(path.starts_with('/'), "{path}: which path is it? Say it in audited/mod.rs.");
    // A stream lasts as long as somebody listens.
    let call = if path.ends_with("/live") { Call::head } else { Call::get };
    let make = move |matrix: &Matrix| {
        // Somebody who is in that group, where the page is about one of its people.
        let grouped = path.contains("/groups/{id}/members/{member}").then(|| matrix.world.grouped());
        if let Some((group, _)) = &grouped {
            // Both at once: the figure beside the group is on the page, and must be the same of what is asked later.
            for caller in ["member", "owner"] {
                matrix.callers.put_into(&matrix.world, caller, group);
            }
        }
        let mut filled: Vec<String> = Vec::new();
        for segment in path.split('/') {
            let last = filled.last().cloned().unwrap_or_default();
            filled.push(match segment {
                "{slug}" => OURS.to_owned(),
                "{token}" | "{*path}" => "nothing".to_owned(),
                segment if segment.starts_with('{') => match after(&last) {
                    Some(Is::Thing(kind)) => match (&grouped, kind) {
                        (Some((group, _)), Kind::Group) => group.clone(),
                        (Some((_, person)), Kind::Member) => person.id.clone(),
                        _ => own(matrix, kind),
                    },
                    _ => panic!("{path}: what stands after {last:?}? Say it in authorized/places.rs."),
                },
                segment => segment.to_owned(),
            });
        }
        call(&filled.join("/"))
    };
    Asked { method: "GET", route, which: "", make: Box::new(make), reads: true, ends_session: false }
}

/// One of ours.
fn own(matrix: &Matrix, kind: Kind) -> String {
    let world = &matrix.world;
    match kind {
        Kind::Member => world.invited().id,
        Kind::Group => matrix.things.group.clone(),
        Kind::Import => world.judged().rsplit_once('/').unwrap().1.to_owned(),
        Kind::Bulk => world.bulk(),
        Kind::View => world.view(),
        Kind::Letter => world.letter(),
        Kind::Session => matrix.things.session_of("ana@acme.example"),
    }
}
