//! Builds the browser's side: crate `frontend` to wasm, split into parts, wasm-bindgen, wasm-opt.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    cargo, node, parts, process,
    site::{self, Mode},
    slim,
    workspace::Workspace,
};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// What rustc switches on for this target and wasm-opt has to know of.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// Count this up when the way from cargo's wasm to ours changes. (wasm-bindgen's version needs no
/// mention: it stands in the wasm itself.)
const RECIPE: u32 = 8;

/// What a browser needs to run the frontend.
pub struct Frontend {
    pub js: Vec<u8>,
    pub wasm: Vec<u8>,
    /// JavaScript that crates brought along, and the parts that are loaded later, by their paths beside the js.
    pub beside: BTreeMap<String, Vec<u8>>,
    /// Whether wasm-opt went over it.
    pub optimized: bool,
}

/// Compiles the frontend, or finds it as it was.
pub fn build(workspace: &Workspace, mode: Mode) -> Result<Frontend> {
    let compiled = compile(workspace, mode)?;
    let wasm = fs::read(&compiled)?;
    let optimizer = match mode {
        Mode::Development => None,
        Mode::Release => Optimizer::find(workspace),
    };
    if mode == Mode::Release && optimizer.is_none() {
        process::warn("There is no wasm-opt (it comes with node's packages), so the wasm stays larger.");
    }
    let folder = workspace.scratch().join(match mode {
        Mode::Development => "frontend-dev",
        Mode::Release => "frontend-release",
    });
    let by = optimizer.as_ref().map_or("nothing", |optimizer| &optimizer.version);
    let recipe = format!("recipe {RECIPE}, optimized by {by}, from {}", site::digest(&wasm));
    let stamp = folder.join("recipe.txt");
    let name = &workspace.settings.name;
    if !fs::read_to_string(&stamp).is_ok_and(|last| last == recipe) {
        process::step("Splitting the wasm and binding it to JavaScript", "seconds", || {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            bind(&parts::split(&wasm, &folder, name)?, &folder, name, mode)?;
            if mode == Mode::Release { slim::slim(&folder, name) } else { Ok(()) }
        })?;
        if let Some(optimizer) = &optimizer {
            process::step("Optimizing the wasm", "half a minute", || {
                optimizer.run(&folder.join(format!("{name}_bg.wasm")))?;
                parts::wasm_files(&folder)?.iter().try_for_each(|part| optimizer.run(part))
            })?;
        }
        // Last, so that an interrupted build is done again.
        fs::write(&stamp, recipe)?;
    }
    read(&folder, name, optimizer.is_some())
}

fn compile(workspace: &Workspace, mode: Mode) -> Result<PathBuf> {
    let package = workspace.settings.lib_package.as_str();
    let mut command = cargo::command();
    command.current_dir(&workspace.root);
    command.args(["build", "--lib", "--package", package, "--target", TARGET]);
    let lasts = match mode {
        Mode::Development => "2 minutes the first time, then seconds",
        Mode::Release => {
            command.args(["--profile", &workspace.settings.lib_profile_release]);
            "3 minutes the first time, 1 minute after a change"
        }
    };
    process::step("Compiling the browser side", lasts, || {
        cargo::build(&mut command, package, &format!("{package}.wasm"))
    })
}

fn bind(wasm: &[u8], folder: &Path, name: &str, mode: Mode) -> Result<()> {
    let release = mode == Mode::Release;
    // No default path to the wasm in the js: the shell passes the hashed one.
    Bindgen::new()
        .input_bytes(name, wasm.to_vec())
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        // The table of functions, which the parts need.
        .keep_lld_exports(true)
        .keep_debug(!release)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(folder)
        .context("wasm-bindgen could not read the wasm")?;
    if folder.join("package.json").exists() {
        bail!("A crate asks for npm packages in the browser; this build has no bundler for them.");
    }
    Ok(())
}

fn read(folder: &Path, name: &str, optimized: bool) -> Result<Frontend> {
    let js = fs::read_to_string(folder.join(format!("{name}.js")))?;
    let wasm = fs::read(folder.join(format!("{name}_bg.wasm")))?;
    let (js, mut beside) = name_snippets(js, read_snippets(&folder.join("snippets"))?);
    let parts = parts::read(folder, js, name)?;
    beside.extend(parts.files);
    Ok(Frontend { js: parts.js.into_bytes(), wasm, beside, optimized })
}

fn read_snippets(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut snippets = BTreeMap::new();
    if !folder.exists() {
        return Ok(snippets);
    }
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder)?;
            snippets.insert(path.to_string_lossy().into_owned(), fs::read(entry.path())?);
        }
    }
    Ok(snippets)
}

/// Gives the snippets' folder a name made from their content: they too are cached for ever.
fn name_snippets(js: String, snippets: BTreeMap<String, Vec<u8>>) -> (String, BTreeMap<String, Vec<u8>>) {
    if snippets.is_empty() {
        return (js, snippets);
    }
    let mut all = Vec::new();
    for (path, content) in &snippets {
        all.extend_from_slice(path.as_bytes());
        all.extend_from_slice(content);
    }
    let folder = format!("snippets.{}", site::digest(&all));
    let js = js.replace("'./snippets/", &format!("'./{folder}/"));
    let js = js.replace("\"./snippets/", &format!("\"./{folder}/"));
    let named = snippets.into_iter().map(|(path, content)| (format!("{folder}/{path}"), content));
    (js, named.collect())
}

/// wasm-opt: npm's pinned one, else the machine's.
struct Optimizer {
    program: PathBuf,
    version: String,
}

impl Optimizer {
    fn find(workspace: &Workspace) -> Option<Self> {
        if let Some(program) = node::tool(workspace, "wasm-opt") {
            let version = format!("npm's binaryen {}", node::version_of(workspace, "binaryen")?);
            return Some(Self { program, version });
        }
        let program = process::find("wasm-opt")?;
        let version = process::output(Command::new(&program).arg("--version")).ok()?;
        Some(Self { program, version: version.trim().to_owned() })
    }

    fn run(&self, wasm: &Path) -> Result<()> {
        let small = wasm.with_extension("small.wasm");
        let mut command = Command::new(&self.program);
        // Nothing of ours lies at the lowest addresses, and a browser's memory begins as zeros. A second round takes
        // seconds and finds what the first one made possible (0.7 KB of the first load).
        command
            .arg(wasm)
            .args(["-Oz", "-Oz", "--low-memory-unused", "--zero-filled-memory"])
            .args(FEATURES)
            .arg("-o")
            .arg(&small);
        process::run(&mut command)?;
        Ok(fs::rename(small, wasm)?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::name_snippets;

    #[test]
    fn a_changed_snippet_moves_to_another_folder() {
        let js = "import { f } from './snippets/a/inline0.js';".to_owned();
        let named = |content: &str| {
            let snippets = BTreeMap::from([("a/inline0.js".to_owned(), content.into())]);
            name_snippets(js.clone(), snippets)
        };
        let (one, files) = named("1");
        let (two, _) = named("2");
        let path = files.into_keys().next().unwrap();
        assert_eq!(one, format!("import {{ f }} from './{path}';"));
        assert_ne!(one, two);
    }
}
