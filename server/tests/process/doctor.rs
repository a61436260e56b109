//! `muster doctor`: what it finds, what it says to do, and that it changes nothing (decision 39).

use crate::support::{Act, Call, MailServer, Place, Server};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use service::clock::{Clock, SystemClock};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::SystemTime;

/// Runs it; its exit code, its lines, and what it says on standard error.
fn doctor(place: &Place, more: &[&str]) -> (Option<i32>, String) {
    let done = place.command(&[&["doctor"], more].concat());
    assert_eq!(String::from_utf8_lossy(&done.stderr), "", "everything that it says is in its report");
    (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned())
}

/// An address at which nobody listens.
fn nowhere() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Every file below a folder: its mode, when it was written, and what is in it.
fn files(folder: &Path) -> BTreeMap<String, (u32, SystemTime, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let about = fs::metadata(&path).unwrap();
        if about.is_dir() {
            found.extend(files(&path));
        }
        let content = if about.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        let name = path.to_string_lossy().into_owned();
        found.insert(name, (about.permissions().mode(), about.modified().unwrap(), content));
    }
    found
}

fn assert_says(report: &str, expected: &[&str]) {
    for line in expected {
        assert!(report.lines().any(|found| found.starts_with(line)), "{line:?} is not in:\n{report}");
    }
}

#[test]
fn before_the_first_start_it_says_what_will_be_made_and_makes_nothing() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (code, report) = doctor(&place, &["--listen", &nowhere().to_string()]);
        assert_eq!(code, Some(0), "{report}");
        let database = if place.is_postgres() {
            "warning  schema: the database has none yet"
        } else {
            "warning  database: there is no file"
        };
        assert_says(
            &report,
            &[
                "ok       configuration: ",
                "ok       data directory: ",
                database,
                "warning  key: the first start makes one in the file ",
                "warning  mail: no mail server is configured",
                "ok       public URL: http://127.0.0.1:",
                "No problems, ",
            ],
        );
        assert!(files(&place.path("")).is_empty(), "{:?}", files(&place.path("")).keys());
        if place.is_postgres() {
            assert!(place.look().columns().is_empty(), "no table is made");
        }
    }
}

#[test]
fn beside_a_running_server_everything_is_in_order() {
    for server in [Server::start(), Server::on_postgres()] {
        let cookie = server.owned();
        let mail = MailServer::start(|_, _| Act::Take);
        let place = server.place().with("MUSTER_SMTP_URL", &mail.url());
        let (code, report) = doctor(&place, &["--deep", "--listen", &server.address.to_string()]);
        assert_eq!(code, Some(0), "{report}");
        let name = if place.is_postgres() { "PostgreSQL " } else { "SQLite " };
        assert_says(
            &report,
            &[
                &format!("ok       database: {name}"),
                "ok       schema: it is this version's.",
                "ok       key: the database is sealed with the key in the file ",
                "ok       clock: ",
                "ok       letters: none waits.",
                "ok       damage: ",
                "ok       mail: 127.0.0.1:",
                "ok       file modes: ",
                &format!("ok       reachability: http://{} leads to this installation, version ", server.address),
                "ok       proxies: none stands between this machine and the server.",
            ],
        );
        assert!(report.contains("accepts the sender (not encrypted); no letter was sent."), "{report}");
        let commands: Vec<String> = mail.commands().into_iter().map(|(_, line)| line).collect();
        assert!(mail.taken().is_empty() && commands.iter().any(|line| line.starts_with("MAIL FROM:")), "{commands:?}");
        assert!(!commands.iter().any(|line| line.starts_with("RCPT") || line == "DATA"), "{commands:?}");
        assert_eq!(server.get_as(&cookie, "/o/acme").status, 200, "the server does not notice");
    }
}

