//! Maps addresses to endpoints, and puts the middleware in front of them.

use crate::http::assets;
use crate::http::changes;
use crate::http::changes::profile;
use crate::http::changes::server_functions;
use crate::http::changes::theme;
use crate::http::downloads::audit;
use crate::http::downloads::bulk;
use crate::http::failed;
use crate::http::front_door::join;
use crate::http::front_door::link;
use crate::http::front_door::reset;
use crate::http::front_door::set_up;
use crate::http::front_door::sign_in;
use crate::http::front_door::sign_out;
use crate::http::live;
use crate::http::middleware::body;
use crate::http::middleware::misdirected;
use crate::http::middleware::observe;
use crate::http::middleware::protect;
use crate::http::pages::organization;
use crate::http::pages::start;
use crate::http::probes::doctor;
use crate::http::probes::health;
use crate::http::uploads;
use crate::http::web::Web;
use app::routes::{ORGANIZATION_PAGES, PublicPage};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::csrf::{ConfigError, CsrfLayer};
use tower_http::limit::RequestBodyLimitLayer;

/// More bytes than any other form has.
const LARGEST_FORM: usize = 8 * 1024;
/// The pages with a form that has an endpoint of its own, which passes on the page's other changes.
const WITH_OWN_FORMS: [&str; 2] = ["/o/{slug}/members/import", "/o/{slug}/profile"];
/// The pages with the longest forms: many addresses, or the groups of a member.
const WITH_LONGEST_FORMS: [&str; 2] = ["/o/{slug}/members/invite", "/o/{slug}/members/{id}"];
/// Anything smaller fits into one packet anyway.
const SMALLEST_COMPRESSED: u64 = 1_024;

/// The router of the whole HTTP side.
///
/// # Errors
/// If the public URL is not one that a browser would send as its origin.
pub fn router(web: Web) -> Result<Router, ConfigError> {
    let from_elsewhere = |_: tower_http::csrf::ProtectionError| failed::Failed::FROM_ELSEWHERE.into_response();
    // A proxy may rewrite the Host that the layer else compares with.
    let same_site =
        CsrfLayer::new().add_trusted_origin(web.public_url.origin())?.with_rejection_response(from_elsewhere);

    // The last layer is the outermost.
    let router = Router::new()
        .merge(bounded(LARGEST_FORM, pages().merge(forms_and_files()).fallback(organization::anything_else)))
        .merge(changes())
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
        .route("/o/{slug}/members/import", post(uploads::submit))
        .layer(same_site)
        .layer(from_fn_with_state(web.clone(), misdirected::watch))
        .layer(CatchPanicLayer::custom(failed::of_panic))
        .layer(from_fn_with_state(web.clone(), failed::write))
        .layer(from_fn_with_state(web.clone(), protect::protect))
        .layer(from_fn_with_state(web.clone(), observe::observe));
    Ok(router.with_state(web))
}

/// Limits the bodies of a router's requests to this many bytes, and reads them completely first.
pub fn bounded(largest: usize, router: Router<Web>) -> Router<Web> {
    router.layer(from_fn(body::whole)).layer(RequestBodyLimitLayer::new(largest))
}

/// All pages in the list of pages.
fn pages() -> Router<Web> {
    let public = PublicPage::ALL.iter().map(|page| {
        let show = match page {
            PublicPage::Start => get(start::show),
            PublicPage::SignIn => get(sign_in::show),
            PublicPage::SetUp => get(set_up::show),
            PublicPage::Invite => get(join::show),
            PublicPage::ForgotPassword => get(reset::forgot),
            PublicPage::NewPassword => get(reset::show),
        };
        (page.path(), show)
    });
    let of_organizations = ORGANIZATION_PAGES.iter().map(|pattern| (*pattern, get(organization::show)));
    public.chain(of_organizations).fold(Router::new(), |router, (page, show)| router.route(page, show))
}

/// Changes, which are posted to the address of their page.
fn changes() -> Router<Web> {
    let pages = ORGANIZATION_PAGES.iter().filter(|page| !WITH_OWN_FORMS.contains(page));
    let (longest, others): (Vec<&str>, Vec<&str>) = pages.partition(|page| WITH_LONGEST_FORMS.contains(page));
    let of = |pages: Vec<&str>| {
        pages.into_iter().fold(Router::new(), |router, page| router.route(page, post(changes::submit)))
    };
    bounded(app::changes::LARGEST, of(longest)).merge(bounded(app::changes::LONG, of(others)))
}

/// Other targets of forms, files, and the links in mails.
fn forms_and_files() -> Router<Web> {
    Router::new()
        .route(app::paths::SIGN_IN, post(sign_in::submit))
        .route(app::paths::SET_UP, post(set_up::submit))
        .route(app::paths::INVITE, post(join::submit))
        .route("/invite/{token}", get(link::invite))
        .route(app::paths::FORGOT, post(reset::send))
        .route(app::paths::RESET, post(reset::submit))
        .route("/reset/{token}", get(link::reset))
        .route(app::paths::SIGN_OUT, post(sign_out::submit))
        .route(app::paths::THEME, post(theme::submit))
        .route("/o/{slug}/profile", post(profile::submit))
        .route("/o/{slug}/audit.csv", get(audit::file))
        .route("/o/{slug}/members/import/{id}/refused.csv", get(uploads::refused_rows))
        .route("/o/{slug}/members/bulk/{id}/results.csv", get(bulk::results))
}

/// Compression for answers that are made for each request; the site's files are compressed already.
fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(SMALLEST_COMPRESSED).and(NotForContentType::IMAGES).and(NotForContentType::SSE))
}
