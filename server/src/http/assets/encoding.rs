//! Chooses which of a file's compressed versions a browser gets.

use axum::http::{HeaderMap, header};

/// How a file's bytes are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The smallest.
    Brotli,
    /// Understood by every client.
    Gzip,
    /// Not compressed.
    Identity,
}

impl Encoding {
    /// The word in `Content-Encoding`.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
    /// The suffix of the compressed file's name.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// The accepted encodings, the smallest first. A browser that refuses the uncompressed file gets it nevertheless.
pub fn accepted(headers: &HeaderMap) -> impl Iterator<Item = Encoding> {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let words: Vec<&str> = lines.flat_map(|line| line.split(',')).filter_map(wanted).collect();
    let takes = |encoding: &Encoding| match encoding.word() {
        Some(word) => words.iter().any(|wanted| wanted.eq_ignore_ascii_case(word)),
        None => true,
    };
    let ordered = [Encoding::Brotli, Encoding::Gzip, Encoding::Identity];
    ordered.into_iter().filter(takes).collect::<Vec<_>>().into_iter()
}

/// The word of one entry, unless its weight is zero.
fn wanted(entry: &str) -> Option<&str> {
    let mut parts = entry.split(';').map(str::trim);
    let word = parts.next()?;
    let refused = parts.any(|part| {
        let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
        weight.is_some_and(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
    });
    (!refused).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::Encoding::*;
    use super::*;
    use axum::http::HeaderValue;

    fn of(lines: &[&'static str]) -> Vec<Encoding> {
        let headers = lines.iter().map(|line| (header::ACCEPT_ENCODING, HeaderValue::from_static(line)));
        accepted(&headers.collect()).collect()
    }

    #[test]
    fn the_smallest_that_is_accepted_comes_first() {
        assert_eq!(of(&["gzip, deflate, br, zstd"]), [Brotli, Gzip, Identity]);
        assert_eq!(of(&["gzip", "BR;q=0.5"]), [Brotli, Gzip, Identity]);
        assert_eq!(of(&["gzip"]), [Gzip, Identity]);
    }

    #[test]
    fn what_is_refused_or_unknown_is_not_sent() {
        assert_eq!(of(&["br;q=0, gzip; q=0.0"]), [Identity]);
        assert_eq!(of(&["zstd"]), [Identity]);
        assert_eq!(of(&[]), [Identity]);
    }
}
