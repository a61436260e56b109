//! Letters that are written to files because no mail server is configured (spec I8). Each file is deleted thirty days
//! after it was written, as its row is, and earlier if it names somebody who is erased (spec E6).

use super::KEPT;
use crate::{Error, Result, Services};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Email, MailId, OrganizationId, Timestamp};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// How many characters of base64 stand for whole bytes.
const BASE64: usize = 4;

/// Files that name somebody.
#[derive(Default)]
pub(crate) struct Mentions {
    /// Of the organization's letters.
    ours: Vec<PathBuf>,
    /// Of those that no organization sent, about the account.
    of_account: Vec<PathBuf>,
}

/// Looks through the files for an address and a name. Other organizations' are left out.
pub(crate) async fn look_for(
    services: &Services,
    organization: OrganizationId,
    (email, name): (&Email, &str),
) -> Result<Mentions> {
    let Some(folder) = services.inner.letters.get().cloned() else { return Ok(Mentions::default()) };
    let (email, name) = (email.clone(), name.to_owned());
    let found = tokio::task::spawn_blocking(move || {
        let named = |(_, path): &(MailId, PathBuf)| {
            std::fs::read(path).is_ok_and(|letter| names(&readable(&letter), &email, &name))
        };
        let found = letters(&folder)?.into_iter().filter(named);
        Result::<Vec<_>>::Ok(found.collect())
    });
    let found = found.await.map_err(|error| Error::Internal(error.to_string()))??;
    let ids: Vec<MailId> = found.iter().map(|(id, _)| *id).collect();
    let ours = store::outbox::sent_by(services.reader(), Some(organization), &ids).await?;
    let nobodys = store::outbox::sent_by(services.reader(), None, &ids).await?;
    let mut mentions = Mentions::default();
    for (id, path) in found {
        if ours.contains(&id) {
            mentions.ours.push(path);
        } else if nobodys.contains(&id) {
            mentions.of_account.push(path);
        }
    }
    Ok(mentions)
}

impl Mentions {
    /// Deletes them; those about the account where it goes too.
    pub fn delete(&self, with_account: bool) -> Result<()> {
        let of_account = self.of_account.iter().filter(|_| with_account);
        self.ours.iter().chain(of_account).try_for_each(|path| delete(path))
    }
}

/// Deletes the files of letters that were written so long ago that their rows go.
pub(super) async fn tidy(services: &Services) -> Result<()> {
    let Some(folder) = services.inner.letters.get().cloned() else { return Ok(()) };
    let before = services.now().plus_seconds(-KEPT);
    let done = tokio::task::spawn_blocking(move || {
        let old = |(id, _): &(MailId, PathBuf)| written_at(*id).is_some_and(|at| at < before);
        letters(&folder)?.into_iter().filter(old).try_for_each(|(_, path)| delete(&path))
    });
    done.await.map_err(|error| Error::Internal(error.to_string()))?
}

/// A letter's id tells when it was written.
fn written_at(id: MailId) -> Option<Timestamp> {
    let (seconds, nanos) = id.uuid().get_timestamp()?.to_unix();
    Some(Timestamp::from_millis(i64::try_from(seconds).ok()? * 1_000 + i64::from(nanos / 1_000_000)))
}

/// The files of a folder that are letters.
fn letters(folder: &Path) -> Result<Vec<(MailId, PathBuf)>> {
    let entries = match std::fs::read_dir(folder) {
        // Nobody wrote a letter into a folder that is not there, or is none.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        entries => entries.map_err(|error| unreadable(folder, &error))?,
    };
    let letter = |entry: std::fs::DirEntry| {
        let path = entry.path();
        let id = path.file_name()?.to_str()?.strip_suffix(".eml")?.parse().ok()?;
        Some((id, path))
    };
    Ok(entries.filter_map(std::result::Result::ok).filter_map(letter).collect())
}

fn delete(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(unreadable(path, &error)),
        _ => Ok(()),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::Internal(format!("the letters in {}: {error}", path.display()))
}

/// Says whether a letter names a person: by their address, or by their whole name.
fn names(text: &str, email: &Email, name: &str) -> bool {
    let stands_alone = |(at, _): (usize, &str)| {
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        !inside(before.chars().next_back()) && !inside(after.chars().next())
    };
    email.is_named_in(text) || !name.is_empty() && text.match_indices(name).any(stands_alone)
}

/// What stands in a letter, whichever of the encodings of mail it is written in (RFC 2045, section 6).
fn readable(letter: &[u8]) -> String {
    let raw = String::from_utf8_lossy(letter).into_owned();
    let mut bytes = unquoted(letter);
    let is_base64 = |line: &&str| {
        let of_it = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        line.len() >= BASE64 && line.len().is_multiple_of(BASE64) && line.bytes().all(of_it)
    };
    for line in raw.lines().filter(is_base64) {
        bytes.extend(STANDARD.decode(line).unwrap_or_default());
    }
    raw + "\n" + &String::from_utf8_lossy(&bytes)
}

/// Quoted-printable, decoded.
fn unquoted(letter: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (mut bytes, mut rest) = (Vec::with_capacity(letter.len()), letter);
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'=', [b'\r', b'\n', after @ ..] | [b'\n', after @ ..]) => after,
            (b'=', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.extend(u8::try_from(high * 16 + low));
                    after
                }
                _ => {
                    bytes.push(*first);
                    &rest[1..]
                }
            },
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_read_in_whichever_encoding() {
        let ben = Email::parse("ben@acme.example").unwrap();
        for letter in [
            "To: Ben <BEN@acme.example>\r\n\r\nHello",
            "\r\nben@acm=\r\ne.example: 1 May",
            "\r\nM=C3=BCller <ben=40acme.example>",
            "\r\nw4QgYmVuQGFjbWUuZXhhbXBsZQ==\r\n",
            "\r\nHello B=\r\nen Berg, in M=C3=BCnchen",
        ] {
            assert!(names(&readable(letter.as_bytes()), &ben, "Ben Berg"), "{letter}");
        }
        for letter in ["To: Reuben <reuben@acme.example>\r\n", "\r\nReuben Bergman\r\n", "=", "=4", "=é", ""] {
            assert!(!names(&readable(letter.as_bytes()), &ben, "Ben Berg"), "{letter}");
        }
        assert!(!names("a letter", &ben, ""));
    }
}
