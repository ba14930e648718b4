//! The same of Parquet: by values, types and metadata.

use std::fs::File;
use std::path::Path;

use lustrate_audit::{Choice, Likeness, Mark, replay, undo};
use lustrate_io::{CsvOptions, Overwrite};
use polars::prelude::*;
use proptest::prelude::*;

use crate::round::{Proposal, Round, bytes, only};

/// Texts (missing and empty among them), whole numbers, floats, days, and lists that are no attribute.
fn frame(rows: &[(Option<String>, Option<i32>, Option<f64>)]) -> DataFrame {
    let lists: Vec<Series> = (0..rows.len()).map(|row| Series::new("".into(), vec![row as i64; row % 3])).collect();
    let texts: Vec<_> = rows.iter().map(|(text, _, _)| text.clone()).collect();
    let numbers: Vec<_> = rows.iter().map(|(_, number, _)| *number).collect();
    let floats: Vec<_> = rows.iter().map(|(_, _, float)| *float).collect();
    DataFrame::new_infer_height(vec![
        Column::new("text".into(), texts),
        Series::new("list".into(), lists).into(),
        Column::new("number".into(), &numbers).cast(&DataType::Int16).unwrap(),
        Column::new("float".into(), floats),
        Column::new("day".into(), &numbers).cast(&DataType::Date).unwrap(),
    ])
    .unwrap()
}

fn write_frame(frame: &DataFrame, path: &Path) {
    ParquetWriter::new(File::create(path).unwrap()).with_row_group_size(Some(3)).finish(&mut frame.clone()).unwrap();
}

fn read_frame(path: &Path) -> DataFrame {
    ParquetReader::new(File::open(path).unwrap()).finish().unwrap()
}

fn rows() -> impl Strategy<Value = Vec<(Option<String>, Option<i32>, Option<f64>)>> {
    let text = prop::sample::select(&[None, Some(""), Some("Rom"), Some("\"\""), Some("x y")][..]);
    let number = prop::option::of(-500_i32..500);
    let row = (text, number, prop::option::of(-1e3..1e3)).prop_map(|(text, n, f)| (text.map(str::to_owned), n, f));
    prop::collection::vec(row, 2..9)
}

fn proposal() -> impl Strategy<Value = Proposal> {
    let new = prop::sample::select(&[None, Some(""), Some("Rome"), Some("7"), Some("0.1"), Some("2024-01-31")][..]);
    let mark = prop_oneof![3 => Just(Mark::Apply), 1 => Just(Mark::Review)];
    (0_u32..20, 0_u32..20, new, mark).prop_map(|(row, column, new, mark)| Proposal {
        row,
        column,
        new: new.map(str::to_owned),
        mark,
    })
}

#[test]
fn a_value_that_the_type_of_a_column_cannot_hold_is_told_with_its_line() {
    let original = frame(&[(Some("x".into()), Some(1), Some(0.5)), (None, Some(2), None)]);
    let proposal = |column| Proposal { row: 0, column, new: Some("7".into()), mark: Mark::Apply };
    let proposals = [proposal(0), proposal(1), proposal(2)];
    let write = |path: &Path| write_frame(&original, path);
    let round = Round::new("d.parquet", write, &CsvOptions::default(), &proposals, &[], "csv").unwrap();
    let text = std::fs::read_to_string(&round.repairs).unwrap();
    let changed = text.replace("number,1,7,", "number,1,40000,").replace("float,0.5,7,", "float,0.5,half,");
    std::fs::write(&round.repairs, changed).unwrap();
    let refused = replay(&round.read_repairs(), &round.data, &Choice::default()).unwrap_err();
    let told: Vec<String> =
        refused.iter().map(|told| told.title.rsplit("r.csv`, ").next().unwrap().to_owned()).collect();
    let expected = [
        "line 4: column `number` cannot hold `40000`: the column holds whole numbers of 16 bits",
        "line 6: column `float` cannot hold `half`: the column holds numbers of 64 bits",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_empty_text_and_a_missing_one_are_taken_back_as_they_were() {
    let original = frame(&[(Some(String::new()), None, None), (None, Some(2), None)]);
    let proposals = [0, 1].map(|row| Proposal { row, column: 0, new: Some("Rome".into()), mark: Mark::Apply });
    for form in ["csv", "jsonl", "parquet"] {
        let write = |path: &Path| write_frame(&original, path);
        let round = Round::new("d.parquet", write, &CsvOptions::default(), &proposals, &[], form).unwrap();
        let back = round.undo(&round.cleaned, &Choice::default(), "back.parquet");
        assert!(read_frame(&back).equals_missing(&original), "{form}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn replayed_is_what_the_run_wrote_and_taken_back_has_what_it_read(
        rows in rows(),
        proposals in prop::collection::vec(proposal(), 0..8),
        apart in prop::collection::vec(0_u32..20, 0..4),
        last in 1_u32..8,
        form in prop::sample::select(&["csv", "jsonl", "parquet"][..]),
    ) {
        let original = frame(&rows);
        let write = |path: &Path| write_frame(&original, path);
        let round = Round::new("d.parquet", write, &CsvOptions::default(), &proposals, &apart, form).unwrap();
        let same = |path: &Path, expected: &DataFrame| {
            let frame = read_frame(path);
            frame.schema() == expected.schema() && frame.equals_missing(expected)
        };
        prop_assert_eq!(bytes(&round.replay(&Choice::default(), "again.parquet")), bytes(&round.cleaned));
        prop_assert!(same(&round.undo(&round.cleaned, &Choice::default(), "back.parquet"), &original));
        // A table that was given back is the one of the run, even where its bytes are others.
        let undone = undo(&round.read_repairs(), &round.cleaned, &Choice::default()).unwrap();
        let back = round.path("once_more.parquet");
        prop_assert_ne!(undone.write(&back, Overwrite::No).unwrap(), Likeness::Other);
        let (first, rest) = (only(&format!("row <= {last}")), only(&format!("row > {last}")));
        let some = round.replay(&first, "some.parquet");
        if !read_frame(&round.cleaned).equals_missing(&original) {
            prop_assert!(same(&round.undo(&round.cleaned, &rest, "undone.parquet"), &read_frame(&some)));
        }
        if !read_frame(&some).equals_missing(&original) {
            prop_assert!(same(&round.undo(&some, &Choice::default(), "all.parquet"), &original));
        }
    }
}
