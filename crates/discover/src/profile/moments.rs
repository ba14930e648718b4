//! Columns of dates and times of day, and the format that most values are written in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use lustrate_values::{ColumnType, Format, Moment};

use super::found::{Found, Reading, is_most};
use super::shapes::{Class, Run, runs};
use super::values::{Value, cells, sample};
use super::{ColumnKind, DayOrder};

/// Shorter and longer texts are no dates or times.
const SHORTEST: usize = 3;
const LONGEST: usize = 40;
/// A date has fewer runs of digits, letters and signs than these.
const RUNS: usize = 16;
/// Formats are chosen on a sample, of the commonest ways in which they are put together,
const SKELETONS: usize = 4;
/// of each of which so many values say what formats there may be.
const EXAMPLES: usize = 12;
/// A second format reads this share of the cells.
const SECOND: f64 = 0.01;
/// One order of day and month reads this share of the cells more than the other, or the values do not tell.
const TELLING: f64 = 0.01;
/// The formats of a column.
const FORMATS: usize = 3;
/// Most dates that are written without a sign between their parts are of these years.
const YEARS: (f64, f64) = (-25_567.0, 47_482.0);

/// How days are written; `/` stands for the signs `-`, `/` and `.` too.
const DATES: [&str; 8] =
    ["%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%d/%b/%Y", "%d/%b/%y", "%y/%m/%d"];
/// How days are written in words.
const WORDS: [&str; 15] = [
    "%d %b %Y",
    "%d %B %Y",
    "%d. %b %Y",
    "%d. %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%a %d %b %Y",
    "%a, %d %b %Y",
    "%a %b %d %Y",
    "%A, %B %d, %Y",
    "%A, %d %B %Y",
    "%d %b %y",
    "%Y %b %d",
];
const TIMES: [&str; 7] = ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%I:%M:%S%p"];

/// A format, and the cells of a sample that it reads and those that are written exactly so.
struct Candidate {
    format: Format,
    column_type: ColumnType,
    read: u64,
    exact: u64,
}

/// What the dates or times of a column are; `None` where they are too few.
pub(super) fn moments(values: &[Value<'_>]) -> Option<Found> {
    let sample = sample(values);
    let skeletons = skeletons(&sample)?;
    let found = [Moment::Date, Moment::DateTime, Moment::Time]
        .into_iter()
        .find_map(|moment| of_formats(moment, formats_that_read(moment, &skeletons), &sample, values));
    found.or_else(|| halves_with_points(values))
}

fn of_formats(moment: Moment, formats: Vec<Format>, sample: &[Value<'_>], values: &[Value<'_>]) -> Option<Found> {
    let candidates: Vec<Candidate> = formats.into_iter().map(|format| Candidate::new(moment, format, sample)).collect();
    // Of those that read as much, the one that most cells are written in; then the first.
    let best = candidates.iter().rev().max_by_key(|candidate| (candidate.read, candidate.exact))?;
    let others = others(best, &candidates, sample);
    let column_type = type_of(moment, best.format.clone(), others.clone());
    let read = |value: &Value<'_>| match number(&column_type, value.text) {
        Some(number) => Reading::Number(number),
        None => Reading::Unread,
    };
    let readings: Vec<Reading> = values.iter().map(read).collect();
    let order = day_order(best, &candidates, cells(sample));
    let found = Found::new(ColumnKind::Moment { moment, format: Some(best.format.clone()), others, order }, readings);
    if !is_most(found.read(values), cells(values)) || (is_bare(&best.format) && !are_recent(&found.numbers(values))) {
        return None;
    }
    let is_sure = order == DayOrder::Known && !may_be_span(moment, &best.format, &found.numbers(values));
    Some(if is_sure { found.declared(column_type, values) } else { found })
}

