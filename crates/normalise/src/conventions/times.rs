//! Times of day in other forms than that of the column.

mod clock;

use std::collections::BTreeMap;

use self::clock::{Clock, FORMS, Form, read};
use super::{Convention, Find, Finding, Values};
use crate::traits::Traits;

/// Where most values are times of day in one form (`7:10 a.m.`, `7:10 AM`, `07:10`), times in other forms are written in
/// that one: `18:55`, `12/02/2011 6:55 a.m.`, `6:55aDec 1`, `6:55 a.m. (estimated)`.
///
/// Only the time of a value is kept, so it must be the only one in it. What does not say whether it is before noon or
/// after (`6:55` among times with a.m. and p.m.) stays, and so do times with seconds.
pub(super) const TIMES: Convention = Convention {
    name: "times",
    summary: "times of day are written in the form of the column",
    probability: 0.9,
    find: Find::InColumn(find),
};

/// The share of the values in one form that makes it that of the column.
const MOST: f64 = 0.75;

fn find(values: &Values<'_>) -> Option<Finding> {
    // Few columns have a value that is in any form, and need not be asked for each.
    if !values.any(Traits::COLON) || !values.mostly(MOST, Form::is_of_one) {
        return None;
    }
    let of_form = FORMS.map(|form| values.count(|text| form.is_written(text)));
    // Of two forms that the same values are in, the first.
    let (form, cells) = FORMS.into_iter().zip(of_form).rev().max_by_key(|(_, cells)| *cells)?;
    if (cells as f64) < MOST * values.present as f64 {
        return None;
    }
    let mut changes = BTreeMap::new();
    for text in values.cells.keys().filter(|text| !form.is_written(text)) {
        let written = read(text, form.clock).map(|minutes| form.write(minutes));
        if let Some(written) = written.filter(|written| written != text) {
            changes.insert(text.clone(), Some(written));
        }
    }
    let example = form.write(match form.clock {
        Clock::Halves => 7 * 60 + 10,
        Clock::Whole => 19 * 60 + 10,
    });
    Finding::written(format!("{cells} of {} values are times written as `{example}` is", values.present), changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::changes_in;

    const COMMON: [(&str, u64); 2] = [("7:10 a.m.", 40), ("10:30 p.m.", 40)];

    fn becomes(odd: &str) -> Option<String> {
        let cells: Vec<_> = COMMON.into_iter().chain([(odd, 1)]).collect();
        changes_in(&TIMES, &cells).pop()
    }

    #[test]
    fn other_forms_are_written_in_that_of_the_column() {
        for (odd, time) in [
            ("12/02/2011 6:55 a.m.", "6:55 a.m."),
            ("6:55aDec 1", "6:55 a.m."),
            ("Dec 02 - 6:55a", "6:55 a.m."),
            ("6:55P 12-02-11", "6:55 p.m."),
            ("18:55", "6:55 p.m."),
            ("Thu  00:05", "12:05 a.m."),
            ("12:00noon", "12:00 p.m."),
            ("6:55 a.m. (Estimated runway)", "6:55 a.m."),
            ("6:55 PM (+0:10)", "6:55 p.m."),
        ] {
            assert_eq!(becomes(odd), Some(format!("{odd} -> {time}")));
        }
    }

    #[test]
    fn whatever_a_form_writes_may_be_in_one() {
        for form in FORMS {
            assert!((0..24 * 60).all(|minutes| Form::is_of_one(&form.write(minutes))));
        }
        assert!(["", ":", "1", "100:10", "at 6:55", "2020-01-31"].iter().all(|text| !Form::is_of_one(text)));
    }

    #[test]
    fn what_is_in_doubt_stays() {
        for odd in [
            "6:55",
            "6:55 a.m. or 7:10 a.m.",
            "6:55:30 a.m.",
            "00:23.9",
            "14:23.9",
            "26:10",
            "13:10 p.m.",
            "late",
            "6:55 april",
        ] {
            assert_eq!(becomes(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_form_of_the_column_may_be_that_of_a_whole_day() {
        let cells = [("07:10", 40), ("18:30", 40), ("7:20 p.m.", 1), ("Thu 10:15", 1), ("9:15", 1)];
        assert_eq!(changes_in(&TIMES, &cells), ["7:20 p.m. -> 19:20", "Thu 10:15 -> 10:15"]);
    }

    #[test]
    fn a_column_of_several_forms_stays() {
        assert_eq!(changes_in(&TIMES, &[("7:10 a.m.", 40), ("18:30", 30)]), [""; 0]);
    }
}
