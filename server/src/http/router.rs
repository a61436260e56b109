//! Which endpoint answers what, and what stands before all of them.

use super::web::Web;
use super::{
    assets, audit, body, bulk, doctor, elsewhere, failed, group, groups, health, import, invite, join, link, live,
    mail, member, observe, organization, profile, protect, reset, server_functions, set_up, settings, sign_in,
    sign_out, start, theme, views,
};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::csrf::{ConfigError, CsrfLayer};
use tower_http::limit::RequestBodyLimitLayer;

/// More than any form has.
const LARGEST_FORM: usize = 8 * 1024;
/// What is smaller fits into one packet anyway.
const SMALLEST_COMPRESSED: u64 = 1_024;

/// The whole of the HTTP side.
///
/// # Errors
/// Where the public address is none that a browser would name as its origin.
pub fn router(web: Web) -> Result<Router, ConfigError> {
    let from_elsewhere = |_: tower_http::csrf::ProtectionError| failed::Failed::FROM_ELSEWHERE.into_response();
    // A proxy may rewrite the Host that the layer else compares with.
    let same_site =
        CsrfLayer::new().add_trusted_origin(web.public_url.origin())?.with_rejection_response(from_elsewhere);

    // The last layer is the outermost.
    let router = Router::new()
        .merge(pages())
        .merge(bounded(invite::LARGEST, Router::new().route("/o/{slug}/members/invite", post(invite::submit))))
        .merge(bounded(
            member::LARGEST,
            Router::new().route("/o/{slug}/members/{id}", get(organization::member).post(member::act)),
        ))
        .merge(bounded(
            groups::LARGEST,
            Router::new()
                .route("/o/{slug}/groups/new", get(organization::new_group).post(groups::create))
                .route("/o/{slug}/groups/{id}/edit", get(organization::manage_group).post(groups::edit)),
        ))
        .merge(server_functions::routes())
        .layer(compression())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/healthz/request", get(doctor::carried))
        .route("/pkg/{*path}", get(assets::package))
        .layer(from_fn(failed::give_up))
        // Lasts as long as the page does.
        .route("/o/{slug}/members/live", get(live::listen))
        // Takes as long as the line needs, and watches over that itself.
        .route("/o/{slug}/members/import", post(import::submit))
        .layer(same_site)
        .layer(from_fn_with_state(web.clone(), elsewhere::watch))
        .layer(CatchPanicLayer::custom(failed::of_panic))
        .layer(from_fn_with_state(web.clone(), failed::write))
        .layer(from_fn_with_state(web.clone(), protect::protect))
        .layer(from_fn_with_state(web.clone(), observe::observe));
    Ok(router.with_state(web))
}

/// What takes bodies of so many bytes, and reads them whole first.
pub fn bounded(largest: usize, router: Router<Web>) -> Router<Web> {
    router.layer(from_fn(body::whole)).layer(RequestBodyLimitLayer::new(largest))
}

fn pages() -> Router<Web> {
    let pages = Router::new()
        .route(app::paths::ROOT, get(start::show))
        .route(app::paths::SIGN_IN, get(sign_in::show).post(sign_in::submit))
        .route(app::paths::SET_UP, get(set_up::show).post(set_up::submit))
        .route(app::paths::INVITE, get(join::show).post(join::submit))
        .route("/invite/{token}", get(link::invite))
        .route(app::paths::FORGOT, get(reset::forgot).post(reset::send))
        .route(app::paths::RESET, get(reset::show).post(reset::submit))
        .route("/reset/{token}", get(link::reset))
        .route(app::paths::SIGN_OUT, post(sign_out::submit))
        .route(app::paths::THEME, post(theme::submit))
        .route("/o/{slug}", get(organization::home))
        .route("/o/{slug}/members", get(organization::members).post(views::submit))
        .route("/o/{slug}/members/invite", get(organization::invite))
        .route("/o/{slug}/groups", get(organization::groups))
        .route("/o/{slug}/groups/{id}/delete", get(organization::manage_group).post(groups::delete))
        .route("/o/{slug}/profile", get(organization::profile).post(profile::submit))
        .route("/o/{slug}/audit", get(organization::audit))
        .route("/o/{slug}/audit.csv", get(audit::file))
        .route("/o/{slug}/groups/{id}", get(organization::group))
        .route("/o/{slug}/mail", get(organization::mail))
        .route("/o/{slug}/mail/again", post(mail::all_again))
        .route("/o/{slug}/mail/{id}/again", post(mail::again))
        .route("/o/{slug}/members/import", get(organization::imports))
        .route("/o/{slug}/members/import/{id}", get(organization::import))
        .route("/o/{slug}/members/import/{id}/refused.csv", get(import::refused_rows))
        .route("/o/{slug}/members/import/{id}/{change}", post(import::change))
        .route("/o/{slug}/members/bulk", get(organization::bulk).post(bulk::submit))
        .route("/o/{slug}/members/bulk/{id}", get(organization::bulk_job))
        .route("/o/{slug}/members/bulk/{id}/results.csv", get(bulk::results))
        .route("/o/{slug}/members/bulk/{id}/stop", post(bulk::stop))
        .route("/o/{slug}/groups/{id}/add", get(organization::add_group_member).post(group::add))
        .route("/o/{slug}/groups/{id}/chosen", get(organization::chosen_group_members).post(group::change_chosen))
        .route("/o/{slug}/groups/{id}/members/{member}", get(organization::group_member).post(group::act))
        .route("/o/{slug}/settings", get(organization::settings).post(settings::submit))
        .fallback(organization::anything_else);
    bounded(LARGEST_FORM, pages)
}

/// For what is made anew each time; the site's files are compressed already.
fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(SMALLEST_COMPRESSED).and(NotForContentType::IMAGES).and(NotForContentType::SSE))
}
