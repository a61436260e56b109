//! The protective headers.

use crate::support::{Call, Server};

#[test]
fn a_page_runs_only_the_scripts_of_its_own_nonce() {
    let server = Server::start();
    let (first, second) = (server.get("/"), server.get("/"));
    let policy = first.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "'strict-dynamic'",
        "'wasm-unsafe-eval'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe-inline"));
    let nonce = first.nonce().unwrap();
    assert!(nonce.len() >= 22);
    assert_ne!(Some(&nonce), second.nonce().as_ref());
    let scripts = first.text().matches("<script").count();
    assert!(scripts > 0);
    assert_eq!(
        scripts,
        first.text().matches(&format!("nonce=\"{nonce}\"")).count()
            - first.text().matches("<link rel=\"modulepreload\"").count()
    );
}

#[test]
fn every_answer_is_protected_and_numbered() {
    let server = Server::start();
    for path in ["/", "/healthz", "/nowhere", "/pkg/nothing.js", "/api/nothing", "/o/acme"] {
        let answer = server.get(path);
        let header = |name| answer.header(name).unwrap_or_else(|| panic!("{path} has no {name}"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert!(!header("permissions-policy").is_empty() && !header("x-request-id").is_empty());
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    assert_ne!(server.get("/healthz").header("x-request-id"), server.get("/healthz").header("x-request-id"));
    let named = server.send(Call::get("/nowhere").header("X-Request-Id", "forged-by-a-client"));
    let number = named.header("x-request-id").unwrap();
    assert!(number.len() == 16 && number.bytes().all(|digit| digit.is_ascii_hexdigit()), "{number}");
    assert!(!named.text().contains("forged-by-a-client"));
    let strict = server.get("/healthz");
    assert!(strict.header("content-security-policy").unwrap().contains("sandbox"));
}

#[test]
fn https_is_insisted_on_where_it_is_public() {
    let server = Server::with(&[("MUSTER_PUBLIC_URL", "https://muster.example")]);
    assert_eq!(server.get("/healthz").header("strict-transport-security"), Some("max-age=63072000"));
}

#[test]
fn pages_are_compressed_for_whoever_takes_it() {
    let server = Server::start();
    for encoding in ["br", "gzip"] {
        let answer = server.send(Call::get("/").header("Accept-Encoding", encoding));
        // A page under the bound stays as it is.
        if server.get("/").body.len() > 1_024 {
            assert_eq!(answer.header("content-encoding"), Some(encoding));
        }
    }
    assert_eq!(server.get("/").header("content-encoding"), None);
}
