//! Tables of reports for tests.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_diagnostic::Span;
use lustrate_rules::{Fusion, RuleOrigin, Strength};
use lustrate_table::{AttributeId, Column, Table};

use super::panel::{Panel, things};

/// Rows of source, flight and then of what is reported; an empty text is a missing value.
pub(super) fn table<Row: AsRef<[Text]>, Text: AsRef<str>>(rows: &[Row]) -> Table {
    let width = rows.first().map_or(0, |row| row.as_ref().len());
    let text = |row: usize, place: usize| Some(rows[row].as_ref()[place].as_ref()).filter(|text| !text.is_empty());
    let column = |place: usize| (0..rows.len()).map(|row| text(row, place)).collect::<Column>();
    Table::new((0..width).map(|place| (format!("c{place}"), column(place))).collect()).unwrap()
}

/// `source c0 entity c1`
pub(super) fn fusion(trust: &[(&str, f64)]) -> Fusion {
    Fusion {
        name: "fusion".into(),
        origin: RuleOrigin { file: "t.rules".into(), line: 1, span: Span::new(0, 1) },
        strength: Strength::Soft { log_weight: None },
        source: AttributeId(0),
        entity: vec![AttributeId(1)],
        trust: trust.iter().map(|&(name, trust)| (name.to_owned(), trust)).collect::<BTreeMap<_, _>>(),
    }
}

/// The panel of a table.
pub(super) fn panel(table: &Table) -> Panel {
    trusting(table, &[])
}

/// The same where some sources have a given accuracy.
pub(super) fn trusting(table: &Table, trust: &[(&str, f64)]) -> Panel {
    let fusion = fusion(trust);
    Panel::new(table, &fusion, table.schema().ids().collect(), &things(table, &fusion).1, &BTreeSet::new())
}

/// A number from 0 to 1 that looks random, and is the same for the same places (SplitMix64).
pub(crate) fn chance(places: [usize; 3]) -> f64 {
    let mix = |hash: u64, place: usize| {
        let mut mixed = hash.wrapping_add((place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    (places.into_iter().fold(0, mix) >> 11) as f64 / (1u64 << 53) as f64
}
