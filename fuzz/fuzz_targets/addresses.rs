//! Pastes arbitrary text into the dialog that invites members (spec I2, I3).

#![no_main]

use domain::invitations::addresses::{Invitee, LONGEST_ENTRY, MOST_AT_ONCE, faults, split, take};
use domain::text::is_deceptive;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let entries = split(text);
    let faults = faults(&entries);
    assert_eq!(faults.len(), entries.len());

    let mut printed = Vec::new();
    for (entry, fault) in entries.iter().map(String::as_str).zip(faults).chain([(text, None)]) {
        assert!(entry == text || !entry.is_empty() && entry.trim() == entry);
        assert!(!fault.is_some_and(|fault| fault.contains(is_deceptive)));
        match Invitee::parse(entry) {
            Ok(one) => {
                let print = one.to_string();
                assert!(!print.contains(is_deceptive));
                assert_eq!(Invitee::parse(&print), Ok(one));
                printed.push(print);
            }
            Err(why) => assert!(!why.0.contains(is_deceptive)),
        }
    }
    for separator in [", ", ";", "\t", "\r\n", "、"] {
        assert_eq!(split(&printed.join(separator)), printed);
    }

    let held = text.len() % (MOST_AT_ONCE + 2);
    let taken = take(text, held);
    assert!(taken.entries.len() + held <= MOST_AT_ONCE.max(held));
    assert!(taken.entries.iter().all(|entry| entry.chars().count() <= LONGEST_ENTRY));
    assert_eq!(taken.rest.is_empty(), taken.why.is_none());
    let again = take(&taken.rest, 0);
    assert!(
        taken.rest.is_empty() || !again.entries.is_empty() || entries.iter().any(|entry| entry.len() > LONGEST_ENTRY)
    );
});
