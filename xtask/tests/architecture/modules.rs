//! The modules directly under each crate's `src`, and which of them depends on which.

use crate::root;
use crate::source::{File, Name, files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Modules from the bottom up, each with what it knows.
type Layers = Vec<(String, BTreeSet<String>)>;

/// Marks what lies above: such an arrow closes a circle.
const UPWARD: char = '^';

/// `modules.txt`, by crate folder.
fn documented() -> BTreeMap<String, Layers> {
    let text = fs::read_to_string(root().join("xtask/tests/architecture/modules.txt")).unwrap();
    let mut crates = BTreeMap::<String, Layers>::new();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(folder) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            folder.clone_into(&mut current);
            continue;
        }
        let (module, known) = line.split_once(':').unwrap_or_else(|| panic!("no colon: {line}"));
        let known = known.split(',').map(str::trim).filter(|known| !known.is_empty()).map(str::to_owned).collect();
        crates.entry(current.clone()).or_default().push((module.to_owned(), known));
    }
    crates
}

/// What each module directly under `src` refers to.
fn real(files: &[File]) -> BTreeMap<String, BTreeSet<String>> {
    let modules: BTreeSet<&String> = files.iter().filter_map(|file| file.module.first()).collect();
    let root = files.iter().find(|file| file.module.is_empty());
    let mut real: BTreeMap<String, BTreeSet<String>> =
        modules.iter().map(|module| ((*module).clone(), BTreeSet::new())).collect();
    for file in files.iter().filter(|file| !file.module.is_empty()) {
        for name in file.known.iter().filter_map(|name| name.first()) {
            let reexported = root.and_then(|root| root.reexports.get(name));
            let module = if modules.contains(name) { Some(name) } else { reexported };
            if let Some(module) = module.filter(|module| modules.contains(module) && **module != file.module[0]) {
                real.get_mut(&file.module[0]).unwrap().insert(module.clone());
            }
        }
    }
    real
}

#[test]
fn modules_know_what_is_written_down() {
    let mut differences = Vec::new();
    for (folder, layers) in documented() {
        let real = real(&files(&root().join(&folder)));
        let mut below = BTreeSet::new();
        let mut written = BTreeMap::new();
        for (module, known) in layers {
            for one in &known {
                let (up, name) = (one.starts_with(UPWARD), one.trim_start_matches(UPWARD));
                if up == below.contains(name) {
                    differences.push(format!("{folder}: {module} stands on the wrong side of {name}"));
                }
            }
            let known: BTreeSet<String> = known.iter().map(|one| one.trim_start_matches(UPWARD).to_owned()).collect();
            below.insert(module.clone());
            written.insert(module, known);
        }
        for module in real.keys().chain(written.keys()).collect::<BTreeSet<_>>() {
            match (real.get(module), written.get(module)) {
                (Some(real), Some(written)) => {
                    let new =
                        real.difference(written).map(|one| format!("{folder}: {module} knows {one}, which is new"));
                    let old = written.difference(real);
                    let old = old.map(|one| format!("{folder}: {module} does not know {one} any more"));
                    differences.extend(new.chain(old));
                }
                (Some(_), None) => differences.push(format!("{folder}: {module} is not in the list")),
                (None, _) => differences.push(format!("{folder}: {module} is not there any more")),
            }
        }
    }
    assert!(differences.is_empty(), "modules.txt and the source differ:\n{}", differences.join("\n"));
}

/// Which page a file belongs to: each file or folder in a folder of `pages/`, else the one in `pages/` itself.
fn page(module: &Name) -> Option<&[String]> {
    match &module[..] {
        [pages, ..] if pages == "pages" && module.len() > 1 => Some(&module[1..module.len().min(3)]),
        _ => None,
    }
}

#[test]
fn no_page_knows_another() {
    let files = files(&root().join("app/src"));
    let modules: BTreeSet<&Name> = files.iter().map(|file| &file.module).collect();
    let mut seen = 0;
    let mut wrong = Vec::new();
    for file in &files {
        let Some(page) = page(&file.module) else { continue };
        seen += 1;
        for name in &file.known {
            let [pages, noun, rest @ ..] = &name[..] else { continue };
            if pages != "pages" {
                continue;
            }
            let of_noun = files.iter().find(|file| file.module == name[..2]);
            let sibling = match rest {
                // What the folder's own file has is shared; what it only passes on is a page's.
                [item, ..] => match of_noun.and_then(|file| file.reexports.get(item)) {
                    Some(module) => Some(module),
                    None => Some(item).filter(|_| modules.contains(&name[..3].to_vec())),
                },
                [] => None,
            };
            if *noun != page[0] || sibling.is_some_and(|sibling| page.get(1).is_some_and(|page| page != sibling)) {
                wrong.push(format!("{} knows {}", file.module.join("::"), name.join("::")));
            }
        }
    }
    assert!(seen > 40, "only {seen} files of pages were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
