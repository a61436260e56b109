//! Checks the public URL: whether browsers are safe there, whether it leads to this installation, and what a request
//! that came through it carried (decision 39).

use super::report::Report;
use crate::commands::request::{NoReply, Reply, get};
use crate::config::{Config, PublicUrl};
use crate::http::{Carried, HEADER, PATH};
use service::SecretKey;
use service::clock::{Clock, Randomness, SystemClock, SystemRandomness};
use service::key::challenge::{Challenge, NONCE};
use std::net::SocketAddr;

/// What a request found.
enum Found {
    /// A server of this installation, by what it signed; and our end of the connection.
    Ours(Box<Carried>, SocketAddr),
    /// Something else, or a server that does not know the key.
    Other(Reply),
    /// No answer.
    Nothing(NoReply),
}

/// Checks the public URL and the proxies.
pub async fn check(config: &Config, key: Option<&SecretKey>, report: &mut Report) {
    let public = config.public_url(config.listen);
    origin(&public, config, report);
    if config.trusted_proxies.are_everybody() {
        report.problem(
            "proxies",
            "MUSTER_TRUSTED_PROXIES (--trusted-proxies) names every address there is",
            "Name the proxies alone: now every client can choose the address that it is logged and limited by.",
        );
    }
    let Some(key) = key else {
        let todo =
            "Run the doctor again once the key is there: what answers proves by it that it is this installation.";
        return report.warning("reachability", &format!("{} was not asked", public.origin()), todo);
    };
    let listener = PublicUrl::of_listener(config.listen);
    let here = if listener == public { None } else { Some(ask(listener.origin(), key).await) };
    if let Some(Found::Ours(carried, _)) = &here {
        report.ok("server", &format!("version {} answers at {}", carried.version, listener.origin()));
    }
    let runs = matches!(here, Some(Found::Ours(..)));
    match ask(public.origin(), key).await {
        Found::Ours(carried, local) => {
            reached(&carried, &public, report);
            proxies(&carried, local, report);
        }
        Found::Other(reply) => answered_by_another(&reply, public.origin(), report),
        Found::Nothing(reason) => not_reached(&reason, public.origin(), runs, report),
    }
}

/// Passwords and sessions go to the public URL.
fn origin(public: &PublicUrl, config: &Config, report: &mut Report) {
    let origin = public.origin();
    if public.is_loopback() && !config.listen.ip().is_loopback() {
        report.warning(
            "public URL",
            &format!("{origin} is for this machine alone, and the server listens at {} for others too", config.listen),
            "Set MUSTER_PUBLIC_URL (--public-url) to the address that browsers use: links in mail lead there.",
        );
    } else if !public.is_secure() && !public.is_loopback() {
        report.warning(
            "public URL",
            &format!("{origin} has no https, so passwords and sessions can be read on their way"),
            "Put a proxy with a certificate in front, and set MUSTER_PUBLIC_URL (--public-url) to its https address.",
        );
    } else {
        let why = if public.is_secure() { "https" } else { "this machine alone" };
        report.ok("public URL", &format!("{origin} ({why})"));
    }
}

async fn ask(origin: &str, key: &SecretKey) -> Found {
    let mut nonce = [0; NONCE];
    SystemRandomness.fill(&mut nonce);
    let Ok(challenge) = Challenge::new(key, SystemClock.now(), nonce) else {
        return Found::Nothing(NoReply::Unreadable("the key cannot sign".into()));
    };
    match get(origin, PATH, Some((HEADER, challenge.as_str()))).await {
        Ok(reply) => match ours(&reply, &challenge, key) {
            Some(carried) => Found::Ours(Box::new(carried), reply.local),
            None => Found::Other(reply),
        },
        Err(reason) => Found::Nothing(reason),
    }
}

/// Believes only what is signed with our key, for this very challenge.
fn ours(reply: &Reply, challenge: &Challenge, key: &SecretKey) -> Option<Carried> {
    let (signature, json) = reply.body.split_once('\n')?;
    let signed = challenge.is_answered(key, json, signature).unwrap_or(false);
    if signed { serde_json::from_str(json).ok() } else { None }
}

