//! Values that somebody writes who has none: -1, 999, 11111111, 1900-01-01, xxx.

use std::collections::BTreeMap;

use super::{Change, Convention, Find, Finding, Values, Written, dates};
use crate::agreement::agreement;
use crate::plain_number::is_number;

/// Values that stand for a missing one are missing: the only negative number, and nines or ones far above all others; one
/// digit all along among codes; the first day of a calendar long before all other dates; words such as `xxx`.
///
/// Such a value must be in several cells, and stand out from all others of its column. A repair may fill its cell; what none
/// fills is left as written.
pub(super) const DISGUISED: Convention = Convention {
    name: "disguised",
    summary: "values that stand for a missing one (-1, 999, 1900-01-01) are missing",
    probability: 0.9,
    find: Find::InColumn(find),
};

/// The cells that a value must be in, and the share of the cells that it may be in.
const FEWEST: u64 = 3;
const MOST_SHARE: f64 = 0.25;
/// The share of the other values that must be of one kind, and how many of them must differ.
const OF_KIND: f64 = 0.95;
const DISTINCT: usize = 10;
/// A code is as usual as others unless it is so many times as frequent as one of them is in the mean.
const TIMES: f64 = 3.0;
/// Codes have digits from so many on.
const CODE: usize = 5;
/// Days at which calendars begin: 1900-01-01 and the two before it that spreadsheets know, 1901-01-01, 1970-01-01 and
/// 1753-01-01, in days since 1970-01-01.
const EPOCHS: [f64; 6] = [-25_567.0, -25_568.0, -25_569.0, -25_202.0, 0.0, -79_257.0];
const SECONDS_OF_DAY: f64 = 86_400.0;
const YEARS_BEFORE: f64 = 10.0;
/// What is typed for a word, in small letters, beside any number of `x`.
const FILLERS: [&str; 9] =
    ["asdf", "asdfgh", "dummy", "lorem ipsum", "placeholder", "qwerty", "tba", "tbd", "to be determined"];

fn find(values: &Values<'_>) -> Option<Finding> {
    let often = |cells: u64| cells >= FEWEST && cells as f64 <= MOST_SHARE * values.rows as f64;
    let suspects: BTreeMap<&str, u64> = values
        .cells
        .iter()
        .filter(|(text, cells)| often(**cells) && is_suspect(text))
        .map(|(text, &cells)| (text.as_str(), cells))
        .collect();
    if suspects.is_empty() {
        return None;
    }
    let others = Others::new(values, &suspects);
    let found: BTreeMap<&str, u64> =
        suspects.into_iter().filter(|&(text, cells)| others.is_alien(text, cells)).collect();
    let cells: u64 = found.values().sum();
    let shown: Vec<String> = found.keys().map(|text| format!("`{text}`")).collect();
    let evidence = format!(
        "{cells} of {} values are {}, which {} far from all others and is what is written for a missing value",
        values.present,
        shown.join(" or "),
        if found.len() == 1 { "stands" } else { "stand" }
    );
    let agreement = agreement(values.present - cells, cells);
    let changes = found.into_keys().map(|text| (text.to_owned(), Change { new: None, agreement }));
    let finding = Finding::weighed(evidence, changes.collect())?;
    Some(Finding { written: Written::AsRead, ..finding })
}

fn is_suspect(text: &str) -> bool {
    is_filler(text) || number(text).is_some_and(|number| number < 0.0) || one_digit(text).is_some() || is_epoch(text)
}

/// A number, if it is one that is written for a missing one: -1, and nines or ones, with a minus or not.
fn number(text: &str) -> Option<f64> {
    let whole = text.trim_end_matches('0').strip_suffix('.').unwrap_or(text);
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let of_one = digits.len() >= 2 && one_digit(digits).is_some_and(|digit| matches!(digit, '1' | '8' | '9'));
    (of_one || whole == "-1" || whole == "-9").then(|| whole.parse().ok())?
}

/// The digit of which a text is made, two times at least.
fn one_digit(text: &str) -> Option<char> {
    let digit = text.chars().next().filter(char::is_ascii_digit)?;
    (text.len() >= 2 && text.chars().all(|c| c == digit)).then_some(digit)
}

