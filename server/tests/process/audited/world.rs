//! A server with an administrator and a member, and everything that can be changed.

use crate::support::{Answer, Call, PASSWORD, Server};
use serde_json::Value;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Letters wait in the queue, where they can be sent again: see [`World::mail_works`].
pub const SETTINGS: &[(&str, &str)] = &[("MUSTER_MAIL_RETRY_SECONDS", "3600")];
const PATIENCE: Duration = Duration::from_secs(20);

pub struct World {
    pub server: Server,
    /// The cookie of Ana, who administers.
    pub ana: String,
    /// The cookie of Mia, who is a member and nothing more.
    pub mia: String,
    fresh: AtomicU32,
}

/// Somebody in the organization.
pub struct Person {
    pub id: String,
    pub email: String,
    /// Of a session that entered; empty for whoever has not joined.
    pub cookie: String,
}

impl World {
    pub fn new(server: Server) -> Self {
        // A file where the folder of letters would be.
        server.file("outbox", "");
        let ana = server.owned();
        let mut world = Self { server, ana, mia: String::new(), fresh: AtomicU32::new(1) };
        assert_eq!(world.log(), ["member.signed_in", "organization.created"], "what setting up wrote");
        world.mia = world.joined().cookie;
        world
    }

    /// From now on letters are handed over.
    pub fn mail_works(&self) {
        let blocked = self.server.path("outbox");
        if blocked.is_file() {
            std::fs::remove_file(blocked).unwrap();
        }
    }

    /// The actions of the log, the newest first.
    pub fn log(&self) -> Vec<String> {
        let file = self.server.get_as(&self.ana, "/o/acme/audit.csv");
        assert_eq!(file.status, 200, "{}", file.text());
        let action = |line: &str| line.split(',').nth(3).unwrap_or_default().to_owned();
        file.text().lines().skip(1).map(action).collect()
    }

