//! Parses addresses as people type and paste them (spec I2, I3): a text becomes entries, and each entry an address and
//! perhaps a name. The browser and the server run the same code.

mod read;
mod split;
#[cfg(test)]
mod tests;

use crate::{Email, PersonName, Refused, email};
use serde::{Deserialize, Serialize};
use split::{is_colon, is_junk, is_mark};
use std::collections::HashSet;
use std::fmt::{Display, Formatter, Write};

pub use split::split;

/// The most characters of one entry (spec I3).
pub const LONGEST_ENTRY: usize = 250;

/// The most addresses of one batch (spec I3).
pub const MOST_AT_ONCE: usize = 100;

/// The text between an entry and the reason why it is refused (spec I3).
const NOT_AN_ADDRESS: &str = " is not an e-mail address: ";

/// A person to invite: an address, and a name if one was written beside it (spec I2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitee {
    /// Where the invitation goes.
    pub email: Email,
    /// The name that the person's form is filled in with.
    pub name: Option<PersonName>,
}

impl Invitee {
    /// Reads one entry: `a@b.example`, `<a@b.example>`, `Ana Lima <a@b.example>`,
    /// `"Lima, Ana" <a@b.example>`, `a@b.example (Ana Lima)`, in quotes of any kind and after `mailto:`, which is percent-decoded.
    /// A name that only repeats the address is none. The length of an entry is not asked here
    /// ([`take`] and [`faults`] do), the lengths of an address and of a name are.
    ///
    /// # Errors
    /// A sentence "… is not an e-mail address: …" that begins with the entry (spec I3).
    pub fn parse(entry: &str) -> Result<Self, Refused> {
        let entry = entry.trim_matches(is_junk);
        if entry.is_empty() {
            return Email::parse("").map(|email| Self { email, name: None });
        }
        read::read(entry).map_err(|why| {
            let reason = why.rsplit_once(NOT_AN_ADDRESS).map_or(why.as_str(), |(_, reason)| reason);
            refused(entry, reason)
        })
    }
}

impl Display for Invitee {
    /// The format of a mail header (RFC 5322, 3.4), with quotes if the name needs them. Reading it again gives the same
    /// invitee.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            None => write!(f, "{}", self.email),
            Some(name) if !needs_quotes(name.as_str()) => write!(f, "{name} <{}>", self.email),
            Some(name) => {
                f.write_char('"')?;
                for c in name.as_str().chars() {
                    if matches!(c, '"' | '\\') {
                        f.write_char('\\')?;
                    }
                    f.write_char(c)?;
                }
                write!(f, "\" <{}>", self.email)
            }
        }
    }
}

/// Says whether a name would be read differently without quotes, by us or by RFC 5322.
fn needs_quotes(name: &str) -> bool {
    let plain = |c: char| match c {
        ' ' => true,
        _ if c.is_ascii() => c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c),
        _ => !is_mark(c) && !is_colon(c) && !c.is_whitespace(),
    };
    !name.starts_with(char::is_alphanumeric)
        || name.ends_with(is_junk)
        || name.contains("  ")
        || !name.chars().all(plain)
}

/// The result of taking typed or pasted text (spec I3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The entries that join the list, well-formed or not.
    pub entries: Vec<String>,
    /// The text that stays in the field, to be taken another time: nothing is dropped.
    pub rest: String,
    /// Why something stays, if anything does.
    pub why: Option<String>,
}

/// Takes text into a list that already has `held` entries (spec I3).
pub fn take(text: &str, held: usize) -> Taken {
    let mut taken = Taken::default();
    let mut why = Vec::new();
    let (mut room, mut long, mut beyond) = (MOST_AT_ONCE.saturating_sub(held), 0_usize, 0_usize);
    for entry in split(text) {
        if is_long(&entry) {
            long += 1;
        } else if room == 0 {
            beyond += 1;
        } else {
            room -= 1;
            taken.entries.push(entry);
            continue;
        }
        if !taken.rest.is_empty() {
            taken.rest.push('\n');
        }
        taken.rest.push_str(&entry);
    }
    if long > 0 {
        why.push(format!("One entry has at most {LONGEST_ENTRY} characters: what is longer stays in the field."));
    }
    if beyond > 0 {
        why.push(format!(
            "At most {MOST_AT_ONCE} addresses are invited at once: the other {beyond} stay in the field."
        ));
    }
    taken.why = Some(why.join(" ")).filter(|why| !why.is_empty());
    taken
}

/// What is wrong with each entry of a list, as far as the list alone shows it: an entry can be malformed, or repeat an
/// earlier one by [`Email::identity`] (spec I3).
pub fn faults(entries: &[String]) -> Vec<Option<String>> {
    let mut seen = HashSet::new();
    let mut fault = |entry: &String| {
        if is_long(entry) {
            return Some(refused(entry, &format!("one entry has at most {LONGEST_ENTRY} characters.")).0);
        }
        match Invitee::parse(entry) {
            Err(why) => Some(why.0),
            Ok(one) if seen.insert(one.email.identity()) => None,
            Ok(one) => Some(format!("{} is listed twice.", one.email)),
        }
    };
    entries.iter().map(&mut fault).collect()
}

fn is_long(entry: &str) -> bool {
    entry.chars().nth(LONGEST_ENTRY).is_some()
}

/// The refusal of an entry; `reason` is the end of the sentence.
fn refused(entry: &str, reason: &str) -> Refused {
    let mut sentence = email::visible(entry);
    sentence.push_str(NOT_AN_ADDRESS);
    // What other checks say begins a sentence of its own.
    let mut reason = reason.chars();
    sentence.extend(reason.next().map(|first| first.to_ascii_lowercase()));
    sentence.push_str(reason.as_str());
    Refused(sentence)
}
