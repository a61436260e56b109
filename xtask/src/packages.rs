//! Installs Debian packages that the tests need and cannot get any other way.

use std::{io::IsTerminal, path::Path, process::Command};

use anyhow::{Result, bail};

use crate::process;

/// A font that pages with names of many scripts are drawn with.
pub struct Font {
    pub what: &'static str,
    pub package: &'static str,
    /// A file of the package: looking for it takes no program that may be missing.
    file: &'static str,
}

pub const FONTS: [Font; 2] = [
    Font {
        what: "fonts for many scripts",
        package: "fonts-noto-core",
        file: "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    },
    Font {
        what: "fonts for Chinese, Japanese and Korean",
        package: "fonts-noto-cjk",
        file: "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    },
];

impl Font {
    pub fn is_there(&self) -> bool {
        Path::new(self.file).exists()
    }
}

/// What is missing, to be installed at once.
#[derive(Default)]
pub struct Missing {
    what: Vec<&'static str>,
    packages: Vec<&'static str>,
}

impl Missing {
    pub fn add(&mut self, what: &'static str, packages: &[&'static str]) {
        self.what.push(what);
        self.packages.extend(packages);
    }

    /// Installs with apt, as root or through sudo.
    pub fn install(&self) -> Result<()> {
        if self.packages.is_empty() {
            return Ok(());
        }
        let what = self.what.join(", ");
        if process::find("apt-get").is_none() {
            bail!(
                "This machine lacks {what}. On Debian these are the packages {}; install what your \
                 system calls them.",
                self.packages.join(" ")
            );
        }
        process::step(&format!("Installing {what} with apt"), "1 to 2 minutes", || {
            let install = || process::succeeds(&mut apt("install", &self.packages)?);
            // On a fresh machine apt knows no packages yet, on an old one their addresses moved.
            if install()? {
                return Ok(());
            }
            process::run(&mut apt("update", &[])?)?;
            match install()? {
                true => Ok(()),
                false => bail!("apt could not install {}.", self.packages.join(" ")),
            }
        })
    }
}

fn apt(verb: &str, packages: &[&str]) -> Result<Command> {
    let mut command = if process::is_root() {
        Command::new("env")
    } else if process::find("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        if !std::io::stdin().is_terminal() {
            // Nobody is there to type a password: fail at once instead of waiting.
            sudo.arg("--non-interactive");
        }
        sudo.arg("env");
        sudo
    } else {
        bail!("Installing {} takes root or sudo.", packages.join(" "));
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes"]);
    command.args(["-o", "Dpkg::Use-Pty=0", verb]);
    if verb == "install" {
        command.arg("--no-install-recommends").args(packages);
    }
    Ok(command)
}
