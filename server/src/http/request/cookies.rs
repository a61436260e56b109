//! The cookies: the session, the known browser, the colour scheme, and short-lived ones for links and flash messages.

use app::forms::Flash;
use app::theme::{COOKIE as THEME, Theme};
use axum::http::{HeaderMap, HeaderValue, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use domain::Timestamp;
use service::sessions::NewSession;

const THEME_LASTS: Duration = Duration::days(365);
/// Longer than any of our tokens; nothing longer is looked up in the database.
const LONGEST_TOKEN: usize = 200;

/// The prefix makes browsers refuse the cookie from other hosts, without https and for sub-paths; they
/// would refuse it from us where there is no https.
const fn session_name(secure: bool) -> &'static str {
    if secure { "__Host-muster" } else { "muster" }
}

/// The session token that a request carries.
pub fn session(headers: &HeaderMap, secure: bool) -> Option<&str> {
    read(headers, session_name(secure)).filter(|token| !token.is_empty() && token.len() <= LONGEST_TOKEN)
}

/// The cookie of a session that has just begun.
pub fn begin_session(session: &NewSession, now: Timestamp, secure: bool) -> HeaderValue {
    let lasts = Duration::seconds(session.expires_at.seconds_since(now).max(0));
    header_value(&session_cookie(session.token.clone(), secure).max_age(lasts).build())
}

/// Removes the session's cookie.
pub fn end_session(secure: bool) -> HeaderValue {
    header_value(&session_cookie(String::new(), secure).max_age(Duration::ZERO).build())
}

fn session_cookie(value: String, secure: bool) -> cookie::CookieBuilder<'static> {
    kept_from_scripts(session_name(secure), value, secure)
}

fn kept_from_scripts(name: &'static str, value: String, secure: bool) -> cookie::CookieBuilder<'static> {
    Cookie::build((name, value)).path("/").http_only(true).secure(secure).same_site(SameSite::Lax)
}

const fn browser_name(secure: bool) -> &'static str {
    if secure { "__Host-muster-browser" } else { "muster-browser" }
}

/// The token by which a browser that has signed in before is recognised (spec L2).
pub fn browser(headers: &HeaderMap, secure: bool) -> Option<&str> {
    read(headers, browser_name(secure)).filter(|token| token.len() <= LONGEST_TOKEN)
}

/// The cookie by which a browser that has just signed in is recognised later. It outlives the session: it opens
/// nothing, and only keeps strangers from locking the browser out.
pub fn remember_browser(session: &NewSession, now: Timestamp, secure: bool) -> HeaderValue {
    let lasts = Duration::seconds(session.browser_until.seconds_since(now).max(0));
    header_value(&kept_from_scripts(browser_name(secure), session.browser.clone(), secure).max_age(lasts).build())
}

/// The links in mails whose tokens are kept in a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// An invitation (spec I7).
    Invite,
    /// A new password (spec L4).
    Reset,
}

/// How long a link's token is kept.
const LINK_LASTS: Duration = Duration::hours(1);

impl LinkKind {
    /// The page that it leads to.
    pub const fn page(self) -> &'static str {
        match self {
            Self::Invite => app::paths::INVITE,
            Self::Reset => app::paths::RESET,
        }
    }

    const fn cookie(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Invite, true) => "__Host-muster-invite",
            (Self::Invite, false) => "muster-invite",
            (Self::Reset, true) => "__Host-muster-reset",
            (Self::Reset, false) => "muster-reset",
        }
    }
}

/// The token of the link that was opened last.
pub fn link(headers: &HeaderMap, kind: LinkKind, secure: bool) -> Option<&str> {
    read(headers, kind.cookie(secure)).filter(|token| token.len() <= LONGEST_TOKEN)
}

/// Keeps a link's token. Anything but letters and digits is not one of our tokens, and an empty one is kept instead.
pub fn keep_link(kind: LinkKind, token: &str, secure: bool) -> HeaderValue {
    let ours = token.len() <= LONGEST_TOKEN && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    link_cookie(kind, if ours { token } else { "" }, secure, LINK_LASTS)
}

/// Forgets the link's token.
pub fn forget_link(kind: LinkKind, secure: bool) -> HeaderValue {
    link_cookie(kind, "", secure, Duration::ZERO)
}

fn link_cookie(kind: LinkKind, token: &str, secure: bool, lasts: Duration) -> HeaderValue {
    header_value(&kept_from_scripts(kind.cookie(secure), token.to_owned(), secure).max_age(lasts).build())
}

const fn flash_name(secure: bool) -> &'static str {
    if secure { "__Host-muster-done" } else { "muster-done" }
}

/// How long a flash message is kept: until the page to which a change leads is asked for.
const FLASH_LASTS: Duration = Duration::minutes(1);
/// More characters than any of our messages has.
const LONGEST_FLASH: usize = 2_000;

