//! The program in an empty root, with nothing but the files that it is linked to, which is what the image of
//! `Containerfile` must contain.

use crate::support::{Server, is_root, muster, run};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The libraries of the image gcr.io/distroless/cc that Rust programs are linked to.
const IN_THE_IMAGE: [&str; 6] =
    ["ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6"];
/// The image's user.
const USER: &str = "65532:65532";

/// The files that a program is linked to.
fn libraries(program: &Path) -> Vec<PathBuf> {
    let said = Command::new("ldd").arg(program).output().expect("ldd runs");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    // "libm.so.6 => /lib/libm.so.6 (0x…)", "/lib64/ld-linux.so (0x…)"; what the kernel brings has no path.
    said.split_whitespace().filter(|word| word.starts_with('/')).map(PathBuf::from).collect()
}

fn copy(from: &Path, root: &Path, to: &Path) {
    let to = root.join(to.strip_prefix("/").expect("it is absolute"));
    fs::create_dir_all(to.parent().expect("it has a folder")).expect("a folder is made");
    fs::copy(from, &to).unwrap_or_else(|error| panic!("{from:?}: {error}"));
}

/// A root with the program in it.
fn root() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    let program = muster();
    let program = Path::new(program.get_program());
    copy(program, root, Path::new("/usr/local/bin/muster"));
    for library in libraries(program) {
        let name = library.file_name().expect("it has a name").to_string_lossy().into_owned();
        assert!(IN_THE_IMAGE.contains(&name.as_str()), "{name} is not in the image of Containerfile");
        copy(&library, root, &library);
    }
    for (name, mode) in [("", 0o755), ("data", 0o700), ("tmp", 0o1777)] {
        let path = root.join(name);
        fs::create_dir_all(&path).expect("a folder is made");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is ours");
    }
    if is_root() {
        run("chown", &[USER, &root.join("data").to_string_lossy()]);
    }
    folder
}

/// What runs the program in a root: as root by chroot, as the image's user; else in a namespace of one's own. Nothing where
/// the machine allows neither.
fn in_root(root: &Path, arguments: &[&str]) -> Option<Command> {
    let mut command = if is_root() {
        let mut command = Command::new("chroot");
        command.arg(format!("--userspec={USER}"));
        command
    } else {
        let allowed = Command::new("unshare").args(["--map-root-user", "true"]).stderr(Stdio::null()).status();
        if !allowed.is_ok_and(|status| status.success()) {
            return None;
        }
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "chroot"]);
        command
    };
    command.arg(root).arg("/usr/local/bin/muster").args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("MUSTER_") || name == "TMPDIR" {
            command.env_remove(name);
        }
    }
    Some(command)
}

#[test]
fn the_program_needs_nothing_but_what_the_image_has() {
    let root = root();
    let Some(serve) = in_root(root.path(), &["serve"]) else {
        println!("skipped: neither root nor user namespaces, so there is no chroot");
        return;
    };
    let mut server = Server::by(serve, &[("MUSTER_DATA_DIR", "/data")]);
    let cookie = server.owned();
    assert_eq!(server.get("/healthz").status, 200);
    let page = server.get("/sign-in");
    assert!(page.status == 200 && page.text().contains("<form"), "{}", page.status);
    assert_eq!(server.get_as(&cookie, "/o/acme/members").status, 200);
    let listen = server.address.to_string();
    let beside = |arguments: &[&str]| {
        let mut command = in_root(root.path(), arguments).expect("as before");
        command.envs([("MUSTER_DATA_DIR", "/data"), ("MUSTER_LISTEN", &listen)]).output().expect("it runs")
    };
    let ready = beside(&["ready"]);
    assert!(ready.status.success(), "{}", String::from_utf8_lossy(&ready.stderr));
    let doctor = beside(&["doctor"]);
    let report = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.status.success(), "{report}{}", String::from_utf8_lossy(&doctor.stderr));
    assert!(report.contains("leads to this installation"), "{report}");
    let (status, _) = server.stop();
    assert!(status.success(), "{status}");
    assert!(root.path().join("data/muster.db").exists() && root.path().join("data/secret.key").exists());
}
