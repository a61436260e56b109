//! Checks the files for running Muster (docs/running.md): they can be parsed, the names in them exist, and they give
//! the program no more rights than it needs. No container daemon is needed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "what fails here fails the test"
)]

use std::collections::BTreeSet;
use std::process::{Command, Output};
use std::{fs, path::Path};
use yaml_rust2::{Yaml, YamlLoader};

/// What `systemd-analyze security` may rate the service at most, in tenths: 0 is no exposure, 100 is all.
const EXPOSED: &str = "20";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The variables that the program reads.
fn variables() -> BTreeSet<String> {
    let text = read("server/src/cli.rs");
    let named = text.split("env = \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let variables: BTreeSet<String> = named.chain(["MUSTER_SECRET_KEY".to_owned()]).collect();
    assert!(variables.len() > 10, "{variables:?}");
    variables
}

/// Every word of a text that looks like one of our variables.
fn assert_variables_exist(name: &str) {
    let (text, known) = (read(name), variables());
    let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
    for word in words.filter(|word| word.starts_with("MUSTER_")) {
        assert!(known.contains(word), "{name} names {word}, which the program does not read");
    }
}

#[test]
fn every_variable_that_is_set_is_one_that_the_program_reads() {
    for name in ["Containerfile", "compose.yaml", "packaging/muster.service", "packaging/muster.env", "docs/running.md"]
    {
        assert_variables_exist(name);
    }
}

/// The instructions of the Containerfile, lines that go on joined: the word and the rest.
fn instructions() -> Vec<(String, String)> {
    let text = read("Containerfile").replace("\\\n", " ");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let split = |line: &str| {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or_else(|| panic!("an instruction: {line}"));
        (word.to_owned(), rest.trim().to_owned())
    };
    lines.map(split).collect()
}

// https://docs.docker.com/reference/dockerfile/
const INSTRUCTIONS: [&str; 17] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

#[test]
fn the_image_is_described_by_instructions_about_files_and_stages_that_exist() {
    let all = instructions();
    assert_eq!(all[0].0, "FROM");
    let mut stages = Vec::new();
    for (word, rest) in &all {
        assert!(INSTRUCTIONS.contains(&word.as_str()), "{word} is no instruction");
        let words: Vec<&str> = rest.split_whitespace().collect();
        match word.as_str() {
            "FROM" => {
                let image = words[0];
                assert!(stages.contains(&image) || image.contains('/') && image.contains(':'), "{image} has no tag");
                stages.extend(words.iter().skip_while(|word| **word != "AS").nth(1));
            }
            "COPY" => {
                let from = words.iter().find_map(|word| word.strip_prefix("--from="));
                let places: Vec<_> = words.iter().filter(|word| !word.starts_with("--")).collect();
                assert!(places.len() >= 2, "COPY {rest}");
                match from {
                    Some(from) => assert!(stages.contains(&from) || from.contains('/'), "there is no stage {from}"),
                    None => places[..places.len() - 1]
                        .iter()
                        .for_each(|place| assert!(root().join(place).exists(), "there is no {place} to copy")),
                }
            }
            "CMD" | "ENTRYPOINT" | "HEALTHCHECK" => {
                // The image has no shell that another form would need.
                let list = &rest[rest.find('[').unwrap_or_else(|| panic!("{word} {rest} needs a shell"))..];
                let list: Vec<String> = serde_json::from_str(list).unwrap();
                assert!(!list.is_empty(), "{word} {rest}");
            }
            _ => {}
        }
    }
}

#[test]
fn the_image_is_built_by_the_oldest_rust_and_runs_without_rights_or_a_shell() {
    let all = instructions();
    let manifest = read("Cargo.toml");
    let rust = manifest.split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(all[0].1.contains(&format!("/rust:{rust}-bookworm ")), "{}", all[0].1);
    let last = all.iter().rposition(|(word, _)| word == "FROM").unwrap();
    let value = |word: &str| {
        let found = all[last..].iter().find(|(name, _)| name == word);
        found.unwrap_or_else(|| panic!("the image has no {word}")).1.as_str()
    };
    assert!(value("FROM").starts_with("gcr.io/distroless/cc-debian12:nonroot"), "the C library of bookworm");
    assert_eq!(value("USER"), "65532:65532", "a number: Kubernetes cannot tell of a name that it is not root's");
    assert_eq!(value("VOLUME"), "/data");
    assert_eq!(value("EXPOSE"), "3000");
    assert_eq!(value("ENTRYPOINT"), r#"["/usr/local/bin/muster"]"#);
    assert_eq!(value("CMD"), r#"["serve"]"#);
    assert!(value("HEALTHCHECK").ends_with(r#"CMD ["/usr/local/bin/muster", "ready"]"#));
    assert!(!all[last..].iter().any(|(word, _)| word == "RUN"), "there is no shell");
    let ignored = read(".dockerignore");
    for line in [".git", "target", "data", "*.env"] {
        assert!(ignored.lines().any(|found| found == line), "{line} would go to whoever builds");
    }
}

fn texts(list: &Yaml) -> Vec<&str> {
    list.as_vec().into_iter().flatten().map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn compose_names_what_exists_keeps_secrets_out_and_lets_nobody_else_in() {
    let documents = YamlLoader::load_from_str(&read("compose.yaml")).unwrap();
    let [compose] = &documents[..] else { panic!("one document") };
    let services = compose["services"].as_hash().unwrap();
    let names: Vec<&str> = services.keys().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(names, ["muster", "database", "mail"]);
    let volumes: Vec<&str> = compose["volumes"].as_hash().unwrap().keys().map(|name| name.as_str().unwrap()).collect();
    for (name, service) in services {
        let name = name.as_str().unwrap();
        assert!(service["image"].as_str().is_some(), "{name}");
        for volume in texts(&service["volumes"]) {
            assert!(volumes.contains(&volume.split(':').next().unwrap()), "{name}: {volume} is not declared");
        }
        for port in texts(&service["ports"]) {
            assert!(port.starts_with("127.0.0.1:"), "{name}: {port} is open to other machines");
        }
        for needed in service["depends_on"].as_hash().into_iter().flatten().map(|(name, _)| name.as_str().unwrap()) {
            assert!(
                !compose["services"][needed]["healthcheck"].is_badvalue(),
                "{name} waits for {needed} to be healthy"
            );
        }
        assert_eq!(texts(&service["security_opt"]), ["no-new-privileges:true"], "{name}");
        for (key, value) in service["environment"].as_hash().into_iter().flatten() {
            let (key, value) = (key.as_str().unwrap(), value.as_str().unwrap());
            if key.contains("PASSWORD") || key.contains("SECRET") {
                assert!(value.starts_with("${") && value.contains(":?"), "{key} has to come from .env");
            }
        }
    }
    let muster = &compose["services"]["muster"];
    assert_eq!(muster["read_only"].as_bool(), Some(true));
    assert_eq!(texts(&muster["cap_drop"]), ["ALL"]);
    assert_eq!(muster["build"]["dockerfile"].as_str(), Some("Containerfile"));
    assert!(muster["ports"][0].as_str().unwrap().ends_with(":3000"), "what the image listens at");
    assert!(texts(&muster["volumes"])[0].ends_with(":/data"), "where the image keeps its data");
}

/// The sections of the unit, and their settings in order.
fn settings() -> Vec<(String, String, String)> {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in read("packaging/muster.service").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => section = name.to_owned(),
            None => {
                let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("a setting: {line}"));
                found.push((section.clone(), name.to_owned(), value.to_owned()));
            }
        }
    }
    found
}

#[test]
fn the_service_restarts_stops_in_time_and_has_no_rights() {
    let all = settings();
    let sections: BTreeSet<&str> = all.iter().map(|(section, _, _)| section.as_str()).collect();
    assert_eq!(sections, BTreeSet::from(["Install", "Service", "Unit"]));
    let of = |name: &str| {
        let found = all.iter().find(|(_, found, _)| found == name);
        found.unwrap_or_else(|| panic!("the unit does not set {name}")).2.as_str()
    };
    assert_eq!(of("ExecStart"), "/usr/local/bin/muster serve");
    assert_eq!((of("User"), of("StateDirectory"), of("StateDirectoryMode")), ("muster", "muster", "0700"));
    assert!(read("packaging/muster.sysusers.conf").contains("u muster - \"Muster\" /var/lib/muster"));
    assert!(of("TimeoutStopSec").parse::<u32>().unwrap() > 10, "a stop takes up to ten seconds");
    assert_eq!((of("CapabilityBoundingSet"), of("AmbientCapabilities")), ("", ""));
    for name in ["NoNewPrivileges", "MemoryDenyWriteExecute", "PrivateTmp", "PrivateDevices", "ProtectHome"] {
        assert_eq!(of(name), "yes", "{name}");
    }
    assert_eq!(of("ProtectSystem"), "strict");
}

/// What systemd itself says, where it is.
fn analyzed(arguments: &[&str], unit: &Path) -> Option<Output> {
    let done = Command::new("systemd-analyze").args(arguments).arg(unit).output();
    if done.is_err() {
        println!("skipped: systemd-analyze is not installed");
    }
    done.ok()
}

#[test]
fn systemd_accepts_the_service_and_rates_it() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("muster.service");
    // It looks whether the program is there.
    fs::write(&unit, read("packaging/muster.service").replace("/usr/local/bin/muster", "/bin/true")).unwrap();
    let said = |done: &Output| String::from_utf8_lossy(&[&done.stdout[..], &done.stderr].concat()).into_owned();
    let Some(verified) = analyzed(&["verify", "--man=no"], &unit) else { return };
    assert!(verified.status.success() && !said(&verified).contains("muster.service:"), "{}", said(&verified));
    let threshold = format!("--threshold={EXPOSED}");
    if let Some(rated) = analyzed(&["security", "--no-pager", "--offline=yes", &threshold], &unit) {
        assert!(rated.status.success(), "{}", said(&rated));
    }
}
