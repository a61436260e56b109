//! Sends queued letters, each in a slot of its own, so that a slow one holds up no other. The worker holds no
//! transaction while a mail server thinks. Of two workers only one has a letter, and it renews its claim every few
//! seconds (spec I8, decision 34).

use super::post::Post;
use service::Services;
use service::outbox::{self, Claim, Due, Sent, Slots};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// How often the worker renews its claims: a third of the time after which others take over.
const SIGN_OF_LIFE: Duration = Duration::from_secs(3);
/// How often it looks for letters that other servers queued, and for letters behind those whose share of the slots is
/// used up.
const LOOK: Duration = Duration::from_secs(2);
/// How often it tries to record the outcome of a letter.
const SETTLE_TRIES: usize = 100;
/// How long it pauses when the database is unavailable.
const REST: Duration = Duration::from_secs(5);

/// Sends until it is told to stop; then it takes no more letters. Letters that it was sending when it is dropped are
/// sent again by the next worker.
pub async fn run(services: Services, post: Post, retry: i64, stop: CancellationToken) {
    let mut worker = Worker {
        services: services.clone(),
        post: Arc::new(post),
        retry,
        slots: Slots::default(),
        sending: JoinSet::new(),
        letters: HashMap::new(),
        looks_past: Instant::now(),
    };
    let mut alive = interval(SIGN_OF_LIFE);
    alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut look = Instant::now();
    loop {
        let stopping = stop.is_cancelled();
        if stopping && worker.sending.is_empty() {
            return;
        }
        if !stopping && look <= Instant::now() {
            look = Instant::now() + worker.fill().await;
        }
        // Whichever is first.
        tokio::select! {
            Some(ended) = worker.sending.join_next_with_id() => {
                worker.free(ended.map_or_else(|error| error.id(), |(task, ())| task));
                look = Instant::now();
            }
            _ = alive.tick(), if !worker.letters.is_empty() => worker.renew().await,
            () = outbox::queued(&services), if !stopping => look = Instant::now(),
            () = sleep_until(look), if !stopping => {}
            () = stop.cancelled(), if !stopping => {}
        }
    }
}

struct Worker {
    services: Services,
    post: Arc<Post>,
    retry: i64,
    slots: Slots,
    sending: JoinSet<()>,
    /// The letter that each task sends, and its claim.
    letters: HashMap<Id, (domain::MailId, Claim)>,
    /// When it next looks for letters behind those whose share is used up, which may be many.
    looks_past: Instant,
}

impl Worker {
    /// Takes letters until there are none left or no slot is free, and returns how long to wait before looking again.
    async fn fill(&mut self) -> Duration {
        loop {
            let past = self.looks_past <= Instant::now();
            let Some(room) = self.slots.room(past) else { return LOOK };
            match outbox::claim(&self.services, room).await {
                Ok((_, due)) if due.is_empty() => {
                    if past {
                        self.looks_past = Instant::now() + LOOK;
                    }
                    self.post.tidy();
                    return LOOK;
                }
                Ok((claim, due)) => due.into_iter().for_each(|mail| self.begin(claim, mail)),
                Err(error) => {
                    tracing::error!(%error, "mail cannot be read from the database");
                    return REST;
                }
            }
        }
    }

    fn begin(&mut self, claim: Claim, mail: Due) {
        self.slots.take(&mail);
        let id = mail.id;
        let sending = send(self.services.clone(), self.post.clone(), claim, mail, self.retry);
        self.letters.insert(self.sending.spawn(sending).id(), (id, claim));
    }

    fn free(&mut self, task: Id) {
        if let Some((letter, _)) = self.letters.remove(&task) {
            self.slots.free(letter);
        }
    }

    async fn renew(&self) {
        let claims: Vec<Claim> = self.letters.values().map(|(_, claim)| *claim).collect();
        if let Err(error) = outbox::renew(&self.services, &claims).await {
            tracing::warn!(%error, "the mail worker could not say that it is still sending");
        }
    }
}

async fn send(services: Services, post: Arc<Post>, claim: Claim, mail: Due, retry: i64) {
    let sent = post.send(&mail).await;
    if !matches!(sent, Sent::Yes) {
        // Without the mail server's words, in which addresses of people stand; the page Mail has them.
        tracing::warn!(mail = %mail.id, "a letter was not handed over");
    }
    // Until it is written, others would send the letter again.
    for _ in 0..SETTLE_TRIES {
        match outbox::settle(&services, claim, &mail, sent.clone(), retry).await {
            Ok(()) => break,
            Err(error) => {
                tracing::error!(%error, mail = %mail.id, "what became of a letter could not be written");
                sleep(SIGN_OF_LIFE).await;
            }
        }
    }
}
