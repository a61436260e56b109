//! Builds the site, `target/site`, which is everything that a browser loads, and the server that serves it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::{bindgen, cargo, compress, css, prepare, process, size, workspace::Workspace};

/// For whom a build is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// For us: compiles fast, keeps names for stack traces, nothing compressed.
    Development,
    /// For people: small, compressed beforehand, inside the executable.
    Release,
}

impl Mode {
    pub fn from_release(release: bool) -> Self {
        if release { Self::Release } else { Self::Development }
    }
}

/// `manifest.json`: what the shell links to.
#[derive(Serialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
}

/// Prepares the machine, builds the site and the server; gives the server's executable.
pub fn build_all(workspace: &Workspace, mode: Mode) -> Result<PathBuf> {
    prepare::to_build(workspace)?;
    build(workspace, mode)?;
    build_server(workspace, mode)
}

/// Builds `target/site`.
pub fn build(workspace: &Workspace, mode: Mode) -> Result<()> {
    let settings = &workspace.settings;
    let frontend = bindgen::build(workspace, mode)?;
    let style = css::bundle(&workspace.root.join(&settings.style_file))?;

    let mut site = Site::open(workspace.site(), mode)?;
    let package = |name: &str| Path::new(&settings.site_pkg_dir).join(name);
    let name = &settings.name;
    let (mut scripts, mut later) = (Vec::new(), Vec::new());
    for (path, content) in &frontend.beside {
        let file = site.put(&package(path), content)?;
        let file = site.root.join(file);
        if path.ends_with(".wasm") { later.push(file) } else { scripts.push(file) }
    }
    let js = site.put(&package(&hashed(name, &frontend.js, "js")), &frontend.js)?;
    let wasm = site.put(&package(&hashed(name, &frontend.wasm, "wasm")), &frontend.wasm)?;
    let css = site.put(&package(&hashed(name, style.as_bytes(), "css")), style.as_bytes())?;
    site.copy(&workspace.root.join(&settings.assets_dir))?;
    let manifest = Manifest { js: address(&js), wasm: address(&wasm), css: address(&css) };
    // Never sent to a browser, so never compressed; written last, it marks a whole site.
    site.keep("manifest.json", serde_json::to_string(&manifest)?.as_bytes())?;
    site.remove_stale()?;

    let at = |path: &Path| site.root.join(path);
    scripts.push(at(&js));
    let sizes = size::Sizes::measure(&at(&wasm), &scripts, &at(&css), &later)?;
    sizes.print();
    match mode {
        Mode::Development => Ok(()),
        Mode::Release => sizes.check(frontend.optimized),
    }
}

fn build_server(workspace: &Workspace, mode: Mode) -> Result<PathBuf> {
    let package = workspace.settings.bin_package.as_str();
    let mut command = cargo::command();
    command.current_dir(&workspace.root).args(["build", "--package", package]);
    let (what, lasts) = match mode {
        Mode::Development => ("Compiling the server for development", "3 minutes the first time, then seconds"),
        Mode::Release => {
            command.args(["--release", "--features", "embed"]);
            ("Compiling the server", "7 minutes the first time, then seconds")
        }
    };
    process::step(what, lasts, || {
        let executable = cargo::build(&mut command, package, package)?;
        println!("  {}", workspace.shown(&executable));
        Ok(executable)
    })
}

/// `muster.0123456789abcdef.js`: another content is another name, so it may be cached for ever.
pub fn hashed(name: &str, content: &[u8], extension: &str) -> String {
    format!("{name}.{}.{extension}", digest(content))
}

/// The first 64 bits of the SHA-256: enough to tell builds apart, short enough to read.
pub fn digest(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn address(path: &Path) -> String {
    format!("/{}", path.display())
}

/// The folder while it is being filled: what isn't put into it again is removed.
struct Site {
    root: PathBuf,
    mode: Mode,
    files: BTreeSet<PathBuf>,
}

impl Site {
    fn open(root: PathBuf, mode: Mode) -> Result<Self> {
        fs::create_dir_all(&root)?;
        Ok(Self { root, mode, files: BTreeSet::new() })
    }

    /// Writes a file and what it compresses to, if it is not there already.
    fn put(&mut self, path: &Path, content: &[u8]) -> Result<PathBuf> {
        let file = self.root.join(path);
        if self.mode == Mode::Release && compress::is_compressible(path) {
            // The file itself comes last: where it lies unchanged, its companions do too.
            let whole = is(&file, content);
            self.files.extend(compress::beside(&file, content, whole)?);
        }
        self.keep(path, content)?;
        Ok(path.to_owned())
    }

    /// Writes a file, but leaves it (and its time, which cargo looks at) alone where it is the same.
    fn keep(&mut self, path: impl AsRef<Path>, content: &[u8]) -> Result<()> {
        let file = self.root.join(path);
        if !is(&file, content) {
            write(&file, content)?;
        }
        self.files.insert(file);
        Ok(())
    }

    fn copy(&mut self, from: &Path) -> Result<()> {
        if !from.exists() {
            // git keeps no empty folder.
            return Ok(());
        }
        for entry in WalkDir::new(from).into_iter().filter_entry(|entry| !is_hidden(entry.path())) {
            let entry = entry.with_context(|| format!("Cannot read {}", from.display()))?;
            if entry.file_type().is_file() {
                self.put(entry.path().strip_prefix(from)?, &fs::read(entry.path())?)?;
            }
        }
        Ok(())
    }

    fn remove_stale(&self) -> Result<()> {
        for entry in WalkDir::new(&self.root).min_depth(1).contents_first(true) {
            let entry = entry?;
            if entry.file_type().is_dir() {
                // Fails where something is left in it, which is what we want.
                let _ = fs::remove_dir(entry.path());
            } else if !self.files.contains(entry.path()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('.'))
}

fn is(file: &Path, content: &[u8]) -> bool {
    fs::read(file).is_ok_and(|there| there == content)
}

/// Writes a file in one go: a build that is interrupted leaves no half of one.
pub fn write(file: &Path, content: &[u8]) -> Result<()> {
    let folder = file.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder)?;
    let half = file.with_added_extension("part");
    fs::write(&half, content).with_context(|| format!("Cannot write {}", half.display()))?;
    fs::rename(&half, file).with_context(|| format!("Cannot write {}", file.display()))
}
