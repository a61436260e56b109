//! Finds the browser that the tests drive. No test ever downloads one.

use std::{path::PathBuf, process::Command};

use crate::{node, process, workspace::Workspace};

/// Playwright's own browser where it is installed, else the machine's.
pub fn find(workspace: &Workspace) -> Option<PathBuf> {
    of_playwright(workspace)
        .or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(process::find))
}

fn of_playwright(workspace: &Workspace) -> Option<PathBuf> {
    node::tool(workspace, "playwright")?;
    let mut node = Command::new("node");
    node.args(["-p", "require('playwright-core').chromium.executablePath()"]);
    let path = process::output(node.current_dir(workspace.end2end())).ok()?;
    Some(PathBuf::from(path.trim())).filter(|path| process::is_program(path))
}