fn reached(carried: &Carried, public: &PublicUrl, report: &mut Report) {
    let (origin, theirs) = (public.origin(), &carried.origin);
    if theirs == origin {
        let found = format!(
            "{origin} leads to this installation, version {}; the host came as {}",
            carried.version, carried.host
        );
        report.ok("reachability", &found);
    } else {
        let todo =
            "Give the server the same MUSTER_PUBLIC_URL and restart it, or run the doctor with the server's options.";
        let found = format!("{origin} leads to this installation, whose server was started for {theirs}");
        report.problem("reachability", &found, todo);
    }
}

fn proxies(carried: &Carried, local: SocketAddr, report: &mut Report) {
    let Carried { peer, is_trusted, client, .. } = carried;
    let proxy = peer.ip();
    let forwards = !carried.forwarded_for.is_empty();
    // The server sees our own end of the connection: nothing stands in between.
    if *peer == local && !forwards {
        return report.ok("proxies", "none stands between this machine and the server");
    }
    match (forwards, is_trusted) {
        (true, true) if *client == proxy => report.problem(
            "proxies",
            &format!("the proxy at {proxy} sends an X-Forwarded-For without the client's address"),
            "Have it add the address that it is connected from; with nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        ),
        (true, true) => report.ok("proxies", &format!("the one at {proxy} is trusted, and names {client} as the client")),
        (true, false) => report.problem(
            "proxies",
            &format!("requests come through {proxy}, which is not trusted: everybody is logged and limited by its address"),
            &format!("If that is your proxy, add {proxy} to MUSTER_TRUSTED_PROXIES (--trusted-proxies)."),
        ),
        (false, true) => report.problem(
            "proxies",
            &format!("the one at {proxy} is trusted and does not say who its client is"),
            "Have it send X-Forwarded-For; with nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        ),
        (false, false) => report.warning(
            "proxies",
            &format!("requests of this machine arrive from {proxy}, without X-Forwarded-For"),
            "If that is a proxy, have it send X-Forwarded-For and add it to MUSTER_TRUSTED_PROXIES; if it is a router or a container network that translates addresses, everybody shares that address.",
        ),
    }
}

fn answered_by_another(reply: &Reply, origin: &str, report: &mut Report) {
    let status = reply.status;
    let (found, todo) = match status {
        300..=399 => (
            format!("{origin} redirects to {}", reply.location.as_deref().unwrap_or("nowhere")),
            "Set MUSTER_PUBLIC_URL (--public-url) to the address at which Muster itself answers.",
        ),
        502..=504 => (
            format!("a proxy answers at {origin}, and does not reach the server (status {status})"),
            "Start the server, and have the proxy pass requests on to the address in MUSTER_LISTEN.",
        ),
        401 | 403 => (
            format!("something at {origin} refuses requests before they reach the server (status {status})"),
            "Let requests through: Muster signs people in itself.",
        ),
        _ => (
            format!("what answers at {origin} does not prove that it is this installation (status {status})"),
            "Either another program or installation answers there, or an older version of Muster, or its clock is more than a minute apart from this one, or a proxy removes the header x-muster-challenge.",
        ),
    };
    report.problem("reachability", &found, todo);
}

fn not_reached(reason: &NoReply, origin: &str, runs: bool, report: &mut Report) {
    let what = "reachability";
    match reason {
        NoReply::Unresolved(why) => report.problem(
            what,
            &format!("the name in {origin} cannot be resolved: {why}"),
            "Have it entered in the DNS, or correct MUSTER_PUBLIC_URL (--public-url).",
        ),
        NoReply::Unreachable(why) if runs => report.warning(
            what,
            &format!("{origin} cannot be reached from this machine, though the server runs: {why}"),
            "Check the proxy and the firewall. If browsers elsewhere do reach it, the network only does not lead this machine back to itself.",
        ),
        NoReply::Unreachable(why) => report.warning(
            what,
            &format!("nothing answers at {origin}: {why}"),
            "Start the server and run the doctor again: it then says what a request carries when it arrives.",
        ),
        NoReply::Tls(why) => report.problem(
            what,
            &format!("{origin} has no https that this machine accepts: {why}"),
            "Renew or complete the proxy's certificate; a private authority has to be among those that the system trusts.",
        ),
        NoReply::Unreadable(why) => report.problem(
            what,
            &format!("what answers at {origin} is no web server: {why}"),
            "Correct MUSTER_PUBLIC_URL (--public-url), its port above all.",
        ),
    }
}
