//! A person who knows the truth of rows, and one who is wrong at times.

use lustrate::{AttributeId, CellId, Label, LabelPlace, Labels, RowId, Said, Table};

/// The labels of all cells of these rows. `truth` has the columns of the table by place.
pub(crate) fn answers(truth: &Table, rows: &[RowId]) -> Labels {
    let cells = rows.iter().flat_map(|&row| truth.schema().ids().map(move |attribute| CellId { row, attribute }));
    let label = |(place, cell): (usize, CellId)| Label {
        cell,
        said: Said::Value(truth.text(cell).map(str::to_owned)),
        who: None,
        place: LabelPlace { file: "truth".to_owned(), line: place + 1 },
    };
    Labels { items: cells.enumerate().map(label).collect() }
}

/// The same with a share of the labels wrong: they say what the column reads in another row.
pub(crate) fn with_mistakes(mut labels: Labels, truth: &Table, share: f64, seed: u64) -> Labels {
    for (place, label) in labels.items.iter_mut().enumerate() {
        let draw = mixed(seed ^ mixed(place as u64));
        if (draw as f64 / u64::MAX as f64) < share {
            let attribute: AttributeId = label.cell.attribute;
            let other = |again: u64| {
                let row = RowId((mixed(draw ^ mixed(again)) % truth.rows() as u64) as u32);
                truth.text(CellId { row, attribute })
            };
            let right = truth.text(label.cell);
            // A column of one value has no other to be wrong with.
            if let Some(wrong) = (0..1_000).map(other).find(|other| *other != right) {
                label.said = Said::Value(wrong.map(str::to_owned));
            }
        }
    }
    labels
}

/// So many rows, drawn from a seed.
pub(crate) fn random_rows(rows: usize, count: usize, seed: u64) -> Vec<RowId> {
    let mut all: Vec<(u64, RowId)> =
        (0..rows as u32).map(|row| (mixed(seed << 32 ^ u64::from(row)), RowId(row))).collect();
    all.sort_unstable();
    all.into_iter().take(count).map(|(_, row)| row).collect()
}

/// SplitMix64 (Steele, Lea and Flood 2014).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
