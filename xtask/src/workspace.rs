//! The workspace's folders, and its settings in `[[workspace.metadata.leptos]]`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{cargo, process};

/// The workspace, as cargo tells it.
pub struct Workspace {
    pub root: PathBuf,
    pub target: PathBuf,
    pub settings: Settings,
}

/// The part of cargo-leptos' settings that this build obeys, so that both read one place.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    pub name: String,
    pub bin_package: String,
    pub lib_package: String,
    pub lib_profile_release: String,
    pub site_root: PathBuf,
    pub site_pkg_dir: String,
    pub style_file: PathBuf,
    pub assets_dir: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    metadata: Tables,
}

#[derive(Deserialize)]
struct Tables {
    leptos: Vec<Settings>,
}

impl Workspace {
    /// Asks cargo, so that `CARGO_TARGET_DIR` and calls from any folder work.
    pub fn find() -> Result<Self> {
        let mut command = cargo::command();
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        let metadata: Metadata = serde_json::from_str(&process::output(&mut command)?)
            .context("Cargo.toml lacks something in [[workspace.metadata.leptos]]")?;
        let settings = metadata.metadata.leptos.into_iter().next();
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            settings: settings.context("Cargo.toml has no [[workspace.metadata.leptos]]")?,
        })
    }

    /// The folder that the server serves or carries.
    pub fn site(&self) -> PathBuf {
        self.root.join(&self.settings.site_root)
    }

    /// Our own intermediate results: not part of the site, not cargo's.
    pub fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    pub fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// A path as people say it: relative to the workspace where it lies inside.
    pub fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