fn is_filler(text: &str) -> bool {
    let text = text.trim();
    if text.is_ascii() {
        let is_cross = |byte: u8| byte.eq_ignore_ascii_case(&b'x');
        return FILLERS.iter().any(|filler| filler.eq_ignore_ascii_case(text))
            || text.len() >= 3 && text.bytes().all(is_cross);
    }
    let word = text.to_lowercase();
    FILLERS.contains(&word.as_str()) || word.len() >= 3 && word.bytes().all(|byte| byte == b'x')
}

/// Whether a text is a day at which a calendar begins, or one of zeros.
fn is_epoch(text: &str) -> bool {
    let zeros = || {
        let mut digits = text.bytes().filter(u8::is_ascii_digit);
        digits.clone().all(|digit| digit == b'0') && digits.nth(5).is_some() && text.contains(['-', '/', '.'])
    };
    dates::moment(text).is_some_and(|seconds| EPOCHS.contains(&(seconds / SECONDS_OF_DAY))) || zeros()
}

/// The values of the column that are not in question.
struct Others {
    distinct: usize,
    /// The cells that one of them is in, in the mean.
    mean_cells: f64,
    /// The numbers among them in rising order, where they are numbers.
    numbers: Option<Vec<f64>>,
    /// The first of the dates among them and the last, in seconds, where they are dates.
    dates: Option<(f64, f64)>,
    /// The width of the codes, where they are codes of one width.
    width: Option<usize>,
    /// The share of them in which letters are.
    words: f64,
}

impl Others {
    fn new(values: &Values<'_>, suspects: &BTreeMap<&str, u64>) -> Self {
        let others = || values.cells.iter().filter(|(text, _)| !suspects.contains_key(text.as_str()));
        let all: u64 = others().map(|(_, cells)| cells).sum();
        let share = |test: &dyn Fn(&str) -> bool| {
            others().filter(|(text, _)| test(text)).map(|(_, cells)| cells).sum::<u64>() as f64 / all as f64
        };
        let distinct = others().count();
        let numbers = (share(&is_number) >= OF_KIND).then(|| {
            let mut numbers: Vec<f64> = others().filter_map(|(text, _)| text.parse().ok()).collect();
            numbers.sort_by(f64::total_cmp);
            numbers
        });
        let is_date = |text: &str| dates::moment(text).is_some();
        let dates = (numbers.is_none() && share(&is_date) >= OF_KIND).then(|| {
            let moments = others().filter_map(|(text, _)| dates::moment(text));
            moments
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), moment| (first.min(moment), last.max(moment)))
        });
        let is_code = |text: &str, width: usize| text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
        let longest = others().map(|(text, _)| text.len()).max().unwrap_or_default();
        let width = (longest >= CODE && share(&|text| is_code(text, longest)) >= OF_KIND).then_some(longest);
        let words = share(&|text| text.chars().any(char::is_alphabetic));
        Others { distinct, mean_cells: all as f64 / distinct.max(1) as f64, numbers, dates, width, words }
    }

    /// Whether a value in so many cells is none of the others' kind.
    fn is_alien(&self, text: &str, cells: u64) -> bool {
        let frequent = cells as f64 >= TIMES * self.mean_cells;
        if self.distinct < DISTINCT {
            return false;
        }
        if is_filler(text) {
            return self.words >= OF_KIND || self.numbers.is_some() || self.dates.is_some();
        }
        if is_epoch(text) {
            return self.dates.is_some_and(|dates| is_long_before(text, dates));
        }
        if self.width == Some(text.len()) {
            return frequent && one_digit(text).is_some_and(|digit| "019".contains(digit) || text.len() > CODE + 1);
        }
        let (Some(numbers), Some(number)) = (&self.numbers, number(text)) else { return false };
        let (Some(&least), Some(&most)) = (numbers.first(), numbers.last()) else { return false };
        let middle = numbers[numbers.len() / 2];
        if number < 0.0 {
            least >= 0.0 && (frequent || -number > most)
        } else {
            number > most + (most - middle) && most > middle
        }
    }
}

