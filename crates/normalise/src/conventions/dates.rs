//! Dates in other forms than that of the column.

mod layouts;

use std::borrow::Cow;
use std::collections::BTreeMap;

use lustrate_values::Format;

use self::layouts::{Layout, Order, of_shape};
use super::{Change, Convention, Find, Finding, Values};
use crate::agreement::agreement;
use crate::shape::shape;

/// Where most values are dates in one form (`2020-01-31`, `31/01/2020 10:30`), dates in other forms are written in that
/// one: other orders and separators, months in words, years of two digits, `20200131`, and the day numbers of spreadsheets
/// (`43861`).
///
/// Which of two numbers is the day is read as in the dates with the same separator that can only be read in one way; where
/// there are none, the date stays. What does not fit the years of the other dates stays as well, and so does a time of day
/// that the column's form has no place for.
pub(super) const DATES: Convention = Convention {
    name: "dates",
    summary: "dates are written in the form of the column",
    probability: 0.97,
    find: Find::InColumn(find),
};

/// The share of the values that must look like dates, and of these in one form.
const DATED: f64 = 0.9;
const MOST: f64 = 0.6;
/// Day numbers of spreadsheets are counted from 1899-12-30: that is so many days before 1970.
const EPOCH_OF_SHEETS: f64 = -25_569.0;
const DAY_NUMBERS: std::ops::Range<f64> = 10_000.0..60_000.0;
const SECONDS_OF_DAY: f64 = 86_400.0;
/// A number is a day near the others, so many times as far from them as they reach at the most; and a year of two digits
/// is in the century that puts it among them.
const NEAR: f64 = 1.0;
const SAME_CENTURY: f64 = 0.1;
/// Without a year of four digits a date may be a century earlier.
const SECONDS_OF_CENTURY: f64 = 36_525.0 * SECONDS_OF_DAY;

fn find(values: &Values<'_>) -> Option<Finding> {
    if !values.are(values.traits.with_digits, DATED)
        || !values.mostly(DATED, |text| day_number(text).is_some() || of_date_shape(text))
        || values.count(of_date_shape) * 2 < values.present
    {
        return None;
    }
    let dates: Vec<Dated<'_>> = values.cells.iter().filter_map(|(text, &cells)| Dated::new(text, cells)).collect();
    let orders = Orders::new(&dates);
    let form = Form::new(&dates, &orders)?;
    let all: u64 = dates.iter().map(|date| date.cells).sum();
    if (form.cells as f64) < MOST * all as f64 || (all as f64) < MOST * values.present as f64 {
        return None;
    }
    let years = Span::new(&dates, &orders);
    let agrees = agreement(form.cells, all - form.cells);
    let mut changes = BTreeMap::new();
    let mut change = |text: &str, new: Option<(String, f64)>| {
        if let Some((new, sure)) = new.filter(|(new, _)| new != text) {
            changes.insert(text.to_owned(), Change { new: Some(new), agreement: agrees * sure });
        }
    };
    for date in &dates {
        change(date.text, form.rewrite(date, &orders, &years));
    }
    for text in values.cells.keys() {
        let seconds = day_number(text).map(|days| (days + EPOCH_OF_SHEETS) * SECONDS_OF_DAY);
        let known = seconds.filter(|seconds| years.holds(*seconds, NEAR));
        change(text, known.and_then(|seconds| Some((form.write(seconds)?, 1.0 - years.by_chance()))));
    }
    let evidence = format!(
        "{} of {} values are dates written as `{}` is{}",
        form.cells,
        values.present,
        form.layout.write(form.format, EXAMPLE).unwrap_or_else(|| form.format.to_string()),
        orders.told()
    );
    Finding::weighed(evidence, changes)
}

/// 2021-12-31, which can only be read in one way.
const EXAMPLE: f64 = 18_992.0 * SECONDS_OF_DAY;

fn of_date_shape(text: &str) -> bool {
    const LONGEST: usize = 40;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let may_be = text.len() <= LONGEST && digits >= 3 && (digits < text.len() || digits == 8);
    may_be && !of_shape(&shape(&plain(text))).is_empty()
}

/// The day number of a spreadsheet in a text, of the years from 1927 to 2063.
fn day_number(text: &str) -> Option<f64> {
    let number: f64 =
        (text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())??;
    DAY_NUMBERS.contains(&number).then_some(number)
}

