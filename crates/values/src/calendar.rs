//! Dates and times of day as formats write them.
//!
//! Formats are those of `strptime`, as the crate jiff reads them. Nothing that is no date is read: `2020-02-30` is none, and
//! neither is a weekday that does not fit its date. Leading zeros may be missing (`3/4/2020` under `%d/%m/%Y`); the
//! format writes them. `%y` is 1969 to 2068. `%Y` takes four digits. There are no time zones.

use std::fmt;

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;

/// What a format writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A day, compared by days since 1970-01-01.
    Date,
    /// A time of day, compared by seconds since midnight.
    Time,
    /// A day and a time, compared by seconds since 1970-01-01 00:00:00.
    DateTime,
}

/// A format of dates or times, such as `%Y-%m-%d`. It displays as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    moment: Moment,
    written: String,
}

const EPOCH: Date = Date::constant(1970, 1, 1);
const SECONDS_OF_DAY: f64 = 86_400.0;

impl Moment {
    /// The format of a column that names none: ISO 8601, with a blank between date and time.
    pub fn plain_format(self) -> Format {
        let written = match self {
            Moment::Date => "%Y-%m-%d",
            Moment::Time => "%H:%M",
            Moment::DateTime => "%Y-%m-%d %H:%M:%S",
        };
        Format { moment: self, written: written.to_owned() }
    }

    /// The ways in which a rule may write a constant of it, whatever the format of the column is.
    fn constant_formats(self) -> &'static [&'static str] {
        match self {
            Moment::Date => &["%Y-%m-%d"],
            Moment::Time => &["%H:%M:%S", "%H:%M"],
            Moment::DateTime => {
                &["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]
            }
        }
    }

    /// The number of a constant in ISO 8601.
    pub(crate) fn read_constant(self, text: &str) -> Option<f64> {
        self.constant_formats().iter().find_map(|format| self.parse(format, text)).map(|value| self.number(value))
    }

    fn parse(self, format: &str, text: &str) -> Option<DateTime> {
        let read = match self {
            Moment::Date => Date::strptime(format, text).map(|date| date.to_datetime(Time::midnight())),
            Moment::Time => Time::strptime(format, text).map(|time| EPOCH.to_datetime(time)),
            Moment::DateTime => DateTime::strptime(format, text),
        };
        // Two digits where four are asked for would be a year of the first century.
        read.ok().filter(|value| value.year() >= 1000)
    }

    fn number(self, value: DateTime) -> f64 {
        // The span of two dates is one of days alone.
        let days = f64::from((value.date() - EPOCH).get_days());
        let time = value.time();
        let minutes = f64::from(time.hour()) * 60.0 + f64::from(time.minute());
        let seconds = minutes * 60.0 + f64::from(time.second()) + f64::from(time.subsec_nanosecond()) / 1e9;
        match self {
            Moment::Date => days,
            Moment::Time => seconds,
            Moment::DateTime => days * SECONDS_OF_DAY + seconds,
        }
    }

    /// The moment of a number, to the second; `None` beyond the years of the calendar.
    fn of_number(self, number: f64) -> Option<DateTime> {
        let seconds = (number * if self == Moment::Date { SECONDS_OF_DAY } else { 1.0 }).round();
        EPOCH.to_datetime(Time::midnight()).checked_add(Span::new().try_seconds(seconds as i64).ok()?).ok()
    }

    fn print(self, format: &str, value: DateTime) -> Option<String> {
        // A date alone knows no hour, so that a format of dates that asks for one fails.
        let printed = match self {
            Moment::Date => strtime::format(format, value.date()),
            Moment::Time => strtime::format(format, value.time()),
            Moment::DateTime => strtime::format(format, value),
        };
        printed.ok()
    }
}

impl Format {
    /// A format, if it says all of a moment: a date needs its day, month and year, a time its hour, and one of the
    /// afternoon needs `%p` or `%H`.
    ///
    /// # Errors
    /// What the format lacks, in one line.
    pub fn new(moment: Moment, written: &str) -> Result<Format, String> {
        let sample = Date::constant(2001, 11, 28).at(13, 0, 0, 0);
        let sample = match moment {
            Moment::Date => sample.date().to_datetime(Time::midnight()),
            Moment::Time => EPOCH.to_datetime(sample.time()),
            Moment::DateTime => sample,
        };
        let Some(printed) = moment.print(written, sample) else {
            return Err(match moment {
                Moment::Date => "no format of dates",
                Moment::Time => "no format of times of day",
                Moment::DateTime => "no format of dates with a time",
            }
            .to_owned());
        };
        if moment.parse(written, &printed) != Some(sample) {
            return Err(match moment {
                Moment::Date => "it does not tell day, month and year",
                Moment::Time => "it does not tell the hour",
                Moment::DateTime => "it does not tell day, month, year and hour",
            }
            .to_owned());
        }
        Ok(Format { moment, written: written.to_owned() })
    }

