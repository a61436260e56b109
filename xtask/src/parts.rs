//! Splits the wasm into parts: code that the first load does not need is loaded when a page asks for it (decision 11).
//!
//! `wasm_split` marks the functions where a part begins, and this module splits the wasm there: code that only one part
//! needs goes into that part, code that several need goes into a chunk of its own, and the rest stays. A small script
//! loads them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use crate::site;

/// Where the parts lie while they are made, in the folder of the whole.
const FOLDER: &str = "parts";
/// The script that loads them.
const LOADER: &str = "load.js";

/// The script of the first load, and what is loaded later.
pub struct Parts {
    pub js: String,
    /// By their paths beside the script.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Takes a wasm apart; gives what is left of it for the first load.
pub fn split(wasm: &[u8], folder: &Path, name: &str) -> Result<Vec<u8>> {
    let parts = folder.join(FOLDER);
    fs::create_dir_all(&parts)?;
    let rest = folder.join("rest.wasm");
    let script = format!("../{name}.js");
    let mut options = Options::new(wasm);
    options.output_dir = &parts;
    options.main_out_path = &rest;
    options.link_name = LOADER;
    options.main_module = &script;
    transform(options).map_err(|error| anyhow!("The wasm cannot be split: {error:#}"))?;
    for part in wasm_files(folder)? {
        let whole = fs::read(&part)?;
        fs::write(&part, without_names(&whole).context("A part is no wasm")?)?;
    }
    Ok(fs::read(rest)?)
}

/// A wasm without its custom sections, in which the functions' names are.
fn without_names(wasm: &[u8]) -> Option<Vec<u8>> {
    const CUSTOM: u8 = 0;
    let (start, mut rest) = wasm.split_at_checked(8)?;
    let mut kept = start.to_vec();
    while let Some(&kind) = rest.first() {
        let (length, bytes) = leb128(rest.get(1..)?)?;
        let (section, after) = rest.split_at_checked(1 + bytes + length)?;
        if kind != CUSTOM {
            kept.extend_from_slice(section);
        }
        rest = after;
    }
    Some(kept)
}

/// A number at the beginning of some bytes, and how many of them it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut number = 0;
    for (place, byte) in bytes.iter().enumerate().take(5) {
        number |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number, place + 1));
        }
    }
    None
}

/// The wasm of every part.
pub fn wasm_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder.join(FOLDER))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads the parts and gives their folder, and the script, names made from the content of all of it: each names
/// the other, and all are cached for ever.
pub fn read(folder: &Path, js: String, name: &str) -> Result<Parts> {
    let loader = fs::read_to_string(folder.join(FOLDER).join(LOADER)).context("The parts have no script")?;
    let mut all = js.clone().into_bytes();
    all.extend_from_slice(loader.as_bytes());
    let mut files = BTreeMap::new();
    for path in wasm_files(folder)? {
        let content = fs::read(&path)?;
        all.extend_from_slice(&content);
        files.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned(), content);
    }
    let digest = site::digest(&all);
    // Not where the wasm's own name for it stands.
    let js = js.replace(&format!("from \"{LOADER}\""), &format!("from \"./{FOLDER}.{digest}/{LOADER}\""));
    // What imports the script by its name must get the same one, not another that is as good.
    let script = site::hashed(name, js.as_bytes(), "js");
    let loader = loader.replace(&format!("\"../{name}.js\""), &format!("\"../{script}\""));
    files.insert(LOADER.to_owned(), loader.into_bytes());
    let named = files.into_iter().map(|(path, content)| (format!("{FOLDER}.{digest}/{path}"), content));
    Ok(Parts { js, files: named.collect() })
}

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn custom_sections_go_and_others_stay() {
        let named = b"\0asm\x01\0\0\0\x00\x03\x01nx\x01\x81\x00z\x00\x01\x00";
        assert_eq!(without_names(named).unwrap(), b"\0asm\x01\0\0\0\x01\x81\x00z");
        assert_eq!(without_names(b"\0asm\x01\0\0\0\x01\x09z"), None);
    }
}