#[test]
fn a_stopped_installation_stays_byte_for_byte_as_it_was() {
    for mut server in [Server::start(), Server::on_postgres()] {
        server.owned();
        server.stop();
        let place = server.place();
        let rows = || place.is_postgres().then(|| place.look().everything());
        let before = (files(&place.path("")), rows());
        let (code, report) = doctor(&place, &["--deep", "--listen", &nowhere().to_string()]);
        assert_eq!(code, Some(0), "{report}");
        assert_says(
            &report,
            &["ok       schema: ", "ok       key: the database is sealed", "warning  reachability: nothing answers"],
        );
        let after = (files(&place.path("")), rows());
        assert_eq!(before.0.keys().collect::<Vec<_>>(), after.0.keys().collect::<Vec<_>>());
        assert!(before == after, "something was changed");
    }
}

// What a crash left behind is a server's to bring in order.
#[test]
fn the_log_of_a_killed_server_is_read_and_left_as_it_is() {
    let mut server = Server::start();
    server.owned();
    server.kill();
    let place = server.place();
    assert!(place.path("muster.db-wal").exists());
    // It only tells who reads where.
    let without_index = || {
        let mut files = files(&place.path(""));
        files.remove(&*place.path("muster.db-shm").to_string_lossy());
        files
    };
    let before = without_index();
    let (code, report) = doctor(&place, &["--listen", &nowhere().to_string()]);
    assert_eq!(code, Some(0), "{report}");
    assert_says(&report, &["ok       schema: it is this version's.", "ok       key: the database is sealed"]);
    assert!(before == without_index(), "something was changed");
    assert_eq!(place.start().get("/readyz").status, 200);
}

#[test]
fn another_key_and_a_lost_one_are_problems_and_no_key_is_made() {
    for mut server in [Server::start(), Server::on_postgres()] {
        server.owned();
        server.stop();
        let place = server.place();
        let file = place.path("secret.key");
        fs::remove_file(&file).unwrap();
        let (code, report) = doctor(&place, &[]);
        assert_eq!(code, Some(1), "{report}");
        assert_says(
            &report,
            &["problem  key: the database is sealed with a key that is neither in MUSTER_SECRET_KEY nor in "],
        );
        assert!(report.contains("every backup has it") && !file.exists());
        let (code, report) = doctor(&place.with("MUSTER_SECRET_KEY", &"f".repeat(64)), &[]);
        assert_eq!(code, Some(1), "{report}");
        assert_says(
            &report,
            &["problem  key: the database is sealed with another key than the one in MUSTER_SECRET_KEY"],
        );
        assert!(!report.contains("ffff"), "the key is not shown");
    }
}

#[test]
fn an_older_schema_is_a_warning_and_a_newer_one_a_problem() {
    for mut server in [Server::start(), Server::on_postgres()] {
        server.owned();
        server.stop();
        let place = server.place();
        let last = place.look().texts("SELECT MAX(version) FROM seaql_migrations").remove(0);
        place.look().execute(&format!("DELETE FROM seaql_migrations WHERE version = '{last}'"));
        let (code, report) = doctor(&place, &["--listen", &nowhere().to_string()]);
        assert_eq!(code, Some(0), "{report}");
        assert_says(&report, &["warning  schema: 1 change is to be made. The next start makes them", "ok       key: "]);
        place.look().execute(&format!(
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('{last}', 0), ('m9999_tomorrow', 0)"
        ));
        let (code, report) = doctor(&place, &[]);
        assert_eq!(code, Some(1), "{report}");
        assert_says(
            &report,
            &["problem  schema: this program is older than the database, which has the change “m9999_tomorrow”"],
        );
        assert_eq!(place.look().number("SELECT COUNT(*) FROM seaql_migrations WHERE version = 'm9999_tomorrow'"), 1);
    }
}

