//! The ways in which dates and dates with a time are written.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use lustrate_values::{Format, Moment};

use crate::shape::shape;

/// Which of two numbers before a year is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
    /// The layout tells them apart.
    Told,
}

/// A way of writing dates. Leading zeros may be missing where it reads.
#[derive(Debug)]
pub(super) struct Layout {
    moment: Moment,
    reads: Format,
    /// In the ways in which leading zeros and capitals may be: what it reads is written in one of them.
    pub writes: Vec<Format>,
    pub order: Order,
    /// What stands between day, month and year.
    pub separator: char,
    /// Whether the year has two digits.
    pub short_year: bool,
}

const NUMBERS: [(&str, Order); 6] = [
    ("%d?%m?%Y", Order::DayFirst),
    ("%m?%d?%Y", Order::MonthFirst),
    ("%d?%m?%y", Order::DayFirst),
    ("%m?%d?%y", Order::MonthFirst),
    ("%Y?%m?%d", Order::Told),
    ("%d?%b?%Y", Order::Told),
];
const SEPARATORS: [char; 3] = ['-', '/', '.'];
const WORDS: [&str; 15] = [
    "%Y%m%d",
    "%d-%b-%y",
    "%Y-%b-%d",
    "%d %b %Y",
    "%d %B %Y",
    "%d %b %y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d. %b %Y",
    "%d. %B %Y",
    "%a, %d %b %Y",
    "%a %d %b %Y",
    "%A, %B %d, %Y",
];
const TIMES: [&str; 9] =
    ["", " %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", " %I:%M:%S%p"];

/// The layouts by the shapes of what they write.
static LAYOUTS: LazyLock<BTreeMap<String, Vec<Layout>>> = LazyLock::new(|| {
    let numbers = NUMBERS.iter().flat_map(|(written, order)| {
        SEPARATORS.map(|separator| (written.replace('?', &separator.to_string()), *order, separator))
    });
    let words = WORDS.iter().map(|written| ((*written).to_owned(), Order::Told, ' '));
    let mut layouts: BTreeMap<String, Vec<Layout>> = BTreeMap::new();
    for (date, order, separator) in numbers.chain(words) {
        for time in TIMES {
            let moment = if time.is_empty() { Moment::Date } else { Moment::DateTime };
            let written = format!("{date}{time}");
            let Ok(reads) = Format::new(moment, &written) else { continue };
            let writes = variants(&written).iter().filter_map(|written| Format::new(moment, written).ok()).collect();
            let layout = Layout { moment, reads, writes, order, separator, short_year: date.contains("%y") };
            let Some(example) = layout.reads.show(0.0) else { continue };
            layouts.entry(shape(&example)).or_default().push(layout);
        }
    }
    layouts
});

/// A format with and without leading zeros, and with months and halves of days in the letters that are usual.
fn variants(written: &str) -> Vec<String> {
    let mut all = vec![written.to_owned()];
    let mut vary = |from: &[&str], to: &[&str]| {
        let more: Vec<String> = all
            .iter()
            .map(|written| from.iter().zip(to).fold(written.clone(), |written, (from, to)| written.replace(from, to)))
            .filter(|varied| !all.contains(varied))
            .collect();
        all.extend(more);
    };
    if written != "%Y%m%d" {
        vary(&["%d", "%m"], &["%-d", "%-m"]);
    }
    vary(&["%H", "%I"], &["%-H", "%-I"]);
    vary(&["%b", "%B"], &["%^b", "%^B"]);
    vary(&["%p"], &["%P"]);
    all
}

/// The layouts that write texts of a shape.
pub(super) fn of_shape(shape: &str) -> &'static [Layout] {
    LAYOUTS.get(shape).map_or(&[], Vec::as_slice)
}

const SECONDS_OF_DAY: f64 = 86_400.0;

impl Layout {
    /// The seconds since 1970-01-01 of a text.
    pub fn read(&self, text: &str) -> Option<f64> {
        let (number, _) = self.reads.read(text, &self.reads)?;
        Some(if self.moment == Moment::Date { number * SECONDS_OF_DAY } else { number })
    }

    /// What one of its ways of writing makes of a moment; `None` where that leaves a part of it out.
    pub fn write(&self, format: &Format, seconds: f64) -> Option<String> {
        let number = if self.moment == Moment::Date { seconds / SECONDS_OF_DAY } else { seconds };
        let text = format.show(number)?;
        (self.read(&text) == Some(seconds)).then_some(text)
    }

    /// Whether it says the time of day.
    pub fn has_time(&self) -> bool {
        self.moment == Moment::DateTime
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_in_one_of_its_ways() {
        for text in [
            "2020-01-31",
            "2020/1/31",
            "31/01/2020",
            "1/31/20",
            "31.1.2020",
            "3 Jan 2020",
            "03-JAN-20",
            "January 3, 2020",
            "20200103",
            "Fri, 31 Jan 2020",
            "2020-01-31 07:10:00",
            "2020-01-31T07:10",
            "1/31/2020 7:10 PM",
            "31.01.2020 19:10",
            "3. Januar 2020",
        ] {
            let written = of_shape(&shape(text)).iter().any(|layout| {
                layout.read(text).is_some_and(|seconds| {
                    layout.writes.iter().any(|format| layout.write(format, seconds).as_deref() == Some(text))
                })
            });
            assert_eq!(written, text != "3. Januar 2020", "{text}");
        }
    }

    #[test]
    fn other_texts_have_no_layout() {
        for text in ["2020-01", "12:30", "1.2", "a", "", "2020-13-45"] {
            assert!(of_shape(&shape(text)).iter().all(|layout| layout.read(text).is_none()), "{text}");
        }
    }
}
