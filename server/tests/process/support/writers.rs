//! People who change members at the same time, and what must have become of their changes.

use super::{Call, Look, PASSWORD, Place, Server};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What somebody does with two people who were invited together; all but the first with one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Invite,
    Edit,
    Remove,
    Restore,
}

const STEPS: [Step; 4] = [Step::Invite, Step::Edit, Step::Remove, Step::Restore];

/// Two people, and how far it is with them.
#[derive(Clone, Debug)]
struct Pair {
    emails: [String; 2],
    /// How many steps were sent.
    sent: usize,
    /// How many of them were answered.
    done: usize,
}

/// Eight of them, each with a session of their own.
pub struct Writers {
    cookies: Vec<String>,
    group: String,
    pairs: Arc<Mutex<Vec<Pair>>>,
    stop: Arc<AtomicBool>,
    working: Vec<JoinHandle<()>>,
    rounds: usize,
    /// How many changes were refused, where that may be.
    refused: Option<Arc<AtomicUsize>>,
}

impl Writers {
    /// Signs eight people in to an organization `/o/acme` of Ana Lima's, who gets a group.
    pub fn new(server: &Server) -> Self {
        let people = server.file("people.csv", "email,groups\nbo@acme.example,Sales\n");
        let done = server.command(&["import", &people.to_string_lossy(), "--organization", "acme"]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let group = group(&server.place());
        let sign_in = |_| server.sign_in("ana@acme.example", PASSWORD, "").cookie().expect("a session");
        let (pairs, stop) = (Arc::default(), Arc::default());
        let cookies = (0..8).map(sign_in).collect();
        Self { cookies, group, pairs, stop, working: Vec::new(), rounds: 0, refused: None }
    }

    /// Lets the server refuse changes, because what it stands on does: 503 or 507. Such a change must not be there.
    pub fn refusable(mut self) -> Self {
        self.refused = Some(Arc::default());
        self
    }

    /// How many changes were refused so far.
    pub fn refusals(&self) -> usize {
        self.refused.as_ref().map_or(0, |refused| refused.load(Ordering::Relaxed))
    }

    /// The cookie of one of them.
    pub fn cookie(&self) -> &str {
        &self.cookies[0]
    }

    /// Sets them to work until they are stopped, or nobody answers any more.
    pub fn work(&mut self, address: SocketAddr) {
        self.rounds += 1;
        self.stop.store(false, Ordering::Relaxed);
        for (number, cookie) in self.cookies.iter().enumerate() {
            let writer = Writer {
                address,
                cookie: cookie.clone(),
                group: self.group.clone(),
                pairs: self.pairs.clone(),
                stop: self.stop.clone(),
                refused: self.refused.clone(),
                name: format!("r{}w{number}", self.rounds),
            };
            self.working.push(std::thread::spawn(move || writer.work()));
        }
    }

    /// Waits until all have stopped.
    pub fn rest(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for working in self.working.drain(..) {
            working.join().expect("what was answered is what was expected");
        }
    }

    /// How many changes were answered so far, or found by [`Self::compare`].
    pub fn changes(&self) -> usize {
        self.pairs.lock().expect("no panic before").iter().map(|pair| pair.done).sum()
    }

    /// What has been answered until now.
    pub fn acknowledged(&self) -> Acknowledged {
        Acknowledged(self.pairs.lock().expect("no panic before").clone())
    }

    /// Compares the database with what was answered and what was sent: each change that was answered is there, each
    /// other one wholly or not at all. Gives how many of the others are.
    pub fn compare(&self, look: &Look) -> usize {
        let mut pairs = self.pairs.lock().expect("no panic before");
        let before: usize = pairs.iter().map(|pair| pair.done).sum();
        let facts = facts(look);
        for pair in pairs.iter_mut() {
            let there = pair.done_in(&facts, pair.done);
            (pair.done, pair.sent) = (there, there);
        }
        let after: usize = pairs.iter().map(|pair| pair.done).sum();
        let invited = pairs.iter().filter(|pair| pair.done > 0).count();
        assert_eq!(look.number("SELECT COUNT(*) FROM submissions WHERE answer <> ''") as usize, invited);
        assert_eq!(look.number("SELECT COUNT(*) FROM submissions WHERE answer = ''"), 0);
        after - before
    }

    /// Compares a database of some moment between `before` and now: what had been answered before is in it, and nothing
    /// in it is there by half.
    pub fn compare_since(&self, look: &Look, before: &Acknowledged) {
        let facts = facts(look);
        for pair in self.pairs.lock().expect("no panic before").iter() {
            let old = before.0.iter().find(|old| old.emails == pair.emails);
            pair.done_in(&facts, old.map_or(0, |old| old.done));
        }
    }
}

/// What had been answered at some moment.
pub struct Acknowledged(Vec<Pair>);

struct Writer {
    address: SocketAddr,
    cookie: String,
    group: String,
    pairs: Arc<Mutex<Vec<Pair>>>,
    stop: Arc<AtomicBool>,
    refused: Option<Arc<AtomicUsize>>,
    name: String,
}

impl Writer {
    fn work(&self) {
        for number in 0.. {
            let emails = ["a", "b"].map(|who| format!("{}n{number}{who}@acme.example", self.name));
            let place = {
                let mut pairs = self.pairs.lock().expect("no panic before");
                pairs.push(Pair { emails: emails.clone(), sent: 0, done: 0 });
                pairs.len() - 1
            };
            let mut member = None;
            for step in STEPS.into_iter().take(1 + number % STEPS.len()) {
                if self.stop.load(Ordering::Relaxed) {
                    return;
                }
                if step == Step::Edit {
                    member = self.find(&emails[0]);
                    match (&member, &self.refused) {
                        (Some(_), _) => {}
                        (None, Some(_)) => break,
                        (None, None) => return,
                    }
                }
                self.pairs.lock().expect("no panic before")[place].sent += 1;
                let Some(answer) = self.call(step, &emails, member.as_deref()).try_send(self.address) else { return };
                if let (503 | 507, Some(refused)) = (answer.status, &self.refused) {
                    self.pairs.lock().expect("no panic before")[place].sent -= 1;
                    refused.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(5));
                    break;
                }
                assert_eq!(answer.status, 303, "{step:?}: {}", answer.text());
                self.pairs.lock().expect("no panic before")[place].done += 1;
            }
        }
    }