/// Whether a day is at least ten years before the first of the dates, and a quarter of the time in which these are.
fn is_long_before(text: &str, (first, last): (f64, f64)) -> bool {
    let Some(seconds) = dates::moment(text) else { return true };
    let gap = first - seconds;
    gap >= YEARS_BEFORE * 365.25 * SECONDS_OF_DAY && gap >= (last - first) / 4.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    /// What becomes of a value in four cells among these.
    fn is_missing(common: &[&str], odd: &str) -> bool {
        let cells: Vec<(&str, u64)> = common.iter().map(|text| (*text, 1)).chain([(odd, 4)]).collect();
        !changes_in(&DISGUISED, &cells).is_empty()
    }

    const AGES: [&str; 16] =
        ["18", "22", "25", "31", "34", "36", "40", "41", "47", "52", "55", "60", "66", "71", "80", "90"];
    const CODES: [&str; 14] = [
        "90210", "10001", "60614", "30301", "73301", "02134", "94105", "98101", "20500", "33101", "48201", "80202",
        "85001", "19103",
    ];

    #[test]
    fn numbers_that_stand_out_are_missing() {
        for odd in ["-1", "-1.0", "999", "-999", "9999", "11111111", "xxx"] {
            assert!(is_missing(&AGES, odd), "{odd}");
        }
        for odd in ["99", "100", "-2", "11", "88", "0"] {
            assert!(!is_missing(&AGES, odd), "{odd}");
        }
        let changes = ["-5", "-2", "3", "4", "6", "-7", "8", "9", "12", "14", "20"];
        assert!(!is_missing(&changes, "-1"));
        assert!(!is_missing(&["0", "1"], "-1"));
    }

    #[test]
    fn what_is_far_from_all_others_needs_not_be_frequent() {
        let cells = |odd| AGES.iter().map(|age| (*age, 5)).chain([(odd, 4)]).collect::<Vec<(&str, u64)>>();
        assert_eq!(changes_in(&DISGUISED, &cells("-999")), ["-999 -> missing"]);
        assert_eq!(changes_in(&DISGUISED, &cells("-1")), [""; 0]);
    }

    #[test]
    fn codes_of_one_digit_are_missing() {
        for (odd, missing) in [("99999", true), ("00000", true), ("11111", true), ("44444", false), ("90001", false)] {
            assert_eq!(is_missing(&CODES, odd), missing, "{odd}");
        }
        let cells: Vec<(&str, u64)> = CODES.iter().map(|code| (*code, 3)).chain([("99999", 4)]).collect();
        assert_eq!(changes_in(&DISGUISED, &cells), [""; 0], "no more frequent than others");
    }

    #[test]
    fn days_at_which_calendars_begin_are_missing() {
        let dates: Vec<String> = (10..28).map(|day| format!("2019-07-{day}")).collect();
        let dates: Vec<&str> = dates.iter().map(String::as_str).collect();
        for odd in ["1900-01-01", "1970-01-01", "0000-00-00", "01/01/1900"] {
            assert!(is_missing(&dates, odd), "{odd}");
        }
        assert!(!is_missing(&dates, "2019-01-01") && !is_missing(&dates, "9999-12-31"));
        let births: Vec<String> =
            (0..18).map(|year| format!("19{}-07-04", 15 + 5 * year)).filter(|text| text.len() == 10).collect();
        let births: Vec<&str> = births.iter().map(String::as_str).collect();
        assert!(!is_missing(&births, "1970-01-01"));
    }

    #[test]
    fn words_that_fill_a_cell_are_missing() {
        let names = ["Ada", "Bo", "Cy", "Di", "Eli", "Fay", "Gus", "Hal", "Ida", "Jo", "Kim", "Lee"];
        assert!(is_missing(&names, "xxx") && is_missing(&names, "TBD"));
        assert!(!is_missing(&names, "Max") && !is_missing(&["S", "M", "L", "XL", "XXL"], "XXX"));
    }

    #[test]
    fn they_stay_as_they_are_written_where_nothing_fills_them() {
        let cells: Vec<(&str, u64)> = AGES.iter().map(|age| (*age, 2)).chain([("999", 4)]).collect();
        let found = find_in(&DISGUISED, &cells).unwrap();
        assert_eq!((found.written, found.changes["999"].agreement), (Written::AsRead, 33.0 / 38.0));
    }

    #[test]
    fn what_is_seldom_or_most_of_a_column_stays() {
        let with = |count| AGES.iter().map(|age| (*age, 1)).chain([("999", count)]).collect::<Vec<(&str, u64)>>();
        assert_eq!(changes_in(&DISGUISED, &with(2)), [""; 0]);
        assert_eq!(changes_in(&DISGUISED, &with(40)), [""; 0]);
    }
}