    /// The moment of a number, as the format writes it.
    pub fn show(&self, number: f64) -> Option<String> {
        self.moment.print(&self.written, self.moment.of_number(number)?)
    }

    /// The format, as it was written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The number of a text that this format reads, and the text that `declared` writes for the same moment; that is
    /// `None` where it leaves a part of it out, as `%H:%M` does with seconds.
    pub fn read(&self, text: &str, declared: &Format) -> Option<(f64, Option<String>)> {
        let value = self.moment.parse(&self.written, text)?;
        let printed = self.moment.print(&declared.written, value);
        let whole = |printed: &String| self.moment.parse(&declared.written, printed) == Some(value);
        Some((self.moment.number(value), printed.filter(whole)))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &str, text: &str, expected: Option<&str>) {
        let iso = Moment::Date.plain_format();
        let format = Format::new(Moment::Date, format).unwrap();
        let read = format.read(text, &iso).map(|(_, printed)| printed.unwrap());
        assert_eq!(read.as_deref(), expected, "{text}");
    }

    #[test]
    fn days_that_are_not_in_the_calendar_are_no_dates() {
        check("%Y-%m-%d", "2020-02-29", Some("2020-02-29"));
        check("%Y-%m-%d", "2020-02-30", None);
        check("%Y-%m-%d", "2019-02-29", None);
        check("%d/%m/%Y", "13/13/2020", None);
        check("%a %d %b %Y", "Fri 31 Jan 2020", Some("2020-01-31"));
        check("%a %d %b %Y", "Mon 31 Jan 2020", None);
    }

    #[test]
    fn leading_zeros_may_be_missing_and_nothing_else() {
        check("%d/%m/%Y", "3/4/2020", Some("2020-04-03"));
        check("%-d/%-m/%Y", "03/04/2020", Some("2020-04-03"));
        check("%d/%m/%Y", "3/4/20", None);
        check("%d/%m/%Y", "3/4/2020 ", None);
        check("%d/%m/%Y", "3/4/2020x", None);
    }

    #[test]
    fn years_of_two_digits_are_from_1969_to_2068() {
        check("%m/%d/%y", "03/04/69", Some("1969-03-04"));
        check("%m/%d/%y", "03/04/68", Some("2068-03-04"));
        check("%m/%d/%y", "03/04/2020", None);
    }

    #[test]
    fn a_format_that_leaves_something_out_is_refused() {
        for written in ["%Y-%m", "%d/%m", "%H:%M", "%Q", "", "x", "%"] {
            assert!(Format::new(Moment::Date, written).is_err(), "{written}");
        }
        for written in ["%I:%M", "%M:%S", "%Y-%m-%d"] {
            assert!(Format::new(Moment::Time, written).is_err(), "{written}");
        }
        assert!(Format::new(Moment::Time, "%I:%M %p").is_ok());
        assert!(Format::new(Moment::DateTime, "%Y-%m-%d").is_err());
        assert!(Format::new(Moment::DateTime, "%Y-%m-%dT%H:%M:%S%.f").is_ok());
    }

    #[test]
    fn seconds_are_not_dropped_by_a_format_without_them() {
        let short = Moment::Time.plain_format();
        let long = Format::new(Moment::Time, "%H:%M:%S").unwrap();
        assert_eq!(long.read("10:30:15", &short), Some((37_815.0, None)));
        assert_eq!(long.read("10:30:00", &short), Some((37_800.0, Some("10:30".to_owned()))));
    }

    #[test]
    fn days_and_seconds_are_counted_from_1970() {
        assert_eq!(Moment::Date.read_constant("1970-01-02"), Some(1.0));
        assert_eq!(Moment::Date.read_constant("1969-12-31"), Some(-1.0));
        assert_eq!(Moment::Date.read_constant("2020-01-31"), Some(18_292.0));
        assert_eq!(Moment::DateTime.read_constant("2020-01-31T00:00:01"), Some(18_292.0 * 86_400.0 + 1.0));
        assert_eq!(Moment::Time.read_constant("01:00"), Some(3_600.0));
    }
}
