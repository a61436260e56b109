//! Durations in words, for messages that are written without knowing the reader's time zone.

/// "15 minutes", never "at 14:15".
pub fn lasting(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..=90 => (seconds.max(1), "second"),
        91..=7_200 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_told_in_the_unit_that_fits() {
        for (seconds, told) in [
            (0, "1 second"),
            (90, "90 seconds"),
            (91, "2 minutes"),
            (900, "15 minutes"),
            (7_200, "120 minutes"),
            (7_201, "3 hours"),
            (86_400, "24 hours"),
        ] {
            assert_eq!(lasting(seconds), told);
        }
    }
}
