//! After each change there is exactly one new row in the audit log, and after a refused one none (spec A1). This is
//! asserted for the list of all server functions and all forms, so that a new one cannot be forgotten.

pub mod forms;
pub mod functions;
pub mod world;

use crate::support::{Answer, Call, Server};
use app::routes::{ORGANIZATION_PAGES, PublicPage};
use std::collections::BTreeSet;
use std::path::Path;
use world::World;

/// What a server function or a form does to the log.
pub enum Does {
    /// It changes nothing; this is what asks it.
    Reads(fn(&World) -> Call),
    /// It writes rows of these actions: one, or one for each of those whom it is about.
    Writes(&'static [&'static str], fn(&World) -> Tried),
    /// It changes something, and no organization's log has a row of it, for this reason.
    Unlogged(&'static str, fn(&World) -> Tried),
    /// It is over when the test begins, which has looked at what it wrote; only refusals are left.
    Done(fn(&World) -> Vec<Call>),
}

/// One call that is accepted, and some that are refused before it.
pub struct Tried {
    pub refused: Vec<Call>,
    pub accepted: Call,
}

/// Why what somebody sees for themselves is in no log (decision 21).
const FOR_ONESELF: &str = "it is for the eyes of whoever chose it";

/// Nothing of the organization is changed before it is applied, which writes a row for each person.
const DRAFT: &str = "a file is nobody's change until it is applied";

/// What is declared: the route, which of its forms, and what that does.
pub type Declared = (&'static str, &'static str, Does);

const WHAT_TO_DO: &str = "Declare it in server/tests/process/audited: `Reads` with a call where it changes nothing, `Writes` with the \
                          actions of its rows and a call that is refused and one that is accepted; a change without a row needs its reason.";

#[test]
fn every_server_function_is_declared() {
    let functions = functions::declared();
    let declared: BTreeSet<&str> = functions.iter().map(|(route, _, _)| *route).collect();
    let there = server_functions();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    assert!(there.len() > 20, "the list is read from the sources: {there:?}");
    let missing: Vec<_> = there.difference(&declared).collect();
    assert!(missing.is_empty(), "{missing:?} may change something without a row in the audit log. {WHAT_TO_DO}");
    let gone: Vec<_> = declared.difference(&there).collect();
    assert!(gone.is_empty(), "{gone:?} are no server functions any more");
}

#[test]
fn every_change_is_a_declared_server_function() {
    let functions = functions::declared();
    let changes: Vec<_> = app::changes::all().iter().map(app::changes::Declared::path).collect();
    for path in &changes {
        let mut of = functions.iter().filter(|(route, _, _)| route == path).peekable();
        assert!(of.peek().is_some(), "{path} is not declared. {WHAT_TO_DO}");
        assert!(
            of.all(|(_, _, does)| !matches!(does, Does::Reads(_))),
            "{path} changes something, and is said to read"
        );
    }
    assert_eq!(changes.iter().collect::<BTreeSet<_>>().len(), changes.len(), "a change is in the list twice");
}

/// Whether a server function is a change.
pub fn is_change(path: &str) -> bool {
    app::changes::all().iter().any(|change| change.path() == path)
}

/// The same call as the form of a page sends it, where it is a change.
pub fn as_form(call: &Call) -> Option<Call> {
    let change = app::changes::all().iter().find(|change| change.path() == call.path())?;
    let arguments = call.body_text().split('&').filter(|pair| !pair.starts_with("organization=") && !pair.is_empty());
    let fields: Vec<String> = arguments.map(str::to_owned).chain([format!("change={}", change.word())]).collect();
    Some(call.about("/o/acme/members".into(), fields.join("&")))
}

#[test]
fn every_form_is_declared() {
    let forms = forms::declared();
    let declared: BTreeSet<&str> = forms.iter().map(|(route, _, _)| *route).collect();
    let there = posts();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    assert!(there.len() > 8, "the list is read from the sources: {there:?}");
    let missing: Vec<_> = there.difference(&declared).collect();
    assert!(missing.is_empty(), "{missing:?} may change something without a row in the audit log. {WHAT_TO_DO}");
    let gone: Vec<_> = declared.difference(&there).collect();
    assert!(gone.is_empty(), "{gone:?} are no forms any more");
}

#[test]
fn a_change_is_one_row_and_a_refused_one_none_on_sqlite() {
    try_all(&World::new(Server::with(world::SETTINGS)));
}

#[test]
fn a_change_is_one_row_and_a_refused_one_none_on_postgres() {
    try_all(&World::new(Server::on_postgres_with(world::SETTINGS)));
}

fn try_all(world: &World) {
    for (route, which, does) in functions::declared().into_iter().chain(forms::declared()) {
        let name = format!("{route} {which}");
        if is_change(route) {
            try_as_form(world, &format!("{name} as a form"), &does);
        }
        match does {
            Does::Reads(ask) => {
                let call = ask(world);
                let before = world.log();
                let answer = world.server.send(call);
                assert!(answer.status < 400, "{name}: {} {}", answer.status, answer.text());
                assert_eq!(world.log().len(), before.len(), "{name} reads, and wrote a row");
            }
            Does::Done(refusals) => refuse(world, &name, refusals(world)),
            Does::Writes(actions, tried) => {
                let tried = tried(world);
                refuse(world, &name, tried.refused);
                accept(world, &name, &tried.accepted, actions);
            }
            Does::Unlogged(reason, tried) => {
                let (name, tried) = (format!("{name} (no row, because {reason})"), tried(world));
                refuse(world, &name, tried.refused);
                accept(world, &name, &tried.accepted, &[]);
            }
        }
    }
}

