//! Decides what a permanent refusal of a mail server is about: the recipient, the letter, or the sender. The code and
//! the words decide, not only the stage at which it was given, because many servers say only at `RCPT TO`, or after the
//! letter, what they have against the sender.

use super::session::Stage;
use service::outbox::Refused;

/// Codes about the sender's address, or about what vouches for its domain (RFC 3463, section 3.2; RFC 7372; RFC 7505;
/// Microsoft's own from 252 on), without the class.
const SENDER: [&str; 16] = [
    "1.7", "1.8", "2.252", "7.20", "7.21", "7.22", "7.23", "7.24", "7.26", "7.27", "7.29", "7.60", "7.501", "7.502",
    "7.503", "7.509",
];
/// Codes about the machine that mail comes from, its sign-in, and the amount of its mail (RFC 4954, section 6; RFC
/// 7372; Google's and Microsoft's own).
const INSTALLATION: [&str; 16] = [
    "1.90", "4.5", "7.8", "7.9", "7.11", "7.12", "7.13", "7.14", "7.25", "7.28", "7.57", "7.64", "7.506", "7.508",
    "7.510", "7.511",
];
/// Ranges of such codes: networks and customers from which Microsoft accepts no mail.
const INSTALLATION_FROM_TO: [(u16, u16); 2] = [(606, 649), (700, 750)];
/// Codes about the recipient's address and mailbox, or from whom it accepts mail, whatever the words (RFC 3463,
/// sections 3.2, 3.3 and 3.8; Microsoft's own).
const RECIPIENT: [&str; 18] = [
    "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "2.2", "2.3", "7.2", "7.124", "7.133", "7.134", "7.135", "7.136",
    "7.504", "7.505", "7.507", "7.513",
];

/// Words about the recipient that contain words from the other lists.
const OF_RECIPIENT: [&[&str]; 4] =
    [&["recipient address rejected"], &["recipient rejected"], &["user unknown"], &["resolver.rst"]];
/// Words about the sender; all words of a line have to occur.
const OF_SENDER: [&[&str]; 26] = [
    &["sender", "reject"],
    &["sender", "refused"],
    &["sender", "denied"],
    &["sender", "blocked"],
    &["sender", "not allowed"],
    &["sender", "not permitted"],
    &["sender", "not authorized"],
    &["sender", "not authenticated"],
    &["sender", "unauthenticated"],
    &["sender", "verif"],
    &["invalid sender"],
    &["bad sender"],
    &["domain of sender"],
    &["sender domain"],
    &["sender signature"],
    &["send as", "not"],
    &["sendasdenied"],
    &["not owned by"],
    &["not allowed to send"],
    &["not permitted to send"],
    &["not authorized to send"],
    &["not authorised to send"],
    &["from address"],
    &["from header"],
    &["email address is not verified"],
    &["dmarc"],
];
/// Words about the machine that mail comes from.
const OF_INSTALLATION: [&[&str]; 24] = [
    &["relay", "denied"],
    &["relay", "not permitted"],
    &["relay", "prohibited"],
    &["relay", "disallowed"],
    &["not allowed", "relay"],
    &["not permitted", "relay"],
    &["unable to relay"],
    &["cannot relay"],
    &["client host"],
    &["client was not authenticated"],
    &["helo"],
    &["ehlo"],
    &["authentication", "required"],
    &["authenticate", "first"],
    &["not authenticated"],
    &["not logged in"],
    &["log in first"],
    &["sending limit"],
    &["sending", "suspended"],
    &["sending", "paused"],
    &["quota", "sending"],
    &["reverse dns"],
    &["your ip"],
    &["spamhaus"],
];

/// Decides what an answer refuses.
pub fn whom(stage: Stage, code: u16, words: &str) -> Refused {
    match stage {
        Stage::Connect => Refused::Connection,
        Stage::Encrypt => Refused::Encryption,
        Stage::SignIn => Refused::User,
        // Not who gets it, which is not known yet.
        Stage::Sender => refused_by(code, words).filter(|whom| whom.is_operators()).unwrap_or(Refused::Sender),
        Stage::Recipient => refused_by(code, words).unwrap_or(Refused::Recipient),
        Stage::Begin | Stage::Letter => refused_by(code, words).unwrap_or(Refused::Letter),
    }
}

/// What the answer itself says about that, if anything.
fn refused_by(code: u16, words: &str) -> Option<Refused> {
    // They ask for encryption, or for a password (RFC 4954, section 6).
    if (530..=538).contains(&code) {
        return Some(Refused::User);
    }
    let enhanced = enhanced(words).unwrap_or_default();
    let number = enhanced.strip_prefix("7.").and_then(|detail| detail.parse::<u16>().ok());
    if SENDER.contains(&enhanced) {
        return Some(Refused::Sender);
    }
    let of_a_range = number.is_some_and(|n| INSTALLATION_FROM_TO.iter().any(|(from, to)| (*from..=*to).contains(&n)));
    if INSTALLATION.contains(&enhanced) || of_a_range {
        return Some(Refused::Installation);
    }
    let words = words.to_lowercase();
    let has = |lines: &[&[&str]]| lines.iter().any(|line| line.iter().all(|word| words.contains(word)));
    if RECIPIENT.contains(&enhanced) || has(&OF_RECIPIENT) {
        return None;
    }
    if has(&OF_SENDER) {
        return Some(Refused::Sender);
    }
    has(&OF_INSTALLATION).then_some(Refused::Installation)
}

/// The enhanced code at the beginning of an answer's words (RFC 2034, section 4), without its class; some servers put a
/// word before it.
fn enhanced(words: &str) -> Option<&str> {
    words.split_whitespace().take(3).find_map(|word| {
        let number = word.trim_start_matches('#').trim_end_matches([':', ',', ';']);
        let rest = number.strip_prefix("5.").or_else(|| number.strip_prefix("4."))?;
        let (subject, detail) = rest.split_once('.')?;
        let digits = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits(subject) && digits(detail)).then_some(rest)
    })
}