impl Candidate {
    fn new(moment: Moment, format: Format, sample: &[Value<'_>]) -> Candidate {
        let column_type = type_of(moment, format.clone(), Vec::new());
        let (mut read, mut exact) = (0, 0);
        for value in sample.iter().filter(|value| may_be(value.text)) {
            if let Some(reading) = column_type.read(value.text) {
                read += value.cells;
                exact += if reading.canonical.is_none() { value.cells } else { 0 };
            }
        }
        Candidate { format, column_type, read, exact }
    }
}

/// Whether the values tell day and month apart: whether the other order reads clearly fewer of them.
fn day_order(best: &Candidate, candidates: &[Candidate], whole: u64) -> DayOrder {
    let Some(swapped) = swapped(best.format.written()) else { return DayOrder::Known };
    let reversed = candidates.iter().filter(|other| plain(other.format.written()) == swapped);
    let read = reversed.map(|other| other.read).max().unwrap_or_default();
    let clearly = (TELLING * whole as f64).max(2.0);
    if ((best.read - read) as f64) < clearly { DayOrder::Unknown } else { DayOrder::Known }
}

/// The formats of what the best leaves unread, each of a share of the cells.
fn others(best: &Candidate, candidates: &[Candidate], sample: &[Value<'_>]) -> Vec<Format> {
    let whole = cells(sample) as f64;
    let mut chosen: Vec<&Candidate> = vec![best];
    while chosen.len() < FORMATS {
        let unread = |value: &&Value<'_>| chosen.iter().all(|one| number(&one.column_type, value.text).is_none());
        let left: Vec<&Value<'_>> = sample.iter().filter(unread).collect();
        let reads = |candidate: &Candidate| -> (u64, u64) {
            let read = left.iter().filter(|value| may_be(value.text));
            let read = read.filter_map(|value| Some((value.cells, candidate.column_type.read(value.text)?)));
            read.fold((0, 0), |(all, exact), (cells, read)| {
                (all + cells, exact + if read.canonical.is_none() { cells } else { 0 })
            })
        };
        let next = candidates.iter().rev().map(|candidate| (reads(candidate), candidate)).max_by_key(|(read, _)| *read);
        match next {
            Some(((read, _), candidate)) if read as f64 >= SECOND * whole && read > 1 => chosen.push(candidate),
            _ => break,
        }
    }
    chosen[1..].iter().map(|candidate| candidate.format.clone()).collect()
}

/// Times as `7:10 a.m.`, which no format writes: they are read, and nothing is declared.
fn halves_with_points(values: &[Value<'_>]) -> Option<Found> {
    let column_type = type_of(Moment::Time, Format::new(Moment::Time, "%I:%M %p").ok()?, Vec::new());
    let read = |value: &Value<'_>| {
        let end = value.text.len().checked_sub(4).filter(|_| value.text.len() <= LONGEST)?;
        let (time, half) = value.text.split_at_checked(end)?;
        let half = match half.to_ascii_lowercase().as_str() {
            "a.m." => "AM",
            "p.m." => "PM",
            _ => return None,
        };
        number(&column_type, &format!("{} {half}", time.trim_end()))
    };
    let readings = values.iter().map(|value| read(value).map_or(Reading::Unread, Reading::Number)).collect();
    let order = DayOrder::Known;
    let kind = ColumnKind::Moment { moment: Moment::Time, format: None, others: Vec::new(), order };
    let found = Found::new(kind, readings);
    is_most(found.read(values), cells(values)).then_some(found)
}

fn type_of(moment: Moment, format: Format, accept: Vec<Format>) -> ColumnType {
    match moment {
        Moment::Date => ColumnType::Date { format, accept },
        Moment::Time => ColumnType::Time { format, accept },
        Moment::DateTime => ColumnType::DateTime { format, accept },
    }
}

fn number(column_type: &ColumnType, text: &str) -> Option<f64> {
    may_be(text).then(|| column_type.read(text)?.number).flatten()
}

/// Whether a text could be a date or a time at all.
fn may_be(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len()) && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The commonest ways in which values that could be dates or times are put together, by examples of each; `None` where
/// most values could not.
fn skeletons<'a>(values: &[Value<'a>]) -> Option<Vec<Vec<&'a str>>> {
    let mut found: BTreeMap<Vec<Class>, (u64, Vec<&str>)> = BTreeMap::new();
    let mut all = 0;
    for value in values.iter().filter(|value| may_be(value.text)) {
        let runs = runs(value.text, RUNS);
        if runs.len() > RUNS || !has_parts(&runs) {
            continue;
        }
        all += value.cells;
        let class =
            |run: &Run| if matches!(run.class, Class::Capital | Class::Small) { Class::Letter } else { run.class };
        let mut classes: Vec<Class> = runs.iter().map(class).collect();
        classes.dedup();
        let (cells, examples) = found.entry(classes).or_default();
        *cells += value.cells;
        if examples.len() < EXAMPLES {
            examples.push(value.text);
        }
    }
    if 2 * all < cells(values) {
        return None;
    }
    let mut found: Vec<(u64, Vec<&str>)> = found.into_values().collect();
    found.sort_by_key(|(cells, _)| std::cmp::Reverse(*cells));
    Some(found.into_iter().take(SKELETONS).map(|(_, examples)| examples).collect())
}

