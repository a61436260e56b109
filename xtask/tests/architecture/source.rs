//! Finds what the source of a crate refers to, from its tokens: also inside macros, but never in comments or text.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The path of a module or of something in it, from the root of its crate.
pub type Name = Vec<String>;

/// One file.
pub struct File {
    /// The module that it is; empty for the root of the crate.
    pub module: Name,
    /// What it refers to in its own crate, as far as it says so with `crate::` or `super::`. Unit tests do not count.
    pub known: Vec<Name>,
    /// What it re-exports or imports from the modules inside it: the name, and the module.
    pub reexports: BTreeMap<String, String>,
}

/// Every file of a crate.
pub fn files(src: &Path) -> Vec<File> {
    let mut paths = Vec::new();
    collect(src, &mut paths);
    paths.sort();
    paths.iter().map(|path| file(src, path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn file(src: &Path, path: &Path) -> File {
    let relative = path.strip_prefix(src).unwrap().with_extension("");
    let mut module: Name = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if matches!(module.last().map(String::as_str), Some("mod"))
        || matches!(&module[..], [root] if root == "lib" || root == "main")
    {
        module.pop();
    }
    let tokens: TokenStream = fs::read_to_string(path).unwrap().parse().unwrap();
    let mut file = File { module: module.clone(), known: Vec::new(), reexports: BTreeMap::new() };
    read(tokens, &module, &mut file);
    file
}

fn read(tokens: TokenStream, here: &Name, file: &mut File) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut place = 0;
    while place < tokens.len() {
        match &tokens[place] {
            TokenTree::Ident(word) if word == "mod" => {
                if let [_, TokenTree::Ident(name), TokenTree::Group(body), ..] = &tokens[place..] {
                    if name != "tests" {
                        read(body.stream(), &[&here[..], &[name.to_string()]].concat(), file);
                    }
                    place += 2;
                }
            }
            TokenTree::Ident(word) if word == "crate" || word == "super" => {
                let before = file.known.len();
                place = tree(&tokens, place, &[], &mut file.known).1 - 1;
                for name in &mut file.known[before..] {
                    *name = absolute(name, here);
                }
            }
            TokenTree::Ident(word) if word == "use" => {
                let mut used = Vec::new();
                let (aliases, after) = tree(&tokens, place + 1, &[], &mut used);
                if !matches!(used.first().and_then(|name| name.first()).map(String::as_str), Some("crate" | "super")) {
                    for (name, alias) in used.iter().zip(aliases) {
                        file.reexports.insert(alias, name[0].clone());
                    }
                    place = after - 1;
                }
            }
            TokenTree::Group(group) => read(group.stream(), here, file),
            _ => {}
        }
        place += 1;
    }
}

/// Reads a path, with all that it has in braces. Returns what each is called afterwards, and where the path ends.
fn tree(tokens: &[TokenTree], mut place: usize, before: &[String], names: &mut Vec<Name>) -> (Vec<String>, usize) {
    let mut name = before.to_vec();
    let colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
    loop {
        match tokens.get(place) {
            Some(TokenTree::Ident(word)) => name.push(word.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace && !name.is_empty() => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
                let aliases = inside.split(comma).filter(|one| !one.is_empty());
                let aliases = aliases.flat_map(|one| tree(one, 0, &name, names).0).collect();
                return (aliases, place + 1);
            }
            _ => break,
        }
        place += 1;
        if !(colon(tokens.get(place)) && colon(tokens.get(place + 1))) {
            break;
        }
        place += 2;
    }
    let alias = match &tokens[place.min(tokens.len())..] {
        [TokenTree::Ident(word), TokenTree::Ident(alias), ..] if word == "as" => alias.to_string(),
        _ => name.last().cloned().unwrap_or_default(),
    };
    if name.is_empty() {
        return (Vec::new(), place);
    }
    names.push(name);
    (vec![alias], place)
}

fn absolute(name: &[String], here: &Name) -> Name {
    if name[0] == "crate" {
        return name[1..].to_vec();
    }
    let up = name.iter().take_while(|part| *part == "super").count();
    [&here[..here.len().saturating_sub(up)], &name[up..]].concat()
}