#[test]
fn a_database_that_does_not_answer_is_a_problem_and_no_password_is_repeated() {
    let place = Place::sqlite().with("MUSTER_DATABASE_URL", &format!("postgres://muster:hunter2@{}/muster", nowhere()));
    let (code, report) = doctor(&place, &[]);
    assert_eq!(code, Some(1), "{report}");
    assert_says(&report, &["problem  database: it does not answer: Connection refused"]);
    assert!(report.contains("Start PostgreSQL") && !report.contains("hunter2"), "{report}");
}

#[test]
fn every_wrong_option_is_named_at_once() {
    let place = Place::sqlite()
        .with("MUSTER_LISTEN", "nowhere")
        .with("MUSTER_PUBLIC_URL", "muster.example")
        .with("MUSTER_SMTP_URL", "mail.example")
        .with("MUSTER_SECRET_KEY", "hunter2");
    let (code, report) = doctor(&place, &[]);
    assert_eq!(code, Some(1), "{report}");
    let names = ["LISTEN (--listen)", "PUBLIC_URL (--public-url)", "SMTP_URL (--smtp-url)", "SECRET_KEY"];
    assert_says(
        &report,
        &names.map(|name| format!("problem  configuration: MUSTER_{name}: ")).each_ref().map(String::as_str),
    );
    assert!(report.ends_with("4 problems.\n") && !report.contains("hunter2"), "{report}");
}

#[test]
fn a_mail_server_is_a_problem_that_is_not_there_or_refuses_the_sender() {
    let refusing = MailServer::start(|at, _| match at {
        "MAIL" => Act::Say("550 5.7.1 Sender rejected"),
        _ => Act::Take,
    });
    let gone = format!("smtp://{}", nowhere());
    for (url, said) in [(refusing.url(), "Sender rejected"), (gone, "cannot be reached: ")] {
        let (code, report) =
            doctor(&Place::sqlite().with("MUSTER_SMTP_URL", &url), &["--listen", &nowhere().to_string()]);
        assert_eq!(code, Some(1), "{report}");
        assert_says(&report, &["problem  mail: 127.0.0.1:"]);
        assert!(report.contains(said) && report.contains("MUSTER_SMTP_URL"), "{report}");
    }
}

#[test]
fn files_that_others_can_read_are_told_and_not_closed() {
    let mut server = Server::start();
    server.owned();
    server.stop();
    let place = server.place();
    for name in ["secret.key", "muster.db"] {
        fs::set_permissions(place.path(name), fs::Permissions::from_mode(0o644)).unwrap();
    }
    let (code, report) = doctor(&place, &[]);
    assert_eq!(code, Some(1), "{report}");
    assert_says(
        &report,
        &[
            "problem  file modes: other users of this machine can read the installation's key. Close it: chmod 600 ",
            "warning  file modes: 1 file is open to other users of this machine, such as ",
        ],
    );
    for name in ["secret.key", "muster.db"] {
        assert_eq!(fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777, 0o644, "{name}");
    }
}

#[test]
fn a_clock_that_was_set_back_and_letters_that_wait_are_told() {
    for mut server in [Server::start(), Server::on_postgres()] {
        server.owned();
        server.stop();
        let place = server.place();
        place.look().execute("UPDATE sessions SET created_at = created_at + 3600000");
        place.look().execute(
            "INSERT INTO outbox (id, recipient, kind, state, sealed, attempts, next_at, problem, created_at, ended_at, turn, tried_at) \
             SELECT id, 'ana@acme.example', 'password_reset', 'queued', token_hash, 5, 0, 'It failed.', 1000, 0, 0, 0 FROM sessions",
        );
        let (code, report) = doctor(&place, &[]);
        assert_eq!(code, Some(1), "{report}");
        assert_says(
            &report,
            &[
                "problem  clock: it shows 20",
                "warning  letters: 1 letter has waited since 1970-01-01T00:00:01Z; 1 failed at least once.",
            ],
        );
    }
}

