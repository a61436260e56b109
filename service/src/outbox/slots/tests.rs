use super::*;

fn waiting(number: u128, recipient: &str, tried: bool) -> Waiting {
    Waiting { id: MailId::from_uuid(uuid::Uuid::from_u128(number)), recipient: recipient.into(), tried }
}

/// A server that takes what it may of these, again and again, and ends none of it.
fn taken(slots: &mut Slots, turn: Turn, queue: &[Waiting]) -> usize {
    let before = slots.0.len();
    while let Some(mut room) = slots.room(true) {
        let left = queue.iter().filter(|mail| !slots.0.contains_key(&mail.id)).cloned().collect();
        let chosen = if room.ask(turn).is_some() { room.choose(turn, left) } else { Vec::new() };
        if chosen.is_empty() {
            break;
        }
        for mail in queue.iter().filter(|mail| chosen.contains(&mail.id)) {
            slots.0.insert(mail.id, Place::of(&mail.recipient, turn, mail.tried));
        }
    }
    slots.0.len() - before
}

fn many(from: u128, tried: bool, recipient: impl Fn(u128) -> String) -> Vec<Waiting> {
    (from..from + 20).map(|number| waiting(number, &recipient(number), tried)).collect()
}

#[test]
fn two_slots_are_kept_for_letters_that_somebody_waits_for() {
    let mut slots = Slots::default();
    assert_eq!(taken(&mut slots, Turn::Later, &many(0, false, |n| format!("a@d{n}.example"))), 10);
    assert_eq!(taken(&mut slots, Turn::First, &many(100, true, |n| format!("a@e{n}.example"))), 0, "it failed before");
    assert_eq!(taken(&mut slots, Turn::First, &many(200, false, |n| format!("a@e{n}.example"))), 2);
    assert!(slots.room(true).is_none());
    // Nobody else: they may have all.
    let mut slots = Slots::default();
    assert_eq!(taken(&mut slots, Turn::First, &many(0, false, |n| format!("a@e{n}.example"))), 12);
}

#[test]
fn one_domain_has_half_of_the_slots_and_what_failed_before_a_third() {
    let mut slots = Slots::default();
    assert_eq!(taken(&mut slots, Turn::Later, &many(0, false, |n| format!("p{n}@Slow.example"))), 6);
    let room = slots.room(true).unwrap();
    assert_eq!(room.ask(Turn::Later).unwrap().without, ["slow.example"]);
    assert!(slots.room(false).unwrap().ask(Turn::Later).unwrap().without.is_empty());
    assert_eq!(taken(&mut slots, Turn::Later, &many(100, false, |n| format!("p{n}@other.example"))), 4);
    // To the very domain that is slow: somebody waits for it.
    assert_eq!(taken(&mut slots, Turn::First, &many(200, false, |n| format!("q{n}@slow.example"))), 2);

    let mut slots = Slots::default();
    assert_eq!(taken(&mut slots, Turn::Later, &many(0, true, |n| format!("a@d{n}.example"))), 4);
    assert!(slots.room(false).unwrap().ask(Turn::Later).unwrap().untried);
    assert_eq!(taken(&mut slots, Turn::Later, &many(100, false, |n| format!("a@e{n}.example"))), 6);
}

#[test]
fn letters_that_somebody_waits_for_take_no_share_and_what_is_under_way_is_not_asked_for() {
    let mut slots = Slots::default();
    assert_eq!(taken(&mut slots, Turn::First, &many(0, false, |n| format!("p{n}@slow.example"))[..6]), 6);
    assert_eq!(slots.room(true).unwrap().ask(Turn::Later).unwrap().mine.len(), 6);
    assert_eq!(taken(&mut slots, Turn::Later, &many(100, false, |n| format!("q{n}@slow.example"))), 6);
}

#[test]
fn nobody_gets_two_letters_at_once() {
    let mut slots = Slots::default();
    let mut queue = vec![waiting(1, "ana@acme.example", false), waiting(2, "Ana@acme.example", false)];
    assert_eq!(taken(&mut slots, Turn::First, &queue), 1);
    assert_eq!(taken(&mut slots, Turn::Later, &queue.split_off(1)), 0);
    slots.free(MailId::from_uuid(uuid::Uuid::from_u128(1)));
    assert_eq!(taken(&mut slots, Turn::Later, &[waiting(2, "Ana@acme.example", false)]), 1);
}

#[test]
fn a_number_alone_is_that_many_whatever_they_are() {
    let mut room = Room::from(5);
    assert_eq!(room.choose(Turn::Later, many(0, true, |_| "ana@acme.example".into())).len(), 5);
    assert!(room.ask(Turn::First).is_none() && room.ask(Turn::Later).is_none());
}
