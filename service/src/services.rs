//! The services that every use case works with: the database, the clock, randomness, the key, the password hasher, live
//! notices.

use crate::activity::Activity;
use crate::clock::{Clock, Randomness};
use crate::live::Bus;
use crate::password::{Hasher, Judges};
use crate::{Error, Result};
use domain::mail::MailWay;
use domain::{AccountId, OrganizationId, Timestamp};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use store::live::Notice;
use store::{ConnectionTrait, Database, Readiness, Transaction};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_util::task::TaskTracker;

/// How many sessions an account has at most (spec L3).
const MOST_SESSIONS: u32 = domain::profile::MOST_SESSIONS;
/// The longest moment that something is done later.
const LATER: Duration = Duration::from_secs(1);
/// How often it is looked meanwhile whether the server stops.
const LOOKS_AGAIN: Duration = Duration::from_millis(50);

/// The installation's key: 32 random bytes. It seals what must stay secret in the database.
#[derive(Clone)]
pub struct SecretKey(pub [u8; 32]);

/// What a server knows about its environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// How browsers reach it, such as `https://muster.example.com`.
    pub origin: String,
    /// How mail leaves.
    pub way: MailWay,
}

/// How long sessions live and how much work is taken on at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Seconds from sign-in until a session ends (spec L3: two weeks, unless the operator sets another time).
    pub session_seconds: i64,
    /// Seconds without a request until a session ends.
    pub idle_seconds: i64,
    /// How many passwords are hashed at once: as many as there are cores.
    pub hashes_at_once: usize,
    /// How many sessions an account has at most: then the one that was not used for longest ends.
    pub sessions: u32,
    /// How many letters about invites go to one address of an organization in a day.
    pub letters_to_one_a_day: i64,
    /// How many of them go in a day to people of an organization who had others of late.
    pub letters_again_a_day: i64,
}

impl Default for Limits {
    fn default() -> Self {
        const DAY: i64 = 86_400;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            session_seconds: 14 * DAY,
            idle_seconds: 7 * DAY,
            hashes_at_once: cores,
            sessions: MOST_SESSIONS,
            letters_to_one_a_day: 5,
            letters_again_a_day: 1_000,
        }
    }
}

/// The use cases' tools. Cloning shares them.
#[derive(Clone)]
pub struct Services {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub database: Database,
    pub key: SecretKey,
    pub limits: Limits,
    pub hasher: Hasher,
    pub judges: Judges,
    pub activity: Activity,
    /// Where open pages hear of changes.
    pub live: Bus,
    /// Says that a letter was queued.
    pub mail: Notify,
    /// Set once the server listens.
    pub environment: OnceLock<Environment>,
    /// Where letters are written into files, or were before there was a mail server.
    pub letters: OnceLock<PathBuf>,
    /// Whether what was erased still stands in SQLite's write-ahead log.
    wiping: AtomicBool,
    /// Transactions under way: their callers may be gone.
    writes: TaskTracker,
    /// Set once the installation is known to have an owner, which lasts.
    owned: AtomicBool,
    clock: Box<dyn Clock>,
    randomness: Box<dyn Randomness>,
}

/// Work inside a transaction.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

impl Services {
    /// Brings the tools together.
    pub fn new(
        database: Database,
        key: SecretKey,
        limits: Limits,
        clock: impl Clock,
        randomness: impl Randomness,
    ) -> Self {
        let inner = Inner {
            database,
            key,
            limits,
            hasher: Hasher::new(limits.hashes_at_once, &randomness),
            judges: Judges::default(),
            activity: Activity::default(),
            live: Bus::default(),
            mail: Notify::new(),
            environment: OnceLock::new(),
            letters: OnceLock::new(),
            wiping: AtomicBool::new(false),
            writes: TaskTracker::new(),
            owned: AtomicBool::new(false),
            clock: Box::new(clock),
            randomness: Box::new(randomness),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The current instant.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Has the database prove that it takes changes and shows them.
    pub async fn readiness(&self) -> Readiness {
        self.inner.database.prove().await
    }

    /// The connection for reading.
    pub(crate) fn reader(&self) -> &impl ConnectionTrait {
        self.inner.database.reader()
    }

    /// Does work in one transaction: all of it lasts, or nothing. It runs in a task of its own, so that a
    /// client which hangs up cannot cancel it half-way (DESIGN 4).
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction) -> Work<'a, T> + Send + 'static,
    {
        self.transact(move |tx| {
            let done = work(tx);
            Box::pin(async move { Ok((done.await?, Vec::new())) })
        })
        .await
    }

    /// Does the same where it changes members of organizations that only the work knows: their open pages are told once it
    /// commits.
    pub(crate) async fn write_members_of<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction) -> Work<'a, (T, Vec<OrganizationId>)> + Send + 'static,
    {
        self.transact(move |tx| {
            let done = work(tx);
            Box::pin(async move {
                let (done, changed) = done.await?;
                Ok((done, changed.into_iter().map(Notice::Members).collect()))
            })
        })
        .await
    }

