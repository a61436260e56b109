//! Where the mail server is, and how the connection is encrypted: `MUSTER_SMTP_URL`.

use crate::config::wrong;
use crate::failure::Failure;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::TlsParameters;
use percent_encoding::percent_decode_str;
use std::net::IpAddr;
use url::Url;

/// What the option takes.
const ACCEPTED: &str =
    "smtps://USER:PASSWORD@HOST:465, smtp://USER:PASSWORD@HOST:587?tls=required or, without encryption, smtp://HOST:25";
/// What ends a user and a password in a URL (RFC 3986, section 3.2), and how it is written in them.
const ENCODED: &str = "in USER and PASSWORD, # is written %23, / is %2F, ? is %3F, @ is %40 and % is %25";
/// The longest name of an option that is repeated in a sentence.
const LONGEST_OPTION: usize = 30;

/// Where a mail server is, and how it is talked to.
#[derive(Clone)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// When the session is encrypted.
    pub encryption: Encryption,
    /// The user and the password, where there are any.
    pub credentials: Option<Credentials>,
}

/// When a session with a mail server is encrypted (RFC 8314, RFC 3207).
#[derive(Clone)]
pub enum Encryption {
    /// Never.
    None,
    /// From the first byte on.
    AtOnce(TlsParameters),
    /// After its greeting, or there is no session.
    Required(TlsParameters),
    /// After its greeting where the server offers it.
    Offered(TlsParameters),
}

impl MailServer {
    /// Reads the option. What is not known stops the start: passed over, it might send a password in clear. The
    /// sentence never repeats what may be part of a password.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        read(text).map_err(|what| {
            let accepted = if cut_short(text) { format!("{ACCEPTED}; {ENCODED}") } else { ACCEPTED.to_owned() };
            wrong("SMTP_URL", &what, &accepted)
        })
    }

    /// Whether a password goes over the network without encryption.
    pub fn tells_password_to_all(&self) -> bool {
        let here = self.host == "localhost" || self.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        matches!(self.encryption, Encryption::None) && self.credentials.is_some() && !here
    }
}

fn read(text: &str) -> Result<MailServer, String> {
    const NOT_ONE: &str = "the value is not the address of a mail server";
    let url = Url::parse(text).map_err(|_| NOT_ONE)?;
    if !matches!(url.scheme(), "smtp" | "smtps") {
        return Err(NOT_ONE.into());
    }
    if url.fragment().is_some() || !matches!(url.path(), "" | "/") {
        return Err(match cut_short(text) {
            true => "the user or the password has a sign that ends it".into(),
            false => {
                "something stands after the host; the name that the mail server is told is MUSTER_MAIL_HELO".into()
            }
        });
    }
    let host = url.host_str().and_then(host).ok_or(NOT_ONE)?;
    let tls = || TlsParameters::new(host.clone()).map_err(|_| NOT_ONE);
    let (encryption, port) = match (url.scheme(), asked(&url, text)?) {
        ("smtps", None | Some(Asked::Required)) => (Encryption::AtOnce(tls()?), 465),
        ("smtps", Some(Asked::Opportunistic)) => {
            return Err("tls=opportunistic contradicts smtps, which encrypts from the first byte on".into());
        }
        (_, None) => (Encryption::None, 25),
        (_, Some(Asked::Required)) => (Encryption::Required(tls()?), 587),
        (_, Some(Asked::Opportunistic)) => (Encryption::Offered(tls()?), 587),
    };
    Ok(MailServer { port: url.port().unwrap_or(port), encryption, credentials: credentials(&url)?, host })
}

/// What the option `tls` may ask for.
enum Asked {
    Required,
    Opportunistic,
}

/// What is asked for, in the one option that there is.
fn asked(url: &Url, text: &str) -> Result<Option<Asked>, String> {
    let mut asked = None;
    for (name, value) in url.query_pairs() {
        if name != "tls" {
            let plain = name.len() <= LONGEST_OPTION && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            return Err(match plain && !cut_short(text) {
                true => format!("there is no option “{name}”; the only one is tls, with required or opportunistic"),
                false => {
                    "there is an option that is not known; the only one is tls, with required or opportunistic".into()
                }
            });
        }
        let what = match value.as_ref() {
            "required" => Asked::Required,
            "opportunistic" => Asked::Opportunistic,
            _ => return Err("the option tls is neither required nor opportunistic".into()),
        };
        if asked.replace(what).is_some() {
            return Err("the option tls stands there twice".into());
        }
    }
    Ok(asked)
}

/// Whether an @ sign stands behind what ends the part of a URL that has the user and the password: then these most
/// likely go on to it.
fn cut_short(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.rfind('@').is_some_and(|at| rest[..at].contains(['#', '/', '?']))
}

