//! When invented people joined and were last active, and from where: mostly recently, with long tails.

use super::dice::Dice;
use domain::Timestamp;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use store::members::State;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The oldest arrival.
pub(super) const OLDEST: u64 = 3 * 365 * DAY;

/// When the organization and its groups were made.
pub(super) const FOUNDED: u64 = OLDEST + DAY;

/// How long an invitation lives (spec I5).
const INVITE: u64 = 14 * DAY;

/// The facts of a member that time makes.
#[derive(Clone, Debug)]
pub(super) struct Life {
    pub state: State,
    pub invite_expires_at: Timestamp,
    pub created_at: Timestamp,
    pub last_active_at: Timestamp,
    pub logins_count: u64,
    pub last_login_at: Timestamp,
    pub last_login_ip: Option<IpAddr>,
}

/// An instant some milliseconds before another.
pub(super) fn before(at: Timestamp, millis: u64) -> Timestamp {
    Timestamp::from_millis(at.millis().saturating_sub_unsigned(millis))
}

impl Life {
    /// Somebody who was just added.
    pub fn fresh(state: State, created_at: Timestamp) -> Self {
        Self {
            state,
            invite_expires_at: Timestamp::NO_END,
            created_at,
            last_active_at: Timestamp::NEVER,
            logins_count: 0,
            last_login_at: Timestamp::NEVER,
            last_login_ip: None,
        }
    }

    /// 88 of 100 are active, 6 invited, 3 with an invitation that ran out, 3 removed.
    pub fn draw(now: Timestamp, external: bool, dice: &mut Dice) -> Self {
        match if external { 0 } else { dice.weighted(&[88, 6, 3, 3]) } {
            0 => Self::active(now, dice),
            1 if dice.in_hundred(30) => Self::fresh(State::Invited, before(now, dice.below(60 * DAY))),
            1 => {
                let left = dice.within(HOUR, INVITE);
                let mut life = Self::fresh(State::Invited, before(now, INVITE - left));
                life.invite_expires_at = before(now, 0).plus_millis(left);
                life
            }
            2 => {
                let age = dice.within(INVITE + HOUR, OLDEST);
                let mut life = Self::fresh(State::Invited, before(now, age));
                life.invite_expires_at = before(now, age - INVITE);
                life
            }
            _ => Self { state: State::Deleted, ..Self::active(now, dice) },
        }
    }

    fn active(now: Timestamp, dice: &mut Dice) -> Self {
        let age = dice.within(HOUR, OLDEST);
        // A quarter was here today, most within weeks, some long ago.
        let seen = match dice.weighted(&[25, 60, 15]) {
            0 => dice.low(DAY.min(age), 2),
            1 => dice.low(age, 9),
            _ => dice.below(age),
        };
        let signed_in = seen + dice.low((age - seen).min(INVITE), 3);
        let days = age / DAY + 1;
        let logins = match dice.weighted(&[20, 65, 15]) {
            0 => 1 + dice.low(days.min(5), 2),
            1 => 1 + dice.low(days, 4),
            _ => 1 + dice.low(days * 4, 2),
        };
        Self {
            state: State::Active,
            invite_expires_at: Timestamp::NO_END,
            created_at: before(now, age),
            last_active_at: before(now, seen),
            logins_count: logins,
            last_login_at: before(now, signed_in),
            last_login_ip: Some(ip(dice)),
        }
    }
}

trait PlusMillis {
    fn plus_millis(self, millis: u64) -> Self;
}

impl PlusMillis for Timestamp {
    fn plus_millis(self, millis: u64) -> Self {
        Self::from_millis(self.millis().saturating_add_unsigned(millis))
    }
}

/// An address that is nobody's (RFC 5737, RFC 3849). Offices are few, homes are many.
fn ip(dice: &mut Dice) -> IpAddr {
    if dice.in_hundred(25) {
        let [a, b, c, d]: [u8; 4] = dice.bytes();
        let site = u16::try_from(dice.low(64, 2)).unwrap_or(0);
        return Ipv6Addr::new(0x2001, 0xdb8, site, 0, 0, 0, u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))
            .into();
    }
    let last = u8::try_from(dice.within(1, 254)).unwrap_or(1);
    let [a, b, c] = *dice.pick(&[[192, 0, 2], [198, 51, 100], [203, 0, 113]]);
    Ipv4Addr::new(a, b, c, last).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_seen_before_they_came_or_after_now() {
        let now = Timestamp::from_millis(1_795_261_391_000);
        let mut dice = Dice::new(3);
        let mut states = [0; 4];
        for number in 0..20_000 {
            let life = Life::draw(now, number % 50 == 0, &mut dice);
            assert!(life.created_at <= now && now.seconds_since(life.created_at) <= 3 * 365 * 86_400);
            let expired = life.invite_expires_at <= now;
            match life.state {
                State::Invited => {
                    states[if expired { 2 } else { 1 }] += 1;
                    assert_eq!((life.logins_count, life.last_login_ip), (0, None));
                    assert!(life.invite_expires_at > life.created_at);
                }
                state => {
                    states[if state == State::Active { 0 } else { 3 }] += 1;
                    assert!(life.created_at <= life.last_login_at && life.last_login_at <= life.last_active_at);
                    assert!(life.last_active_at <= now && life.logins_count > 0);
                }
            }
        }
        for (number, percent) in states.into_iter().zip([88, 6, 3, 3]) {
            assert!((percent * 150..percent * 260).contains(&number), "{states:?}");
        }
    }
}
