//! Files that other users of the machine must not read: they are created closed, whatever the process's umask, and
//! closed again if an older version or a copy left them open.

use crate::{Error, Result};
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The end of the name of the lock file by which servers agree, on SQLite, who opens and migrates.
pub(crate) const MIGRATING: &str = ".migrating";

/// The file in an address, from what follows `sqlite://`.
pub(crate) fn sqlite_file(rest: &str) -> PathBuf {
    PathBuf::from(rest.split('?').next().unwrap_or_default())
}

/// A file in the same folder, whose name has a suffix.
pub(crate) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// How such files are made: to be written, by their owner alone.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes an empty file, unless there is one: SQLite takes an empty file for a new database, and gives what it puts beside
/// it the same mode.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn make(path: &Path) -> Result<()> {
    match options().create_new(true).open(path) {
        Err(source) if source.kind() != ErrorKind::AlreadyExists => Err(Error::File { path: path.into(), source }),
        _ => Ok(()),
    }
}

/// What there is of an SQLite database: its file, what SQLite puts beside it, and the copies that Muster keeps. On
/// PostgreSQL, and where there is none yet, nothing.
pub fn files_of(address: &str) -> Vec<PathBuf> {
    let Some(rest) = address.strip_prefix("sqlite://") else { return Vec::new() };
    let file = sqlite_file(rest);
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return Vec::new() };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let name = name.to_string_lossy().into_owned();
    let ours = |other: &str| {
        other.strip_prefix(&name).is_some_and(|end| {
            ["", "-wal", "-shm", "-journal", MIGRATING].contains(&end)
                || [".before-", ".restoring"].iter().any(|begin| end.starts_with(begin))
        })
    };
    let mut found = vec![beside(&file, "")];
    let others = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    found.extend(others.filter(|entry| ours(&entry.file_name().to_string_lossy())).map(|entry| entry.path()));
    found.sort();
    found.dedup();
    found
}

/// A file that others could read.
#[derive(Debug)]
pub struct Open {
    /// Which.
    pub path: PathBuf,
    /// Why it still is; nothing where it is closed now.
    pub still: Option<std::io::Error>,
}

/// The permissions of a file or a folder that other users of the machine may use in any way; nothing where they may not,
/// or where it is not there.
#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<std::fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(std::fs::metadata(path).ok()?.permissions()).filter(|permissions| permissions.mode() & 0o077 != 0)
}

/// Whether other users of the machine may use a file or a folder in any way.
#[cfg(unix)]
pub fn is_open(path: &Path) -> bool {
    open_to_others(path).is_some()
}

/// Other systems know no such rights.
#[cfg(not(unix))]
pub fn is_open(_path: &Path) -> bool {
    false
}

/// Takes every right from other users of the machine, for a file or a folder. Gives it where they had one.
#[cfg(unix)]
pub fn close(path: &Path) -> Option<Open> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = open_to_others(path)?;
    permissions.set_mode(permissions.mode() & 0o700);
    let still = std::fs::set_permissions(path, permissions).err();
    Some(Open { path: path.into(), still })
}

/// Other systems know no such rights.
#[cfg(not(unix))]
pub fn close(_path: &Path) -> Option<Open> {
    None
}
