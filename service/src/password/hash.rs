//! Hashes passwords (spec L1): with argon2id, in bounded memory, and with the same work whether an account exists or
//! not.

use crate::clock::Randomness;
use crate::{Error, Result, Services};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use domain::Password;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long a hash waits for its turn before the caller is told to come back.
const PATIENCE: Duration = Duration::from_secs(8);

/// Hashes at most as many passwords at once as there are cores: each takes 19 MiB and a core.
pub(crate) struct Hasher {
    turns: Arc<Semaphore>,
    /// The hash of nobody's password, verified in place of an unknown account's.
    nobody: String,
}

impl Hasher {
    pub fn new(at_once: usize, randomness: &impl Randomness) -> Self {
        let mut salt = [0; 16];
        randomness.fill(&mut salt);
        let nobody = hash_now("nobody has this password", &salt).unwrap_or_default();
        Self { turns: Arc::new(Semaphore::new(at_once.max(1))), nobody }
    }

    /// Runs work on a thread of its own when its turn has come. The permit goes along, so that work whose
    /// caller went away still counts.
    async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| Error::Busy)?.map_err(|error| Error::Internal(error.to_string()))?;
        let task = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        task.await.map_err(|error| Error::Internal(error.to_string()))
    }
}

fn hash_now(secret: &str, salt: &[u8]) -> Result<String> {
    let hash: argon2::password_hash::Result<PasswordHash> =
        Argon2::default().hash_password_with_salt(secret.as_bytes(), salt);
    hash.map(|hash| hash.to_string()).map_err(|error| Error::Internal(error.to_string()))
}

/// Hashes a password with a fresh salt, in PHC form.
pub(crate) async fn hash(services: &Services, password: &Password) -> Result<String> {
    let (password, salt) = (password.clone(), services.random::<16>());
    services.inner.hasher.turn(move || hash_now(password.secret(), &salt)).await?
}

/// Says whether a password is the one of a hash. Without a hash it works as long and says no.
pub(crate) async fn verify(services: &Services, password: &Password, hash: Option<String>) -> Result<bool> {
    let password = password.clone();
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| services.inner.hasher.nobody.clone());
    let fits = move || {
        let parsed = PasswordHash::new(&hash).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Argon2::default().verify_password(password.secret().as_bytes(), &parsed).is_ok())
    };
    let fits: Result<bool> = services.inner.hasher.turn(fits).await?;
    Ok(fits? && known)
}
