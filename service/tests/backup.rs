//! The checks that a backup must pass before it is restored (spec A7). For the commands, see
//! `server/tests/process/backup.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::Timestamp;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde_json::Value;
use service::Operator;
use service::backup::{self, Backup, Error, Kind, Occupied, Restored, Result};
use sha2::{Digest, Sha256};
use std::io::{Cursor, Read};
use store::Database;
use store::testing::TestDatabase;
use support::*;
use tempfile::TempDir;

type Parts = Vec<(String, Vec<u8>)>;

async fn made(database: &TestDatabase) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (kind, now) = (Kind::of(&database.address).unwrap(), Timestamp::from_millis(1_795_262_400_000));
    let (mut bytes, operator) = (Vec::new(), Operator::on_this_machine());
    backup::write(&operator, (&database.database, kind), "the key\n", now, &mut bytes, folder.path(), |_| {})
        .await
        .unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the copy is gone");
    bytes
}

async fn verified(bytes: Vec<u8>) -> Result<Backup> {
    let open = move || Ok(Box::new(Cursor::new(bytes.clone())) as Box<dyn Read>);
    Backup::verify(&Operator::on_this_machine(), Box::new(open)).await
}

/// A database with nothing in it, not even tables.
struct Empty {
    address: String,
    _folder: TempDir,
}

impl Empty {
    async fn like(database: &TestDatabase) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = match Kind::of(&database.address).unwrap() {
            Kind::Sqlite => format!("sqlite://{}", folder.path().join("muster.db").display()),
            Kind::Postgres => TestDatabase::empty_postgres().await,
        };
        Self { address, _folder: folder }
    }

    async fn restore(&self, bytes: Vec<u8>) -> Result<Restored> {
        let backup = verified(bytes).await?;
        backup.restore(&Operator::on_this_machine(), &self.address, Occupied::Refuse, "now", |_| {}).await
    }

    async fn is_empty(&self) -> bool {
        match self.address.strip_prefix("sqlite://") {
            Some(file) => {
                !std::path::Path::new(file).exists() && !std::path::Path::new(&format!("{file}.restoring")).exists()
            }
            None => {
                let objects = "SELECT CAST(nspname AS text) FROM pg_namespace WHERE nspname LIKE 'muster%' UNION ALL \
                               SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = 'public'";
                let database = Database::open(&self.address).await.unwrap();
                let empty = texts(&database, objects).await.is_empty();
                database.close().await.unwrap();
                empty
            }
        }
    }
}

async fn texts(database: &Database, sql: &str) -> Vec<String> {
    use sea_orm::ConnectionTrait;
    let db = database.reader();
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await.unwrap().iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

fn unpacked(bytes: &[u8]) -> Parts {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    let part = |entry: std::io::Result<tar::Entry<'_, _>>| {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.path().unwrap().to_str().unwrap().to_owned(), content)
    };
    archive.entries().unwrap().map(part).collect()
}

/// Puts parts together again, with checksums that fit.
fn packed(mut parts: Parts, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let (_, manifest) = parts.pop().unwrap();
    let mut manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let part = |(name, content): &(String, Vec<u8>)| {
        let sum: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        serde_json::json!({ "name": name, "bytes": content.len(), "sha256": sum })
    };
    manifest["parts"] = parts.iter().map(part).collect();
    change(&mut manifest);
    parts.push(("manifest.json".into(), serde_json::to_vec(&manifest).unwrap()));
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, content) in &parts {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, name, content.as_slice()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

fn table<'a>(manifest: &'a mut Value, name: &str) -> &'a mut Value {
    manifest["tables"].as_array_mut().unwrap().iter_mut().find(|table| table["name"] == name).unwrap()
}

#[tokio::test]
async fn a_backup_of_a_newer_program_is_refused_in_the_words_of_a_start() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let parts = unpacked(&made(&i.db).await);
        let newer = packed(parts.clone(), |manifest| {
            manifest["migrations"].as_array_mut().unwrap().push("m9999_future".into());
        });
        let refused = verified(newer).await.err().unwrap();
        assert!(matches!(&refused, Error::Store(store::Error::NewerSchema(name)) if name == "m9999_future"));
        assert!(refused.to_string().contains("start a newer version"), "{refused}");
        let gap = packed(parts.clone(), |manifest| _ = manifest["migrations"].as_array_mut().unwrap().remove(0));
        assert!(matches!(verified(gap).await.err().unwrap(), Error::Damaged(_)));
        let other = packed(parts, |manifest| manifest["format"] = 2.into());
        assert!(matches!(verified(other).await.err().unwrap(), Error::NewerFormat(2)));
    }
}