/// A text without what layouts do not have: `3rd` is 3, `Sept.` is Sep.
fn plain(text: &str) -> Cow<'_, str> {
    let is_ordinal = |two: &[u8]| two[0].is_ascii_digit() && b"snrt".contains(&two[1]);
    if !text.contains('.') && !text.contains("Sept ") && !text.as_bytes().windows(2).any(is_ordinal) {
        return Cow::Borrowed(text);
    }
    let mut plain = text.replace("Sept ", "Sep ").replace("Sept.", "Sep");
    for (mark, without) in
        [("Jan.", "Jan"), ("Feb.", "Feb"), ("Aug.", "Aug"), ("Oct.", "Oct"), ("Nov.", "Nov"), ("Dec.", "Dec")]
    {
        plain = plain.replace(mark, without);
    }
    for ordinal in ["st", "nd", "rd", "th"] {
        if let Some(place) = plain.find(ordinal)
            && plain[..place].ends_with(|c: char| c.is_ascii_digit())
            && !plain[place + 2..].starts_with(char::is_alphanumeric)
        {
            plain.replace_range(place..place + 2, "");
        }
    }
    Cow::Owned(plain)
}

/// The seconds since 1970-01-01 of a text that is a date, with the day first where the month may be.
pub(super) fn moment(text: &str) -> Option<f64> {
    Some(Dated::new(text, 1)?.readings[0].1)
}

/// A text that is a date, and all that it may stand for.
struct Dated<'a> {
    text: &'a str,
    cells: u64,
    /// The layouts that read it, and the seconds since 1970-01-01.
    readings: Vec<(&'static Layout, f64)>,
}

impl<'a> Dated<'a> {
    fn new(text: &'a str, cells: u64) -> Option<Self> {
        if !of_date_shape(text) {
            return None;
        }
        let plain = plain(text);
        let layouts = of_shape(&shape(&plain)).iter();
        let readings: Vec<_> = layouts.filter_map(|layout| Some((layout, layout.read(&plain)?))).collect();
        (!readings.is_empty()).then_some(Dated { text, cells, readings })
    }

    fn separator(&self) -> char {
        self.readings[0].0.separator
    }

    /// The order that it can only be read in, if that is one of two.
    fn order(&self) -> Option<Order> {
        let order = self.readings[0].0.order;
        let one = self.readings.iter().all(|(layout, _)| layout.order == order);
        (one && order != Order::Told).then_some(order)
    }
}

/// For each separator, the cells that can only be read with the day first and only with the month first.
struct Orders(BTreeMap<char, [u64; 2]>);