#[test]
fn a_damaged_file_is_found_where_all_of_it_is_read() {
    let mut server = Server::start();
    server.owned();
    server.stop();
    let place = server.place();
    let path = place.path("muster.db");
    let mut content = fs::read(&path).unwrap();
    let page = content.len() - 4_096;
    content[page..].fill(0xff);
    fs::write(&path, &content).unwrap();
    let (code, report) = doctor(&place, &["--deep"]);
    assert_eq!(code, Some(1), "{report}");
    assert!(report.contains("restore the latest backup (muster restore)"), "{report}");
}

/// A proxy that adds headers to each request and passes it on to a server.
fn proxy(listener: TcpListener, server: SocketAddr, headers: &'static str) {
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || pass_on(&mut client, server, headers));
        }
    });
}

fn pass_on(client: &mut (impl Read + Write), server: SocketAddr, headers: &str) -> Option<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).ok()?;
        request.push(byte[0]);
    }
    request.truncate(request.len() - 2);
    request.extend_from_slice(headers.as_bytes());
    request.extend_from_slice(b"\r\n");
    let mut server = TcpStream::connect(server).ok()?;
    server.write_all(&request).ok()?;
    std::io::copy(&mut server, client).ok().map(|_| ())
}

/// A certificate for localhost that signs itself, and its key; nothing where openssl is not installed.
fn certificate(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
    openssl.args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]);
    openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    let done = openssl.arg("-keyout").arg(&key).arg("-out").arg(&certificate).output().ok()?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some((certificate, key))
}

/// The same proxy with TLS; `headers` are those that it adds.
fn tls_proxy(listener: TcpListener, server: SocketAddr, headers: &'static str, (certificate, key): (&Path, &Path)) {
    let chain = CertificateDer::pem_file_iter(certificate).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut tls = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut client = rustls::Stream::new(&mut tls, &mut client);
            // Whoever does not believe the certificate hangs up.
            if pass_on(&mut client, server, headers).is_some() {
                client.conn.send_close_notify();
                let _ = client.flush();
            }
        }
    });
}