/// Whether there are two numbers in a text, or one of eight digits.
fn has_parts(runs: &[Run]) -> bool {
    let digits = |run: &&Run| run.class == Class::Digit;
    match runs {
        [only] => only.class == Class::Digit && only.length == 8,
        // A decimal number.
        [Run { class: Class::Digit, .. }, Run { class: Class::Other('.'), .. }, Run { class: Class::Digit, .. }] => {
            false
        }
        _ => runs.iter().filter(digits).count() >= 2,
    }
}

/// The formats that read one of the examples.
fn formats_that_read(moment: Moment, skeletons: &[Vec<&str>]) -> Vec<Format> {
    static DAYS: LazyLock<Vec<Format>> = LazyLock::new(|| formats(Moment::Date, day_formats()));
    static CLOCKS: LazyLock<Vec<Format>> = LazyLock::new(|| formats(Moment::Time, TIMES.map(str::to_owned).to_vec()));
    let reads = |moment: Moment, formats: &[Format], texts: &[&str]| -> Vec<Format> {
        let reads = |format: &&Format| {
            let column_type = type_of(moment, (*format).clone(), Vec::new());
            texts.iter().any(|text| number(&column_type, text).is_some())
        };
        formats.iter().filter(reads).cloned().collect()
    };
    let texts: Vec<&str> = skeletons.iter().flatten().copied().collect();
    match moment {
        Moment::Date => reads(moment, &DAYS, &texts),
        Moment::Time => reads(moment, &CLOCKS, &texts),
        Moment::DateTime => {
            // Far fewer formats of both are tried where days and times are looked at apart.
            let parts: Vec<(&str, &str, &str)> = texts.iter().filter_map(|text| day_and_time(text)).collect();
            let days = reads(Moment::Date, &DAYS, &parts.iter().map(|part| part.0).collect::<Vec<_>>());
            let clock = |part: &(&'_ str, &'_ str, &'_ str)| part.2.trim_end_matches('Z').len();
            let clocks: Vec<&str> = parts.iter().map(|part| &part.2[..clock(part)]).collect();
            let clocks = reads(Moment::Time, &CLOCKS, &clocks);
            let mut between: Vec<(&str, &str)> =
                parts.iter().map(|part| (part.1, if part.2.ends_with('Z') { "Z" } else { "" })).collect();
            between.sort_unstable();
            between.dedup();
            let both = days.iter().flat_map(|day| clocks.iter().map(move |clock| (day, clock)));
            both.flat_map(|(day, clock)| between.iter().map(move |(sign, end)| format!("{day}{sign}{clock}{end}")))
                .filter_map(|written| Format::new(moment, &written).ok())
                .collect()
        }
    }
}

/// A day, what stands behind it, and a time: parted before the hour.
fn day_and_time(text: &str) -> Option<(&str, &str, &str)> {
    let colon = text.find(':')?;
    let hour = text[..colon].rfind(|c: char| !c.is_ascii_digit())?;
    let sign = text[hour..].chars().next()?.len_utf8();
    let between = &text[hour..hour + sign];
    matches!(between, " " | "T").then(|| (&text[..hour], between, &text[hour + sign..]))
}

fn day_formats() -> Vec<String> {
    let signs = ['-', '/', '.'].into_iter();
    let in_numbers = signs.flat_map(|sign| DATES.map(|date| date.replace('/', &sign.to_string())));
    in_numbers.chain(WORDS.map(str::to_owned)).chain(["%Y%m%d".to_owned()]).collect()
}

/// Formats, each with zeros, then with none before the hour, then with small letters for the half of the day, then with no
/// zeros at all.
fn formats(moment: Moment, written: Vec<String>) -> Vec<Format> {
    let without = |written: &str, letters: &[&str]| {
        letters
            .iter()
            .fold(written.to_owned(), |written, letter| written.replace(&format!("%{letter}"), &format!("%-{letter}")))
    };
    let mut formats: Vec<Format> = Vec::new();
    for written in written {
        let small = written.replace("%p", "%P");
        let forms = [
            without(&written, &["H", "I"]),
            without(&small, &["H", "I"]),
            without(&written, &["d", "m", "H", "I"]),
            without(&written, &["d"]),
        ];
        for format in [written, small].into_iter().chain(forms).filter_map(|form| Format::new(moment, &form).ok()) {
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
    }
    formats
}

/// A format without regard to zeros.
fn plain(written: &str) -> String {
    written.replace("%-", "%")
}

/// A format with day and month in each other's place; `None` where it names the month.
fn swapped(written: &str) -> Option<String> {
    let plain = plain(written);
    let both = plain.contains("%d") && plain.contains("%m");
    both.then(|| plain.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m"))
}

/// Whether a format has no sign between its parts, so that other numbers read as well.
fn is_bare(format: &Format) -> bool {
    !format.written().contains(|c: char| !c.is_ascii_alphanumeric() && c != '%')
}

/// Whether times could be spans of time as well: on a clock of a whole day, none after noon.
fn may_be_span(moment: Moment, format: &Format, times: &[(f64, u64)]) -> bool {
    const NOON: f64 = 43_200.0;
    moment == Moment::Time && plain(format.written()).contains("%H") && times.iter().all(|(time, _)| *time < NOON)
}

/// Whether nearly all days are of the years from 1900 to 2100.
fn are_recent(days: &[(f64, u64)]) -> bool {
    let recent: u64 = days.iter().filter(|(day, _)| (YEARS.0..YEARS.1).contains(day)).map(|(_, cells)| cells).sum();
    let whole: u64 = days.iter().map(|(_, cells)| cells).sum();
    is_most(recent, whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::values::of;

    fn check(texts: &[&str], expected: Option<&str>) {
        let cells: Vec<_> = texts.iter().map(|text| (*text, 10)).collect();
        let found = moments(&of(&cells));
        assert_eq!(found.map(|found| found.kind.to_string()).as_deref(), expected);
    }

    fn declared(cells: &[(&str, u64)]) -> Option<ColumnType> {
        moments(&of(cells))?.column_type
    }

    #[test]
    fn the_format_of_most_values_is_found() {
        check(&["2020-01-31", "2020-02-01"], Some("date as %Y-%m-%d"));
        check(&["31/01/2020", "01/02/2020"], Some("date as %d/%m/%Y"));
        check(&["1/31/08", "11/1/09"], Some("date as %-m/%-d/%y"));
        check(&["3 Jan 2020", "14 Feb 2021"], Some("date as %-d %b %Y"));
        check(&["20200131", "20210228"], Some("date as %Y%m%d"));
        check(&["2020-01-31T10:00:05Z", "2020-02-01T23:00:00Z"], Some("date with a time as %Y-%m-%dT%H:%M:%SZ"));
        check(&["1/31/2020 7:05 PM", "12/1/2020 11:05 AM"], Some("date with a time as %-m/%-d/%Y %-I:%M %p"));
        check(&["07:10", "18:45"], Some("time of day as %H:%M"));
        check(&["7:10 am", "12:45 pm"], Some("time of day as %-I:%M %P"));
        check(&["7:10 a.m.", "12:45 p.m."], Some("time of day"));
    }

    #[test]
    fn what_only_looks_like_a_date_is_none() {
        check(&["2020-13-31", "2020-02-31"], None);
        check(&["10.0.0.1", "10.0.0.2"], None);
        check(&["12.5", "13.7"], None);
        check(&["1.12.3", "2.0.14"], None);
        check(&["83315512", "99283746", "20200101"], None);
        check(&["97:10", "18:95"], None);
        check(&["ab", ""], None);
    }

    #[test]
    fn dates_that_read_in_both_orders_are_declared_in_none() {
        check(&["01/02/2020", "03/04/2020"], Some("date as %d/%m/%Y, or day and month the other way round"));
        assert_eq!(declared(&[("01/02/2020", 40), ("03/04/2020", 40)]), None);
    }

    #[test]
    fn times_that_may_be_spans_are_not_declared() {
        assert!(declared(&[("07:10", 40), ("18:45", 40)]).is_some());
        assert_eq!(declared(&[("0:10:00", 40), ("2:45:10", 40)]), None);
    }

    #[test]
    fn a_second_format_is_accepted() {
        let found = declared(&[("2020-01-31", 60), ("2020-01-01", 40), ("31.12.2020", 4), ("oops", 1)]);
        let format = |written| Format::new(Moment::Date, written).unwrap();
        assert_eq!(found, Some(ColumnType::Date { format: format("%Y-%m-%d"), accept: vec![format("%d.%m.%Y")] }));
    }
}
