//! How mail leaves (spec I8).

use super::wrong;
use crate::failure::Failure;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::TlsParameters;
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use std::time::Duration;
use url::Url;

/// Seconds until a letter that failed is tried again for the first time.
const RETRY: u32 = 30;
/// For how many seconds a mail server may keep one command without an answer.
const PATIENCE: u32 = 30;

/// The mail server and the sender.
#[derive(Clone)]
pub struct MailConfig {
    /// The mail server; without one letters are written into files.
    pub smtp: Option<MailServer>,
    /// The sender, where one was named.
    pub from: Option<Mailbox>,
    /// Seconds until a letter that failed is tried again for the first time.
    pub retry: i64,
    /// How long the mail server may keep one command without an answer.
    pub patience: Duration,
}

/// Where a mail server is, and how it is talked to.
#[derive(Clone)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// When the talk is encrypted.
    pub encryption: Encryption,
    /// What it is told that this machine is called.
    pub name: ClientId,
    /// The user and the password, where there are any.
    pub credentials: Option<Credentials>,
}

/// When a talk with a mail server is encrypted (RFC 8314, RFC 3207).
#[derive(Clone)]
pub enum Encryption {
    /// Never.
    None,
    /// From the first byte on.
    AtOnce(TlsParameters),
    /// After its greeting, or there is no talk.
    Required(TlsParameters),
    /// After its greeting where the server offers it.
    Offered(TlsParameters),
}

impl MailConfig {
    /// Checks what was given.
    pub fn read(
        smtp: Option<&str>,
        from: Option<&str>,
        retry: Option<&str>,
        patience: Option<&str>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            smtp: smtp.map(server).transpose()?,
            from: from.map(sender).transpose()?,
            retry: retry.map_or(Ok(RETRY), |text| seconds("MAIL_RETRY_SECONDS", text, 3_600))?.into(),
            patience: Duration::from_secs(
                patience.map_or(Ok(PATIENCE), |text| seconds("MAIL_TIMEOUT_SECONDS", text, 300))?.into(),
            ),
        })
    }
}

/// Never repeats what it read: that may hold a password.
fn server(url: &str) -> Result<MailServer, Failure> {
    parse(url).ok_or_else(|| {
        wrong(
            "SMTP_URL",
            "the value is not the address of a mail server",
            "smtps://USER:PASSWORD@HOST:465, smtp://USER:PASSWORD@HOST:587?tls=required or, without encryption, smtp://HOST:25",
        )
    })
}

fn parse(url: &str) -> Option<MailServer> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
    let tls = || TlsParameters::new(host.clone()).ok();
    let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    let (encryption, port) = match (url.scheme(), asked.as_deref()) {
        ("smtps", _) => (Encryption::AtOnce(tls()?), 465),
        ("smtp", None) => (Encryption::None, 25),
        ("smtp", Some("required")) => (Encryption::Required(tls()?), 587),
        ("smtp", Some("opportunistic")) => (Encryption::Offered(tls()?), 587),
        _ => return None,
    };
    // The path says how this machine is called.
    let name = Some(url.path().trim_matches('/')).filter(|name| !name.is_empty());
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(String::from);
    let credentials = match url.password() {
        Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
        None => None,
    };
    Some(MailServer {
        port: url.port().unwrap_or(port),
        encryption,
        name: name.map_or_else(ClientId::default, |name| ClientId::Domain(name.to_owned())),
        credentials,
        host,
    })
}

fn sender(text: &str) -> Result<Mailbox, Failure> {
    text.parse().map_err(|_| {
        let what = format!("“{text}” is not an e-mail address");
        wrong("MAIL_FROM", &what, "an address, with a name before it or not, such as Muster <muster@example.com>")
    })
}

fn seconds(option: &str, text: &str, most: u32) -> Result<u32, Failure> {
    let number = text.parse().ok().filter(|seconds| (1..=most).contains(seconds));
    number.ok_or_else(|| wrong(option, "the value is not understood", &format!("a whole number from 1 to {most}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_port_encryption_name_and_user() {
        let read = |url: &str| {
            let server = parse(url)?;
            let encryption = match server.encryption {
                Encryption::None => "none",
                Encryption::AtOnce(_) => "at once",
                Encryption::Required(_) => "required",
                Encryption::Offered(_) => "offered",
            };
            let user = server.credentials.is_some();
            Some((server.host, server.port, encryption, server.name.to_string(), user))
        };
        let some = |host: &str, port, encryption, name: &str, user| {
            Some((host.to_owned(), port, encryption, name.to_owned(), user))
        };
        let nameless = ClientId::default().to_string();
        assert_eq!(read("smtp://mail.example"), some("mail.example", 25, "none", &nameless, false));
        assert_eq!(read("smtps://u:p%40ss@mail.example"), some("mail.example", 465, "at once", &nameless, true));
        assert_eq!(
            read("smtp://u:p@mail.example/portal.example?tls=required"),
            some("mail.example", 587, "required", "portal.example", true)
        );
        assert_eq!(read("smtp://[::1]:2525?tls=opportunistic"), some("::1", 2525, "offered", &nameless, false));
        for wrong in ["mail.example", "http://mail.example", "smtp://mail.example?tls=perhaps", "smtp://"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
