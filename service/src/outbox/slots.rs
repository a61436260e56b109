//! Decides which letters are sent at the same time: those that somebody is waiting for go first, and a server that
//! hangs takes only its share (decision 34).

use super::Due;
use domain::MailId;
use domain::mail::Turn;
use std::collections::{HashMap, HashSet};
use store::outbox::{Ask, Waiting};

/// How many letters a server has under way at once.
const SLOTS: usize = 12;
/// How many of them are only for letters that somebody waits for, at their first try.
const KEPT: usize = 2;
/// How many of the others may go to one domain.
const FOR_A_DOMAIN: usize = 6;
/// How many of the others may be letters that failed before.
const AGAIN: usize = 4;
/// How many letters are looked at for each that can be taken: some of them may have had their share.
const LOOKED_AT: usize = 8;

/// How a letter counts while it is under way.
#[derive(Clone, Debug)]
struct Place {
    recipient: String,
    /// Whether somebody waits for it and it did not fail before: it takes the slots that are kept, and no share.
    first: bool,
    /// Whether it failed before.
    again: bool,
}

/// The letters that a server has under way.
#[derive(Debug, Default)]
pub struct Slots(HashMap<MailId, Place>);

impl Slots {
    /// A letter is begun.
    pub fn take(&mut self, mail: &Due) {
        self.0.insert(mail.id, Place::of(&mail.recipient, mail.letter.kind().turn(), mail.attempts > 1));
    }

    /// A letter ended, however it did.
    pub fn free(&mut self, id: MailId) {
        self.0.remove(&id);
    }

    /// What can be begun; nothing where every slot is taken. With `past`, letters to domains that have their share are
    /// left out already where letters are looked for, which may go through many of them.
    pub fn room(&self, past: bool) -> Option<Room> {
        let free = SLOTS.saturating_sub(self.0.len());
        if free == 0 {
            return None;
        }
        let others = self.0.values().filter(|place| !place.first).count();
        let mut room = Room {
            first: free,
            others: (SLOTS - KEPT).saturating_sub(others).min(free),
            again: AGAIN,
            domains: Some(HashMap::new()),
            recipients: HashSet::new(),
            mine: self.0.keys().copied().collect(),
            past,
        };
        self.0.values().for_each(|place| room.count(place));
        Some(room)
    }
}

impl Place {
    fn of(recipient: &str, turn: Turn, again: bool) -> Self {
        Self { recipient: recipient.to_lowercase(), first: turn == Turn::First && !again, again }
    }

    fn domain(&self) -> &str {
        self.recipient.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// What can be begun just now.
#[derive(Clone, Debug)]
pub struct Room {
    /// How many letters that somebody waits for, at their first try.
    first: usize,
    /// How many of the others; of both together no more than of the first.
    others: usize,
    /// How many of these may have failed before.
    again: usize,
    /// How many letters go to each domain already; none where that does not matter.
    domains: Option<HashMap<String, usize>>,
    /// Who is just getting one.
    recipients: HashSet<String>,
    /// What is under way.
    mine: Vec<MailId>,
    past: bool,
}

/// So many letters, whatever they are.
impl From<usize> for Room {
    fn from(most: usize) -> Self {
        Self {
            first: most,
            others: most,
            again: most,
            domains: None,
            recipients: HashSet::new(),
            mine: Vec::new(),
            past: false,
        }
    }
}

impl Room {
    /// Notes a letter that is under way, apart from the slot that it takes.
    fn count(&mut self, place: &Place) {
        let Some(domains) = &mut self.domains else { return };
        self.recipients.insert(place.recipient.clone());
        if !place.first {
            *domains.entry(place.domain().to_owned()).or_default() += 1;
        }
        if place.again {
            self.again = self.again.saturating_sub(1);
        }
    }

    /// What is to be looked for; nothing where there is no room for any of it.
    pub(super) fn ask(&self, turn: Turn) -> Option<Ask> {
        let free = match turn {
            Turn::First => self.first,
            Turn::Later => self.others.min(self.first),
        };
        let full = self.domains.iter().flatten().filter(|(_, letters)| self.past && **letters >= FOR_A_DOMAIN);
        (free > 0).then(|| Ask {
            turn,
            mine: self.mine.clone(),
            // Letters that somebody waits for have no share, so none is left out of them.
            without: if turn == Turn::First { Vec::new() } else { full.map(|(domain, _)| domain.clone()).collect() },
            untried: self.again == 0 || self.others == 0,
            most: (free * LOOKED_AT) as u64,
        })
    }

    /// Takes what there is room for.
    pub(super) fn choose(&mut self, turn: Turn, waiting: Vec<Waiting>) -> Vec<MailId> {
        let mut chosen = Vec::new();
        for mail in waiting {
            let place = Place::of(&mail.recipient, turn, mail.tried);
            if self.has_room_for(&place) {
                self.first -= 1;
                self.others = if place.first { self.others.min(self.first) } else { self.others - 1 };
                self.count(&place);
                self.mine.push(mail.id);
                chosen.push(mail.id);
            }
        }
        chosen
    }

    fn has_room_for(&self, place: &Place) -> bool {
        let Some(domains) = &self.domains else { return self.first > 0 };
        let share = || domains.get(place.domain()).is_none_or(|letters| *letters < FOR_A_DOMAIN);
        let as_other = || self.others > 0 && (!place.again || self.again > 0) && share();
        self.first > 0 && !self.recipients.contains(&place.recipient) && (place.first || as_other())
    }
}

#[cfg(test)]
mod tests;
