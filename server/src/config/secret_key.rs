//! The installation's key: 32 bytes, from the environment or from a file that only its owner can read.

use super::SECRET_KEY;
use crate::failure::Failure;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use service::SecretKey;
use service::clock::{Randomness, SystemRandomness};
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

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

/// Reads a key from text: base64, or 64 hexadecimal digits.
pub fn parse(text: &str) -> Option<SecretKey> {
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

/// A key as its file has it.
pub fn text(key: &SecretKey) -> String {
    STANDARD.encode(key.0) + "\n"
}

/// Where the key of a data directory is.
pub fn file(directory: &Path) -> PathBuf {
    directory.join(FILE)
}

/// Reads the key in the data directory, if there is one.
pub fn found(directory: &Path) -> Result<Option<SecretKey>, Failure> {
    let path = file(directory);
    match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        text => read(&path, text).map(Some),
    }
}

/// Reads the key in the data directory, or makes one there.
pub fn of_directory(directory: &Path) -> Result<SecretKey, Failure> {
    let path = directory.join(FILE);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => make(&path).and_then(|()| fs::read_to_string(&path)),
        read => read,
    };
    read(&path, text)
}

/// Reads the key in the data directory, which another Muster has made there.
pub fn present(directory: &Path) -> Result<SecretKey, Failure> {
    let path = directory.join(FILE);
    match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Failure::usage(format!(
            "The installation's key is not in “{}”; give it as {SECRET_KEY}, as the servers have it: without the key a backup would open nothing that is sealed.",
            path.display()
        ))),
        text => read(&path, text),
    }
}

/// Puts a key into the data directory, in one step. Another one that is there is kept under its name with `kept` behind
/// it, which is given back.
pub fn put(directory: &Path, key: &SecretKey, kept: &str) -> Result<Option<PathBuf>, Failure> {
    let path = directory.join(FILE);
    if fs::read_to_string(&path).ok().and_then(|text| parse(&text)).is_some_and(|there| there.0 == key.0) {
        return Ok(None);
    }
    let put = || {
        let unfinished = write(&path, key)?;
        let mut aside = path.as_os_str().to_owned();
        aside.push(kept);
        let aside = match fs::hard_link(&path, &aside) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            linked => linked.map(|()| Some(PathBuf::from(aside)))?,
        };
        fs::rename(&unfinished, &path)?;
        Ok(aside)
    };
    put().map_err(|error: io::Error| {
        Failure::fault(format!(
            "The database is restored, but the installation's key cannot be written into “{}”: {error}; make the directory writable and restore once more with --replace.",
            path.display()
        ))
    })
}

fn read(path: &Path, text: io::Result<String>) -> Result<SecretKey, Failure> {
    let text = text.map_err(|error| {
        Failure::usage(format!(
            "The installation's key in “{}” can be neither read nor made: {error}; make the file accessible to this user, or give the key as {SECRET_KEY}.",
            path.display()
        ))
    })?;
    warn_if_open(path);
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
    let unfinished = write(path, &SecretKey(key))?;
    // Unlike a rename, a link never replaces the file of somebody who was faster.
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Writes a key beside its file, closed to other users, and gives where.
fn write(path: &Path, key: &SecretKey) -> io::Result<PathBuf> {
    let unfinished = path.with_extension(format!("key.{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(text(key).as_bytes())?;
    file.sync_all()?;
    Ok(unfinished)
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
    fn a_key_that_is_put_there_takes_the_place_of_another_which_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        assert!(present(directory.path()).is_err());
        let (first, second) = (SecretKey([1; 32]), SecretKey([2; 32]));
        assert_eq!(put(directory.path(), &first, ".before").ok().unwrap(), None);
        assert_eq!(put(directory.path(), &first, ".before").ok().unwrap(), None, "it is the same");
        let kept = put(directory.path(), &second, ".before").ok().unwrap().unwrap();
        assert_eq!(fs::read_to_string(kept).unwrap(), text(&first));
        assert_eq!(present(directory.path()).ok().unwrap().0, second.0);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
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