// The server that comes after an upgrade finds its own schema.
#[tokio::test]
async fn a_backup_of_an_older_program_is_brought_up_to_date() {
    for old in TestDatabase::both_of_the_version_before().await {
        let id =
            if old.address.starts_with("sqlite") { "x'00112233445566778899aabbccddeeff'" } else { "gen_random_uuid()" };
        let organization = format!(
            "INSERT INTO organizations (id, slug, name, name_key, kind, created_at) VALUES ({id}, 'old', 'Old', 'old', 'customer', 1)"
        );
        old.execute(&organization).await.unwrap();
        let new = Empty::like(&old).await;
        new.restore(made(&old).await).await.unwrap();
        let database = Database::open(&new.address).await.unwrap();
        assert_eq!(texts(&database, "SELECT slug FROM organizations").await, ["old"]);
        let versions = "SELECT version FROM seaql_migrations ORDER BY version";
        let before = texts(&old.database, versions).await.len();
        assert_eq!(texts(&database, versions).await.len(), before + 1);
        database.migrate().await.unwrap();
        database.close().await.unwrap();
    }
}

// Each of these files is whole as a file.
#[tokio::test]
async fn a_backup_that_does_not_hold_together_goes_nowhere() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let parts = unpacked(&made(&i.db).await);
        let without = |name: &str| parts.iter().filter(|part| !part.0.starts_with(name)).cloned().collect::<Parts>();
        let mut broken = vec![
            packed(parts.clone(), |manifest| table(manifest, "accounts")["rows"] = 2.into()),
            packed(parts.clone(), |manifest| {
                manifest["tables"].as_array_mut().unwrap().retain(|t| t["name"] != "outbox")
            }),
        ];
        if i.db.address.starts_with("postgres") {
            broken.push(packed(without("tables/accounts"), |_| {}));
            // Members without their account.
            broken.push(packed(without("tables/accounts"), |manifest| table(manifest, "accounts")["rows"] = 0.into()));
        } else {
            broken.push(packed(without("muster.db"), |_| {}));
            let mut cut = parts.clone();
            let file = cut.iter_mut().find(|part| part.0 == "muster.db").unwrap();
            file.1.truncate(file.1.len() / 2);
            broken.push(packed(cut, |_| {}));
        }
        for (number, broken) in broken.into_iter().enumerate() {
            let empty = Empty::like(&i.db).await;
            let refused = empty.restore(broken).await;
            assert!(refused.is_err(), "{number}: {refused:?}");
            assert!(empty.is_empty().await, "{number}");
        }
        let whole = Empty::like(&i.db).await;
        whole.restore(packed(parts, |_| {})).await.unwrap();
    }
}

#[tokio::test]
async fn a_part_that_is_not_what_it_was_is_named() {
    let i = installations().await.remove(0);
    let parts = unpacked(&made(&i.db).await);
    let sum = packed(parts.clone(), |manifest| manifest["parts"][1]["sha256"] = "0".into());
    assert!(matches!(verified(sum).await.err().unwrap(), Error::Damaged(why) if why.contains("muster.db")));
    let less = packed(parts.clone(), |manifest| _ = manifest["parts"].as_array_mut().unwrap().pop());
    assert!(matches!(verified(less).await.err().unwrap(), Error::Damaged(why) if why.contains("2 parts")));
    let order = packed(parts, |manifest| manifest["parts"].as_array_mut().unwrap().reverse());
    assert!(verified(order).await.is_err());
}

// A later change of the schema needs nothing here: every table that there is comes along.
#[tokio::test]
async fn every_table_is_in_it_and_one_that_is_not_ours_is_left_out() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        for sql in
            ["CREATE TABLE theirs (one text, two integer)", "INSERT INTO theirs VALUES ('a\nb\\\t', 1), (NULL, 2)"]
        {
            i.db.execute(sql).await.unwrap();
        }
        let bytes = made(&i.db).await;
        let backup = verified(bytes.clone()).await.unwrap();
        let theirs = backup.manifest.contents.tables.iter().find(|table| table.name == "theirs").unwrap();
        assert_eq!((theirs.rows, backup.key.as_str()), (2, "the key\n"));
        let empty = Empty::like(&i.db).await;
        let restored = empty.restore(bytes).await.unwrap();
        // A file comes back as it is.
        let left_out: &[&str] = if i.db.address.starts_with("sqlite") { &[] } else { &["theirs"] };
        assert_eq!(restored.left_out, left_out);
    }
}
