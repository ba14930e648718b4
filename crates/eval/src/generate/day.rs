//! Days of the calendar.

use std::fmt;

/// A day, counted from 1 January 1970. Shown as `2024-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(u32);

impl Day {
    /// The first of January of a year from 1970 on.
    pub(super) fn first_of(year: u32) -> Day {
        Day((1970..year).map(days_of_year).sum())
    }

    /// So many days later.
    pub(super) fn after(self, days: u32) -> Day {
        Day(self.0 + days)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut year, mut left) = (1970, self.0);
        while left >= days_of_year(year) {
            left -= days_of_year(year);
            year += 1;
        }
        let mut month = 1;
        while left >= days_of_month(year, month) {
            left -= days_of_month(year, month);
            month += 1;
        }
        write!(f, "{year}-{month:02}-{:02}", left + 1)
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_year(year: u32) -> u32 {
    365 + u32::from(is_leap(year))
}

fn days_of_month(year: u32, month: u32) -> u32 {
    match month {
        2 => 28 + u32::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_follow_the_calendar() {
        assert_eq!(Day::first_of(1970).to_string(), "1970-01-01");
        assert_eq!(Day::first_of(2024).after(59).to_string(), "2024-02-29");
        assert_eq!(Day::first_of(2023).after(59).to_string(), "2023-03-01");
        assert_eq!(Day::first_of(2000).after(365).to_string(), "2000-12-31");
    }
}
