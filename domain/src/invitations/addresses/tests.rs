use super::split::{is_junk, is_separator};
use super::*;
use crate::text;
use proptest::prelude::*;
use serde::Deserialize;
use std::time::{Duration, Instant};

/// A paste and what must become of it. A browser is given the same table.
#[derive(Deserialize)]
struct Paste {
    says: String,
    paste: String,
    entries: Vec<Becomes>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Becomes {
    Refused { refused: String },
    Twice { email: String, twice: bool },
    Invited { email: String, name: Option<String> },
}

fn pastes() -> Vec<Paste> {
    serde_json::from_str(include_str!("../addresses.json")).unwrap()
}

// spec I2, I3
#[test]
fn real_pastes_become_what_they_mean() {
    for Paste { says, paste, entries: expected } in pastes() {
        let entries = split(&paste);
        assert_eq!(entries.len(), expected.len(), "{says}: {entries:?}");
        for ((entry, fault), expected) in entries.iter().zip(faults(&entries)).zip(expected) {
            match expected {
                Becomes::Refused { refused } => {
                    let fault = fault.unwrap_or_else(|| panic!("{says}: {entry:?} is taken"));
                    let shown = text::visible(entry);
                    assert!(fault.starts_with(&format!("{shown} is not an e-mail address: ")), "{says}: {fault}");
                    assert!(fault.contains(&refused) && fault.ends_with('.'), "{says}: {fault}");
                }
                Becomes::Twice { email, twice } => {
                    assert_eq!(fault.filter(|_| twice), Some(format!("{email} is listed twice.")), "{says}");
                }
                Becomes::Invited { email, name } => {
                    assert_eq!(fault, None, "{says}");
                    let one = Invitee::parse(entry).unwrap();
                    assert_eq!(
                        (one.email.as_str(), one.name.as_ref().map(PersonName::as_str)),
                        (&*email, name.as_deref()),
                        "{says}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_table_fits_one_batch_each_and_says_each_fact_once() {
    let pastes = pastes();
    let facts: HashSet<_> = pastes.iter().map(|paste| &paste.says).collect();
    assert_eq!(facts.len(), pastes.len());
    for paste in &pastes {
        let taken = take(&paste.paste, 0);
        assert_eq!((taken.rest.as_str(), taken.why), ("", None), "{}", paste.says);
    }
}

#[test]
fn an_empty_entry_is_missing_and_an_unfit_name_is_refused() {
    let why = |entry: &str| Invitee::parse(entry).unwrap_err().0;
    assert!(why(" \u{200B}").starts_with("An e-mail address is missing"));
    let long = format!("{} <a@b.example>", "n".repeat(201));
    assert_eq!(why(&long), format!("{long} is not an e-mail address: a name has at most 200 characters."));
    assert!(
        why("\"Ana\r\nBcc: x@y.example\" <ana@b.example>").starts_with("\"Ana<U+000D><U+000A>Bcc: x@y.example\" <")
    );
    assert!(why("Ana\r\nBcc: x <ana@b.example>").contains("cannot be shown"));
}

#[test]
fn entries_stay_as_they_were_written() {
    assert_eq!(split(" Lima,Ana  <a@b.example> ;x,"), ["Lima,Ana  <a@b.example>", "x"]);
    assert_eq!(split("Ana\t\t a@b.example"), ["Ana <a@b.example>"]);
    assert_eq!(split("To: \u{200B}<a@b.example>\u{A0}"), ["<a@b.example>"]);
}

#[test]
fn a_refusal_says_once_what_it_refuses() {
    for entry in ["broken@@b.example", "Ana <broken>", "<>", "Ana <a@localhost>"] {
        assert_eq!(Invitee::parse(entry).unwrap_err().0.matches("is not an e-mail address").count(), 1, "{entry}");
    }
}

#[test]
fn a_letter_that_shows_nothing_is_no_part_of_an_address() {
    assert_eq!(Invitee::parse("\u{3164}a@b.example").unwrap().email.as_str(), "a@b.example");
}

#[test]
fn a_name_is_printed_with_quotes_where_it_needs_them() {
    for (name, printed) in [
        ("Ana Lima", "Ana Lima <a@b.example>"),
        ("孫 浩然", "孫 浩然 <a@b.example>"),
        ("Pat O'Brien-Lima", "Pat O'Brien-Lima <a@b.example>"),
        ("Lima, Ana", "\"Lima, Ana\" <a@b.example>"),
        ("Dr. Ana", "\"Dr. Ana\" <a@b.example>"),
        ("Ana \\ \"Nana\"", "\"Ana \\\\ \\\"Nana\\\"\" <a@b.example>"),
        ("'Ana'", "\"'Ana'\" <a@b.example>"),
        ("Ana  Lima", "\"Ana  Lima\" <a@b.example>"),
        ("Ana\u{A0}Lima", "\"Ana\u{A0}Lima\" <a@b.example>"),
        ("Ana\u{200B}", "Ana <a@b.example>"),
        ("リマ、アナ", "\"リマ、アナ\" <a@b.example>"),
        ("Ana “Nana” Lima", "\"Ana “Nana” Lima\" <a@b.example>"),
    ] {
        let one = Invitee { email: Email::parse("a@b.example").unwrap(), name: Some(PersonName::parse(name).unwrap()) };
        assert_eq!(one.to_string(), printed);
        assert_eq!(Invitee::parse(printed), Ok(one));
    }
}

// spec I3
#[test]
fn beyond_the_hundredth_the_rest_stays() {
    let list: Vec<String> = (0..130).map(|n| format!("p{n}@acme.example")).collect();
    let list: Vec<String> = list.iter().map(|email| format!("Ana <{email}>")).collect();
    let taken = take(&list.join(", "), 3);
    assert_eq!(taken.entries, list[..97]);
    assert_eq!(
        taken.why.as_deref(),
        Some("At most 100 addresses are invited at once: the other 33 stay in the field.")
    );
    let again = take(&taken.rest, 0);
    assert_eq!((again.entries.as_slice(), again.rest.as_str(), again.why), (&list[97..], "", None));
    assert_eq!(take("a@b.example", 100).rest, "a@b.example");
    assert_eq!(take("a@b.example", usize::MAX).entries.len(), 0);
    assert_eq!(take(" , \n", 100), Taken::default());
}

// spec I3
#[test]
fn an_entry_over_its_length_stays_and_is_a_fault() {
    let fits = format!("{}@{}.example", "ü".repeat(20), "a".repeat(221));
    let long = format!("a{fits}");
    assert_eq!((fits.chars().count(), long.chars().count()), (LONGEST_ENTRY, LONGEST_ENTRY + 1));
    let taken = take(&format!("{fits}, {long}; a@b.example"), 0);
    assert_eq!(taken.entries, [fits.clone(), "a@b.example".into()]);
    assert_eq!(taken.rest, long);
    assert_eq!(taken.why.as_deref(), Some("One entry has at most 250 characters: what is longer stays in the field."));
    // Too long by its spaces alone.
    let long = format!("Ana{}<a@b.example>", " ".repeat(LONGEST_ENTRY));
    assert!(Invitee::parse(&long).is_ok());
    let fault = faults(&[long]).remove(0);
    assert!(fault.is_some_and(|why| why.ends_with(" is not an e-mail address: one entry has at most 250 characters.")));
    let both = take(&format!("{}{}", "a@b.example ".repeat(101), "x".repeat(251)), 0);
    assert_eq!(both.why.map(|why| why.matches(" stay").count()), Some(1));
}

#[test]
fn quotes_without_end_cost_no_more_than_their_length() {
    let begun = Instant::now();
    for mark in [
        "\"", " \"", "“ ", "<", "<\"", "( ", "' ", "''", "\\\"", "- ", "To:", "mailto:", "1. ", "\t", "@", "\"@",
        "'@'", ">",
    ] {
        let text = mark.repeat(50_000);
        let entries = split(&text);
        faults(&entries);
        let _ = Invitee::parse(&text);
        let _ = take(&format!("{text} <a@b.example>"), 0);
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

/// Text made of what pastes are made of.
fn pasted() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-cA孫é@.'\"“”‘’<>(),;，、\\\\ \t\n\r-]{1,4}",
        2 => "[a-z]{1,6}@[a-z]{1,6}\\.(example|com)",
        1 => Just("Ana Lima <ana@acme.example>".to_owned()),
        1 => Just("\"Lima, Ana\" <ana@acme.example>".to_owned()),
        1 => Just("mailto:ana@acme.example".to_owned()),
        1 => "[\u{A0}\u{200B}\u{FEFF}\u{2028}\u{B}\u{C}\u{85}\u{202E}\0\u{7}]",
        1 => Just("• ".to_owned()),
        1 => any::<String>(),
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn invitee() -> impl Strategy<Value = Invitee> {
    let email = prop_oneof![
        "[a-z0-9]{1,12}([.+'_-][a-z0-9]{1,5})?@[a-z]{1,10}\\.(com|example|müller\\.de)",
        "\"([ -!#-\\[\\]-~]|\\\\[ -~]){1,8}\"@[a-z]{1,6}\\.example",
        "['*!#$&/=?^`{|}~a-]{1,5}@[a-z]{1,6}\\.example",
    ];
    let name = prop_oneof![
        "[A-Za-z ,;:.\"'\\\\()<>@•“”‘’，、\u{A0}-]{1,12}",
        "\\PC{1,20}",
        "[A-C]([a-c ，；、“”’]){1,4}",
        "(To|Cc|1|-|\\*|•)[:.)]? ?[A-Za-z ]{1,8}",
        any::<String>(),
    ];
    (email, proptest::option::of(name)).prop_filter_map("neither address nor name is valid", |(email, name)| {
        let email = Email::parse(&email).ok()?;
        let name = name.map(|name| PersonName::parse(&name)).transpose().ok()?;
        Some(Invitee { email, name })
    })
}

/// The characters that count, in no order.
fn counted<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<char> {
    let counts = |c: &char| !is_separator(*c) && !is_junk(*c) && !"<>-–—*•‣◦▪●·".contains(*c);
    let mut characters: Vec<char> = texts.into_iter().flat_map(str::chars).filter(counts).collect();
    characters.sort_unstable();
    characters
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(one in invitee()) {
        prop_assert_eq!(Invitee::parse(&one.to_string()), Ok(one));
    }

    #[test]
    fn what_is_read_is_printed_and_read_as_the_same(text in pasted()) {
        for entry in split(&text).iter().chain([&text]) {
            if let Ok(one) = Invitee::parse(entry) {
                prop_assert_eq!(Invitee::parse(&one.to_string()), Ok(one));
            }
        }
    }

    #[test]
    fn a_printed_list_is_split_where_it_was_joined(
        list in proptest::collection::vec(invitee(), 0..8),
        separator in prop::sample::select(&[",", ", ", ";", "; ", "\t", "\n", "\r\n", "\r", "\u{2028}", "\u{2029}", "\u{B}", "\u{C}", "，", "；", "、", ",\n", ";;"]),
    ) {
        let printed: Vec<String> = list.iter().map(Invitee::to_string).collect();
        prop_assert_eq!(split(&printed.join(separator)), printed);
    }

    #[test]
    fn no_text_panics_and_no_entry_is_empty(text in prop_oneof![any::<String>(), pasted()]) {
        let entries = split(&text);
        prop_assert_eq!(faults(&entries).len(), entries.len());
        prop_assert!(entries.iter().all(|entry| !entry.is_empty() && entry.trim() == entry));
    }

    #[test]
    fn nothing_is_dropped(text in pasted(), held in 95_usize..102) {
        // Numbers and labels of lists are dropped on purpose.
        let text = text.replace(|c: char| matches!(c, ':' | '：') || c.is_ascii_digit(), "");
        let taken = take(&text, held);
        let kept = taken.entries.iter().map(String::as_str).chain([taken.rest.as_str()]);
        prop_assert_eq!(counted(kept), counted([text.as_str()]));
        prop_assert_eq!(taken.rest.is_empty(), taken.why.is_none());
        prop_assert!(taken.entries.len() <= MOST_AT_ONCE.saturating_sub(held));
        prop_assert!(taken.entries.iter().all(|entry| entry.chars().count() <= LONGEST_ENTRY));
    }

    #[test]
    fn the_rest_is_taken_once_there_is_room(text in pasted(), held in 95_usize..102) {
        let mut rest = take(&text, held).rest;
        while !rest.is_empty() {
            let taken = take(&rest, 0);
            let only_long = split(&rest).iter().all(|entry| is_long(entry));
            prop_assert!(only_long || !taken.entries.is_empty(), "{:?}", rest);
            if only_long {
                break;
            }
            rest = taken.rest;
        }
    }

    #[test]
    fn no_invitee_has_a_control_character(text in pasted(), at in any::<prop::sample::Index>(), control in "[\r\n\0\u{85}\u{2028}\t]|\r\n") {
        let mut spoiled: Vec<String> = text.chars().map(String::from).collect();
        spoiled.insert(at.index(spoiled.len() + 1), control);
        let spoiled = spoiled.concat();
        for entry in split(&spoiled).iter().chain([&spoiled]) {
            match Invitee::parse(entry) {
                Ok(one) => prop_assert!(!one.to_string().contains(text::is_deceptive), "{:?}", one),
                Err(why) => prop_assert!(!why.0.contains(text::is_deceptive), "{:?}", why),
            }
        }
    }
}
