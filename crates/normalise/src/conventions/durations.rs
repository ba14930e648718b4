//! Spans of time in other forms than that of the column.

mod spans;

use std::collections::BTreeMap;

use self::spans::{Form, Read, read};
use super::{Change, Convention, Find, Finding, Values};
use crate::agreement::agreement;

/// Where most values are spans of time in one form (`90 min`, `1:30`, `1 h 30 min`, `PT1H30M`), spans in other forms are
/// written in that one.
///
/// A bare number is of the unit that the column writes, if it is of one size with its spans. `1:30` may be hours and minutes or
/// minutes and seconds: only one of the two may be of one size with the others.
pub(super) const DURATIONS: Convention = Convention {
    name: "durations",
    summary: "spans of time are written in the form of the column",
    probability: 0.95,
    find: Find::InColumn(find),
};

/// The share of the values that must be spans of time, and of these in one form.
const SPANS: f64 = 0.9;
const MOST: f64 = 0.6;
/// No span of time takes more characters.
const LONGEST: usize = 24;
/// Spans are of one size that are at most so many times as long as the longest of the middle nine tenths, or as short.
const ONE_SIZE: f64 = 2.0;

fn find(values: &Values<'_>) -> Option<Finding> {
    let may_be = |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || c == 'P') && text.len() <= LONGEST;
    if !values.mostly(SPANS, may_be) {
        return None;
    }
    let mut spans: Vec<(&str, u64, Read)> = Vec::new();
    let mut all = values.present;
    for (text, &cells) in values.cells {
        match read(text) {
            Some(read) => spans.push((text, cells, read)),
            None => all -= cells,
        }
        if !values.are(all, SPANS) {
            return None;
        }
    }
    let mut forms: BTreeMap<&Form, u64> = BTreeMap::new();
    spans.iter().for_each(|(_, cells, read)| *forms.entry(&read.form).or_default() += cells);
    // Of two that are as frequent, the first.
    let (&form, &most) = forms.iter().rev().max_by_key(|(_, cells)| **cells)?;
    if *form == Form::Bare || (most as f64) < MOST * all as f64 || forms.len() == 1 {
        return None;
    }
    // What has one digit before the colon has no zero there, and the others may have.
    let with_zero = values.count(|text| text.starts_with('0') && text.find(':') == Some(2));
    let digits = if with_zero > values.count(|text| text.find(':') == Some(1)) { 2 } else { 1 };
    let (least, longest) = sizes(&spans, form);
    let of_one_size = |seconds: f64| (least / ONE_SIZE..=longest * ONE_SIZE).contains(&seconds);
    let agreement = agreement(most, all - most);
    let mut changes = BTreeMap::new();
    for (text, _, read) in spans.iter().filter(|(_, _, read)| read.form != *form) {
        let readings = match read.form {
            Form::Bare => form.of_bare(read.number).into_iter().collect(),
            _ => read.seconds(form),
        };
        let fit: Vec<f64> = readings.iter().copied().filter(|&seconds| of_one_size(seconds)).collect();
        // What can only be meant in one way needs not be of one size with the others.
        let seconds = match (&readings[..], &fit[..], &read.form) {
            ([only], [], form) if *form != Form::Bare => *only,
            (_, [only], _) => *only,
            _ => continue,
        };
        if let Some(new) = form.write(seconds, digits) {
            changes.insert((*text).to_owned(), Change { new: Some(new), agreement });
        }
    }
    let example = form.write(90.0 * 60.0, digits).unwrap_or_default();
    Finding::weighed(
        format!("{most} of {} values are spans of time written as `{example}` is", values.present),
        changes,
    )
}

/// The shortest and the longest of the middle nine tenths of the spans in a form, in seconds.
fn sizes(spans: &[(&str, u64, Read)], form: &Form) -> (f64, f64) {
    let own = spans.iter().filter(|(_, _, read)| read.form == *form);
    let mut seconds: Vec<(f64, u64)> =
        own.filter_map(|(_, cells, read)| Some((*read.seconds(form).first()?, *cells))).collect();
    seconds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: u64 = seconds.iter().map(|(_, cells)| cells).sum();
    let at = |share: f64| {
        let mut below = 0;
        let found = seconds.iter().find(|(_, cells)| {
            below += cells;
            below as f64 >= share * all as f64
        });
        found.map_or(0.0, |(seconds, _)| *seconds)
    };
    (at(0.05), at(0.95))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventions::{changes_in, find_in};

    fn among(common: &[&'static str], odd: &str) -> Option<String> {
        let cells: Vec<(&str, u64)> = common.iter().map(|text| (*text, 20)).chain([(odd, 1)]).collect();
        find_in(&DURATIONS, &cells)?.changes.get(odd)?.new.clone()
    }

    #[test]
    fn spans_are_written_in_the_form_of_the_column() {
        let (minutes, clock) = (["90 min", "45 min", "120 min"], ["1:30", "0:45", "2:10"]);
        let (words, iso) = (["1 h 30 min", "2 h 5 min", "1 h 10 min"], ["PT1H30M", "PT2H5M", "PT45M"]);
        for (common, odd, new) in [
            (&minutes, "1:30", "90 min"),
            (&minutes, "1 h 30 min", "90 min"),
            (&minutes, "1h30", "90 min"),
            (&minutes, "PT1H30M", "90 min"),
            (&minutes, "1.5 h", "90 min"),
            (&minutes, "60", "60 min"),
            (&minutes, "60 minutes", "60 min"),
            (&clock, "90 min", "1:30"),
            (&clock, "PT45M", "0:45"),
            (&clock, "1 h 5 min", "1:05"),
            (&words, "90 min", "1 h 30 min"),
            (&words, "2:05", "2 h 5 min"),
            (&["01:30", "00:45", "12:10"], "90 min", "01:30"),
            (&iso, "90 min", "PT1H30M"),
            (&iso, "2 h", "PT2H"),
        ] {
            assert_eq!(among(common, odd).as_deref(), Some(new), "{odd}");
        }
    }

    #[test]
    fn what_is_in_doubt_stays() {
        let (minutes, clock) = (["90 min", "45 min", "120 min"], ["1:30", "0:45", "2:10"]);
        for odd in ["6000", "soon", "1:90", "PT", "5 kg", "1-2 h"] {
            assert_eq!(among(&minutes, odd), None, "{odd}");
        }
        assert_eq!(among(&["2 min", "30 min", "90 min"], "1:30"), None, "hours or minutes");
        for odd in ["90", "1:30:15", "90 s"] {
            assert_eq!(among(&clock, odd), None, "{odd}");
        }
    }

    #[test]
    fn other_columns_stay() {
        for cells in [
            &[("12", 20), ("14", 30), ("90 min", 4)][..],
            &[("1:30", 20), ("0:45", 30), ("07:00", 4), ("10:00", 30)],
            &[("90 min", 20), ("1:30", 20)],
            &[("5 kg", 20), ("7 kg", 20), ("90", 2)],
        ] {
            assert_eq!(changes_in(&DURATIONS, cells), [""; 0], "{cells:?}");
        }
    }
}
