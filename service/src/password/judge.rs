//! Judges the strength of passwords, separately from the hasher, so that no sign-in waits for an estimate
//! (decision 29).

use super::estimate::estimate;
use crate::{Error, Result, Services};
use domain::Password;
use domain::password::Strength;
use domain::setup::FieldError;
use std::fmt::Display;
use std::sync::Arc;
use std::thread::Builder;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep, timeout};

/// So many things are known about somebody who chooses a password.
const MOST_KNOWN: usize = 8;
/// So many passwords that are being typed wait for the one that is judged; others are not judged now.
const MOST_WAITING: usize = 16;
/// How long what is being typed waits for its turn.
const WHILE_TYPING: Duration = Duration::from_secs(1);
/// How long what was sent waits: it is decided, or the form is to be sent again.
const ONCE_SENT: Duration = Duration::from_secs(8);

/// Who estimates: one password at a time of those that are being typed, which anybody may ask about; and one of those
/// that were sent by somebody who proved something, so that the former do not hold the latter up.
pub(crate) struct Judges {
    typed: Arc<Semaphore>,
    waiting: Semaphore,
    sent: Arc<Semaphore>,
}

impl Default for Judges {
    fn default() -> Self {
        Self {
            typed: Arc::new(Semaphore::new(1)),
            waiting: Semaphore::new(MOST_WAITING),
            sent: Arc::new(Semaphore::new(1)),
        }
    }
}

/// Waits for a turn.
async fn turn(turns: &Arc<Semaphore>, patience: Duration) -> Result<OwnedSemaphorePermit> {
    let permit = timeout(patience, turns.clone().acquire_owned()).await;
    permit.map_err(|_| Error::Busy)?.map_err(|error| Error::Internal(error.to_string()))
}

/// Estimates on a thread of its own, which gives way to every other; says how long it took. The turn goes along, so
/// that work whose caller went away still counts.
async fn judged(
    turn: OwnedSemaphorePermit,
    password: Password,
    about: Vec<String>,
) -> Result<(Strength, Duration, OwnedSemaphorePermit)> {
    let (tell, told) = oneshot::channel();
    let work = move || {
        give_way();
        let begun = Instant::now();
        let strength = estimate(&password, &about);
        // Whoever asked may have gone away.
        let _ = tell.send((strength, begun.elapsed(), turn));
    };
    let internal = |error: &dyn Display| Error::Internal(format!("a password could not be judged: {error}"));
    Builder::new().name("judge".into()).spawn(work).map_err(|error| internal(&error))?;
    told.await.map_err(|error| internal(&error))
}

/// Has the scheduler prefer every other thread to this one. Elsewhere than on Linux a priority is one of the process.
fn give_way() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::setpriority_process;
        /// The least: `setpriority(2)`.
        const LEAST: i32 = 19;
        // Where that is not allowed, it is judged all the same.
        let _ = setpriority_process(Some(rustix::thread::gettid()), LEAST);
    }
}

/// Refuses a new password that is among the first that somebody would try (NIST SP 800-63B-4, 3.1.1.2: a
/// blocklist, and no other rule). What the person is called counts as known.
///
/// # Errors
/// [`Error::Busy`] where it could not be judged: then it is not accepted either.
pub(crate) async fn refuse_guessable(
    services: &Services,
    password: &Password,
    about: Vec<String>,
) -> Result<Option<String>> {
    let turn = turn(&services.inner.judges.sent, ONCE_SENT).await?;
    let (strength, _, turn) = judged(turn, password.clone(), about).await?;
    drop(turn);
    Ok((strength.score < Strength::ACCEPTED).then_some(strength.words))
}

/// Says how good a password is that somebody is choosing: by the rules that decide once it is sent, as far as the form
/// knows what is known about its owner, a line each.
///
/// # Errors
/// [`Error::Invalid`] at `password` for what is no password at all; [`Error::Busy`] where it is not judged now, because
/// others are: it is judged once it is sent.
pub async fn judge(services: &Services, typed: &str, about: &str) -> Result<Strength> {
    let refused = |why: domain::Refused| Error::Invalid(vec![FieldError::at("password", why.0)]);
    let password = Password::parse(typed).map_err(refused)?;
    let lines = about.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_KNOWN);
    let about = lines.map(str::to_owned).chain(["muster".into()]).collect();
    let judges = &services.inner.judges;
    let waiting = judges.waiting.try_acquire().map_err(|_| Error::Busy)?;
    let turn = turn(&judges.typed, WHILE_TYPING).await?;
    drop(waiting);
    let (strength, took, turn) = judged(turn, password, about).await?;
    // The next one begins after as long a rest: whatever strangers have judged, half of a core is left.
    tokio::spawn(async move {
        sleep(took).await;
        drop(turn);
    });
    Ok(strength)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_thread_that_judges_is_the_one_that_gives_way() {
        /// The nice value of a thread that is called "judge" (proc(5): what follows the name is the third field on).
        fn nice() -> Option<i32> {
            let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
            let stats = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
            let mut judges = stats.filter(|stat| stat.contains("(judge)"));
            judges.next()?.rsplit_once(") ")?.1.split(' ').nth(16)?.parse().ok()
        }
        let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let watching = std::thread::spawn({
            let done = done.clone();
            move || {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    if nice() == Some(19) {
                        return true;
                    }
                }
                false
            }
        });
        let turns = Arc::new(Semaphore::new(1));
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) && !watching.is_finished() {
            let turn = turns.clone().acquire_owned().await.unwrap();
            let long = Password::parse(&"4@8({[<3691!|70$5+%2".repeat(3)).unwrap();
            let _ = judged(turn, long, vec!["muster".into()]).await.unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(watching.join().unwrap());
    }

    #[test]
    fn who_judges_gives_way_and_nobody_else_does() {
        let nice = || rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
        let before = nice();
        let judging = std::thread::spawn(move || {
            give_way();
            nice()
        });
        assert_eq!(judging.join().unwrap(), 19);
        assert_eq!(nice(), before);
    }
}
