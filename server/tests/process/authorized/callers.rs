//! The kinds of callers.

use super::calls::Asked;
use super::places::{Kind, Places};
use super::{Matrix, OURS};
use crate::audited::world::{Person, World};
use crate::support::{Answer, Call, PASSWORD};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;

/// The columns of the file: whoever may most comes last, since what they do is done.
pub const CALLERS: [&str; 8] =
    ["nobody", "outsider", "ended", "external", "member", "owner", "security", "administrator"];
/// The organization in which the outsider is the administrator.
const OUTSIDE: &str = "initech";

pub struct Callers {
    people: HashMap<&'static str, Person>,
    cookies: RefCell<HashMap<&'static str, String>>,
    /// What they were given last, as a form would say it.
    given: RefCell<HashMap<&'static str, String>>,
}

impl Callers {
    pub fn new(world: &World) -> Self {
        world.server.other_organization(OUTSIDE);
        let outsider = Person { id: String::new(), email: format!("owner@{OUTSIDE}.example"), cookie: String::new() };
        let mut people = HashMap::from([("outsider", outsider)]);
        for caller in ["external", "member", "owner", "security", "administrator", "ended"] {
            people.insert(caller, world.joined());
        }
        for (caller, role) in [("security", "security"), ("administrator", "administrator"), ("ended", "administrator")]
        {
            let give = [("member", people[caller].id.as_str()), ("seen", "member"), ("wanted[role]", role)];
            assert!(world.answer("/api/members/edit", &give)["Saved"].is_object());
        }
        make_external(world, &people["external"]);
        let callers = Self { people, cookies: RefCell::default(), given: RefCell::default() };
        for caller in CALLERS {
            callers.sign_in(world, caller);
        }
        callers
    }

    /// Begins a session, as they were when the test began.
    fn sign_in(&self, world: &World, caller: &'static str) {
        let Some(person) = self.people.get(caller) else {
            self.cookies.borrow_mut().insert(caller, String::new());
            return;
        };
        let home = if caller == "outsider" { OUTSIDE } else { OURS };
        let cookie = world.server.sign_in(&person.email, PASSWORD, "").cookie().expect("a session");
        assert_eq!(world.server.get_as(&cookie, &format!("/o/{home}")).status, 200, "{caller}");
        if caller == "ended" {
            assert!(world.answer("/api/members/end-sessions", &[("member", &person.id)])["number"].as_u64() > Some(0));
        }
        self.cookies.borrow_mut().insert(caller, cookie);
    }

    /// Sends a call as one of them.
    pub fn send(&self, matrix: &Matrix, caller: &'static str, one: &Asked, call: Call) -> Answer {
        let world = &matrix.world;
        if let "member" | "owner" = caller {
            for group in Places::of(&call).of_kind(Kind::Group) {
                if matrix.things.is_ours(&group) {
                    self.put_into(world, caller, &group);
                }
            }
        }
        // What is not the session stays, such as the cookie of a link.
        let session = world.ana.split('=').next().unwrap_or_default();
        let mine = self.cookies.borrow()[caller].clone();
        let others = call.header_value("Cookie").split("; ").filter(|part| !part.starts_with(session));
        let cookies: Vec<&str> = others.chain([mine.as_str()]).filter(|part| !part.is_empty()).collect();
        let cookies = cookies.join("; ");
        let answer = world.server.send(call.with_header("Cookie", &cookies));
        if one.ends_session {
            self.sign_in(world, caller);
        }
        answer
    }

    /// Makes one of them a member, or an owner, of a group of ours.
    pub fn put_into(&self, world: &World, caller: &'static str, group: &str) {
        let wanted = format!("member;{group}:{caller}");
        let mut seen = self.given.borrow().get(caller).cloned().unwrap_or_else(|| "member".into());
        if seen == wanted {
            return;
        }
        let (id, role) = (self.people[caller].id.as_str(), format!("wanted[roles][in-{group}]"));
        loop {
            let edit = [
                ("member", id),
                ("seen", seen.as_str()),
                ("wanted[role]", "member"),
                ("wanted[groups][0]", group),
                (role.as_str(), caller),
            ];
            let said: Value = world.answer("/api/members/edit", &edit);
            match said["Changed"]["now"].as_str() {
                Some(now) => seen = now.to_owned(),
                None => break,
            }
        }
        self.given.borrow_mut().insert(caller, wanted);
    }
}

/// Nobody can be made one by the interface yet.
fn make_external(world: &World, person: &Person) {
    let look = world.server.place().look();
    let who = format!("email = '{}'", person.email);
    let cell = |kind: &str, role: &str, by: i32| {
        format!(
            "UPDATE member_counts SET members = members + {by} WHERE state = 'active' AND kind = '{kind}' AND role = '{role}' \
             AND organization_id = (SELECT organization_id FROM members WHERE {who})"
        )
    };
    look.execute(&format!(
        "INSERT INTO member_counts (organization_id, state, kind, role, members) \
         SELECT organization_id, 'active', 'external', '', 0 FROM members WHERE {who}"
    ));
    look.execute(&cell("internal", "member", -1));
    look.execute(&cell("external", "", 1));
    look.execute(&format!("UPDATE members SET kind = 'external', role = '' WHERE {who}"));
}