impl Orders {
    fn new(dates: &[Dated<'_>]) -> Self {
        let mut orders: BTreeMap<char, [u64; 2]> = BTreeMap::new();
        for date in dates {
            match date.order() {
                Some(Order::DayFirst) => orders.entry(date.separator()).or_default()[0] += date.cells,
                Some(Order::MonthFirst) => orders.entry(date.separator()).or_default()[1] += date.cells,
                _ => {}
            }
        }
        Orders(orders)
    }

    /// The order of most dates with a separator, and how far they agree; `None` where nothing tells.
    fn of(&self, separator: char) -> Option<(Order, f64)> {
        let &[day, month] = self.0.get(&separator)?;
        Some(if day >= month {
            (Order::DayFirst, agreement(day, month))
        } else {
            (Order::MonthFirst, agreement(month, day))
        })
    }

    /// What a date is read as, and how surely; `None` where nothing tells.
    fn read(&self, date: &Dated<'_>) -> Option<(&'static Layout, f64, f64)> {
        if let [first, rest @ ..] = &date.readings[..]
            && rest.iter().all(|(_, seconds)| *seconds == first.1)
        {
            return Some((first.0, first.1, 1.0));
        }
        let (order, sure) = self.of(date.separator())?;
        let (layout, seconds) = date.readings.iter().find(|(layout, _)| layout.order == order)?;
        Some((layout, *seconds, sure))
    }

    fn told(&self) -> String {
        let told = self.0.iter().map(|(separator, [day, month])| {
            format!("; with `{separator}`, {day} can only have the day first and {month} only the month")
        });
        told.collect()
    }
}

/// Where the middle nine tenths of the dates are.
struct Span {
    from: f64,
    to: f64,
    /// Whether there are years of four digits to tell the century.
    centuries: bool,
}

impl Span {
    fn new(dates: &[Dated<'_>], orders: &Orders) -> Self {
        let read = dates.iter().filter_map(|date| Some((date, orders.read(date)?)));
        let mut seconds: Vec<(f64, u64)> = read
            .filter(|(_, (layout, ..))| !layout.short_year)
            .map(|(date, (_, seconds, _))| (seconds, date.cells))
            .collect();
        seconds.sort_by(|a, b| a.0.total_cmp(&b.0));
        let all: u64 = seconds.iter().map(|(_, cells)| cells).sum();
        let at = |share: f64| {
            let mut below = 0;
            seconds.iter().find(|(_, cells)| {
                below += cells;
                below as f64 >= share * all as f64
            })
        };
        match (at(0.05), at(0.95)) {
            (Some((from, _)), Some((to, _))) => Span { from: *from, to: *to, centuries: true },
            _ => Span { from: f64::NEG_INFINITY, to: f64::INFINITY, centuries: false },
        }
    }

    /// How likely a number that is no day is a day near them.
    fn by_chance(&self) -> f64 {
        let days = (1.0 + 2.0 * NEAR) * (self.to - self.from) / SECONDS_OF_DAY;
        (days / (DAY_NUMBERS.end - DAY_NUMBERS.start)).min(1.0)
    }

    /// Whether a moment is among them, or so many times as far from them as they reach, and a year.
    fn holds(&self, seconds: f64, times: f64) -> bool {
        const YEAR: f64 = 366.0 * SECONDS_OF_DAY;
        let beside = if self.centuries { times * (self.to - self.from) + YEAR } else { 0.0 };
        (self.from - beside..=self.to + beside).contains(&seconds)
    }
}

/// Whether a date is written as its layout writes dates, with all leading zeros or none: `2020-01-3` has lost a digit.
fn is_consistent(text: &str, layout: &Layout, seconds: f64) -> bool {
    let plain = plain(text);
    // The letters of months may be of any case.
    let is_written = |format| layout.write(format, seconds).is_some_and(|text| text.eq_ignore_ascii_case(&plain));
    layout.writes.iter().any(is_written)
}

/// The form of a column.
struct Form {
    layout: &'static Layout,
    format: &'static Format,
    cells: u64,
}

impl Form {
    /// The one that most dates are written in.
    fn new(dates: &[Dated<'_>], orders: &Orders) -> Option<Self> {
        let mut cells: BTreeMap<(&str, usize), (u64, Form)> = BTreeMap::new();
        for date in dates {
            for (layout, seconds) in &date.readings {
                let order = orders.of(layout.separator).map_or(Order::DayFirst, |(order, _)| order);
                if layout.order != Order::Told && layout.order != order {
                    continue;
                }
                for (place, format) in layout.writes.iter().enumerate() {
                    if layout.write(format, *seconds).as_deref() == Some(date.text) {
                        let form = Form { layout, format, cells: 0 };
                        cells.entry((layout.writes[0].written(), place)).or_insert((0, form)).0 += date.cells;
                    }
                }
            }
        }
        // Of two that as many are written in, the first: that with leading zeros.
        let (count, form) = cells.into_values().rev().max_by_key(|(count, _)| *count)?;
        Some(Form { cells: count, ..form })
    }

    /// A date in this form, and how surely it is that one.
    fn rewrite(&self, date: &Dated<'_>, orders: &Orders, years: &Span) -> Option<(String, f64)> {
        // With the same separator, the same order: what it is does not matter, and the other one is another mistake.
        let (layout, seconds, sure) = if self.layout.order != Order::Told && date.separator() == self.layout.separator {
            let (layout, seconds) = date.readings.iter().find(|(layout, _)| layout.order == self.layout.order)?;
            (*layout, *seconds, 1.0)
        } else {
            orders.read(date)?
        };
        let sure = if self.layout.order != Order::Told && date.separator() != self.layout.separator {
            sure * orders.of(self.layout.separator)?.1
        } else {
            sure
        };
        if !is_consistent(date.text, layout, seconds) {
            return None;
        }
        let seconds = if layout.short_year && !self.layout.short_year && years.centuries {
            // A century of 36,525 days is that of the calendar between 1901 and 2100.
            let both = [seconds, seconds - SECONDS_OF_CENTURY]
                .map(|seconds| years.holds(seconds, SAME_CENTURY).then_some(seconds));
            match both {
                [Some(seconds), None] | [None, Some(seconds)] => seconds,
                _ => return None,
            }
        } else {
            seconds
        };
        if !years.holds(seconds, NEAR) {
            return None;
        }
        if layout.has_time() != self.layout.has_time() && seconds % SECONDS_OF_DAY != 0.0 {
            return None;
        }
        Some((self.write(seconds)?, sure))
    }

    fn write(&self, seconds: f64) -> Option<String> {
        self.layout.write(self.format, seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    const ISO: [&str; 3] = ["2020-01-31", "2019-07-04", "2021-11-20"];

    fn among(common: &[&'static str], odd: &[&'static str]) -> Vec<String> {
        let cells: Vec<(&str, u64)> =
            common.iter().map(|text| (*text, 20)).chain(odd.iter().map(|odd| (*odd, 1))).collect();
        changes_in(&DATES, &cells)
    }

    #[test]
    fn other_forms_are_written_in_that_of_the_column() {
        for (odd, new) in [
            ("31/01/2020", "2020-01-31"),
            ("1/31/2020", "2020-01-31"),
            ("31.1.2020", "2020-01-31"),
            ("31/01/20", "2020-01-31"),
            ("3 Jan 2020", "2020-01-03"),
            ("January 3, 2020", "2020-01-03"),
            ("3rd January 2020", "2020-01-03"),
            ("20200103", "2020-01-03"),
            ("2020/1/3", "2020-01-03"),
            ("2020-1-3", "2020-01-03"),
            ("2020-01-03 00:00:00", "2020-01-03"),
            ("43831", "2020-01-01"),
        ] {
            assert_eq!(among(&ISO, &[odd]), [format!("{odd} -> {new}")]);
        }
        let german = ["31.01.2020", "04.07.2019", "20.11.2021"];
        assert_eq!(among(&german, &["2020-02-03", "3.2.2020"]), ["2020-02-03 -> 03.02.2020", "3.2.2020 -> 03.02.2020"]);
        let times = ["2020-01-31 10:30", "2019-07-04 00:15", "2021-11-20 23:59"];
        assert_eq!(among(&times, &["1/31/2020 7:10 PM"]), ["1/31/2020 7:10 PM -> 2020-01-31 19:10"]);
    }

    #[test]
    fn what_is_in_doubt_stays() {
        for odd in [
            "03/04/2020",
            "1987-02",
            "2020-13-31",
            "2020-01-3",
            "4202-01-03",
            "31/31/2020",
            "2020-01-03 10:30:00",
            "12345",
            "19370103x",
            "soon",
        ] {
            assert_eq!(among(&ISO, &[odd]), [""; 0], "{odd}");
        }
    }

    #[test]
    fn the_day_is_read_as_in_dates_that_can_only_be_read_in_one_way() {
        let odd = ["03/04/2020", "31/01/2020", "14/02/2020", "05.06.2020"];
        let changes = ["03/04/2020 -> 2020-04-03", "14/02/2020 -> 2020-02-14", "31/01/2020 -> 2020-01-31"];
        assert_eq!(among(&ISO, &odd), changes);
        let cells = [("2020-01-31", 60), ("03/04/2020", 1), ("31/01/2020", 2), ("14/02/2020", 1), ("2/14/2020", 1)];
        let found = find_in(&DATES, &cells).unwrap();
        assert_eq!(found.changes["03/04/2020"].agreement, 61.0 / 67.0 * (4.0 / 6.0));
        assert_eq!(found.changes["2/14/2020"].agreement, 61.0 / 67.0);
    }

    #[test]
    fn dates_of_the_same_separator_keep_their_order() {
        let american = ["01/31/2020", "07/04/2019", "11/20/2021"];
        assert_eq!(
            among(&american, &["3/4/2020", "31/01/2020", "3/4/20"]),
            ["3/4/20 -> 03/04/2020", "3/4/2020 -> 03/04/2020"]
        );
    }

    #[test]
    fn a_century_that_both_may_be_stays() {
        let births = ["1905-01-31", "1960-07-04", "2015-11-20"];
        assert_eq!(among(&births, &["31/01/12", "31/01/45"]), ["31/01/45 -> 1945-01-31"]);
    }

    #[test]
    fn columns_of_one_form_and_of_several_stay() {
        assert_eq!(among(&["1/31/20", "7/4/19", "11/20/21"], &[]), [""; 0]);
        assert_eq!(changes_in(&DATES, &[("2020-01-31", 20), ("31/01/2020", 20)]), [""; 0]);
        assert_eq!(changes_in(&DATES, &[("43831", 20), ("20500", 20), ("90210", 20)]), [""; 0]);
        assert_eq!(changes_in(&DATES, &[("12.5", 20), ("1.2.3", 20)]), [""; 0]);
    }
}