/// The same by the form of a page, which every change can be sent by.
fn try_as_form(world: &World, name: &str, does: &Does) {
    let (tried, actions): (_, &[&str]) = match does {
        Does::Writes(actions, tried) => (tried(world), actions),
        Does::Unlogged(_, tried) => (tried(world), &[]),
        Does::Reads(_) | Does::Done(_) => return,
    };
    if let Some(accepted) = as_form(&tried.accepted) {
        refuse(world, name, tried.refused.iter().filter_map(as_form).collect());
        let answer = accept(world, name, &accepted, actions);
        assert_eq!(answer.status, 303, "{name}: done leads back to a page");
    }
}

fn refuse(world: &World, name: &str, calls: Vec<Call>) {
    let before = world.log().len();
    for call in calls {
        let answer = world.server.send(call.clone());
        assert!(is_refusal(&answer), "{name}: {call:?} was not refused: {} {}", answer.status, answer.text());
        assert_eq!(world.log().len(), before, "{name}: the refused {call:?} wrote a row");
    }
}

pub fn is_refusal(answer: &Answer) -> bool {
    answer.status >= 400 || answer.header("location").is_some_and(|to| to.starts_with("/sign-in"))
}

fn accept(world: &World, name: &str, call: &Call, actions: &[&str]) -> Answer {
    let before = world.log().len();
    let answer = world.server.send(call.clone());
    assert!(!is_refusal(&answer), "{name}: {} {}", answer.status, answer.text());
    let log = world.log_of(before + actions.len());
    let mut new: Vec<&str> = log[..log.len() - before].iter().map(String::as_str).collect();
    new.sort_unstable();
    assert_eq!(new, actions, "{name}: the rows of the audit log");
    answer
}

/// The paths of all server functions, from the sources: what no page refers to, a test's program would leave out.
pub fn server_functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for attribute in text.split("#[server(").skip(1).filter(|rest| !rest.starts_with("default")) {
                let endpoint = attribute.split_once("endpoint = \"").and_then(|(_, rest)| rest.split_once('"'));
                let endpoint = endpoint.unwrap_or_else(|| panic!("a server function of {path:?} has no endpoint")).0;
                found.insert(format!("/api/{endpoint}"));
            }
            assert!(!text.contains("#[server]"), "a server function of {path:?} has no endpoint");
        }
    }
    found
}

/// What the router takes by POST, as it names it, but for changes, which have a list of their own.
fn posts() -> BTreeSet<String> {
    routes().into_iter().filter(|(_, takes)| takes.contains("post(")).map(|(path, _)| path).collect()
}

/// How the router's pages are named beside its other routes: those outside an organization as their forms are.
const PUBLIC: [(PublicPage, &str); PublicPage::ALL.len()] = [
    (PublicPage::Start, "app::paths::ROOT"),
    (PublicPage::SignIn, "app::paths::SIGN_IN"),
    (PublicPage::SetUp, "app::paths::SET_UP"),
    (PublicPage::Invite, "app::paths::INVITE"),
    (PublicPage::ForgotPassword, "app::paths::FORGOT"),
    (PublicPage::NewPassword, "app::paths::RESET"),
];

/// Every page of the list of pages, by its name and its path.
pub fn pages() -> Vec<(&'static str, &'static str)> {
    for page in PublicPage::ALL {
        assert!(PUBLIC.iter().any(|(named, _)| named == page), "{page:?} has no name in audited/mod.rs");
    }
    let public = PUBLIC.iter().map(|(page, name)| (*name, page.path()));
    public.chain(ORGANIZATION_PAGES.iter().map(|pattern| (*pattern, *pattern))).collect()
}

/// Every route with what takes it, by the name that it has in the router: pages come from their list, and the server
/// functions have one that is not there.
pub fn routes() -> Vec<(String, String)> {
    let router = include_str!("../../../src/http/router.rs");
    let of_route = router.split(".route(").skip(1).map(|rest| {
        let mut depth = 0;
        let end = rest.find(|c| {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth < 0
        });
        let (path, takes) = rest[..end.unwrap()].split_once(',').unwrap();
        (path.trim().trim_matches('"').to_owned(), takes.trim().to_owned())
    });
    let (of_pages, mut routes): (Vec<_>, Vec<_>) = of_route.partition(|(path, _)| path == "page");
    let of_pages: Vec<&str> = of_pages.iter().map(|(_, takes)| takes.as_str()).collect();
    assert_eq!(of_pages, ["show", "post(changes::submit)"], "the router takes the list of pages as it is");
    routes.extend(pages().into_iter().map(|(name, _)| (name.to_owned(), "get(page)".to_owned())));
    routes
}
