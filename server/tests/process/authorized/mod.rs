//! Who gets what: a golden file of every route, called by every kind of caller about things that are their own,
//! deleted, another organization's, or missing (spec R, T1).
//!
//! The routes come from the router, the server functions and what changes something from the lists beside
//! `../audited`, so nothing is listed here twice:
//!
//! - A new page or file is asked as soon as the router has it. Where its path has a placeholder whose kind
//!   `places::OF_PATHS` does not know, say there what `…/segment/{placeholder}` names.
//! - A new form or server function is asked as soon as it is declared in `../audited`. Every id in its call has to be
//!   known to `places::OF_FIELDS`, by the name of its field: else the test fails and says which one it is.
//! - A new kind of thing is a `Kind`, one in the other organization (`Things::new`), and an arm in `Things::deleted`
//!   where somebody can delete one (`Kind::is_deleted`).
//! - What is worth asking beside that, such as a filter that names a group, is a line in `calls::BESIDE`; a call that
//!   has to be another than the accepted one of `../audited` is a line in `calls::INSTEAD`.
//!
//! Then write the file with `MUSTER_TEST_WRITE_VERDICTS=1 cargo test -p muster --test process authorized`, and read in
//! its diff who gets what now: that is the declaration. In a group that a call is about, the caller **owner** is an
//! owner and the caller **member** a member.

mod callers;
mod calls;
mod places;
mod table;
mod things;
mod verdict;

use crate::audited;
use crate::audited::world::{SETTINGS, World};
use crate::support::{Call, Server};
use callers::{CALLERS, Callers};
use calls::{Asked, asked};
use places::{Is, Kind, Places};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;
use table::Table;
use things::{NOBODY, Things};
use verdict::{comparable, verdict};

/// With it each route's time is told.
const TIMES: &str = "MUSTER_TEST_TIMES";
/// The organization of the callers, another one in which none of them is, and one that there is not.
pub const OURS: &str = "acme";
const THEIRS: &str = "globex";
const NOWHERE: &str = "nobody";

#[test]
fn everybody_gets_what_the_file_of_verdicts_says_on_sqlite() {
    ask_everything(World::new(Server::with(SETTINGS))).is_as_declared();
}

#[test]
fn everybody_gets_what_the_file_of_verdicts_says_on_postgres() {
    ask_everything(World::new(Server::on_postgres_with(SETTINGS))).is_as_declared();
}

#[test]
fn every_route_is_asked() {
    let asked = asked();
    let of_forms: BTreeSet<&str> = asked.iter().map(|one| one.route.as_str()).collect();
    let functions = audited::server_functions();
    for (path, takes) in audited::routes() {
        assert!(takes.contains("get(") || takes.contains("post("), "{path} is taken by {takes}: ask it in calls.rs");
        assert!(of_forms.contains(path.as_str()), "{path} is not asked");
    }
    for change in app::changes::all() {
        let route = format!("/o/{{slug}}/… {}", change.word());
        assert!(of_forms.contains(route.as_str()), "{route} is not asked");
    }
    for path in &functions {
        assert!(of_forms.contains(path.as_str()), "{path} is not asked: declare it in server/tests/process/audited");
    }
}

/// A page that the list has and the file of verdicts has not, or the other way round.
#[test]
fn every_page_of_the_list_has_its_verdicts() {
    let file = table::declared();
    let declared: BTreeSet<&str> = file.lines().filter_map(|line| line.strip_prefix("GET ")).collect();
    let listed: BTreeSet<&str> = audited::pages().into_iter().map(|(name, _)| name).collect();
    let missing: Vec<_> = listed.difference(&declared).collect();
    assert!(missing.is_empty(), "{missing:?} is in the list of pages, without verdicts: see the top of this file");
    // What else is asked by GET: a file, a stream, what a link leads to, and what is asked beside a page.
    let asked = asked();
    for route in declared.difference(&listed) {
        let known = |one: &Asked| one.method == "GET" && format!("{} {}", one.route, one.which).trim_end() == *route;
        assert!(asked.iter().any(known), "{route} has verdicts, and is no page any more");
    }
}

/// The router is the only one that has routes, but for the server functions.
#[test]
fn no_route_is_elsewhere() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let known = path.ends_with("http/router.rs") || path.ends_with("http/changes/server_functions.rs");
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(known || !text.contains(".route("), "{path:?} has routes that nobody asks");
        }
    }
}

/// What a call is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// What is there.
    Own,
    /// A thing of ours that was deleted.
    Deleted(Kind),
    /// A thing of another organization, in our own.
    Foreign(Kind),
    /// A thing that there is not.
    Missing(Kind),
    /// Another organization, with what is there.
    Elsewhere,
    /// An organization that there is not.
    Nowhere,
}

