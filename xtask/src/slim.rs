//! Removes parts of wasm-bindgen's output that no browser needs: long names that connect the script and the wasm,
//! exports that nobody calls, comments, and the paths where libraries were compiled.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, anyhow};
use walrus::Module;

/// How names of exports begin that a crate brings along for streams, which no page of ours uses. What only they
/// need goes with them.
const UNUSED_EXPORTS: [&str; 2] = ["intounderlying", "__wbg_intounderlying"];

/// What is longer is no path of a source.
const LONGEST_PATH: usize = 300;

/// Makes the script and the wasm of the first load smaller, before wasm-opt looks at it.
pub fn slim(folder: &Path, name: &str) -> Result<()> {
    let (script, wasm) = (folder.join(format!("{name}.js")), folder.join(format!("{name}_bg.wasm")));
    let js = fs::read_to_string(&script)?;
    let broken = |error| anyhow!("The wasm cannot be read: {error}");
    let mut module = Module::from_file(&wasm).map_err(broken)?;

    let unused: Vec<_> = module
        .exports
        .iter()
        .filter(|export| UNUSED_EXPORTS.iter().any(|start| export.name.starts_with(start)))
        .map(|export| export.id())
        .collect();
    unused.into_iter().for_each(|export| module.exports.delete(export));

    let mut short = BTreeMap::new();
    for import in module.imports.iter_mut().filter(|import| import.name.starts_with("__wb")) {
        let next = format!("_{:x}", short.len());
        let new = short.entry(import.name.clone()).or_insert(next);
        import.name.clone_from(new);
    }
    let starts = sources();
    let segments: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    segments.into_iter().for_each(|id| without_sources(&mut module.data.get_mut(id).value, &starts));
    module.emit_wasm_file(&wasm).map_err(broken)?;
    fs::write(&script, without_comments(&renamed(&js, &short))).context("The script cannot be written")
}

/// How paths of libraries begin. Our own stay: a panic says where in our sources it was.
fn sources() -> Vec<String> {
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo"));
    let registry = home.map(|home| home + "/registry/src/");
    ["/rustc/", "/rust/deps/"].map(String::from).into_iter().chain(registry).collect()
}

/// Puts zeros in the place of such paths: what reads them has their length elsewhere.
fn without_sources(data: &mut [u8], starts: &[String]) {
    for start in starts {
        let mut at = 0;
        while let Some(found) = position(&data[at..], start.as_bytes()) {
            let path = at + found;
            let Some(length) = position(&data[path..], b".rs").filter(|length| *length < LONGEST_PATH) else { break };
            at = path + length + 3;
            data[path..at].fill(0);
        }
    }
}

fn position(data: &[u8], part: &[u8]) -> Option<usize> {
    data.windows(part.len()).position(|some| some == part)
}

/// Puts the short names in the place of the long ones, which are words of their own.
fn renamed(js: &str, short: &BTreeMap<String, String>) -> String {
    let mut text = String::with_capacity(js.len());
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut rest = js;
    while !rest.is_empty() {
        let word = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word);
        text.push_str(short.get(word).map_or(word, String::as_str));
        let between = after.find(is_part).unwrap_or(after.len());
        text.push_str(&after[..between]);
        rest = &after[between..];
    }
    text
}

/// Leaves out what stands at the beginning of lines alone: comments and indentation.
fn without_comments(js: &str) -> String {
    let mut text = String::with_capacity(js.len());
    let mut inside = false;
    for line in js.lines().map(str::trim_start) {
        let comment = inside || line.starts_with("/*") || line.starts_with("//");
        inside = (inside || line.starts_with("/*")) && !line.contains("*/");
        if !comment && !line.is_empty() {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{renamed, without_comments, without_sources};

    #[test]
    fn only_whole_names_are_shortened() {
        let short = BTreeMap::from([("__wbg_a_1".to_owned(), "_0".to_owned())]);
        let js = "{ __wbg_a_1: f, __wbg_a_12: g, x$__wbg_a_1, \"__wbg_a_1\" }";
        assert_eq!(renamed(js, &short), "{ _0: f, __wbg_a_12: g, x$__wbg_a_1, \"_0\" }");
    }

    #[test]
    fn paths_of_libraries_go_and_our_own_stay() {
        let mut data =
            b"no/home/x/registry/src/a-1.0/src/lib.rsapp/src/root.rs/rustc/f0/library/core/src/str.rsyes".to_vec();
        let before = data.len();
        without_sources(&mut data, &["/home/x/registry/src/".to_owned(), "/rustc/".to_owned()]);
        assert_eq!(data.len(), before, "nothing moves");
        data.retain(|byte| *byte != 0);
        assert_eq!(data, b"noapp/src/root.rsyes");
    }

    #[test]
    fn code_stays_and_comments_go() {
        let js = "/**\n * @x\n */\nfunction f() {\n    // y\n    return 1; // z\n}\n/* w */\n\ng();\n";
        assert_eq!(without_comments(js), "function f() {\nreturn 1; // z\n}\ng();\n");
    }
}
