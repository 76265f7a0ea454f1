//! Days, counted without a clock.

/// The number of the day in an RFC 3339 date or time (`2026-11-22`, `2026-11-22T15:52:03Z`), from
/// 1970-01-01 as day 0; `None` where the text does not begin with a date. The time of day and its
/// offset are left out: an age is counted in whole days.
pub fn day_number(rfc3339: &str) -> Option<i64> {
    let date = rfc3339.get(..10)?;
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 || parts.next().is_some() {
        return None;
    }
    let year: i64 = year.parse().ok()?;
    let month: i64 = month.parse().ok().filter(|m| (1..=12).contains(m))?;
    let day: i64 = day.parse().ok().filter(|d| (1..=31).contains(d))?;
    // Years that begin in March put the leap day last, so that the months before it have a
    // closed form ("days from civil", Howard Hinnant).
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// The date of a day: the inverse of [`day_number`].
pub fn date_of(day: i64) -> String {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970_over_leap_years() {
        assert_eq!(day_number("1970-01-01"), Some(0));
        assert_eq!(day_number("2000-03-01T23:59:59Z"), Some(11_017));
        assert_eq!(day_number("2024-02-29"), day_number("2024-03-01").map(|day| day - 1));
        assert_eq!(day_number("2026-11-22T00:00:00Z"), Some(20_779));
    }

    #[test]
    fn a_day_and_its_date_are_inverse() {
        for day in -1_000..40_000 {
            assert_eq!(day_number(&date_of(day)), Some(day));
        }
    }

    #[test]
    fn what_is_no_date_has_no_day() {
        for text in ["", "yesterday", "2026-13-01", "2026-1-01", "2026-01-32", "20é6-01-011"] {
            assert_eq!(day_number(text), None, "{text}");
        }
    }
}
