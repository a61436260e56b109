//! Time zones: the offset at a given instant.

use domain::audit::Day;
use domain::{Moment, Timestamp, ZoneName};

/// The zone in which one person reads times.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    name: ZoneName,
    rules: Option<tz::TimeZoneRef<'static>>,
}

impl Zone {
    /// The first of these that the tz database knows; else UTC (spec M1: the person's, the
    /// organization's, UTC).
    pub fn first_known(names: impl IntoIterator<Item = Option<ZoneName>>) -> Self {
        let known = names.into_iter().flatten().find_map(|name| {
            let rules = tzdb::tz_by_name(name.as_str())?;
            Some(Self { name, rules: Some(rules) })
        });
        known.unwrap_or(Self { name: ZoneName::utc(), rules: None })
    }

    /// Its name, which the page shows.
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// When a day begins for the person, or the one that comes so many days later; nothing for the 30th of February.
    pub fn begin_of(&self, day: Day, later: i64) -> Option<Timestamp> {
        let utc = tz::UtcDateTime::new(day.year, day.month, day.day, 0, 0, 0, 0).ok()?;
        let utc = tz::UtcDateTime::from_timespec(utc.unix_time() + later * 86_400, 0).ok()?;
        let Some(rules) = self.rules else { return Some(Timestamp::from_millis(utc.unix_time() * 1_000)) };
        let (year, month, day) = (utc.year(), utc.month(), utc.month_day());
        let local = tz::DateTime::find(year, month, day, 0, 0, 0, 0, rules).ok()?.earliest()?;
        Some(Timestamp::from_millis(local.unix_time() * 1_000))
    }

    /// An instant as the person reads it.
    pub fn moment(&self, at: Timestamp) -> Moment {
        let seconds = at.millis().div_euclid(1_000);
        let local = self.rules.and_then(|rules| rules.find_local_time_type(seconds).ok());
        Moment { at, offset: local.map_or(0, |local| local.ut_offset()) }
    }
}

/// Says whether the tz database knows a zone.
pub(crate) fn is_known(name: &ZoneName) -> bool {
    tzdb::tz_by_name(name.as_str()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec M1
    #[test]
    fn the_first_known_zone_counts_and_summer_time_with_it() {
        let names = ["Nowhere/Atlantis", "Europe/Berlin", "UTC"].map(|name| ZoneName::parse(name).ok());
        let zone = Zone::first_known(names);
        assert_eq!(zone.name(), "Europe/Berlin");
        let summer = Timestamp::from_millis(1_782_907_200_000); // 2026-07-01T12:00:00Z
        let winter = Timestamp::from_millis(1_797_163_200_000); // 2026-12-13T12:00:00Z
        assert_eq!(zone.moment(summer).offset, 7_200);
        assert_eq!(zone.moment(winter).offset, 3_600);
        assert_eq!(Zone::first_known([None]).name(), "UTC");
    }

    // spec A1
    #[test]
    fn a_day_begins_when_the_person_says_so() {
        let berlin = Zone::first_known([ZoneName::parse("Europe/Berlin").ok()]);
        let at = |zone: &Zone, text, later| zone.begin_of(Day::parse(text).unwrap(), later).map(Timestamp::millis);
        // 2026-06-30T22:00:00Z, and the day on which the clocks go back is 25 hours long.
        assert_eq!(at(&berlin, "2026-07-01", 0), Some(1_782_856_800_000));
        let (begins, ends) = (at(&berlin, "2026-10-25", 0).unwrap(), at(&berlin, "2026-10-25", 1).unwrap());
        assert_eq!(ends - begins, 25 * 3_600_000);
        assert_eq!(at(&Zone::first_known([None]), "2026-12-31", 1), Some(1_798_761_600_000));
        assert_eq!(at(&berlin, "2026-02-30", 0), None);
    }
}
