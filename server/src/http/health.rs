//! GET `/healthz` and `/readyz` (spec A6).

use super::web::Web;
use axum::extract::State;
use axum::http::StatusCode;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// The database answers and has this program's schema.
pub async fn ready(State(web): State<Web>) -> (StatusCode, &'static str) {
    if web.services.is_ready().await {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer or has another schema")
    }
}
