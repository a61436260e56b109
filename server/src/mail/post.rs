//! How a letter leaves: by a mail server, or into a file.

use super::letter;
use crate::config::MailConfig;
use lettre::message::Mailbox;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use service::outbox::{Due, Sent};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a mail server may think about one command.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long one letter may take in all.
const LONGEST: Duration = Duration::from_secs(60);

/// What letters leave by.
pub struct Post {
    way: Way,
    from: Mailbox,
    origin: String,
}

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Files(PathBuf),
}

impl Post {
    /// By the mail server that is configured, else into the folder `outbox` of the data directory.
    pub fn new(config: &MailConfig, data_dir: &Path, origin: String) -> Self {
        let way = match &config.smtp {
            Some(builder) => Way::Smtp(builder.clone().timeout(Some(PATIENCE)).build()),
            None => Way::Files(folder(data_dir)),
        };
        let from = config.from.clone().unwrap_or_else(|| sender(&origin));
        Self { way, from, origin }
    }

    /// Tries to send a letter.
    pub async fn send(&self, mail: &Due) -> Sent {
        let message = match letter::write(mail, &self.from, &self.origin) {
            Ok(message) => message,
            Err(error) => return Sent::Never(format!("The letter cannot be written: {error}.")),
        };
        match &self.way {
            Way::Files(folder) => match file(folder, mail, &message) {
                Ok(()) => Sent::Yes,
                Err(error) => Sent::NotYet(format!("The file of the letter cannot be written: {error}")),
            },
            Way::Smtp(transport) => match tokio::time::timeout(LONGEST, transport.send(message)).await {
                Ok(Ok(_)) => Sent::Yes,
                Ok(Err(error)) => judged(&error),
                Err(_) => Sent::NotYet("The mail server did not answer in time.".into()),
            },
        }
    }
}

/// Where letters are files, with no mail server configured.
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("outbox")
}

/// What a mail server refuses for good concerns the recipient or the letter; what concerns us, such as a wrong
/// password, an operator can mend.
fn judged(error: &lettre::transport::smtp::Error) -> Sent {
    let words = with_sources(error);
    let ours = error.status().is_some_and(|code| matches!(u16::from(code), 500..=504 | 530..=538));
    if error.is_permanent() && !ours { Sent::Never(words) } else { Sent::NotYet(words) }
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let more = source.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = source.source();
    }
    text
}

/// Writes a letter into a file that is there whole or not at all.
fn file(folder: &Path, mail: &Due, message: &Message) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // Closed to other users of the machine from the beginning.
    let mut unfinished = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut unfinished, &message.formatted())?;
    unfinished.as_file().sync_all()?;
    unfinished.persist(folder.join(format!("{}.eml", mail.id))).map_err(|error| error.error)?;
    Ok(())
}

/// The sender where none was named: `muster` at the host that browsers know.
fn sender(origin: &str) -> Mailbox {
    let host = url::Url::parse(origin).ok().and_then(|url| url.domain().map(str::to_owned));
    let host = host.filter(|host| host.contains('.')).unwrap_or_else(|| "localhost.localdomain".into());
    let address = Address::new("muster", host).or_else(|_| Address::new("muster", "localhost.localdomain"));
    let name = Some("Muster".to_owned());
    match address {
        Ok(address) => Mailbox::new(name, address),
        // Both parts above are addresses.
        Err(_) => unreachable!("an address of constants"),
    }
}