/// The flash message of the change that led here.
pub fn flash(headers: &HeaderMap, secure: bool) -> Option<Flash> {
    let written = read(headers, flash_name(secure)).filter(|text| !text.is_empty() && text.len() <= LONGEST_FLASH)?;
    let value = |name: &str| {
        let (_, text) = url::form_urlencoded::parse(written.as_bytes()).find(|(key, _)| key == name)?;
        Some(text.into_owned())
    };
    Some(Flash { message: value(SAID)?, link: value(LINK) })
}

/// The parts of the message in its cookie.
const SAID: &str = "done";
const LINK: &str = "link";

/// Keeps a flash message for the page to which a change leads, encoded like a form, because a cookie cannot contain
/// spaces. A message that is too long for a cookie says only that the change is done.
pub fn keep_flash(flash: &Flash, secure: bool) -> HeaderValue {
    let write = |message: &str, link: Option<&str>| {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        text.append_pair(SAID, message).extend_pairs(link.map(|link| (LINK, link))).finish()
    };
    let written = write(&flash.message, flash.link.as_deref());
    let written = if written.len() <= LONGEST_FLASH { written } else { write("Done.", None) };
    header_value(&kept_from_scripts(flash_name(secure), written, secure).max_age(FLASH_LASTS).build())
}

/// Forgets the message, which is shown only once.
pub fn forget_flash(secure: bool) -> HeaderValue {
    header_value(&kept_from_scripts(flash_name(secure), String::new(), secure).max_age(Duration::ZERO).build())
}

/// The colour scheme that a request asks for.
pub fn theme(headers: &HeaderMap) -> Theme {
    read(headers, THEME).map(Theme::parse).unwrap_or_default()
}

/// Remembers a colour scheme. The menu's script writes the same cookie, so it is not kept from scripts.
pub fn remember_theme(theme: Theme, secure: bool) -> HeaderValue {
    let cookie = Cookie::build((THEME, theme.word())).path("/").secure(secure).same_site(SameSite::Lax);
    header_value(&cookie.max_age(THEME_LASTS).build())
}

fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Only we choose the content, and a token is letters and digits. Should that ever change, the browser gets no cookie
/// rather than a broken header.
fn header_value(cookie: &Cookie<'_>) -> HeaderValue {
    HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_261_391_000);

    fn session_of_two_weeks() -> NewSession {
        NewSession {
            token: "abc".into(),
            expires_at: NOW.plus_seconds(1_209_600),
            browser: "def".into(),
            browser_until: NOW.plus_seconds(7_776_000),
            landing: None,
        }
    }

    fn begun(secure: bool) -> String {
        begin_session(&session_of_two_weeks(), NOW, secure).to_str().unwrap().to_owned()
    }

    #[test]
    fn what_a_form_did_is_kept_whatever_it_says() {
        let kept = |message: &str, secure| {
            let flash = Flash { message: message.to_owned(), link: Some("https://x.example/?a=b&c".to_owned()) };
            let cookie = keep_flash(&flash, secure).to_str().unwrap().to_owned();
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_str(cookie.split_once("; ").unwrap().0).unwrap());
            (super::flash(&headers, secure), cookie)
        };
        for secure in [true, false] {
            for message in ["Support was saved.", "São Paulo; a=b, “c” & <d> was deleted.\r\n"] {
                let flash = kept(message, secure).0.unwrap();
                assert_eq!(
                    (flash.message.as_str(), flash.link.as_deref()),
                    (message, Some("https://x.example/?a=b&c"))
                );
            }
            let (_, cookie) = kept("Support was saved.", secure);
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            let too_long = kept(&"é".repeat(LONGEST_FLASH), secure).0;
            assert_eq!(too_long, Some(Flash { message: "Done.".into(), link: None }));
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("muster-done=nothing of ours"));
        assert_eq!(flash(&headers, false), None);
    }

    // spec L2
    #[test]
    fn a_browser_is_known_for_longer_than_a_session_lasts() {
        let remembered = |secure| remember_browser(&session_of_two_weeks(), NOW, secure).to_str().unwrap().to_owned();
        assert_eq!(
            remembered(true),
            "__Host-muster-browser=def; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=7776000"
        );
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("muster-browser=def"))]);
        assert!(remembered(false).starts_with("muster-browser=def; HttpOnly"));
        assert_eq!((browser(&headers, false), browser(&headers, true)), (Some("def"), None));
    }

    #[test]
    fn the_session_is_bound_to_the_host_where_there_is_https() {
        assert_eq!(begun(true), "__Host-muster=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=1209600");
        assert_eq!(begun(false), "muster=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=1209600");
        assert_eq!(end_session(true), "__Host-muster=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0");
    }

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; xmuster=no; theme=dark"));
        headers.append(header::COOKIE, HeaderValue::from_static("muster=abc; muster=def"));
        assert_eq!(session(&headers, false), Some("abc"));
        assert_eq!(session(&headers, true), None);
        assert_eq!(theme(&headers), Theme::Dark);
    }

    #[test]
    fn what_cannot_be_a_token_is_none() {
        for value in ["muster=".to_owned(), format!("muster={}", "a".repeat(500))] {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&value).unwrap())]);
            assert_eq!(session(&headers, false), None);
        }
    }
}
