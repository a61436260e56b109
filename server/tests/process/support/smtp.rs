//! A mail server that does what a test tells it to: it answers, refuses, falls silent or hangs up, at any stage of the
//! session.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What it does at a moment.
#[derive(Clone, Debug)]
pub enum Act {
    /// It answers as a server does that takes the letter.
    Take,
    /// It answers this instead, such as "550 5.1.1 No such user".
    Say(&'static str),
    /// It does not answer, and does not hang up.
    Hang,
    /// It hangs up.
    Drop,
}

/// What it does at a command ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "." for the end of the letter) about a
/// recipient, who is known from RCPT on.
pub type Script = Box<dyn Fn(&str, &str) -> Act + Send + Sync>;

/// A running mail server. It ends with the test's process.
pub struct MailServer {
    pub address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Who got a letter, in their order, with the letter.
    taken: Mutex<Vec<(String, String)>>,
    /// Each command of each talk, with the number of the talk.
    commands: Mutex<Vec<(usize, String)>>,
}

impl MailServer {
    pub fn start(script: impl Fn(&str, &str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let (script, seen): (Arc<Script>, _) = (Arc::new(Box::new(script)), Arc::<Seen>::default());
        let ours = seen.clone();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
                let (script, seen) = (script.clone(), ours.clone());
                std::thread::spawn(move || talk(stream, number, &script, &seen));
            }
        });
        Self { address, seen }
    }

    /// What `MUSTER_SMTP_URL` is told.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Who got a letter, in the order of arrival.
    pub fn taken(&self) -> Vec<String> {
        self.seen.taken.lock().expect("no panic").iter().map(|(to, _)| to.clone()).collect()
    }

    /// The letters as they came over the line, in the order of arrival.
    pub fn letters(&self) -> Vec<String> {
        self.seen.taken.lock().expect("no panic").iter().map(|(_, letter)| letter.clone()).collect()
    }

    /// The commands that it heard, with the number of the talk of each.
    pub fn commands(&self) -> Vec<(usize, String)> {
        self.seen.commands.lock().expect("no panic").clone()
    }

    /// Waits until something is so.
    pub fn wait(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{what}: {:?}", self.commands());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Ends where the client or the script hangs up.
fn talk(stream: TcpStream, number: usize, script: &Script, seen: &Seen) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?);
    let mut to = String::new();
    let say = |act: Act, usual: &str| match act {
        Act::Take => (&stream).write_all(format!("{usual}\r\n").as_bytes()).ok().map(|()| true),
        Act::Say(words) => {
            (&stream).write_all(format!("{words}\r\n").as_bytes()).ok()?;
            Some(words.starts_with(['2', '3']))
        }
        Act::Hang => loop {
            std::thread::sleep(Duration::from_secs(3_600));
        },
        Act::Drop => None,
    };
    let answer = |at: &str, to: &str, usual: &str| say(script(at, to), usual);
    answer("CONNECT", "", "220 mail.example")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let command = line.split([' ', ':', '\r']).next().unwrap_or_default().to_uppercase();
        seen.commands.lock().expect("no panic").push((number, line.trim_end().to_owned()));
        match command.as_str() {
            "EHLO" => _ = answer("EHLO", "", "250-mail.example\r\n250 8BITMIME")?,
            "MAIL" => {
                to.clear();
                answer("MAIL", "", "250 fine")?;
            }
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_lowercase();
                answer("RCPT", &to, "250 fine")?;
            }
            "DATA" if answer("DATA", &to, "354 go on")? => {
                let mut letter = String::new();
                while !letter.ends_with("\r\n.\r\n") {
                    if lines.read_line(&mut letter).ok()? == 0 {
                        return None;
                    }
                }
                let act = script(".", &to);
                // Before it is said: whoever hears it may look at once.
                if matches!(&act, Act::Take) || matches!(&act, Act::Say(words) if words.starts_with('2')) {
                    seen.taken.lock().expect("no panic").push((to.clone(), letter));
                }
                say(act, "250 taken")?;
            }
            "DATA" => {}
            "QUIT" => {
                answer("QUIT", &to, "221 bye")?;
                return None;
            }
            other => _ = answer(other, &to, "250 fine")?,
        }
    }
}
