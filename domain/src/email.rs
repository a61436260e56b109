//! E-mail addresses (spec I2, I3, T3).

use crate::{Refused, checked_text, text};
use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

/// The most characters that one address may have (spec I3).
pub const LONGEST_EMAIL: usize = 250;

/// An address as its owner writes it. Two are the same account when their [`Email::identity`] is the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);
checked_text!(Email);

impl Email {
    /// Checks one bare address, without a display name.
    ///
    /// # Errors
    /// A sentence "… is not an e-mail address: …" that names what is wrong (spec I3).
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let trimmed = text::strip(text);
        if trimmed.is_empty() {
            return Err(Refused::because("An e-mail address is missing: it looks like name@example.com."));
        }
        let count = trimmed.chars().take(LONGEST_EMAIL * 8).count();
        if count > LONGEST_EMAIL {
            return Err(Refused::because(format!("An e-mail address has at most {LONGEST_EMAIL} characters.")));
        }
        let refused = |address, why| Refused::because(format!("{} is not an e-mail address: {why}.", visible(address)));
        if text::hides(trimmed) {
            return Err(refused(trimmed, "it has a character that cannot be shown".into()));
        }
        // Letters of full width and the like look like ordinary ones, and no mail server takes them for those.
        let address = text::normalize::nfkc(trimmed);
        if address.chars().count() > LONGEST_EMAIL {
            return Err(Refused::because(format!("An e-mail address has at most {LONGEST_EMAIL} characters.")));
        }
        match fault(&address) {
            Some(why) => Err(refused(&address, why)),
            None => Ok(Self(address)),
        }
    }

    /// An address as it is stored. It is not checked again, whatever rules the version that stored it had, because it
    /// identifies a person.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The form in which two addresses are compared: without ASCII case, with the domain in its IDNA form (RFC 5890). A
    /// `+tag` counts (spec T3).
    pub fn identity(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let domain = domain_to_ascii(domain).unwrap_or_else(|| domain.to_owned());
        format!("{}@{}", local.to_ascii_lowercase(), domain.to_ascii_lowercase())
    }

    /// Says whether a text is this address, or names it among other words, however it is written there.
    pub fn is_named_in(&self, text: &str) -> bool {
        if !text.contains('@') {
            return false;
        }
        let identity = self.identity();
        // Most are written in ASCII, and then only its case can differ.
        let is_it = |word: &str| match word.is_ascii() {
            true => word.eq_ignore_ascii_case(&identity),
            false => {
                let stored = Self(word.to_owned()).identity() == identity;
                stored || Self::parse(word).is_ok_and(|other| other.identity() == identity)
            }
        };
        let ends =
            |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '“' | '”' | ',' | ';' | ':' | '(' | ')');
        is_it(text.trim()) || text.split(ends).any(|word| word.contains('@') && is_it(word.trim_end_matches('.')))
    }
}

/// What is wrong with an address, as the end of a sentence.
fn fault(address: &str) -> Option<String> {
    let shape = "an address looks like name@example.com";
    let quoted = address.starts_with('"');
    if !quoted && address.chars().any(char::is_whitespace) {
        return Some(format!("it has a space; {shape}"));
    }
    let Some((local, domain)) = address.rsplit_once('@') else {
        return Some(format!("it has no @ sign; {shape}"));
    };
    if !quoted && local.contains('@') {
        return Some(format!("it has two @ signs; {shape}"));
    }
    if local.is_empty() {
        return Some(format!("nothing stands before the @ sign; {shape}"));
    }
    if domain.is_empty() {
        return Some(format!("nothing stands after the @ sign; {shape}"));
    }
    if domain.starts_with('[') {
        return Some("a name is needed after the @ sign, not a numeric address".into());
    }
    let top = domain.rsplit('.').next().unwrap_or_default();
    if !domain.contains('.') || top.is_empty() {
        return Some(format!("{} has no ending such as .com", visible(domain)));
    }
    if domain.contains(is_punctuation) {
        return Some(format!("{} is not the name of a mail domain", visible(domain)));
    }
    let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
    let ascii = if top.chars().all(|c| c.is_ascii_digit()) { None } else { domain_to_ascii(domain) };
    match ascii {
        Some(ascii) if EmailAddress::parse_with_options(&format!("{local}@{ascii}"), options).is_ok() => None,
        Some(ascii) if EmailAddress::parse_with_options(&format!("a@{ascii}"), options).is_ok() => {
            Some(format!("what stands before the @ sign is not accepted by mail servers; {shape}"))
        }
        _ => Some(format!("{} is not the name of a mail domain", visible(domain))),
    }
}

