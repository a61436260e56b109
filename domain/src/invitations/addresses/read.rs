//! Reads one entry: an address, and perhaps the name of its owner.

use super::Invitee;
use super::split::{is_double_quote, is_junk, is_separator, is_single_quote, quoted, undecorated};
use crate::{Email, PersonName, text};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// How many nested quotes around an address are looked for, so that no text is costly to read.
const MOST_WRAPPINGS: usize = 4;

/// Reads an entry, or says what is wrong with it.
pub(super) fn read(entry: &str) -> Result<Invitee, String> {
    let linked = mailto(undecorated(entry));
    let mut entry = undecorated(linked.as_deref().unwrap_or(entry));
    // A whole entry in quotes, as out of a program or a file.
    for _ in 0..MOST_WRAPPINGS {
        if let Some(inside) = unquoted(entry).filter(|inside| inside.contains('@')) {
            entry = undecorated(inside);
        }
    }
    let Some((before, inside, after)) = bracketed(entry)? else {
        let (address, comment) = commented(entry);
        return invitee(address, "", comment);
    };
    match after {
        // Ana Lima <ana@example.com<mailto:ana@example.com>>, as Outlook copies a link.
        ">" => match before.rsplit_once('<') {
            Some((name, address)) if bare(address) == bare(inside) => invitee(address, name, ""),
            _ => Err("it has a > too many; an address looks like name@example.com.".into()),
        },
        _ if after.is_empty() || after.starts_with('(') && after.ends_with(')') => invitee(inside, before, after),
        _ => Err("something stands after the address; an address looks like name@example.com.".into()),
    }
}

/// Puts an entry's parts together. The comment is used as the name if there is no other.
fn invitee(address: &str, name: &str, comment: &str) -> Result<Invitee, String> {
    let email = Email::parse(&bare(address)).map_err(|why| why.0)?;
    let name = match named(name, &email)? {
        None => named(comment, &email)?,
        name => name,
    };
    Ok(Invitee { email, name })
}

/// The parts of an entry before, in and after its last `<…>`.
fn bracketed(entry: &str) -> Result<Option<(&str, &str, &str)>, String> {
    let mut open = None;
    let mut before = None;
    let mut at = 0;
    while let Some(rest) = entry.get(at..)
        && let Some(c) = rest.chars().next()
    {
        let length = if c == '"' { quoted(rest, before) } else { None };
        if c == '<' {
            open = Some(at);
        }
        at += length.unwrap_or(c.len_utf8());
        before = Some(c);
    }
    let Some((before, rest)) = open.and_then(|at| entry.split_at_checked(at)) else {
        return Ok(None);
    };
    let rest = rest.strip_prefix('<').unwrap_or(rest);
    let local = if rest.starts_with('"') { quoted(rest, None).unwrap_or(0) } else { 0 };
    let close = rest.get(local..).and_then(|domain| domain.find('>')).map(|close| local + close);
    let Some((inside, after)) = close.and_then(|at| rest.split_at_checked(at)) else {
        return Err("its < has no >; an address looks like name@example.com.".into());
    };
    let after = after.strip_prefix('>').unwrap_or(after);
    Ok(Some((before, inside, after.trim_matches(is_junk))))
}

/// An address without brackets and the comment in parentheses after it, which may be empty.
fn commented(entry: &str) -> (&str, &str) {
    let local = if entry.starts_with('"') { quoted(entry, None).unwrap_or(0) } else { 0 };
    let open = entry.get(local..).and_then(|rest| rest.find('(')).map(|open| local + open);
    open.filter(|_| entry.ends_with(')')).and_then(|at| entry.split_at_checked(at)).unwrap_or((entry, ""))
}

/// An address without anything written around it: quotes, `mailto:`.
fn bare(address: &str) -> String {
    let mut address = address.trim_matches(is_junk).to_owned();
    for _ in 0..MOST_WRAPPINGS {
        let Some(inside) = unquoted(&address).map(str::to_owned).or_else(|| mailto(&address)) else { break };
        inside.trim_matches(is_junk).clone_into(&mut address);
    }
    address
}

/// The address in a `mailto:` link: the part before its question mark, percent-decoded (RFC 6068).
fn mailto(link: &str) -> Option<String> {
    let (scheme, rest) = link.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("mailto") {
        return None;
    }
    let to = rest.split('?').next().unwrap_or(rest).trim_matches(is_junk);
    Some(percent_decode_str(to).decode_utf8().map_or_else(|_| to.into(), Cow::into_owned))
}

/// The inside of a text that is quoted as a whole. Escapes are still in it.
fn unquoted(text: &str) -> Option<&str> {
    let (first, last) = (text.chars().next()?, text.chars().next_back()?);
    let inside = text.strip_prefix(first)?.strip_suffix(last)?;
    let whole = match first {
        '"' => quoted(text, None) == Some(text.len()),
        _ if is_double_quote(first) => is_double_quote(last) && !inside.contains(is_double_quote),
        _ if is_single_quote(first) => is_single_quote(last),
        _ => false,
    };
    whole.then_some(inside)
}

/// The name beside an address. A name in double quotes is taken literally.
fn named(written: &str, email: &Email) -> Result<Option<PersonName>, String> {
    let mut written = written.trim_matches(is_junk);
    if let Some(comment) = written.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
        && !comment.contains(['(', ')'])
    {
        written = comment.trim_matches(is_junk);
    }
    let mut literal = false;
    while !literal && let Some(inside) = unquoted(written) {
        literal = written.starts_with('"');
        written = if literal { inside } else { inside.trim_matches(is_junk) };
    }
    let name = if literal { unescaped(written) } else { spaced(written) };
    if name.chars().all(text::is_invisible) || name.split_whitespace().any(is_encoded) {
        return Ok(None);
    }
    let repeated = Email::parse(&bare(&name)).is_ok_and(|other| other.identity() == email.identity());
    if repeated {
        return Ok(None);
    }
    if !literal && name.contains('@') {
        return Err("it has two @ signs; a name with an @ sign stands in double quotes.".into());
    }
    PersonName::parse(&name).map(Some).map_err(|why| why.0)
}

/// Says whether a word of a mail header is encoded in ASCII (RFC 2047), and so meant for programs.
fn is_encoded(word: &str) -> bool {
    word.starts_with("=?") && word.ends_with("?=")
}

/// The meaning of a quoted string: a backslash takes the next character as it is.
fn unescaped(inside: &str) -> String {
    let mut characters = inside.chars();
    let mut out = String::with_capacity(inside.len());
    while let Some(c) = characters.next() {
        out.push(if c == '\\' { characters.next().unwrap_or(c) } else { c });
    }
    out
}

/// A name without quotes: one space between its words, no separator at its end. Line breaks stay, to be
/// refused.
fn spaced(name: &str) -> String {
    let name = name.trim_matches(|c| is_junk(c) || is_separator(c));
    let words = name.split(|c: char| c.is_whitespace() && !text::is_deceptive(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
