//! The site's files.

use crate::support::{Call, Server};

/// The address of the style sheet, which every page names.
fn style_sheet(server: &Server) -> String {
    let page = server.get("/").text();
    let from = page.find("/pkg/").expect("the page names files of the site");
    let name: String = page[from..].chars().take_while(|c| !matches!(c, '"' | '\'' | '>' | ' ')).collect();
    assert!(
        server.get(&name).status == 200,
        "there is no site in target/site: run the tests with `make test`, which builds it"
    );
    name
}

#[test]
fn hashed_files_are_kept_for_ever_and_known_again() {
    let server = Server::start();
    let name = style_sheet(&server);
    let answer = server.get(&name);
    assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(answer.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(answer.header("vary"), Some("accept-encoding"));
    let again = server.send(Call::get(&name).header("If-None-Match", answer.header("etag").unwrap()));
    assert_eq!((again.status, again.body.len()), (304, 0));
}

#[test]
fn compressed_twins_are_sent_to_whoever_takes_them() {
    let server = Server::start();
    let name = style_sheet(&server);
    let plain = server.get(&name);
    for (accepted, word) in [("br, gzip", "br"), ("gzip", "gzip")] {
        let answer = server.send(Call::get(&name).header("Accept-Encoding", accepted));
        // Development builds have no twins.
        if let Some(encoding) = answer.header("content-encoding") {
            assert_eq!(encoding, word);
            assert!(answer.body.len() < plain.body.len());
            assert_ne!(answer.header("etag"), plain.header("etag"));
        }
    }
}

#[test]
fn only_the_site_is_public() {
    let server = Server::start();
    for path in ["/pkg/nothing.js", "/manifest.json", "/pkg/../Cargo.toml", "/pkg/%2e%2e/Cargo.toml", "/.env", "/pkg/"]
    {
        let answer = server.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
}
