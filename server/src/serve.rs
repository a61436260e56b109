//! `muster serve`: opens the database, listens, and shuts down cleanly.

mod connection_slots;
mod connections;
pub mod descriptors;
mod signals;
mod timed_stream;

use crate::commands;
use crate::config::Config;
use crate::failure::Failure;
use crate::http::{Web, router};
use crate::mail::{self, Post};
use domain::mail::MailWay;
use service::{Environment, Services};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

/// The time limits at shutdown. Together they stay under the ten seconds after which process managers kill.
const CHANGES_END_WITHIN: Duration = Duration::from_millis(1_000);
const LAST_WRITES_WITHIN: Duration = Duration::from_millis(700);
const LAST_SEALS_WITHIN: Duration = Duration::from_millis(700);

const LETTERS_END_WITHIN: Duration = Duration::from_millis(1_000);

const A_MINUTE: Duration = Duration::from_secs(60);
const A_SECOND: Duration = Duration::from_secs(1);
const HEAR_AGAIN: Duration = Duration::from_secs(2);
/// How often the audit log is sealed. Rows that are younger can be changed behind the application's back unnoticed.
const SEAL_AGAIN: Duration = Duration::from_secs(1);
/// How long sealing pauses when the database is unavailable.
const SEAL_LATER: Duration = Duration::from_secs(10);

/// Serves until the process is told to stop.
pub async fn serve(config: Config) -> Result<(), Failure> {
    let mut stop = signals::Stop::listen()?;
    // Told to stop meanwhile, it stops: what it has begun is undone by the database, as after a crash.
    let (database, services) = tokio::select! {
        opened = commands::open_when_there(&config) => opened?,
        () = stop.asked() => {
            tracing::info!("stopped before the database was open");
            return Ok(());
        }
    };
    let listener = listen(&config).await?;
    let bound = listener.local_addr().map_err(|error| cannot_listen(config.listen, &error))?;
    let public_url = config.public_url(bound);
    if !bound.ip().is_loopback() && public_url.is_loopback() {
        tracing::warn!(
            "the server listens at {bound}, which other machines reach, but MUSTER_PUBLIC_URL (--public-url) is {}, which they do not",
            public_url.origin()
        );
    }
    if let Some(server) = config.mail.smtp.as_ref().filter(|server| server.tells_password_to_all()) {
        tracing::warn!(
            "MUSTER_SMTP_URL (--smtp-url): the user and the password go to {} without encryption; with ?tls=required they do not",
            server.host
        );
    }
    // What the pages' asynchronous parts run on. A second time it is refused, which does no harm.
    let _ = any_spawner::Executor::init_tokio();
    let origin = public_url.origin().to_owned();
    let way = if config.mail.smtp.is_some() { MailWay::Smtp } else { MailWay::Files };
    services.set_environment(Environment { origin: origin.clone(), way });
    services.letters_are_in(mail::folder(&config.data_dir));
    let web = Web::new(services.clone(), public_url, config.trusted_proxies.clone());
    let router = router(web.clone()).map_err(|error| {
        Failure::usage(format!(
            "MUSTER_PUBLIC_URL (--public-url): {error}; accepted is an address such as https://muster.example.com."
        ))
    })?;
    announce(&origin, bound, &services).await?;

    let every_minute = tokio::spawn(every_minute(web.clone()));
    let post = Post::new(&config.mail, &config.data_dir, origin);
    let mail = tokio::spawn(mail::run(services.clone(), post, config.mail.retry, web.stopping.clone()));
    let hearing = tokio::spawn(hear(services.clone()));
    let every_second = tokio::spawn(every_second(services.clone()));
    let sealing = tokio::spawn(seal(services.clone()));
    let asked = async {
        stop.asked().await;
        web.stopping.cancel();
    };
    let slots = connection_slots::ConnectionSlots::of(descriptors::raise());
    connections::serve(listener, router, slots, &web.proxies, asked).await;
    every_minute.abort();
    hearing.abort();
    every_second.abort();
    // A transaction under way ends all the same.
    sealing.abort();
    // What it is still sending then is sent again after the next start.
    let sending = mail.abort_handle();
    if timeout(LETTERS_END_WITHIN, mail).await.is_err() {
        sending.abort();
    }

    web.changes.close();
    let ended = async {
        web.changes.wait().await;
        services.settled().await;
    };
    if timeout(CHANGES_END_WITHIN, ended).await.is_err() {
        tracing::warn!("changes were still under way and are undone");
    }
    write_activity(&services, true).await;
    // What does not fit into the time is sealed after the next start.
    if !matches!(timeout(LAST_SEALS_WITHIN, service::audit_chain::seal(&services)).await, Ok(Ok(()))) {
        tracing::warn!("the audit log was not sealed to its end");
    }
    // Whatever the clones still do is cut off with it.
    if !matches!(timeout(LAST_WRITES_WITHIN, database.close()).await, Ok(Ok(()))) {
        tracing::warn!("the database did not close in time");
    }
    tracing::info!("stopped");
    Ok(())
}