    /// The same, once it has so many rows: an import goes on after its answer.
    pub fn log_of(&self, rows: usize) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let log = self.log();
            if log.len() >= rows || begun.elapsed() > PATIENCE {
                return log;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn number(&self) -> u32 {
        self.fresh.fetch_add(1, Ordering::SeqCst)
    }

    /// An address that nobody has.
    pub fn address(&self) -> String {
        format!("person{}@acme.example", self.number())
    }

    /// A key that nobody used.
    pub fn key(&self) -> String {
        format!("0197a8b4-0000-7000-8000-{:012}", self.number())
    }

    /// What asks a server function as somebody.
    pub fn ask(cookie: &str, path: &str, arguments: &[(&str, &str)]) -> Call {
        let all = [&[("organization", "acme")], arguments].concat();
        Call::post(path).cookie(cookie).form(&all)
    }

    /// What a server function answers to Ana.
    pub fn answer(&self, path: &str, arguments: &[(&str, &str)]) -> Value {
        let answer = self.server.send(Self::ask(&self.ana, path, arguments));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// What invites addresses.
    pub fn inviting(&self, cookie: &str, addresses: &[String]) -> Call {
        let key = self.key();
        let names: Vec<String> = (0..addresses.len()).map(|place| format!("form[entries][{place}]")).collect();
        let entries = names.iter().zip(addresses).map(|(name, address)| (name.as_str(), address.as_str()));
        let arguments: Vec<_> = [("submission", key.as_str())].into_iter().chain(entries).collect();
        Self::ask(cookie, "/api/invites/send", &arguments)
    }

    fn member(&self, email: &str) -> String {
        let found = self.answer("/api/members/list", &[("query", &format!("q={email}&status=all"))]);
        let id = &found["page"]["rows"][0]["id"];
        id.as_str().unwrap_or_else(|| panic!("{email} is not there: {found}")).to_owned()
    }

    /// Somebody who was invited.
    pub fn invited(&self) -> Person {
        let email = self.address();
        let answer = self.server.send(self.inviting(&self.ana, std::slice::from_ref(&email)));
        assert_eq!(answer.status, 200, "{}", answer.text());
        Person { id: self.member(&email), email, cookie: String::new() }
    }

    /// Somebody who was removed.
    pub fn removed(&self) -> Person {
        let person = self.invited();
        self.answer("/api/members/remove", &[("member", &person.id)]);
        person
    }

    /// Somebody whose sign-in wrong passwords locked.
    pub fn locked(&self) -> Person {
        let person = self.joined();
        let before = self.log().len();
        while !self.server.sign_in(&person.email, "this is not the password", "").text().contains("is locked") {}
        // The row comes after the answer.
        self.log_of(before + 1);
        person
    }

    /// Something for many members that is over, and changed nothing.
    pub fn bulk(&self) -> String {
        let (id, member) = (self.key(), self.invited().id);
        self.answer("/api/bulk/begin", &[("id", &id), ("action", "end-sessions"), ("form[members][0]", &member)]);
        id
    }

    /// A saved view.
    pub fn view(&self) -> String {
        let view = self.answer("/api/views/save", &[("name", &self.address()), ("query", "q=a")]);
        let id = view.as_str().and_then(|view| view.split(' ').next());
        id.unwrap_or_else(|| panic!("{view}")).to_owned()
    }

    /// The cookie of a new link of somebody who is invited, and the mark of its form.
    pub fn link(&self, of: &Person) -> (String, String) {
        let link = self.answer("/api/members/copy-link", &[("member", &of.id)]);
        let link = link.as_str().unwrap().to_owned();
        let (_, token) = link.split_once("/invite/").unwrap();
        let cookie = self.server.get(&format!("/invite/{token}")).cookie().unwrap();
        let page = self.server.get_as(&cookie, "/invite").text();
        (cookie, mark(&page))
    }

    /// What joins by a link.
    pub fn joining((cookie, mark): &(String, String), what: &str, password: &str) -> Call {
        let fields = [("what", what), ("mark", mark), ("name", "Nora Member"), ("password", password)];
        Call::post("/invite").cookie(cookie).form(&fields)
    }

    /// Somebody who has joined, and looked in.
    pub fn joined(&self) -> Person {
        let person = self.invited();
        let answer = self.server.send(Self::joining(&self.link(&person), "join", PASSWORD));
        Person { cookie: self.looked_in(&answer), ..person }
    }

    fn looked_in(&self, answer: &Answer) -> String {
        assert_eq!(answer.status, 303, "{}", answer.text());
        let cookie = answer.cookie().unwrap();
        assert_eq!(self.server.get_as(&cookie, "/o/acme").status, 200);
        cookie
    }

    /// Somebody who has an account, was removed, and is invited again.
    pub fn invited_again(&self) -> Person {
        let person = self.joined();
        self.answer("/api/members/remove", &[("member", &person.id)]);
        let answer = self.server.send(self.inviting(&self.ana, std::slice::from_ref(&person.email)));
        assert_eq!(answer.status, 200, "{}", answer.text());
        person
    }

    /// Another session of somebody.
    pub fn signed_in(&self, person: &Person) -> String {
        self.looked_in(&self.server.sign_in(&person.email, PASSWORD, ""))
    }

    /// A number of days that is another each time, as a setting that is changed to what it is writes nothing.
    pub fn other_days(&self) -> String {
        (self.number() % 29 + 2).to_string()
    }

    /// What makes a group.
    pub fn making(cookie: &str, id: &str, name: &str) -> Call {
        Call::post("/o/acme/groups/new").cookie(cookie).change("groups/create", &[("id", id), ("form[name]", name)])
    }

    /// A group: its id and its name.
    pub fn group(&self) -> (String, String) {
        let (id, name) = (self.key(), format!("Group {}", self.number()));
        let answer = self.server.send(Self::making(&self.ana, &id, &name));
        assert_eq!(answer.status, 303, "{}", answer.text());
        (id, name)
    }

    /// A letter that could not be handed over.
    pub fn letter(&self) -> String {
        self.invited();
        let begun = Instant::now();
        loop {
            let found = self.answer("/api/mail/list", &[("page", "1")]);
            let row = &found["page"]["rows"][0];
            if row["state"] == "Queued" && row["attempts"] != 0 {
                return row["id"].as_str().unwrap().to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "no letter waits: {found}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// A letter for somebody, and the cookie and the mark of the link for a new password in it.
    pub fn reset_link(&self, person: &Person) -> (String, String) {
        self.mail_works();
        let folder = self.server.path("outbox");
        let asked = self.server.send(Call::post("/forgot-password").form(&[("email", &person.email)]));
        assert_eq!(asked.status, 200);
        let begun = Instant::now();
        let token = loop {
            let files = std::fs::read_dir(&folder).into_iter().flatten().map(|file| file.unwrap().path());
            let letters = files.map(|file| std::fs::read_to_string(file).unwrap_or_default().replace("=\r\n", ""));
            if let Some(letter) = letters.into_iter().find(|text| text.contains("/reset/")) {
                let (_, rest) = letter.split_once("/reset/").unwrap();
                break rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect::<String>();
            }
            assert!(begun.elapsed() < PATIENCE, "no letter came");
            std::thread::sleep(Duration::from_millis(20));
        };
        let cookie = self.server.get(&format!("/reset/{token}")).cookie().unwrap();
        let page = self.server.get_as(&cookie, "/reset").text();
        (cookie, mark(&page))
    }

    /// What sends a file of people.
    pub fn file(cookie: &str, content: &str) -> Call {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.csv\"\r\nContent-Type: text/csv\r\n\r\n{content}\r\n--x--\r\n"
        );
        Call::post("/o/acme/members/import").cookie(cookie).body("multipart/form-data; boundary=x", body)
    }

    /// A group with one member: its id, and who that is.
    pub fn grouped(&self) -> (String, Person) {
        let (email, name, before) = (self.address(), format!("Group {}", self.number()), self.log().len());
        let page = self.judged_file(&format!("email,name,groups\n{email},A,{name}\n"));
        let (_, import) = page.rsplit_once('/').unwrap();
        let apply = Call::post(&page).cookie(&self.ana).change("import/apply", &[("import", import)]);
        let applied = self.server.send(apply);
        assert_eq!(applied.status, 303, "{}", applied.text());
        self.log_of(before + 2);
        let found = self.answer("/api/groups/sidebar", &[("search", &name)]);
        let id = found["list"]["groups"][0]["id"].as_str().unwrap_or_else(|| panic!("{name} is not there: {found}"));
        (id.to_owned(), Person { id: self.member(&email), email, cookie: String::new() })
    }

    /// The page of a file with two people that was read and judged.
    pub fn judged(&self) -> String {
        self.judged_file(&format!("email,name\n{},A\n{},B\n", self.address(), self.address()))
    }

    /// The page of a file that was read and judged.
    pub fn judged_file(&self, content: &str) -> String {
        let sent = self.server.send(Self::file(&self.ana, content));
        let page = sent.header("location").unwrap().to_owned();
        let begun = Instant::now();
        while !self.server.get_as(&self.ana, &page).text().contains(">Apply<") {
            assert!(begun.elapsed() < PATIENCE, "it is not judged");
            std::thread::sleep(Duration::from_millis(20));
        }
        page
    }
}

/// The mark in a form.
fn mark(page: &str) -> String {
    let rest = page.split_once("name=\"mark\" value=\"").unwrap_or_else(|| panic!("no form: {page}")).1;
    rest.split_once('"').unwrap().0.to_owned()
}
