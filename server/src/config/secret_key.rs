//! The installation's key: 32 bytes, from the environment or from a file that only its owner may read.

use super::SECRET_KEY;
use crate::failure::Failure;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use service::SecretKey;
use service::clock::{Randomness, SystemRandomness};
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

const FILE: &str = "secret.key";

/// Reads the environment's key. The sentence about a wrong one never repeats it.
pub fn parse_variable(value: &OsStr) -> Result<SecretKey, Failure> {
    let refuse = || {
        Failure::usage(format!(
            "{SECRET_KEY}: the value is not a key; accepted are 32 random bytes in base64 (such as from `openssl rand -base64 32`) or 64 hexadecimal digits."
        ))
    };
    value.to_str().and_then(parse).ok_or_else(refuse)
}

fn parse(text: &str) -> Option<SecretKey> {
    let text = text.trim();
    let bytes = if text.len() == 64 { from_hex(text) } else { from_base64(text) };
    bytes?.try_into().ok().map(SecretKey)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<_>>>()?;
    digits.chunks(2).map(|pair| u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).ok()).collect()
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].iter().find_map(|engine| engine.decode(text).ok())
}

/// Reads the key in the data directory, or makes one there.
pub fn of_directory(directory: &Path) -> Result<SecretKey, Failure> {
    let path = directory.join(FILE);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => make(&path).and_then(|()| fs::read_to_string(&path)),
        read => read,
    };
    let text = text.map_err(|error| {
        Failure::usage(format!(
            "The installation's key in “{}” can be neither read nor made: {error}; make the file accessible to this user, or give the key as {SECRET_KEY}.",
            path.display()
        ))
    })?;
    warn_if_open(&path);
    parse(&text).ok_or_else(|| {
        Failure::usage(format!(
            "The file “{}” does not hold a key; restore it from a backup, or give the key as {SECRET_KEY} (32 bytes in base64 or hexadecimal).",
            path.display()
        ))
    })
}

/// Makes the file in one step, so that of two servers that start at once both read the same whole key.
fn make(path: &Path) -> io::Result<()> {
    let mut key = [0; 32];
    SystemRandomness.fill(&mut key);
    let unfinished = path.with_extension(format!("key.{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    writeln!(file, "{}", STANDARD.encode(key))?;
    file.sync_all()?;
    // Unlike a rename, a link never replaces the file of somebody who was faster.
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn warn_if_open(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode());
    if mode & 0o077 != 0 {
        tracing::warn!("the installation's key in {} can be read by other users; chmod 600 closes it", path.display());
    }
}

#[cfg(not(unix))]
fn warn_if_open(_path: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_base64_and_hexadecimal() {
        let key = [0xfb; 32];
        let hex = "fB".repeat(32);
        for text in [hex, STANDARD.encode(key), URL_SAFE_NO_PAD.encode(key), format!(" {}\n", STANDARD.encode(key))] {
            assert_eq!(parse(&text).map(|key| key.0), Some(key), "{text}");
        }
        for text in ["", "secret", &"g".repeat(64), &STANDARD.encode([1; 31]), &STANDARD.encode([1; 33])] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_wrong_key_is_named_and_not_repeated() {
        let sentence = parse_variable(OsStr::new("hunter2")).err().unwrap().sentence().unwrap().to_owned();
        assert!(sentence.starts_with("MUSTER_SECRET_KEY") && !sentence.contains("hunter2"), "{sentence}");
    }

    #[test]
    fn the_file_is_made_once_and_closed_to_others() {
        let directory = tempfile::tempdir().unwrap();
        let first = of_directory(directory.path()).ok().unwrap();
        let second = of_directory(directory.path()).ok().unwrap();
        assert_eq!(first.0, second.0);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(directory.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_file_stops_the_start() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(FILE), "cut off").unwrap();
        assert!(matches!(of_directory(directory.path()), Err(Failure::Usage(_))));
    }

    #[test]
    fn servers_that_start_at_once_have_the_same_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        make(&path).unwrap();
        let first = fs::read(&path).unwrap();
        make(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), first);
    }
}