async fn listen(config: &Config) -> Result<TcpListener, Failure> {
    TcpListener::bind(config.listen).await.map_err(|error| cannot_listen(config.listen, &error))
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::fault(format!(
        "MUSTER_LISTEN (--listen): the server cannot listen at {address}: {error}; accepted is an address of this machine and a port that no other program uses."
    ))
}

/// Says which address to open, whatever the log level.
#[allow(clippy::print_stdout, reason = "must be seen at every level of the log")]
async fn announce(origin: &str, bound: SocketAddr, services: &Services) -> Result<(), Failure> {
    let open = service::setup::is_open(services)
        .await
        .map_err(|error| Failure::fault(format!("The database cannot be read: {error}.")))?;
    println!("Muster listens at {bound}: {origin}");
    if open {
        println!(
            "Nobody owns this installation yet. Set it up at {origin}/set-up?code={}",
            service::setup::code(services)
        );
    }
    Ok(())
}

/// Does the work that is due once a minute.
async fn every_minute(web: Web) {
    let mut minutes = interval(A_MINUTE);
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    minutes.tick().await; // The first is at once.
    let mut upkeep = AbortOnDropHandle::new(tokio::spawn(async {}));
    loop {
        minutes.tick().await;
        web.attempts.sweep(web.services.now());
        web.asked_resets.sweep(web.services.now());
        web.own_passwords.sweep(web.services.now());
        web.password_checks.sweep(web.services.now());
        let services = web.services.clone();
        // In a task of its own: a stop waits for it instead of cutting it off.
        web.changes.spawn(async move { write_activity(&services, false).await });
        // A stop ends it between two of its transactions; what is left is done after the next start.
        let services = web.services.clone();
        if upkeep.is_finished() {
            upkeep = AbortOnDropHandle::new(tokio::spawn(async move {
                if let Err(error) = service::upkeep::run(&services).await {
                    tracing::error!(%error, "the upkeep of long tables failed");
                }
            }));
        }
    }
}

/// Does the work that is due once a second.
async fn every_second(services: Services) {
    loop {
        sleep(A_SECOND).await;
        if let Err(error) = service::upkeep::after_changes(&services).await {
            tracing::warn!(%error, "what is due after changes was not done; the next second tries again");
        }
        match service::bulk::abandoned(&services).await {
            Ok(works) => {
                works.into_iter().for_each(|work| service::run_in_background("something for many members", work))
            }
            Err(error) => tracing::warn!(%error, "nobody looked for what other servers left behind"),
        }
        match service::import::abandoned(&services).await {
            Ok(works) => works.into_iter().for_each(|work| service::run_in_background("an import", work)),
            Err(error) => tracing::warn!(%error, "nobody looked for imports that other servers left behind"),
        }
    }
}

/// Listens for changes by other servers of the same database, and starts again if the connection is refused.
async fn hear(services: Services) {
    loop {
        if let Err(error) = service::live::hear(&services).await {
            tracing::warn!(%error, "changes of other servers are not heard for a moment");
        }
        sleep(HEAR_AGAIN).await;
    }
}

/// Seals the audit log as it grows (decision 19).
async fn seal(services: Services) {
    loop {
        match service::audit_chain::seal(&services).await {
            Ok(()) => sleep(SEAL_AGAIN).await,
            Err(error) => {
                tracing::error!(%error, "the audit log was not sealed");
                sleep(SEAL_LATER).await;
            }
        }
    }
}

async fn write_activity(services: &Services, all: bool) {
    match timeout(LAST_WRITES_WITHIN, service::sessions::write_activity(services, all)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "last-active times were not written"),
        Err(_) => tracing::warn!("last-active times were not written in time"),
    }
}
