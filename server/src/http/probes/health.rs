//! GET `/healthz` and `/readyz` (spec A6).

use crate::http::web::Web;
use axum::extract::State;
use axum::http::StatusCode;
use service::{Readiness, Services, Trouble};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long the database's answer is reused for everybody who asks, because each check makes a change in it.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// What the database could do when it was last checked.
#[derive(Default)]
pub struct LastReadiness(Mutex<Option<(Instant, Readiness)>>);

impl LastReadiness {
    async fn of(&self, services: &Services) -> Readiness {
        let mut last = self.0.lock().await;
        match *last {
            Some((at, readiness)) if at.elapsed() < GOOD_FOR => readiness,
            _ => {
                let readiness = services.readiness().await;
                *last = Some((Instant::now(), readiness));
                readiness
            }
        }
    }
}

/// The process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// The database answers, has this program's schema, accepts a change, and shows it to readers.
pub async fn ready(State(web): State<Web>) -> (StatusCode, &'static str) {
    let readiness = web.readiness.of(&web.services).await;
    let status = if readiness == Readiness::Ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, sentence(readiness))
}

fn sentence(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "ok",
        Readiness::NoAnswer | Readiness::NoChanges(Some(Trouble::Away)) => {
            "the database does not answer or has another schema"
        }
        Readiness::NoChanges(Some(Trouble::Full)) => "the database refuses changes: its disk is full",
        Readiness::NoChanges(Some(Trouble::Storage)) => {
            "the database refuses changes: its files cannot be written; the log says why"
        }
        Readiness::NoChanges(_) => "the database refuses changes; the log says why",
        Readiness::Lost => {
            "the database answers changes and does not keep them: restart the server, and tell its makers"
        }
    }
}
