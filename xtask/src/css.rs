//! Builds the stylesheet: `style/main.css` and its imports, as one small file.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
    targets::{Browsers, Targets},
};

use crate::process;

/// The oldest browsers that know `light-dark()`, nesting and `oklch()`: nothing of these is
/// rewritten, and no prefix for older ones is added.
const fn browsers() -> Browsers {
    Browsers {
        android: None,
        chrome: Some(123 << 16),
        edge: Some(123 << 16),
        firefox: Some(120 << 16),
        ie: None,
        ios_saf: Some((17 << 16) | (5 << 8)),
        opera: None,
        safari: Some((17 << 16) | (5 << 8)),
        samsung: None,
    }
}

/// Puts a stylesheet and its imports together and makes it small.
pub fn bundle(file: &Path) -> Result<String> {
    let files = FileProvider::new();
    // Both errors borrow from the files, so they become text before these go.
    let mut sheet = Bundler::new(&files, None, ParserOptions::default())
        .bundle(file)
        .map_err(|error| anyhow!("{error}"))
        .with_context(|| format!("Cannot read the styles from {}", file.display()))?;
    let targets = Targets::from(browsers());
    sheet.minify(MinifyOptions { targets, ..MinifyOptions::default() }).map_err(|error| anyhow!("{error}"))?;
    let printed = sheet
        .to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })
        .map_err(|error| anyhow!("{error}"))?;
    if printed.code.is_empty() {
        process::warn(&format!("{} is empty.", file.display()));
    }
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::bundle;

    #[test]
    fn imports_become_one_sheet_and_current_css_stays_as_written() {
        let folder = tempfile::tempdir().unwrap();
        let main = folder.path().join("main.css");
        fs::write(&main, "@import 'part.css' layer(parts);\n.a { color: var(--ink) }").unwrap();
        let part = ":root { --ink: light-dark(oklch(20% 0 0), #fff) }
            .b { background: light-dark(oklch(50% 0.1 200), white); & .c { margin: 0px } }";
        fs::write(folder.path().join("part.css"), part).unwrap();
        let css = bundle(&main).unwrap();
        assert_eq!(
            css,
            "@layer parts{:root{--ink:light-dark(oklch(20% 0 0),#fff)}\
             .b{background:light-dark(oklch(50% .1 200),#fff);& .c{margin:0}}}.a{color:var(--ink)}"
        );
    }

    #[test]
    fn a_missing_import_is_said_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let main = folder.path().join("main.css");
        fs::write(&main, "@import 'gone.css';").unwrap();
        let error = format!("{:#}", bundle(&main).unwrap_err());
        assert!(error.contains("gone.css") || error.contains("main.css"), "{error}");
    }
}