    /// Does the same work where it ends sessions of an account: streams that belong to them end once it commits.
    pub(crate) async fn write_sessions<T, F>(&self, account: AccountId, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction) -> Work<'a, T> + Send + 'static,
    {
        self.transact(move |tx| {
            let done = work(tx);
            Box::pin(async move { Ok((done.await?, vec![Notice::Sessions(account)])) })
        })
        .await
    }

    async fn transact<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction) -> Work<'a, (T, Vec<Notice>)> + Send + 'static,
    {
        let services = self.clone();
        let task = self.inner.writes.spawn(async move {
            let transaction = services.inner.database.begin().await?;
            let (done, changed) = work(&transaction).await?;
            for notice in &changed {
                store::live::notify(transaction.connection(), *notice).await?;
            }
            transaction.commit().await?;
            // PostgreSQL passes notices on to all servers, this one included.
            if !services.inner.database.has_listeners() {
                changed.into_iter().for_each(|notice| crate::live::tell(&services, notice));
            }
            Ok(done)
        });
        task.await.map_err(|error| Error::Internal(error.to_string()))?
    }

    /// Does the same work where it changes members of an organization: its open pages are told once it commits. A change
    /// that somebody makes by a right of theirs is made by [`Services::change`].
    pub(crate) async fn write_members<T, F>(&self, organization: OrganizationId, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Transaction) -> Work<'a, T> + Send + 'static,
    {
        self.transact(move |tx| {
            let done = work(tx);
            Box::pin(async move { Ok((done.await?, vec![Notice::Members(organization)])) })
        })
        .await
    }

    /// Does what no answer waits for; a stop does. Where it fails, the log says `what`.
    pub(crate) fn afterwards(&self, what: &'static str, work: impl Future<Output = Result<()>> + Send + 'static) {
        self.inner.writes.spawn(async move {
            if let Err(error) = work.await {
                tracing::error!(%error, "{what}");
            }
        });
    }

    /// The same a moment later, nobody knows when: what somebody else writes right after an answer does not tell by
    /// its time what the answer caused. A stop does not wait for the moment.
    pub(crate) fn later(&self, what: &'static str, work: impl Future<Output = Result<()>> + Send + 'static) {
        let [dice] = self.random::<1>();
        let until = Instant::now() + LATER.mul_f64(f64::from(dice) / 255.0);
        let services = self.clone();
        self.afterwards(what, async move {
            while Instant::now() < until && !services.is_ending() {
                sleep_until(until.min(Instant::now() + LOOKS_AGAIN)).await;
            }
            work.await
        });
    }

    /// Sets the environment of this server, once.
    pub fn set_environment(&self, environment: Environment) {
        let _ = self.inner.environment.set(environment);
    }

    /// Says in which folder letters are written into files, once.
    pub fn letters_are_in(&self, folder: PathBuf) {
        let _ = self.inner.letters.set(folder);
    }

    /// Leaves nothing in SQLite's write-ahead log of what was erased. Where somebody still reads what was before, the next
    /// second tries again.
    pub(crate) async fn wipe(&self) -> Result<()> {
        self.inner.wiping.store(true, Ordering::Relaxed);
        if self.inner.database.empty_log().await? {
            self.inner.wiping.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Says whether that is still to be done.
    pub(crate) fn is_to_be_wiped(&self) -> bool {
        self.inner.wiping.load(Ordering::Relaxed)
    }

    /// The whole address of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        self.inner.environment.get().map_or_else(String::new, |environment| environment.origin.clone()) + path
    }

    /// Waits until no transaction is under way: what a server does when nobody asks it any more.
    pub async fn settled(&self) {
        self.inner.writes.close();
        self.inner.writes.wait().await;
    }

    /// Says whether nothing new is to be begun: the server stops.
    pub(crate) fn is_ending(&self) -> bool {
        self.inner.writes.is_closed()
    }

    /// A new id's UUID.
    pub(crate) fn uuid(&self) -> uuid::Uuid {
        domain::new_uuid(self.now(), self.random())
    }

    /// Unpredictable bytes.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.inner.randomness.fill(&mut bytes);
        bytes
    }

    pub(crate) fn is_known_to_be_owned(&self) -> bool {
        self.inner.owned.load(Ordering::Relaxed)
    }

    pub(crate) fn mark_owned(&self) {
        self.inner.owned.store(true, Ordering::Relaxed);
    }
}
