//! Creates an organization to look at: `muster demo`, with a password that nobody else knows.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    process,
    site::{self, Mode},
    workspace::Workspace,
};

/// How much there is to look at.
#[derive(Args)]
pub struct Options {
    /// How many people
    #[arg(long, default_value_t = 10_000)]
    members: u64,
    /// How many groups
    #[arg(long, default_value_t = 40)]
    groups: u64,
    /// The same seed makes the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Fills the data folder that `make run` uses.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = site::build_all(workspace, Mode::Release)?;
    let file = workspace.root.join("data").join("demo-password");
    let password = password(&file)?;
    let mut command = Command::new(binary);
    command
        .current_dir(&workspace.root)
        .arg("demo")
        .args(["--members", &options.members.to_string()])
        .args(["--groups", &options.groups.to_string()])
        .args(["--seed", &options.seed.to_string()])
        .arg("--password-file")
        .arg(&file);
    let made = process::step("Making the demo organization", "seconds", || process::run(&mut command));
    made.with_context(|| format!("If it is there already, its password is in {}", workspace.shown(&file)))?;
    println!();
    println!("Start the server with `make run`, open the address that it prints, and sign in:");
    println!("  Email     admin@demo.example");
    println!("            (or security@, owner@, member@demo.example for the other roles)");
    println!("  Password  {password}");
    println!("The password is also in {}.", workspace.shown(&file));
    Ok(())
}

/// The password in the file, which is made when there is none; only its owner may read it.
fn password(file: &Path) -> Result<String> {
    if let Some(folder) = file.parent() {
        // What the server keeps in there is for its owner alone too.
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut made) => {
            let password = random_password()?;
            writeln!(made, "{password}")?;
            Ok(password)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let text = fs::read_to_string(file)?;
            Ok(text.lines().next().unwrap_or_default().to_owned())
        }
        Err(error) => Err(error).with_context(|| format!("Cannot write {}", file.display())),
    }
}

/// Twenty letters that are hard to misread: 100 bits.
fn random_password() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0; 20];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    let letters = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    let mut password = String::new();
    for (index, letter) in letters.enumerate() {
        if index > 0 && index % 5 == 0 {
            password.push('-');
        }
        password.push(letter);
    }
    Ok(password)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::password;

    #[test]
    fn a_password_is_made_once_and_only_its_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/demo-password");
        let made = password(&file).unwrap();
        assert_eq!(made.len(), 23);
        assert_eq!(password(&file).unwrap(), made);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