/// Marks that IDNA accepts as letters (UTS 46, section 2.3) but no registry does (RFC 5892): quotes, dashes, commas.
fn is_punctuation(c: char) -> bool {
    matches!(c, '«' | '»' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{3001}' | '\u{3008}'..='\u{3020}')
}

/// The text with invisible characters spelt out, so that an error message cannot deceive either.
pub(crate) fn visible(text: &str) -> String {
    text::visible(&text.chars().take(LONGEST_EMAIL).collect::<String>())
}

/// The IDNA form of a domain (RFC 5890), which every mail server understands; `None` if it has none.
#[cfg(not(target_arch = "wasm32"))]
pub fn ascii_domain(domain: &str) -> Option<String> {
    domain_to_ascii(domain)
}

#[cfg(not(target_arch = "wasm32"))]
fn domain_to_ascii(domain: &str) -> Option<String> {
    idna::domain_to_ascii_strict(domain).ok()
}

/// The browser's own conversion: the library's tables would be a large part of the download.
#[cfg(target_arch = "wasm32")]
fn domain_to_ascii(domain: &str) -> Option<String> {
    if domain.contains(['/', '?', '#', '@', ':', '\\', '%', '_']) {
        return None;
    }
    let url = web_sys::Url::new(&format!("http://{domain}/")).ok()?;
    Some(url.hostname()).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // spec E6
    #[test]
    fn an_address_is_recognized_however_it_is_written() {
        let ben = Email::parse("Ben@Bücher.example").unwrap();
        for text in [
            "ben@bücher.example",
            " BEN@xn--bcher-kva.example ",
            "Ben Berg <ben@BÜCHER.example>",
            "ben@bu\u{308}cher.example is listed twice.",
            "It went to “ben@xn--bcher-kva.example”.",
            "{\"entry\":\"ben@bücher.example\",\"why\":\"\"}",
        ] {
            assert!(ben.is_named_in(text), "{text}");
        }
        for text in ["", "ben", "ben@bucher.example", "reuben@bücher.example", "ben+tag@bücher.example"] {
            assert!(!ben.is_named_in(text), "{text}");
        }
    }

    #[test]
    fn addresses_that_mail_servers_take_are_accepted() {
        for text in [
            "email@example.com",
            " ana@example.com ",
            "name+tag@host.example",
            "o'brien@example.ie",
            "üser@müller.example",
            "a@b.co",
            "first.last@sub.domain.example",
            "x@xn--mller-kva.example",
        ] {
            assert!(Email::parse(text).is_ok(), "{text}: {:?}", Email::parse(text));
        }
    }

    #[test]
    fn what_is_pasted_along_and_letters_of_full_width_are_no_part_of_an_address() {
        for text in [
            "\u{200B}ana@x.example\u{FEFF}",
            "ａｎａ＠ｘ．ｅｘａｍｐｌｅ",
            "ana@ｘ.example\u{AD}",
            "\u{202A}ana@x.example\u{202C}",
        ] {
            assert_eq!(Email::parse(text).unwrap().as_str(), "ana@x.example", "{text:?}");
        }
    }

    #[test]
    fn an_error_names_what_is_wrong() {
        for (text, part) in [
            ("", "is missing"),
            ("broken@@x.example", "two @ signs"),
            ("broken", "no @ sign"),
            ("@x.example", "before the @ sign"),
            ("a@", "after the @ sign"),
            ("a@localhost", "no ending"),
            ("a@[127.0.0.1]", "numeric address"),
            ("a@1.2.3.4", "not the name of a mail domain"),
            ("a b@x.example", "a space"),
            ("a@x.example\r\nBcc: b@x.example", "a@x.example<U+000D><U+000A>Bcc: b@x.example is not"),
            (
                "a@x\u{200B}y.example",
                "a@x<U+200B>y.example is not an e-mail address: it has a character that cannot be shown",
            ),
            ("Mar\u{FFFD}a@x.example", "Mar<U+FFFD>a@x.example is not"),
            ("a..b@x.example", "before the @ sign is not accepted"),
            ("a@-x.example", "not the name of a mail domain"),
            ("a@x.example”", "not the name of a mail domain"),
            ("a@x–y.example", "not the name of a mail domain"),
        ] {
            let error = Email::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text:?}: {error}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(250))).is_err());
    }

    // spec T3
    #[test]
    fn identity_ignores_ascii_case_and_keeps_tags() {
        let identity = |text: &str| Email::parse(text).unwrap().identity();
        assert_eq!(identity("Ana@Example.COM"), identity("ana@example.com"));
        assert_eq!(identity("a@MÜLLER.example"), identity("a@xn--mller-kva.example"));
        assert_ne!(identity("ana+x@example.com"), identity("ana@example.com"));
    }

    #[test]
    fn an_address_is_as_long_as_it_is_taken() {
        let ligatures = format!("{}@{}com", "a".repeat(64), format!("{}.", "ﬃ".repeat(20)).repeat(3));
        assert!(ligatures.chars().count() < LONGEST_EMAIL && Email::parse(&ligatures).is_err());
    }

    // spec E6: whoever is erased may have an address that is refused today.
    #[test]
    fn an_address_of_an_older_program_is_recognized_too() {
        for old in ["ana@x\u{200B}y.example", "ａｎａ@x.example"] {
            assert!(Email::stored(old).is_named_in(&format!("Ana <{old}> is listed twice.")), "{old}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(text in any::<String>()) {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }

        #[test]
        fn plain_addresses_survive(text in "[a-z0-9]{1,20}(\\+[a-z]{1,5})?@[a-z]{1,10}\\.(com|example|io)") {
            prop_assert!(Email::parse(&text).is_ok());
        }
    }
}
