//! Signing in at an address other than the server's own: who is told what.

use crate::support::{Call, PASSWORD, Server};

const FORM: [(&str, &str); 2] = [("email", "ana@acme.example"), ("password", PASSWORD)];

/// What the server logged until it was stopped, that tells of another address.
fn told(mut server: Server) -> Vec<String> {
    server.stop();
    server.log().into_iter().filter(|line| line.contains("a form came by another address")).collect()
}

#[test]
fn over_http_where_there_is_https_the_page_and_the_log_say_what_came_and_what_was_expected() {
    let server = Server::logged(&[("MUSTER_PUBLIC_URL", "https://muster.example")]);
    let _cookie = server.owned();
    let sent = || Call::post("/sign-in").form(&FORM).header("Host", "muster.lan:3000");
    for over_http in [
        sent().header("Origin", "http://muster.lan:3000"),
        sent().header("Origin", "http://muster.lan:3000").header("Sec-Fetch-Site", "same-origin"),
        Call::post("/invite").form(&[("what", "accept")]).header("Origin", "http://muster.lan:3000"),
    ] {
        let answer = server.send(over_http.clone());
        assert_eq!((answer.status, answer.header("set-cookie")), (403, None), "{over_http:?}");
        let page = answer.text();
        for part in ["https://muster.example", "http://muster.lan:3000", "MUSTER_PUBLIC_URL", "Opened without https"] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
    }
    assert_eq!(server.place().look().number("SELECT COUNT(*) FROM sessions"), 1, "only that of the set-up");
    // Nobody's password was tried, and at the right address all is well.
    let right = server.send(sent().header("Origin", "https://muster.example").header("Sec-Fetch-Site", "same-origin"));
    assert_eq!(right.status, 303);
    let told = told(server);
    // The page of the invite came from the same address to another host.
    assert_eq!(told.len(), 2, "once for each pair: {told:?}");
    for part in ["https://muster.example", "http://muster.lan:3000", "muster.lan:3000"] {
        assert!(told[0].contains(part), "{part} is not in {told:?}");
    }
}

#[test]
fn behind_a_proxy_that_rewrites_the_host_the_page_and_the_log_say_so() {
    let server = Server::logged(&[]);
    let _cookie = server.owned();
    let own = format!("http://{}", server.address);
    let sent = |origin: &str| Call::post("/sign-in").form(&FORM).header("Origin", origin);
    // A browser that tells less, such as any over http.
    let refused = server.send(sent("http://muster.lan"));
    assert_eq!(refused.status, 403);
    let page = refused.text();
    for part in [own.as_str(), "http://muster.lan", "MUSTER_PUBLIC_URL", &server.address.to_string()] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    // One that says that it is the same site is let in; the log says all the same where links in mail lead.
    let let_in = server.send(sent("https://muster.example").header("Sec-Fetch-Site", "same-origin"));
    assert_eq!(let_in.status, 303);
    assert_eq!(server.send(sent("http://muster.lan")).status, 403);
    let told = told(server);
    assert_eq!(told.len(), 2, "once for each pair: {told:?}");
    assert!(told[0].contains("refused=true") && told[1].contains("refused=false"), "{told:?}");
}

#[test]
fn the_host_that_came_is_named_on_the_page_and_in_the_log() {
    let server = Server::logged(&[]);
    let _cookie = server.owned();
    let sent =
        Call::post("/sign-in").form(&FORM).header("Origin", "http://muster.lan").header("Host", "inner.lan:8080");
    let page = server.send(sent).text();
    assert!(page.contains("to the host inner.lan:8080"), "{page}");
    let told = told(server);
    assert!(told.iter().any(|line| line.contains("host=inner.lan:8080")), "{told:?}");
}

#[test]
fn what_another_site_says_of_itself_is_text_and_it_cannot_fill_the_log() {
    let server = Server::logged(&[]);
    let sent = |origin: &str| server.send(Call::post("/sign-in").form(&FORM).header("Origin", origin));
    let page = sent("http://<script>alert(1)</script>").text();
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    let long = sent(&format!("http://{}", "a".repeat(3_000))).text();
    assert!(!long.contains(&"a".repeat(400)));
    for number in 0..150 {
        assert_eq!(sent(&format!("http://{number}.example")).status, 403);
    }
    let told = told(server);
    assert!((90..=100).contains(&told.len()), "{}", told.len());
}
