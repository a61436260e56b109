//! The site's files: embedded in a release's executable, otherwise read from `target/site`.

mod encoding;
mod kind;

use crate::http::failed::Failed;
use crate::http::pages::Answer;
use app::context::Assets;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use encoding::Encoding;
use rust_embed::{Embed, EmbeddedFile};
use serde::Deserialize;
use std::borrow::Cow;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const FIVE_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=300");
const MANIFEST: &str = "manifest.json";

#[derive(Embed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Site;

#[derive(Deserialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
}

/// The names of the files that every page links to.
pub fn names() -> Assets {
    let read = Site::get(MANIFEST).and_then(|file| serde_json::from_slice(&file.data).ok());
    let Manifest { js, wasm, css } = read.unwrap_or_else(|| {
        tracing::warn!(
            "there is no site in target/site, so pages have neither style nor script; `make build` makes it"
        );
        let name = |extension| format!("/pkg/muster.{extension}");
        Manifest { js: name("js"), wasm: name("wasm"), css: name("css") }
    });
    Assets { js, wasm, css }
}

/// GET `/pkg/…`.
pub async fn package(request: Request) -> Answer {
    answer(request.uri().path(), request.headers()).ok_or(Failed::NOT_FOUND)
}

/// The answer to a request for a file of the site, if there is one of that name.
pub fn answer(path: &str, headers: &HeaderMap) -> Option<Response> {
    let name = path.strip_prefix('/').filter(|name| is_public(name))?;
    let content_type = kind::content_type(name)?;
    let (file, encoding) = encoding::accepted(headers)
        .find_map(|encoding| Some((Site::get(&format!("{name}{}", encoding.suffix()))?, encoding)))?;
    let tag = tag(&file, encoding);
    let unchanged = headers.get(header::IF_NONE_MATCH).is_some_and(|known| knows(known, &tag));
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let bytes = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Response::new(Body::from(bytes))
    };
    let answer = response.headers_mut();
    answer.insert(header::CACHE_CONTROL, if is_hashed(name) { FOR_EVER } else { FIVE_MINUTES });
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(header::ETAG, tag);
    }
    if !unchanged {
        answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if let Some(word) = encoding.word() {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(word));
        }
    }
    Some(response)
}

/// Refuses the manifest, hidden files, and paths that lead out of the folder.
fn is_public(name: &str) -> bool {
    name != MANIFEST && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}

/// `pkg/muster.0123456789abcdef.js`: a file with other content has another name.
fn is_hashed(name: &str) -> bool {
    let is_hash = |part: &str| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit());
    name.starts_with("pkg/") && name.split(['/', '.', '-']).any(is_hash)
}

/// The first half of the content's SHA-256, and the encoding.
fn tag(file: &EmbeddedFile, encoding: Encoding) -> String {
    let hash = file.metadata.sha256_hash();
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}{}\"", encoding.suffix())
}

fn knows(if_none_match: &HeaderValue, tag: &str) -> bool {
    let Ok(known) = if_none_match.to_str() else { return false };
    known.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_its_hash_in_its_name_is_kept_for_ever() {
        assert!(is_hashed("pkg/muster.0123456789abcdef.js"));
        assert!(is_hashed("pkg/snippets/app-0123456789abcdef/inline0.js"));
        assert!(!is_hashed("pkg/muster.js"));
        assert!(!is_hashed("favicon.svg"));
        assert!(!is_hashed("0123456789abcdef.svg"));
    }

    #[test]
    fn nothing_but_the_site_is_public() {
        assert!(is_public("favicon.svg") && is_public("pkg/a.js"));
        for name in ["manifest.json", "../Cargo.toml", "pkg/../../Cargo.toml", ".env", "pkg//a.js", ""] {
            assert!(!is_public(name), "{name}");
        }
    }

    #[test]
    fn a_known_tag_is_recognized_in_a_list_and_when_weak() {
        let knows = |known: &'static str| knows(&HeaderValue::from_static(known), "\"a.br\"");
        assert!(knows("\"a.br\"") && knows("\"x\", W/\"a.br\"") && knows("*"));
        assert!(!knows("\"a\"") && !knows(""));
    }
}
