//! Databases for tests: a real SQLite file and a real PostgreSQL database, created for each test.

use crate::migrations::Migrator;
use crate::{Database, members};
use domain::OrganizationId;
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::MigratorTrait;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Barrier;

/// Makes transactions that were checked one by one begin together: what lies between a check and its write is
/// overlapped for certain.
#[derive(Clone, Default)]
pub struct Gate(Arc<Mutex<Option<Arc<Barrier>>>>);

/// How long one waits for the others, should they not come.
const PATIENCE: Duration = Duration::from_millis(500);

impl Gate {
    /// From now on so many begin together; none waits with 0.
    pub fn gather(&self, number: usize) {
        let barrier = (number > 1).then(|| Arc::new(Barrier::new(number)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = barrier;
    }

    pub(crate) async fn pass(&self) {
        let barrier = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(barrier) = barrier {
            let _ = tokio::time::timeout(PATIENCE, barrier.wait()).await;
        }
    }
}

/// The counters of an organization's members, which nothing else reads alone.
///
/// # Errors
/// What the database says.
pub async fn counters(db: &impl ConnectionTrait, organization: OrganizationId) -> crate::Result<members::Counters> {
    members::cells(db, organization).await.map(members::Counters)
}

/// The variable that names the PostgreSQL server of the tests.
const SERVER: &str = "MUSTER_TEST_POSTGRES_URL";

/// A fresh, migrated database that is gone with this value.
pub struct TestDatabase {
    /// The database.
    pub database: Database,
    /// Its address, for opening it once more.
    pub address: String,
    _place: Place,
}

/// Where a database lies, and goes from when this does.
enum Place {
    Folder { _folder: tempfile::TempDir },
    Server { name: String },
}

impl Place {
    fn of_server(address: &str) -> Self {
        Self::Server { name: address.split(['/', '?']).nth(3).unwrap_or_default().to_owned() }
    }
}

impl Drop for Place {
    /// Hundreds of databases of ten megabytes each would else wait for the end of the whole run.
    fn drop(&mut self) {
        let Self::Server { name } = self else { return };
        let Ok(server) = std::env::var(SERVER) else { return };
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        // A test's runtime cannot wait in here for itself.
        let dropping = std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(async {
                let Ok(admin) = sea_orm::Database::connect(&server).await else { return };
                let _ = admin.execute_unprepared(&sql).await;
                let _ = admin.close().await;
            });
        });
        let _ = dropping.join();
    }
}

#[allow(clippy::expect_used, clippy::panic, reason = "for tests alone: what fails here fails the test")]
impl TestDatabase {
    /// One of each kind.
    pub async fn both() -> [Self; 2] {
        [Self::sqlite().await, Self::postgres().await]
    }

    /// One of each kind, without the last change of the schema: as a program before this one left it.
    pub async fn both_of_the_version_before() -> [Self; 2] {
        Self::both_with(crate::migrations::names().len() - 1).await
    }

    /// One of each kind, as a program left it that did not know this change of the schema yet.
    pub async fn both_before(change: &str) -> [Self; 2] {
        let place = crate::migrations::names().iter().position(|name| name == change);
        Self::both_with(place.expect("a change of the schema")).await
    }

    async fn both_with(changes: usize) -> [Self; 2] {
        let last = u32::try_from(changes).expect("a few");
        let (sqlite, folder) = Self::empty_sqlite();
        let postgres = Self::empty_postgres().await;
        let name = Place::of_server(&postgres);
        [Self::up_to(Some(last), sqlite, folder).await, Self::up_to(Some(last), postgres, name).await]
    }

    /// An SQLite file in a temporary folder.
    pub async fn sqlite() -> Self {
        let (address, place) = Self::empty_sqlite();
        Self::open(address, place).await
    }

    fn empty_sqlite() -> (String, Place) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        (format!("sqlite://{}", folder.path().join("muster.db").display()), Place::Folder { _folder: folder })
    }

    /// A database of its own on the PostgreSQL server that the test command started.
    pub async fn postgres() -> Self {
        let address = Self::empty_postgres().await;
        let place = Place::of_server(&address);
        Self::open(address, place).await
    }

    /// A database on the PostgreSQL server with nothing in it; gives its address.
    #[allow(clippy::disallowed_methods, reason = "a name that no other test has, in no other process either")]
    pub async fn empty_postgres() -> String {
        let Ok(server) = std::env::var(SERVER) else {
            panic!("{SERVER} is not set: run the tests with `make test`, which starts a PostgreSQL server");
        };
        let name = format!("t_{}", uuid::Uuid::now_v7().simple());
        let admin = sea_orm::Database::connect(&server).await.expect("the PostgreSQL server answers");
        // The library's collation, so that a key that is not compared by its bytes is noticed.
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        admin.execute_unprepared(&create).await.expect("a database is made");
        admin.close().await.expect("the connection closes");
        let (head, tail) = server.split_once("/postgres?").expect("an address …/postgres?host=…");
        format!("{head}/{name}?{tail}")
    }

    async fn open(address: String, place: Place) -> Self {
        Self::up_to(None, address, place).await
    }

    async fn up_to(changes: Option<u32>, address: String, place: Place) -> Self {
        let database = Database::open(&address).await.expect("the database opens");
        match changes {
            Some(_) => Migrator::up(database.writer(), changes).await.expect("the schema is made"),
            None => database.migrate().await.expect("the schema is made"),
        }
        Self { database, address, _place: place }
    }

    /// Runs one statement as it stands, as somebody would behind the application's back.
    ///
    /// # Errors
    /// What the database says.
    pub async fn execute(&self, sql: &str) -> Result<u64, sea_orm::DbErr> {
        let transaction = self.database.begin().await.expect("a transaction begins");
        let done = transaction.connection().execute_unprepared(sql).await?.rows_affected();
        transaction.commit().await.expect("the transaction commits");
        Ok(done)
    }

    /// The first column of the first row of a query, as a number.
    pub async fn number(&self, sql: &str) -> i64 {
        let db = self.database.reader();
        let row =
            db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("the query runs");
        row.expect("there is a row").try_get_by_index(0).expect("it is a number")
    }

    /// The first column of the rows of a query, as text.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let db = self.database.reader();
        let rows =
            db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("the query runs");
        rows.iter().map(|row| row.try_get_by_index(0).expect("it is text")).collect()
    }
}
