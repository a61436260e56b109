//! node and the packages in `end2end/`: wasm-opt, Playwright, TypeScript.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::{process, site, workspace::Workspace};

const OLDEST: u32 = 20;

/// What hinders the use of node here, as a sentence.
pub fn missing() -> Option<String> {
    let version = Command::new("node").arg("--version").stderr(Stdio::null()).output();
    let major = version.ok().and_then(|said| major(&String::from_utf8_lossy(&said.stdout)));
    match major {
        None => Some(format!("There is no node (it takes {OLDEST} or newer).")),
        Some(major) if major < OLDEST => Some(format!("node is version {major}; it takes {OLDEST} or newer.")),
        Some(_) if process::find("npm").is_none() => Some("There is node, but no npm.".to_owned()),
        Some(_) => None,
    }
}

/// `v20.20.2` → 20
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs exactly what `package-lock.json` pins, unless it is there.
pub fn install(workspace: &Workspace) -> Result<()> {
    let folder = workspace.end2end();
    let lock = site::digest(&fs::read(folder.join("package-lock.json"))?);
    // npm keeps no record of the lock file that it installed from; this is ours.
    let stamp = folder.join("node_modules").join(".muster-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    process::step("Installing node's packages", "20 seconds", || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder);
        process::run(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
        Ok(fs::write(&stamp, lock)?)
    })
}

/// A package's program, if node and the package are there.
pub fn tool(workspace: &Workspace, name: &str) -> Option<PathBuf> {
    let tool = workspace.end2end().join("node_modules/.bin").join(name);
    (process::is_program(&tool) && missing().is_none()).then_some(tool)
}

/// A package's program, or why there is none.
pub fn require_tool(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    match (tool(workspace, name), missing()) {
        (Some(tool), _) => Ok(tool),
        (None, Some(reason)) => bail!("{reason}"),
        (None, None) => bail!("end2end/node_modules lacks {name}: run `cargo xtask prepare`."),
    }
}

/// The version of an installed package.
pub fn version_of(workspace: &Workspace, package: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Package {
        version: String,
    }
    let file = workspace.end2end().join("node_modules").join(package).join("package.json");
    let package: Package = serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?;
    Some(package.version)
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read_from_what_node_says() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major(""), None);
        assert_eq!(major("nonsense"), None);
    }
}
