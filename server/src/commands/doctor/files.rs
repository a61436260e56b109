//! Checks the data directory, the temporary folder and the database's files: who can read them, whether they can be
//! written, and how much room is left. Also checks how many files and connections the process may have open.

use super::report::Report;
use crate::commands::words::count;
use crate::config::{Config, secret_key};
use crate::mail;
use std::path::{Path, PathBuf};
use store::private;

/// With less free space than this, in bytes and in percent of the disk, an import or an upgrade may not find room.
const LITTLE: u64 = 1_000_000_000;
const LITTLE_PERCENT: u64 = 10;
/// With less than this, in bytes, the next change may fail.
const NOTHING: u64 = 50_000_000;

/// Checks the files.
pub fn check(config: &Config, report: &mut Report) {
    directory(config, report);
    modes(config, report);
    let temporary = std::env::temp_dir();
    match unix::is_writable(&temporary) {
        Ok(()) => space("temporary folder", &temporary, report),
        Err(error) => report.problem(
            "temporary folder",
            &format!("{} cannot be written: {error}", temporary.display()),
            "Imports are kept there: make it writable, or set TMPDIR to a folder that is.",
        ),
    }
    unix::descriptors(report);
}

fn directory(config: &Config, report: &mut Report) {
    let path = &config.data_dir;
    let shown = path.display();
    let todo = "Make it a directory that the server's user owns, or set MUSTER_DATA_DIR (--data-dir).";
    if !path.exists() {
        let above = path.ancestors().skip(1).find(|above| above.exists() || above.as_os_str().is_empty());
        let above = above.filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match unix::is_writable(above) {
            Ok(()) if above.is_dir() => {
                report.warning("data directory", &format!("{shown} is not there yet"), "The first start makes it.");
            }
            Ok(()) => report.problem("data directory", &format!("{} is not a directory", above.display()), todo),
            Err(error) => {
                let found = format!("{shown} is not there and cannot be made in {}: {error}", above.display());
                report.problem("data directory", &found, todo);
            }
        }
        return;
    }
    if !path.is_dir() {
        report.problem("data directory", &format!("{shown} is not a directory"), todo);
        return;
    }
    if let Err(error) = unix::is_writable(path) {
        report.problem("data directory", &format!("{shown} cannot be written: {error}"), todo);
        return;
    }
    match unix::other_owner(path) {
        Some((owner, ours)) => report.warning(
            "data directory",
            &format!("{shown} belongs to user {owner}, and this is user {ours}"),
            "Run the doctor as the user that the server runs as: what it finds about files holds for its own user only.",
        ),
        None => report.ok("data directory", &format!("{shown} can be written")),
    }
    space("disk", path, report);
}

/// Everything that Muster writes is for its own user alone.
fn modes(config: &Config, report: &mut Report) {
    let letters = mail::folder(&config.data_dir);
    let in_letters = std::fs::read_dir(&letters).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let mut paths = private::files_of(&config.database_url);
    paths.extend(in_letters);
    paths.push(letters);
    // Every start closes these; the key it leaves as it is, and warns.
    let open: Vec<PathBuf> = paths.into_iter().filter(|path| private::is_open(path)).collect();
    let key = secret_key::file(&config.data_dir);
    if private::is_open(&key) {
        let todo = format!("Close it: chmod 600 {}", key.display());
        report.problem("file modes", "other users of this machine can read the installation's key", &todo);
    }
    if let Some(first) = open.first() {
        let number = count(open.len() as u64, "file is", "files are");
        let found = format!("{number} open to other users of this machine, such as {}", first.display());
        report.warning(
            "file modes",
            &found,
            "The next start or command closes its own files; chmod go= closes others.",
        );
    } else if !private::is_open(&key) {
        report.ok("file modes", "other users of this machine can read nothing");
    }
}

fn space(what: &str, path: &Path, report: &mut Report) {
    let Some((free, all)) = unix::space(path) else { return };
    let percent = free.saturating_mul(100).checked_div(all).unwrap_or(100);
    let found = format!("{} free ({percent} %) where {} is", megabytes(free), path.display());
    if free < NOTHING {
        report.problem(what, &found, "Make room: changes fail when the disk is full.");
    } else if free < LITTLE || percent < LITTLE_PERCENT {
        report.warning(what, &found, "Make room: an upgrade and a backup each need as much as the database has.");
    } else {
        report.ok(what, &found);
    }
}

fn megabytes(bytes: u64) -> String {
    if bytes < 10_000_000_000 { count(bytes / 1_000_000, "MB", "MB") } else { count(bytes / 1_000_000_000, "GB", "GB") }
}

/// What other systems do not have is not checked there.
#[cfg(unix)]
mod unix {
    use super::Report;
    use crate::commands::words::count;
    use crate::serve::descriptors;
    use rustix::fs::{Access, AtFlags, CWD, accessat, statvfs};
    use std::io;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    /// With fewer files and connections than this, a few hundred browsers use all of them up.
    const FEW_DESCRIPTORS: u64 = 1_024;

    /// Asks without writing.
    pub(super) fn is_writable(path: &Path) -> io::Result<()> {
        Ok(accessat(CWD, path, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)?)
    }

    /// The numbers of the user who owns it and of ours, where they differ.
    pub(super) fn other_owner(path: &Path) -> Option<(u32, u32)> {
        let (owner, ours) = (std::fs::metadata(path).ok()?.uid(), rustix::process::geteuid().as_raw());
        (owner != ours).then_some((owner, ours))
    }

    /// How many bytes are free for our user, and how many there are.
    pub(super) fn space(path: &Path) -> Option<(u64, u64)> {
        let disk = statvfs(path).ok()?;
        Some((disk.f_bavail.saturating_mul(disk.f_frsize), disk.f_blocks.saturating_mul(disk.f_frsize)))
    }

    pub(super) fn descriptors(report: &mut Report) {
        let number = descriptors::allowed();
        let found = format!("{} may be open at once", count(number, "file or connection", "files and connections"));
        if number < FEW_DESCRIPTORS {
            let todo = "Raise the limit: LimitNOFILE= in a systemd unit, ulimits in a container, ulimit -n in a shell.";
            report.warning("descriptors", &found, todo);
        } else {
            report.ok("descriptors", &found);
        }
    }
}

#[cfg(not(unix))]
mod unix {
    use super::Report;
    use std::io;
    use std::path::Path;

    pub(super) fn is_writable(_path: &Path) -> io::Result<()> {
        Ok(())
    }
    pub(super) fn other_owner(_path: &Path) -> Option<(u32, u32)> {
        None
    }
    pub(super) fn space(_path: &Path) -> Option<(u64, u64)> {
        None
    }
    pub(super) fn descriptors(_report: &mut Report) {}
}