/// A host as it is connected to: a name in its IDNA form (RFC 5890), an address without brackets.
fn host(text: &str) -> Option<String> {
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    let bare = decoded.trim_matches(['[', ']']);
    let host = if bare.is_ascii() { bare.to_owned() } else { domain::email::ascii_domain(bare)? };
    Some(host).filter(|host| !host.is_empty())
}

/// The user and the password, both or neither.
fn credentials(url: &Url) -> Result<Option<Credentials>, String> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8();
        text.map(String::from).map_err(|_| "the user or the password is not UTF-8 when it is percent-decoded")
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (_, None) => Err("there is a user without a password".into()),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let refused = MailServer::parse(text).err().unwrap_or_else(|| Failure::usage(format!("{text} was taken")));
        refused.sentence().unwrap_or_default().to_owned()
    }

    #[test]
    fn an_address_says_port_encryption_and_user() {
        let read = |url: &str| {
            let server = MailServer::parse(url).unwrap();
            let encryption = match server.encryption {
                Encryption::None => "none",
                Encryption::AtOnce(_) => "at once",
                Encryption::Required(_) => "required",
                Encryption::Offered(_) => "offered",
            };
            (server.host, server.port, encryption, server.credentials.is_some())
        };
        let some = |host: &str, port, encryption, user| (host.to_owned(), port, encryption, user);
        assert_eq!(read("smtp://mail.example"), some("mail.example", 25, "none", false));
        assert_eq!(read("smtp://bücher.example/"), some("xn--bcher-kva.example", 25, "none", false));
        assert_eq!(read("smtps://u:p%40ss@mail.example"), some("mail.example", 465, "at once", true));
        assert_eq!(read("smtps://u:p@mail.example?tls=required"), some("mail.example", 465, "at once", true));
        assert_eq!(read("smtp://u:p@mail.example?tls=required"), some("mail.example", 587, "required", true));
        assert_eq!(read("smtp://[::1]:2525?tls=opportunistic"), some("::1", 2525, "offered", false));
        let server = MailServer::parse("smtp://u%40x.example:a%23b%2Fc%3Fd%25e@mail.example").unwrap();
        assert_eq!(server.credentials, Some(Credentials::new("u@x.example".into(), "a#b/c?d%e".into())));
        for wrong in
            ["mail.example", "http://mail.example", "smtp://", "smtp://:25", "smtp://u:p@", "smtp:mail.example"]
        {
            let sentence = refused(wrong);
            assert!(sentence.contains("MUSTER_SMTP_URL") && sentence.contains("smtps://USER"), "{wrong}: {sentence}");
        }
    }

    #[test]
    fn an_option_that_is_not_known_is_never_passed_over() {
        for (query, said) in [
            ("starttls=required", "there is no option “starttls”; the only one is tls"),
            ("TLS=required", "there is no option “TLS”"),
            ("Tls=required&tls=required", "there is no option “Tls”"),
            ("tls=required&verify=no", "there is no option “verify”"),
            ("ssl", "there is no option “ssl”"),
            ("%74ls%20=required", "there is an option that is not known"),
            ("tls=Required", "the option tls is neither required nor opportunistic"),
            ("tls", "the option tls is neither"),
            ("tls=none", "the option tls is neither"),
            ("tls=required;x=y", "the option tls is neither"),
            ("tls=opportunistic&tls=required", "the option tls stands there twice"),
        ] {
            for scheme in ["smtp", "smtps"] {
                let sentence = refused(&format!("{scheme}://user:secret@mail.example:587?{query}"));
                assert!(sentence.contains(said) && sentence.contains("?tls=required"), "{query}: {sentence}");
                assert!(!sentence.contains("secret"), "{sentence}");
            }
        }
        assert!(refused("smtps://mail.example?tls=opportunistic").contains("contradicts smtps"));
        assert!(refused("smtp://mail.example/portal.example").contains("MUSTER_MAIL_HELO"));
        assert!(refused("smtp://user@mail.example").contains("a user without a password"));
        assert!(refused("smtp://u:%ff@mail.example").contains("not UTF-8"));
    }

    #[test]
    fn a_password_with_a_sign_that_ends_it_is_told_how_it_is_written_and_never_repeated() {
        for password in
            ["se#cret", "se/cret", "se?cret", "12#secret", "12/secret", "12?secret", "12?secret=x", "#secret"]
        {
            for address in [
                format!("smtp://user:{password}@mail.example:587?tls=required"),
                format!("smtps://user:{password}@mail.example"),
            ] {
                let sentence = refused(&address);
                assert!(sentence.contains("# is written %23, / is %2F, ? is %3F"), "{address}: {sentence}");
                assert!(!sentence.contains("secret") && !sentence.contains("cret"), "{sentence}");
            }
        }
    }
}
