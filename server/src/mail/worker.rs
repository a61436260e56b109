//! Sends what is queued. It holds no transaction while a mail server thinks, and of two workers one has a letter: it
//! says every few seconds that it still does (spec I8).

use super::post::Post;
use futures_util::future::join_all;
use service::Services;
use service::outbox::{self, Claim, Due};
use std::time::Duration;
use tokio::time::{interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How many letters are under way at once.
const AT_ONCE: u64 = 8;
/// How often the worker says that it still sends: a third of the time after which others take over.
const SIGN_OF_LIFE: Duration = Duration::from_secs(3);
/// How often it looks for what other servers queued.
const LOOK: Duration = Duration::from_secs(2);
/// How often it tries to write what became of a letter.
const SETTLE_TRIES: usize = 100;
/// How long it rests when the database is away.
const REST: Duration = Duration::from_secs(5);

/// Sends until it is told to stop: then it takes no more letters. What it was sending when it is dropped is sent again
/// by whoever comes next.
pub async fn run(services: Services, post: Post, retry: i64, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match outbox::claim(&services, AT_ONCE).await {
            Ok((claim, due)) if !due.is_empty() => send(&services, &post, claim, due, retry).await,
            Ok(_) => {
                // Whichever is first.
                tokio::select! {
                    _ = timeout(LOOK, outbox::queued(&services)) => {}
                    () = stop.cancelled() => {}
                }
            }
            Err(error) => {
                tracing::error!(%error, "mail cannot be read from the database");
                sleep(REST).await;
            }
        }
    }
}

async fn send(services: &Services, post: &Post, claim: Claim, due: Vec<Due>, retry: i64) {
    let all = join_all(due.iter().map(async |mail| {
        let sent = post.send(mail).await;
        if !matches!(sent, outbox::Sent::Yes) {
            // Without the mail server's words, in which addresses of people stand; the page Mail has them.
            tracing::warn!(mail = %mail.id, "a letter was not handed over");
        }
        // Until it is written, others would send the letter again.
        for _ in 0..SETTLE_TRIES {
            match outbox::settle(services, claim, mail, sent.clone(), retry).await {
                Ok(()) => break,
                Err(error) => {
                    tracing::error!(%error, mail = %mail.id, "what became of a letter could not be written");
                    sleep(SIGN_OF_LIFE).await;
                }
            }
        }
    }));
    let alive = async {
        let mut ticks = interval(SIGN_OF_LIFE);
        ticks.tick().await;
        loop {
            ticks.tick().await;
            if let Err(error) = outbox::renew(services, claim).await {
                tracing::warn!(%error, "the mail worker could not say that it is still sending");
            }
        }
    };
    tokio::select! {
        _ = all => {}
        () = alive => {}
    }
}