#[test]
fn a_public_url_with_https_is_asked_by_https() {
    let folder = tempfile::tempdir().unwrap();
    let Some((certificate, key)) = certificate(folder.path()) else {
        println!("skipped: openssl is not installed");
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let public = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let server = Server::with(&[("MUSTER_PUBLIC_URL", &public), ("MUSTER_TRUSTED_PROXIES", "127.0.0.1")]);
    tls_proxy(listener, server.address, "X-Forwarded-For: 203.0.113.9\r\n", (&certificate, &key));
    let listen = ["--listen", &server.address.to_string()];
    // What rustls-native-certs reads instead of the system's.
    let trusting = server.place().with("SSL_CERT_FILE", &certificate.to_string_lossy());
    let (code, report) = doctor(&trusting, &listen);
    assert_eq!(code, Some(0), "{report}");
    assert_says(
        &report,
        &[
            &format!("ok       public URL: {public} (https)."),
            &format!("ok       reachability: {public} leads to this installation"),
            "ok       proxies: the one at 127.0.0.1 is trusted, and names 203.0.113.9 as the client.",
        ],
    );
    let (code, report) = doctor(&server.place(), &listen);
    assert_eq!(code, Some(1), "{report}");
    assert_says(&report, &[&format!("problem  reachability: {public} has no https that this machine accepts: ")]);
}

#[test]
fn what_a_proxy_adds_is_compared_with_what_the_server_believes() {
    const FORWARDED: &str = "X-Forwarded-For: 203.0.113.9\r\n";
    for (trusted, headers, line) in [
        ("", FORWARDED, "problem  proxies: requests come through 127.0.0.1, which is not trusted"),
        (
            "127.0.0.1",
            FORWARDED,
            "ok       proxies: the one at 127.0.0.1 is trusted, and names 203.0.113.9 as the client.",
        ),
        ("127.0.0.1", "", "problem  proxies: the one at 127.0.0.1 is trusted and does not say who its client is"),
        (
            "127.0.0.1",
            "X-Forwarded-For: unknown\r\n",
            "problem  proxies: the proxy at 127.0.0.1 sends an X-Forwarded-For without",
        ),
        ("", "", "warning  proxies: requests of this machine arrive from 127.0.0.1, without X-Forwarded-For"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let public = format!("http://{}", listener.local_addr().unwrap());
        let server = Server::with(&[("MUSTER_PUBLIC_URL", &public), ("MUSTER_TRUSTED_PROXIES", trusted)]);
        proxy(listener, server.address, headers);
        let (code, report) = doctor(&server.place(), &["--listen", &server.address.to_string()]);
        assert_says(
            &report,
            &[line, "ok       server: version ", &format!("ok       reachability: {public} leads to this")],
        );
        assert_eq!(code, Some(i32::from(line.starts_with("problem"))), "{report}");
    }
}

#[test]
fn what_answers_at_the_public_url_has_to_prove_that_it_is_this_installation() {
    let other = Server::start();
    let elsewhere = format!("http://{}", other.address);
    let ours = Server::with(&[("MUSTER_PUBLIC_URL", &elsewhere)]);
    let listen = ours.address.to_string();
    let (code, report) = doctor(&ours.place(), &["--listen", &listen]);
    assert_eq!(code, Some(1), "{report}");
    let line = format!(
        "problem  reachability: what answers at {elsewhere} does not prove that it is this installation (status 404)"
    );
    assert_says(&report, &[&line, "ok       server: version "]);

    let (code, report) = doctor(&ours.place(), &["--listen", &listen, "--public-url", &format!("http://{listen}")]);
    assert_eq!(code, Some(1), "{report}");
    let line = format!(
        "problem  reachability: http://{listen} leads to this installation, whose server was started for {elsewhere}"
    );
    assert_says(&report, &[&line]);

    let nowhere = format!("http://{}", nowhere());
    let (code, report) = doctor(&ours.place(), &["--listen", &listen, "--public-url", &nowhere]);
    assert_eq!(code, Some(0), "{report}");
    assert_says(
        &report,
        &[&format!("warning  reachability: {nowhere} cannot be reached from this machine, though the server runs")],
    );
}

// Whoever stands at the public URL can say anything, but sign nothing.
#[test]
fn an_answer_that_is_not_signed_is_not_believed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let public = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::with(&[("MUSTER_PUBLIC_URL", &public)]);
    let claim = format!(
        r#"{{"version":"0.1.0","origin":"{public}","host":"x","peer":"127.0.0.1:1","is_trusted":true,"forwarded_for":["203.0.113.9"],"client":"203.0.113.9"}}"#
    );
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4_096];
            let _ = client.read(&mut request);
            let _ = write!(client, "HTTP/1.1 200 OK\r\n\r\n{}\n{claim}", "0".repeat(64));
        }
    });
    let (code, report) = doctor(&server.place(), &["--listen", &server.address.to_string()]);
    assert_eq!(code, Some(1), "{report}");
    assert_says(&report, &[&format!("problem  reachability: what answers at {public} does not prove that it is this")]);
    assert!(!report.contains("203.0.113.9"), "{report}");
}

#[test]
fn whoever_does_not_have_the_key_reads_nothing_of_a_request() {
    let server = Server::start();
    let nothing = server.get("/nowhere-at-all.txt").status;
    // A recent one too: what is missing then is the signature alone.
    let now = SystemClock.now().millis();
    let recent = format!("{now}.{}.{}", "0".repeat(32), "0".repeat(64));
    for challenge in ["", "0", "1.2.3", &recent] {
        let answer = server.send(Call::get("/healthz/request").header("X-Muster-Challenge", challenge));
        assert_eq!(answer.status, nothing, "{challenge}");
        assert!(!answer.text().contains("127.0.0.1"), "{}", answer.text());
    }
}
