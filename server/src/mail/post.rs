//! How a letter leaves: through a mail server, or to a file.

use super::smtp::Smtp;
use super::written::Written;
use super::{address, letter};
use crate::config::{MailConfig, helo};
use lettre::Address;
use lettre::message::Mailbox;
use service::clock::{Randomness, SystemRandomness};
use service::outbox::{Due, Letter, Sent};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::sleep;

/// The way by which letters leave.
pub struct Post {
    way: Way,
    from: Mailbox,
    origin: String,
}

enum Way {
    Smtp(Smtp),
    Files(PathBuf),
}

impl Post {
    /// Letters go through the configured mail server, or else to the folder `outbox` in the data directory.
    pub fn new(config: &MailConfig, data_dir: &Path, origin: String) -> Self {
        let way = match &config.smtp {
            Some(server) => {
                let name = config.helo.clone().unwrap_or_else(|| helo::of_origin(&origin));
                Way::Smtp(Smtp::new(server.clone(), name, config.patience))
            }
            None => Way::Files(folder(data_dir)),
        };
        let from = config.from.clone().unwrap_or_else(|| sender(&origin));
        Self { way, from: Mailbox { email: address::in_ascii(from.email), ..from }, origin }
    }

    /// Tries to send a letter.
    pub async fn send(&self, mail: &Due) -> Sent {
        if matches!(mail.letter, Letter::Nothing) {
            if matches!(self.way, Way::Smtp(_)) {
                // About as long as a mail server takes, so that what is written then comes no earlier.
                sleep(Duration::from_millis(u64::from(dice()) * 4)).await;
            }
            return Sent::Yes;
        }
        let letter = match letter::write(mail, &self.from, &self.origin) {
            Ok(letter) => letter,
            Err(error) => return Sent::Never(format!("The letter cannot be written: {error}.")),
        };
        match &self.way {
            Way::Files(folder) => match file(folder, mail, &letter) {
                Ok(()) => Sent::Yes,
                Err(error) => Sent::NotYet(format!("The file of the letter cannot be written: {error}")),
            },
            Way::Smtp(smtp) => smtp.send(&letter).await,
        }
    }

    /// Checks whether letters can leave, without sending one. `None` if they are written to files; otherwise whether
    /// the session with the mail server was encrypted, or what went wrong, as a sentence.
    pub async fn try_out(&self) -> Option<Result<bool, String>> {
        match &self.way {
            Way::Files(_) => None,
            Way::Smtp(smtp) => Some(smtp.try_out(&self.from.email).await),
        }
    }

    /// Ends sessions that were kept for further letters.
    pub fn tidy(&self) {
        if let Way::Smtp(smtp) = &self.way {
            smtp.tidy();
        }
    }
}

fn dice() -> u8 {
    let mut bytes = [0];
    SystemRandomness.fill(&mut bytes);
    bytes[0]
}

/// The folder that letters are written to if no mail server is configured.
pub fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("outbox")
}

/// Writes a letter to a file that is there completely or not at all.
fn file(folder: &Path, mail: &Due, letter: &Written) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // Closed to other users of the machine from the beginning.
    let mut unfinished = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut unfinished, &letter.whole)?;
    unfinished.as_file().sync_all()?;
    unfinished.persist(folder.join(format!("{}.eml", mail.id))).map_err(|error| error.error)?;
    Ok(())
}

/// The default sender: `muster` at the host of the public URL.
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
