//! How many statements a page and a server function take, counted in the log of a PostgreSQL that nobody else uses; and
//! how many of a page's wait for one another, seen by a proxy that holds back every answer.

use crate::audited::world::{SETTINGS, World};
use crate::audited::{Does, functions};
use crate::support::{Call, HELD, OwnPostgres, Place, SlowPostgres};
use app::routes::ORGANIZATION_PAGES;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// What each page may take for an administrator whose session has entered the organization. One that takes more asks
/// something twice, or in a loop; where one takes fewer, its number here goes down.
const MOST: &[(&str, usize)] = &[
    ("/o/{slug}/members", 5),
    ("/o/{slug}/members/import", 3),
    ("/o/{slug}/members/import/{id}", 5),
    ("/o/{slug}/members/invite", 4),
    ("/o/{slug}/members/bulk", 2),
    ("/o/{slug}/members/bulk/{id}", 5),
    ("/o/{slug}/members/{id}", 5),
    ("/o/{slug}/groups", 5),
    ("/o/{slug}/groups/new", 4),
    ("/o/{slug}/groups/{id}/edit", 5),
    ("/o/{slug}/groups/{id}/delete", 3),
    ("/o/{slug}/groups/{id}", 5),
    ("/o/{slug}/groups/{id}/add", 5),
    ("/o/{slug}/groups/{id}/chosen", 4),
    ("/o/{slug}/groups/{id}/members/{member}", 5),
    ("/o/{slug}", 5),
    ("/o/{slug}/mail", 5),
    ("/o/{slug}/audit", 3),
    ("/o/{slug}/profile", 3),
    ("/o/{slug}/settings", 4),
];
/// What a server function that changes nothing may take.
const MOST_OF_A_FUNCTION: usize = 4;
/// How many statements of a page may wait for one another.
const DEEPEST: usize = 4;
const PATIENCE: Duration = Duration::from_secs(20);
/// How often each page and each function is asked for: now and then the server does something by itself meanwhile, which
/// only adds.
const VISITS: usize = 4;
/// How often the depth of a page is looked at: a busy machine sends together what does not depend on each other a moment
/// apart, which only makes a page deeper.
const LOOKS: usize = 5;

#[test]
fn no_page_takes_more_statements_than_it_did() {
    let postgres = OwnPostgres::start();
    let world = world_on(&postgres.address());
    let ids = Ids::of(&world);
    let (mut all, mut over) = (String::new(), Vec::new());
    for pattern in ORGANIZATION_PAGES {
        let path = ids.fill(pattern);
        let taken = least(|| statements_of(&postgres, || visit(&world, &path)));
        let most = MOST.iter().find(|(of, _)| of == pattern).map_or(0, |(_, most)| *most);
        let _ = writeln!(all, "{:>3} {pattern}", taken.len());
        if taken.len() > most {
            over.push(too_many(pattern, &taken, most));
        }
    }
    assert!(over.is_empty(), "{all}\n{}", over.join("\n\n"));
}

#[test]
fn no_server_function_that_reads_takes_more_than_four_statements() {
    let postgres = OwnPostgres::start();
    let world = world_on(&postgres.address());
    let (mut all, mut over) = (String::new(), Vec::new());
    for (path, which, does) in functions::declared() {
        let Does::Reads(ask) = does else { continue };
        let call = ask(&world);
        let taken = least(|| statements_of(&postgres, || answered(&world, &call)));
        let _ = writeln!(all, "{:>3} {path} {which}", taken.len());
        if taken.len() > MOST_OF_A_FUNCTION {
            over.push(too_many(path, &taken, MOST_OF_A_FUNCTION));
        }
    }
    assert!(over.is_empty(), "{all}\n{}", over.join("\n\n"));
}

#[test]
fn no_page_waits_for_more_than_four_statements_one_after_the_other() {
    let postgres = OwnPostgres::start();
    let proxy = SlowPostgres::before(&postgres);
    let world = world_on(&proxy.address());
    let ids = Ids::of(&world);
    proxy.hold_answers();
    let (mut all, mut over) = (String::new(), Vec::new());
    for pattern in ORGANIZATION_PAGES {
        let path = ids.fill(pattern);
        let mut least = (usize::MAX, Vec::new());
        for _ in 0..LOOKS {
            let before = settled(|| proxy.sent(), HELD * 3);
            visit(&world, &path);
            let taken = proxy.depths_after(before);
            let depth = taken.iter().map(|(depth, _)| *depth).max().unwrap_or(0);
            if depth < least.0 {
                least = (depth, taken);
            }
            if least.0 <= DEEPEST {
                break;
            }
        }
        let (depth, taken) = least;
        let _ = writeln!(all, "{depth:>3} {pattern}");
        if depth > DEEPEST {
            let lines: Vec<_> = taken.iter().map(|(depth, text)| format!("{depth} {text}")).collect();
            over.push(format!("{pattern} waits {depth} times:\n{}", lines.join("\n")));
        }
    }
    assert!(over.is_empty(), "{all}\n{}", over.join("\n\n"));
}

fn world_on(database: &str) -> World {
    let settings = SETTINGS.iter().fold(Place::sqlite(), |place, (name, value)| place.with(name, value));
    World::new(settings.with("MUSTER_DATABASE_URL", database).start())
}

fn visit(world: &World, path: &str) {
    let page = world.server.get_as(&world.ana, path);
    assert_eq!(page.status, 200, "{path}: {}", page.text());
}

fn answered(world: &World, call: &Call) {
    let answer = world.server.send(call.clone());
    assert_eq!(answer.status, 200, "{call:?}: {}", answer.text());
}

fn least(tried: impl Fn() -> Vec<String>) -> Vec<String> {
    (0..VISITS).map(|_| tried()).min_by_key(Vec::len).unwrap_or_default()
}

fn too_many(what: &str, taken: &[String], most: usize) -> String {
    format!("{what} takes {} statements, at most {most} are expected:\n{}", taken.len(), taken.join("\n"))
}

/// What the database is asked while something is done, once what was begun before is over.
fn statements_of(postgres: &OwnPostgres, act: impl Fn()) -> Vec<String> {
    let before = settled(|| postgres.statements().len(), Duration::from_millis(30));
    act();
    postgres.statements().split_off(before)
}

/// A number that only grows, once it stays the same for so long.
fn settled(number: impl Fn() -> usize, quiet: Duration) -> usize {
    let begun = Instant::now();
    let mut before = usize::MAX;
    loop {
        let now = number();
        if now == before || begun.elapsed() > PATIENCE {
            return now;
        }
        before = now;
        std::thread::sleep(quiet);
    }
}

/// Something of each kind that an address can name.
struct Ids {
    group: String,
    grouped: String,
    member: String,
    import: String,
    bulk: String,
}

impl Ids {
    fn of(world: &World) -> Self {
        let (group, person) = world.grouped();
        let import = world.judged();
        let import = import.rsplit_once('/').unwrap().1.to_owned();
        Self { group, grouped: person.id, member: world.joined().id, import, bulk: world.bulk() }
    }

    fn fill(&self, pattern: &str) -> String {
        let id = match pattern {
            pattern if pattern.contains("/groups/{id}") => &self.group,
            pattern if pattern.contains("/import/{id}") => &self.import,
            pattern if pattern.contains("/bulk/{id}") => &self.bulk,
            _ => &self.member,
        };
        pattern.replace("{slug}", "acme").replace("{id}", id).replace("{member}", &self.grouped)
    }
}
