//! When wrong passwords lock password sign-in, and for how long (spec L2).

use crate::Timestamp;

/// How many wrong passwords in a row lock sign-in.
const MOST_WRONG: u32 = 10;
/// How many seconds the first lock lasts; each further one lasts twice as long …
const SHORTEST: i64 = 15 * 60;
/// … up to a day.
const LONGEST: i64 = 86_400;
/// How many seconds after the last wrong password, or after the lock that it caused, everything is forgotten, so that
/// nobody stays counted for ever.
const REMEMBERED: i64 = 86_400;

/// Wrong passwords in a row: for one address, or from one browser that has signed in to an account before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrongPasswords {
    /// How many there were since the last lock, or since the beginning.
    pub wrong: u32,
    /// How many locks they have caused in a row.
    pub locks: u32,
    /// Until when sign-in is locked; in the past, or [`Timestamp::NEVER`], if it is not.
    pub locked_until: Timestamp,
    /// The instant from which none of it counts.
    pub forgotten_at: Timestamp,
}

impl WrongPasswords {
    /// For how many more seconds sign-in is locked, at least one; `None` if it is not.
    pub fn locked_for(&self, now: Timestamp) -> Option<u64> {
        let millis = self.locked_until.millis().saturating_sub(now.millis());
        u64::try_from(millis).ok().filter(|millis| *millis > 0).map(|millis| millis.div_ceil(1_000))
    }

    /// The state after one more wrong password. An attempt that was already in progress when others caused the lock
    /// counts, but does not lengthen the lock.
    pub fn and_one_more(self, now: Timestamp) -> Self {
        let before = if self.forgotten_at <= now { Self::default() } else { self };
        let mut after = Self { wrong: before.wrong.saturating_add(1), ..before };
        if after.wrong >= MOST_WRONG && after.locked_for(now).is_none() {
            after.locked_until = now.plus_seconds(lasts(before.locks));
            after.locks = before.locks.saturating_add(1);
            after.wrong = 0;
        }
        after.forgotten_at = after.locked_until.max(now).plus_seconds(REMEMBERED);
        after
    }
}

/// How many seconds a lock lasts that follows this many others.
fn lasts(locks: u32) -> i64 {
    let doubled = 2_i64.checked_pow(locks).and_then(|times| SHORTEST.checked_mul(times));
    doubled.map_or(LONGEST, |seconds| seconds.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_795_261_391_000);

    fn wrong(mut so_far: WrongPasswords, times: u32, now: Timestamp) -> WrongPasswords {
        for _ in 0..times {
            so_far = so_far.and_one_more(now);
        }
        so_far
    }

    // spec L2
    #[test]
    fn ten_in_a_row_lock_for_a_quarter_of_an_hour() {
        let nine = wrong(WrongPasswords::default(), 9, NOON);
        assert_eq!(nine.locked_for(NOON), None);
        let ten = nine.and_one_more(NOON);
        assert_eq!(ten.locked_for(NOON), Some(900));
        assert_eq!(ten.locked_for(NOON.plus_seconds(899)), Some(1));
        assert_eq!(ten.locked_for(NOON.plus_seconds(900)), None);
    }

    // spec L2
    #[test]
    fn each_lock_lasts_twice_as_long_up_to_a_day() {
        let (mut so_far, mut now, mut lasted) = (WrongPasswords::default(), NOON, Vec::new());
        for _ in 0..9 {
            so_far = wrong(so_far, 10, now);
            let seconds = so_far.locked_for(now).unwrap();
            lasted.push(seconds / 60);
            now = now.plus_seconds(i64::try_from(seconds).unwrap());
        }
        assert_eq!(lasted, [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440]);
        assert_eq!(lasts(u32::MAX), LONGEST);
    }

    #[test]
    fn what_was_under_way_when_others_locked_counts_and_lengthens_nothing() {
        let twenty = wrong(WrongPasswords::default(), 20, NOON);
        assert_eq!((twenty.locks, twenty.wrong, twenty.locked_for(NOON)), (1, 10, Some(900)));
        let after = twenty.and_one_more(NOON.plus_seconds(900));
        assert_eq!(after.locked_for(NOON.plus_seconds(900)), Some(1_800));
    }

    #[test]
    fn a_day_without_a_wrong_password_forgets_them() {
        let nine = wrong(WrongPasswords::default(), 9, NOON);
        assert_eq!(nine.and_one_more(NOON.plus_seconds(86_399)).locks, 1);
        assert_eq!(nine.and_one_more(NOON.plus_seconds(86_400)).wrong, 1);
        let locked = wrong(WrongPasswords::default(), 10, NOON);
        assert_eq!(locked.forgotten_at, NOON.plus_seconds(900 + 86_400));
    }
}
