//! How many statements a page takes, counted in the log of a PostgreSQL that nobody else uses.

use crate::audited::world::{SETTINGS, World};
use crate::support::{OwnPostgres, Place};
use app::routes::ORGANIZATION_PAGES;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// What each page may take for an administrator whose session has entered the organization. One that takes more asks
/// something twice, or in a loop; where one takes fewer, its number here goes down.
const MOST: &[(&str, usize)] = &[
    ("/o/{slug}/members", 6),
    ("/o/{slug}/members/import", 3),
    ("/o/{slug}/members/import/{id}", 5),
    ("/o/{slug}/members/invite", 4),
    ("/o/{slug}/members/bulk", 2),
    ("/o/{slug}/members/bulk/{id}", 6),
    ("/o/{slug}/members/{id}", 6),
    ("/o/{slug}/groups", 5),
    ("/o/{slug}/groups/new", 5),
    ("/o/{slug}/groups/{id}/edit", 6),
    ("/o/{slug}/groups/{id}/delete", 3),
    ("/o/{slug}/groups/{id}", 9),
    ("/o/{slug}/groups/{id}/add", 7),
    ("/o/{slug}/groups/{id}/chosen", 4),
    ("/o/{slug}/groups/{id}/members/{member}", 5),
    ("/o/{slug}", 6),
    ("/o/{slug}/mail", 5),
    ("/o/{slug}/audit", 3),
    ("/o/{slug}/profile", 3),
    ("/o/{slug}/settings", 5),
];
const PATIENCE: Duration = Duration::from_secs(20);
/// How often each page is asked for: now and then the server does something by itself meanwhile, which only adds.
const VISITS: usize = 4;

#[test]
fn no_page_takes_more_statements_than_it_did() {
    let postgres = OwnPostgres::start();
    let settings = SETTINGS.iter().fold(Place::sqlite(), |place, (name, value)| place.with(name, value));
    let world = World::new(settings.with("MUSTER_DATABASE_URL", &postgres.address()).start());
    let ids = Ids::of(&world);
    let (mut told, mut over) = (String::new(), Vec::new());
    for pattern in ORGANIZATION_PAGES {
        let path = ids.fill(pattern);
        let taken =
            (0..VISITS).map(|_| statements_of(&world, &postgres, &path)).min_by_key(Vec::len).unwrap_or_default();
        let most = MOST.iter().find(|(of, _)| of == pattern).map_or(0, |(_, most)| *most);
        let _ = writeln!(told, "{:>3} {pattern}", taken.len());
        if taken.len() > most {
            over.push(format!(
                "{pattern} takes {} statements, at most {most} are expected:\n{}",
                taken.len(),
                taken.join("\n")
            ));
        }
    }
    assert!(over.is_empty(), "{told}\n{}", over.join("\n\n"));
}

/// What the database is asked while a page is made, once what was begun before is over.
fn statements_of(world: &World, postgres: &OwnPostgres, path: &str) -> Vec<String> {
    let before = quiet(postgres);
    let page = world.server.get_as(&world.ana, path);
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    postgres.statements().split_off(before)
}

/// The number of statements so far, once it stays the same for a moment.
fn quiet(postgres: &OwnPostgres) -> usize {
    let begun = Instant::now();
    let mut before = usize::MAX;
    loop {
        let now = postgres.statements().len();
        if now == before || begun.elapsed() > PATIENCE {
            return now;
        }
        before = now;
        std::thread::sleep(Duration::from_millis(30));
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
