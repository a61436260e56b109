//! The size of the first load, and its limits (200 KB and 8 KB).

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use crate::{compress, process};

const KB: u64 = 1024;
const SCRIPT_BUDGET: u64 = 200 * KB;
const STYLE_BUDGET: u64 = 8 * KB;

struct Weight {
    raw: u64,
    brotli: Option<u64>,
}

/// The weights of what a browser loads first.
pub struct Sizes {
    wasm: Weight,
    js: Weight,
    css: Weight,
    /// The parts of the wasm that come when a page asks for them: their names.
    later: Vec<(String, Weight)>,
}

impl Sizes {
    /// Looks at the files; the compressed ones exist in a release only.
    pub fn measure(wasm: &Path, scripts: &[PathBuf], css: &Path, later: &[PathBuf]) -> Result<Self> {
        let weigh = |file: &Path| -> Result<Weight> {
            let raw = fs::metadata(file)?.len();
            Ok(Weight { raw, brotli: compress::brotli_length(file) })
        };
        let mut js = Weight { raw: 0, brotli: Some(0) };
        for script in scripts {
            let Weight { raw, brotli } = weigh(script)?;
            js.raw += raw;
            js.brotli = js.brotli.zip(brotli).map(|(all, one)| all + one);
        }
        let named = |file: &PathBuf| -> Result<(String, Weight)> {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            Ok((name.trim_start_matches("split_").replace('_', " "), weigh(file)?))
        };
        let later = later.iter().map(named).collect::<Result<_>>()?;
        Ok(Self { wasm: weigh(wasm)?, js, css: weigh(css)?, later })
    }

    pub fn print(&self) {
        println!("  {:<10}{:>12}{:>12}", "first load", "raw", "brotli");
        for (name, weight) in [("wasm", &self.wasm), ("js", &self.js), ("css", &self.css)] {
            let brotli = weight.brotli.map_or_else(|| "–".to_owned(), spoken);
            println!("  {name:<10}{:>12}{brotli:>12}", spoken(weight.raw));
        }
        for (name, weight) in &self.later {
            let brotli = weight.brotli.map_or_else(|| "–".to_owned(), spoken);
            println!("  {name:<10}{:>12}{brotli:>12}  when a page asks for it", spoken(weight.raw));
        }
    }

    /// Fails where a budget is passed. An unoptimized wasm is no measure, so it only warns: a
    /// machine without node still gets its server.
    pub fn check(&self, optimized: bool) -> Result<()> {
        let script = compressed(&self.wasm) + compressed(&self.js);
        let style = compressed(&self.css);
        println!(
            "  wasm and js {} of {}, css {} of {}",
            spoken(script),
            spoken(SCRIPT_BUDGET),
            spoken(style),
            spoken(STYLE_BUDGET)
        );
        let mut over = Vec::new();
        if script > SCRIPT_BUDGET {
            over.push(format!("wasm and js are {} over their budget", spoken(script - SCRIPT_BUDGET)));
        }
        if style > STYLE_BUDGET {
            over.push(format!("the css is {} over its budget", spoken(style - STYLE_BUDGET)));
        }
        match (over.is_empty(), optimized) {
            (true, _) => Ok(()),
            (false, true) => bail!("The first load is too heavy: {}.", over.join(", ")),
            (false, false) => {
                process::warn(&format!("Without wasm-opt {}.", over.join(", ")));
                Ok(())
            }
        }
    }
}

fn compressed(weight: &Weight) -> u64 {
    weight.brotli.unwrap_or(weight.raw)
}

fn spoken(bytes: u64) -> String {
    format!("{:.1} KB", bytes as f64 / KB as f64)
}

#[cfg(test)]
mod tests {
    use super::{KB, Sizes, Weight};

    fn sizes(wasm: u64, css: u64) -> Sizes {
        let weight = |bytes| Weight { raw: bytes * 4, brotli: Some(bytes) };
        Sizes { wasm: weight(wasm), js: weight(20 * KB), css: weight(css), later: Vec::new() }
    }

    #[test]
    fn a_load_on_the_budget_passes_and_a_byte_more_fails() {
        assert!(sizes(180 * KB, 8 * KB).check(true).is_ok());
        assert!(sizes(180 * KB + 1, 8 * KB).check(true).is_err());
        assert!(sizes(180 * KB, 8 * KB + 1).check(true).is_err());
    }

    #[test]
    fn an_unoptimized_wasm_only_warns() {
        assert!(sizes(300 * KB, 8 * KB).check(false).is_ok());
    }
}