impl Target {
    fn word(self) -> String {
        match self {
            Self::Own => "own".into(),
            Self::Deleted(kind) => format!("deleted {}", kind.word()),
            Self::Foreign(kind) => format!("foreign {}", kind.word()),
            Self::Missing(kind) => format!("missing {}", kind.word()),
            Self::Elsewhere => "foreign organization".into(),
            Self::Nowhere => "missing organization".into(),
        }
    }

    /// The targets of a call, what is there last: it may be used up.
    fn of(call: &Call) -> Vec<Self> {
        let places = Places::of(call);
        let mut targets = Vec::new();
        for kind in places.kinds() {
            targets.extend([Self::Foreign(kind), Self::Missing(kind)]);
            targets.extend(kind.is_deleted().then_some(Self::Deleted(kind)));
        }
        if places.has_organization() {
            targets.extend([Self::Elsewhere, Self::Nowhere]);
        }
        targets.push(Self::Own);
        targets
    }
}

struct Matrix {
    world: World,
    callers: Callers,
    things: Things,
}

#[allow(clippy::print_stdout, reason = "the times are asked for by a variable")]
fn ask_everything(world: World) -> Table {
    let things = Things::new(&world);
    let callers = Callers::new(&world);
    let matrix = Matrix { world, callers, things };
    let before = matrix.things.rows();
    let (mut table, mut faults) = (Table::default(), Vec::new());
    for one in asked() {
        let begun = Instant::now();
        // What is wrong with one is no reason not to ask the others.
        let told = catch_unwind(AssertUnwindSafe(|| matrix.ask(&one, &mut table)));
        faults.extend(told.unwrap_or_else(|_| vec![format!("{} {} could not be asked", one.route, one.which)]));
        if std::env::var_os(TIMES).is_some() {
            eprintln!("{:>6} ms {} {} {}", begun.elapsed().as_millis(), one.method, one.route, one.which);
        }
    }
    for (table, rows) in matrix.things.rows() {
        if before.get(&table) != Some(&rows) {
            faults.push(format!("{table} of the other organization changed:\n{:#?}\n{rows:#?}", before.get(&table)));
        }
    }
    table.told(faults)
}

impl Matrix {
    /// Gives what is wrong.
    fn ask(&self, one: &Asked, table: &mut Table) -> Vec<String> {
        let mut faults = Vec::new();
        let mut call = self.make(one);
        let mut foreign = Vec::new();
        for target in Target::of(&call) {
            let mut answers = Vec::new();
            for caller in CALLERS {
                let answer = self.callers.send(self, caller, one, self.about(&call, target));
                if !one.reads && !audited::is_refusal(&answer) {
                    self.things.settle();
                    if let Target::Deleted(kind) = target {
                        self.things.forget_deleted(kind);
                    }
                    if target == Target::Own && uses_up(&call) && caller != CALLERS[CALLERS.len() - 1] {
                        call = self.make(one);
                    }
                }
                answers.push(answer);
            }
            table.add(one, &target.word(), answers.iter().map(verdict).collect());
            if let Target::Missing(_) | Target::Nowhere = target {
                // What is another organization's answers byte for byte as what is not there, ids aside.
                for ((theirs, missing), caller) in foreign.iter().zip(&answers).zip(CALLERS) {
                    let (theirs, missing) = (comparable(theirs), comparable(missing));
                    if theirs != missing {
                        let name = format!("{} {} {}", one.method, one.route, one.which);
                        faults.push(format!(
                            "{name}: to {caller} what is foreign answers otherwise than the {}:\n{theirs}\n{missing}",
                            target.word()
                        ));
                    }
                }
            }
            foreign = answers;
        }
        faults
    }

    fn make(&self, one: &Asked) -> Call {
        let call = (one.make)(self);
        self.things.settle();
        call
    }

    /// The call about another target.
    fn about(&self, call: &Call, target: Target) -> Call {
        let places = Places::of(call);
        let slug = match target {
            Target::Elsewhere => THEIRS,
            Target::Nowhere => NOWHERE,
            _ => OURS,
        };
        places.with(slug, |is, own| match (is, target) {
            (Is::Key, _) => self.world.key(),
            (Is::Thing(kind), Target::Elsewhere | Target::Nowhere) => self.things.theirs(kind, own),
            (Is::Thing(kind), Target::Foreign(of)) if kind == of => self.things.theirs(kind, own),
            (Is::Thing(kind), Target::Missing(of)) if kind == of => NOBODY.to_owned(),
            (Is::Thing(kind), Target::Deleted(of)) if kind == of => self.things.deleted(&self.world, kind),
            (Is::Thing(_), _) => own.to_owned(),
        })
    }
}

/// Whether an accepted call cannot be sent once more as it is.
fn uses_up(call: &Call) -> bool {
    !Places::of(call).is_empty() || call.header_value("Cookie").contains(';') || call.path() == "/invite"
}
