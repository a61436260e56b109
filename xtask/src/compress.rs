//! Compresses files with Brotli and gzip in advance: best compression costs seconds once, not at every request.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use crate::site;

/// Whether a file is of a kind that shrinks; pictures and fonts are compressed already.
pub fn is_compressible(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(
        extension,
        Some("css" | "html" | "ico" | "js" | "json" | "map" | "svg" | "txt" | "wasm" | "webmanifest" | "xml")
    )
}

/// Writes `file.br` and `file.gz` where they are smaller than the file; gives those that exist.
/// With `unchanged`, what is there already is of this very content.
pub fn beside(file: &Path, content: &[u8], unchanged: bool) -> Result<Vec<PathBuf>> {
    let mut made = Vec::new();
    for (extension, compressed) in [("br", brotli as fn(&[u8]) -> Result<Vec<u8>>), ("gz", gzip)] {
        let companion = file.with_added_extension(extension);
        if unchanged && companion.is_file() {
            made.push(companion);
            continue;
        }
        let bytes = compressed(content)?;
        if bytes.len() < content.len() {
            site::write(&companion, &bytes)?;
            made.push(companion);
        }
    }
    Ok(made)
}

/// How long a file is once compressed, if it lies there compressed.
pub fn brotli_length(file: &Path) -> Option<u64> {
    fs::metadata(file.with_added_extension("br")).ok().map(|companion| companion.len())
}

/// No large window: browsers accept only the standard ones.
pub fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        large_window: false,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters).context("Cannot compress with brotli")?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{beside, brotli};

    #[test]
    fn what_is_compressed_comes_out_again() {
        let text = "members, groups and roles; ".repeat(200);
        let compressed = brotli(text.as_bytes()).unwrap();
        let mut again = String::new();
        brotli::Decompressor::new(&*compressed, 4096).read_to_string(&mut again).unwrap();
        assert!(compressed.len() < text.len() / 10);
        assert_eq!(again, text);
    }

    #[test]
    fn a_file_that_does_not_shrink_gets_no_companion() {
        let folder = tempfile::tempdir().unwrap();
        assert!(beside(&folder.path().join("x.txt"), b"x", false).unwrap().is_empty());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