    fn call(&self, step: Step, emails: &[String; 2], member: Option<&str>) -> Call {
        let (emails, group) = (emails.join("\n"), self.group.as_str());
        let role = format!("wanted[roles][in-{group}]");
        let seen = format!("member;{group}:member");
        // As good as random: a name is used once.
        let submission = format!("0197a8b4-0000-7000-8000-{:012x}", hash(&emails) & 0xffff_ffff_ffff);
        let fields: Vec<(&str, &str)> = match step {
            Step::Invite => vec![
                ("submission", &submission),
                ("emails", &emails),
                ("form[role]", "member"),
                ("form[groups][]", group),
                ("form[group_role]", "member"),
                ("change", "invites/send"),
            ],
            Step::Edit => vec![
                ("member", member.unwrap_or_default()),
                ("seen", &seen),
                ("wanted[role]", "security"),
                ("wanted[groups][]", group),
                (&role, "member"),
                ("change", "members/edit"),
            ],
            Step::Remove => vec![("change", "members/remove"), ("member", member.unwrap_or_default())],
            Step::Restore => vec![("change", "members/restore"), ("member", member.unwrap_or_default())],
        };
        let path = format!("/o/acme/members/{}", member.unwrap_or("invite"));
        Call::post(&path).cookie(&self.cookie).form(&fields)
    }

    /// A member's id, which stands in the address of its page.
    fn find(&self, email: &str) -> Option<String> {
        let page = Call::get(&format!("/o/acme/members?q={}", email.replace('@', "%40"))).cookie(&self.cookie);
        let answer = page.try_send(self.address)?;
        if self.refused.is_some() && answer.status != 200 {
            return None;
        }
        let text = answer.text();
        let id = |at: usize| text.get(at..at + 36).filter(|id| id.split('-').map(str::len).eq([8, 4, 4, 4, 12]));
        let found = text.match_indices("/o/acme/members/").find_map(|(at, path)| id(at + path.len()));
        Some(found.unwrap_or_else(|| panic!("{email} is not on the page: {text}")).to_owned())
    }
}

impl Pair {
    /// How many steps the database shows, of those that were answered at least and of those that were sent at most.
    fn done_in(&self, facts: &HashMap<String, String>, answered: usize) -> usize {
        let [first, second] = self.emails.each_ref().map(|email| facts.get(email).map(String::as_str));
        let shows = |steps: &usize| first == after(*steps) && second == after((*steps).min(1));
        let shown = (answered..=self.sent).find(shows);
        shown.unwrap_or_else(|| panic!("{self:?}, of which {answered} were answered, shows {first:?} and {second:?}"))
    }
}

/// What [`facts`] says after so many steps.
fn after(steps: usize) -> Option<&'static str> {
    // State, role, groups, links, open ones, letters; and rows of the log: invited, changed, removed, restored.
    [
        None,
        Some("invited member 1 1 1 1 1 0 0 0"),
        Some("invited security 1 1 1 1 1 1 0 0"),
        Some("deleted security 1 1 0 1 1 1 1 0"),
        Some("invited security 1 2 1 2 1 1 1 1"),
    ][steps]
}

/// What there is about each member, by address. Each kind is counted once for all of them.
fn facts(look: &Look) -> HashMap<String, String> {
    let letters = "(SELECT i.member_id FROM invitations i JOIN outbox o ON o.organization_id = i.organization_id \
                   AND o.invitation_id = i.id)";
    let logged =
        |what: &str| format!("(SELECT target_id AS member_id FROM audit_events WHERE action = 'member.{what}')");
    let kinds = [
        "group_members".to_owned(),
        "invitations".to_owned(),
        "(SELECT member_id FROM invitations WHERE state = 'open')".to_owned(),
        letters.to_owned(),
        logged("invited"),
        logged("changed"),
        logged("removed"),
        logged("restored"),
    ];
    let (mut numbers, mut joins) = (String::new(), String::new());
    for (n, from) in kinds.iter().enumerate() {
        numbers += &format!(" || ' ' || COALESCE(k{n}.n, 0)");
        joins += &format!(
            " LEFT JOIN (SELECT x.member_id, COUNT(*) AS n FROM {from} AS x GROUP BY x.member_id) AS k{n} \
             ON k{n}.member_id = m.id"
        );
    }
    let sql = format!("SELECT m.email || ' ' || m.state || ' ' || m.role{numbers} FROM members m{joins}");
    let split = |row: String| row.split_once(' ').map(|(email, rest)| (email.to_owned(), rest.to_owned()));
    look.texts(&sql).into_iter().filter_map(split).collect()
}

fn group(place: &Place) -> String {
    let look = place.look();
    let id = if look.is_postgres() { "CAST(id AS text)" } else { "lower(hex(id))" };
    let id = look.texts(&format!("SELECT {id} FROM groups WHERE name = 'Sales'")).remove(0).replace('-', "");
    format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..])
}

fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
