//! The things that calls are about: ours, another organization's, and deleted ones.

use super::places::Kind;
use super::{OURS, THEIRS};
use crate::audited::world::World;
use crate::support::{Answer, Call, Look, PASSWORD, Server};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::time::{Duration, Instant};

/// Nobody and nothing has it.
pub const NOBODY: &str = "0197a8b4-0000-7000-8000-00000000ffff";
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Things {
    look: Look,
    /// The other organization's, by kind; members by how they stand there.
    theirs: HashMap<(Kind, &'static str), String>,
    /// A group of ours.
    pub group: String,
    deleted: RefCell<HashMap<Kind, String>>,
}

/// The administrator of the other organization.
struct Owner<'a> {
    server: &'a Server,
    cookie: String,
}

impl Owner<'_> {
    fn send(&self, call: Call) -> Answer {
        self.server.send(call.cookie(&self.cookie))
    }

    fn ask(&self, path: &str, arguments: &[(&str, &str)]) -> Value {
        let answer = self.send(Call::post(path).form(&[&[("organization", THEIRS)], arguments].concat()));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        serde_json::from_slice(&answer.body).unwrap()
    }

    fn invited(&self, name: &str, key: &str) -> String {
        let email = format!("{name}@{THEIRS}.example");
        self.ask("/api/invites/send", &[("submission", key), ("form[entries][0]", &email)]);
        let found = self.ask("/api/members/list", &[("query", &format!("q={email}&status=all"))]);
        found["page"]["rows"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Somebody who has joined and has a session.
    fn joined(&self, name: &str, key: &str) -> String {
        let id = self.invited(name, key);
        let link = self.ask("/api/members/copy-link", &[("member", &id)]);
        let (_, token) = link.as_str().unwrap().split_once("/invite/").unwrap();
        let cookie = self.server.get(&format!("/invite/{token}")).cookie().unwrap();
        let page = self.server.get_as(&cookie, "/invite").text();
        let mark = page.split_once("name=\"mark\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
        let joined = self.server.send(World::joining(&(cookie, mark), "join", PASSWORD));
        let cookie = joined.cookie().unwrap();
        assert_eq!(self.server.get_as(&cookie, &format!("/o/{THEIRS}")).status, 200);
        id
    }
}

impl Things {
    pub fn new(world: &World) -> Self {
        let server = &world.server;
        for slug in [OURS, THEIRS] {
            if slug == THEIRS {
                server.other_organization(THEIRS);
            }
            let people = server.file("people.csv", &format!("email,groups\nfirst@{slug}.example,Design\n"));
            let done = server.command(&["import", &people.to_string_lossy(), "--organization", slug]);
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
        let signed_in = server.sign_in(&format!("owner@{THEIRS}.example"), PASSWORD, "");
        let owner = Owner { server, cookie: signed_in.cookie().unwrap() };
        let look = server.place().look();
        let mut theirs = HashMap::new();
        theirs.insert((Kind::Member, "active"), owner.joined("active", &world.key()));
        theirs.insert((Kind::Member, "invited"), owner.invited("invited", &world.key()));
        let removed = owner.invited("deleted", &world.key());
        owner.ask("/api/members/remove", &[("member", &removed)]);
        theirs.insert((Kind::Member, "deleted"), removed);
        let group = |slug| id(&look, &format!("FROM groups WHERE name = 'Design' AND {}", of(slug)));
        theirs.insert((Kind::Group, ""), group(THEIRS));

        let file = Call::post(&format!("/o/{THEIRS}/members/import")).body(
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.csv\"\r\n\r\nemail\nnew@globex.example\n\r\n--x--\r\n",
        );
        assert_eq!(owner.send(file).status, 303);
        theirs.insert((Kind::Import, ""), id(&look, &format!("FROM imports WHERE {}", of(THEIRS))));
        let bulk = world.key();
        let invited = theirs[&(Kind::Member, "invited")].clone();
        owner.ask("/api/bulk/begin", &[("id", &bulk), ("action", "end-sessions"), ("form[members][0]", &invited)]);
        theirs.insert((Kind::Bulk, ""), bulk);
        let view = owner.ask("/api/views/save", &[("name", "Theirs"), ("query", "q=a")]);
        theirs.insert((Kind::View, ""), view.as_str().unwrap().split(' ').next().unwrap().to_owned());
        let letter = format!("FROM outbox WHERE state = 'queued' AND {}", of(THEIRS));
        theirs.insert((Kind::Letter, ""), id(&look, &letter));
        let session = format!(
            "FROM sessions WHERE account_id IN (SELECT id FROM accounts WHERE email = 'active@{THEIRS}.example')"
        );
        theirs.insert((Kind::Session, ""), id(&look, &session));
        for kind in Kind::ALL {
            assert!(theirs.keys().any(|(of, _)| *of == kind), "the other organization has no {}", kind.word());
        }
        // What is noted of a living session is written after a while.
        assert_eq!(owner.send(Call::post("/sign-out")).status, 303);
        let things = Self { group: group(OURS), look, theirs, deleted: RefCell::default() };
        things.is_quiet();
        things
    }

    /// One of the other organization; of members, one who stands there as ours does here.
    pub fn theirs(&self, kind: Kind, ours: &str) -> String {
        let state = match kind {
            Kind::Member => self.look.texts(&format!("SELECT state FROM members WHERE {}", self.is(ours))),
            _ => Vec::new(),
        };
        let state = state.first().map_or(if kind == Kind::Member { "active" } else { "" }, String::as_str);
        self.theirs[&(kind, state)].clone()
    }

    /// One of ours that was deleted.
    pub fn deleted(&self, world: &World, kind: Kind) -> String {
        if let Some(id) = self.deleted.borrow().get(&kind) {
            return id.clone();
        }
        let id = match kind {
            Kind::Member => world.removed().id,
            Kind::Group => {
                let (id, name) = world.group();
                let delete = Call::post(&format!("/o/{OURS}/groups/{id}/delete")).cookie(&world.ana);
                assert_eq!(
                    world.server.send(delete.change("groups/delete", &[("group", &id), ("typed", &name)])).status,
                    303
                );
                id
            }
            Kind::View => {
                let id = world.view();
                world.answer("/api/views/delete", &[("view", &id)]);
                id
            }
            Kind::Import => {
                let page = world.judged();
                let id = page.rsplit_once('/').unwrap().1.to_owned();
                let delete = Call::post(&page).cookie(&world.ana).change("import/delete", &[("import", &id)]);
                assert_eq!(world.server.send(delete).status, 303);
                id
            }
            Kind::Bulk | Kind::Letter | Kind::Session => panic!("nobody deletes a {}", kind.word()),
        };
        self.deleted.borrow_mut().insert(kind, id.clone());
        id
    }

    /// It is none any more.
    pub fn forget_deleted(&self, kind: Kind) {
        self.deleted.borrow_mut().remove(&kind);
    }

    /// Says whether a group is there, and ours.
    pub fn is_ours(&self, group: &str) -> bool {
        self.look.number(&format!("SELECT COUNT(*) FROM groups WHERE {} AND {}", of(OURS), self.is(group))) == 1
    }

    fn is(&self, id: &str) -> String {
        let id = if self.look.is_postgres() { format!("'{id}'::uuid") } else { format!("X'{}'", id.replace('-', "")) };
        format!("id = {id}")
    }

    /// The id of a session of somebody.
    pub fn session_of(&self, email: &str) -> String {
        let account = format!("(SELECT id FROM accounts WHERE email = '{email}')");
        id(&self.look, &format!("FROM sessions WHERE account_id IN {account}"))
    }

    /// Waits until nothing is done for many members: there is one such thing at a time.
    pub fn settle(&self) {
        self.until("SELECT COUNT(*) FROM bulk_jobs WHERE state IN ('collecting', 'running')");
    }

    /// Waits until the server does nothing more about the other organization by itself.
    fn is_quiet(&self) {
        self.settle();
        let of = of(THEIRS);
        for left in [
            format!("SELECT COUNT(*) FROM audit_slips WHERE {of}"),
            format!("SELECT COUNT(*) FROM imports WHERE state <> 'ready' AND {of}"),
            format!(
                "SELECT COUNT(*) FROM outbox WHERE (state = 'sending' OR (state = 'queued' AND attempts = 0)) AND {of}"
            ),
        ] {
            self.until(&left);
        }
    }

    fn until(&self, none: &str) {
        let begun = Instant::now();
        while self.look.number(none) > 0 {
            assert!(begun.elapsed() < PATIENCE, "{none}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// All rows of the other organization and of its people's accounts, in all tables.
    pub fn rows(&self) -> BTreeMap<String, Vec<String>> {
        self.is_quiet();
        let accounts = format!("(SELECT account_id FROM members WHERE account_id IS NOT NULL AND {})", of(THEIRS));
        let mut rows = BTreeMap::new();
        for (table, columns) in self.look.columns() {
            let has = |name: &str| columns.iter().any(|column| column == name);
            let which = match table.as_str() {
                "organizations" => format!("slug = '{THEIRS}'"),
                "accounts" => format!("id IN {accounts}"),
                _ if has("organization_id") => of(THEIRS),
                _ if has("account_id") => format!("account_id IN {accounts}"),
                _ => continue,
            };
            rows.insert(table.clone(), self.look.texts(&self.look.of_table(&table, &which)));
        }
        for table in [
            "organizations",
            "members",
            "groups",
            "group_members",
            "entries",
            "invitations",
            "outbox",
            "imports",
            "import_rows",
            "bulk_jobs",
            "bulk_rows",
            "views",
            "audit_events",
            "accounts",
            "sessions",
        ] {
            assert!(
                rows.get(table).is_some_and(|rows| !rows.is_empty()),
                "the other organization has something in {table}"
            );
        }
        rows
    }
}

fn of(slug: &str) -> String {
    format!("organization_id = (SELECT id FROM organizations WHERE slug = '{slug}')")
}

/// The first id of a query.
fn id(look: &Look, rest: &str) -> String {
    let column = if look.is_postgres() { "id::text" } else { "lower(hex(id))" };
    let found = look.texts(&format!("SELECT {column} {rest}"));
    let found = found.first().unwrap_or_else(|| panic!("there is none {rest}"));
    domain::MemberId::from_str(found).unwrap().to_string()
}
