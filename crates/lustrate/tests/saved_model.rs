//! What holds of saved models, on tables made from a seed.

use std::collections::BTreeSet;
use std::sync::Arc;

use lustrate::{
    AttributeId, Basis, CellDecision, CellId, Keep, Label, LabelPlace, Labels, Outcome, Overwrite, RowId, Rules, Said,
    SavedModel, Settings, SourceText, Table, parse, read_csv_bytes, repair, repair_keeping, repair_with_model,
};
use lustrate_eval::{DirtSettings, Shape, generate, spoil};
use sha2::{Digest, Sha256};

const ROWS: usize = 240;

/// A dirty table of a shape with its rules.
fn made_up(shape: Shape, rows: usize, seed: u64) -> (Table, Rules) {
    let generated = generate(shape, rows, seed);
    let dirt = DirtSettings::new(0.06).seed(seed);
    let dirty = spoil(&generated.table, &dirt).expect("the settings are of the table").dirty;
    (dirty, rules(generated.rules_text))
}

fn rules(text: &str) -> Rules {
    parse(&Arc::new(SourceText::new("made_up.rules", text))).into_result().expect("the rules are right")
}

/// Some rows of a table, as if they had been read by themselves.
fn some_rows(table: &Table, rows: impl IntoIterator<Item = usize>) -> Table {
    let rows: Vec<RowId> = rows.into_iter().map(|row| RowId(row as u32)).collect();
    let column = |attribute| rows.iter().map(|&row| table.text(CellId { row, attribute })).collect();
    let schema = table.schema();
    Table::new(schema.ids().map(|id| (schema.name(id).to_owned(), column(id))).collect()).expect("the names differ")
}

fn fit(table: &Table, rules: &Rules) -> SavedModel {
    SavedModel::fit(table, rules, &Settings::new()).expect("the rules are of the table")
}

/// What becomes of cells: those that are changed, by row and column, with their new values.
fn changes(outcome: &Outcome, moved: u64) -> BTreeSet<(u64, String, Option<String>)> {
    outcome.applied().map(|it| (it.row + moved, it.column.to_string(), it.new.clone())).collect()
}

#[test]
fn merging_is_learning_from_all_rows_in_whatever_order_sums_are_taken() {
    let found = [(Shape::ALL[0], Rules::default())];
    let given = Shape::ALL.into_iter().map(|shape| (shape, made_up(shape, 1, 3).1));
    for (shape, rules) in given.chain(found) {
        let (table, _) = made_up(shape, ROWS, 3);
        let thirds = [0..90, 90..150, 150..ROWS].map(|part| fit(&some_rows(&table, part), &rules));
        let [a, b, c] = &thirds;
        let whole = fit(&table, &rules).to_bytes();
        let left = a.merge(b).unwrap().merge(c).unwrap().to_bytes();
        let right = a.merge(&b.merge(c).unwrap()).unwrap().to_bytes();
        assert!(left == whole && right == whole, "{}", shape.name());
    }
}

#[test]
fn a_model_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model.lustrate");
    for shape in Shape::ALL.into_iter().take(3) {
        let (table, rules) = made_up(shape, ROWS, 4);
        let settings = Settings::new().seed(5).without_format("case");
        let labelled = settings.clone().labels(said(&table, 7, 1, None));
        let model = SavedModel::fit(&table, &rules, &labelled).unwrap();
        model.write(&file, Overwrite::Yes).unwrap();
        let read = SavedModel::read(&file).unwrap();
        assert_eq!(read.to_bytes(), model.to_bytes());
        assert_eq!((read.decisions().len(), read.decisions()), (1, model.decisions()));
        assert_eq!(read.settings(), &settings);
        let new = made_up(shape, 30, 9).0;
        let [one, other] = [&read, &model].map(|model| repair_with_model(&new, model, &Settings::new()).unwrap());
        assert_eq!((one.repairs, one.totals), (other.repairs, other.totals), "{}", shape.name());
    }
}

#[test]
fn new_rows_alone_are_repaired_as_within_the_whole_table() {
    for shape in Shape::ALL {
        let (table, rules) = made_up(shape, 600, 5);
        let taken = 60;
        let whole = repair(&table, &rules, &Settings::new()).unwrap();
        let saved = fit(&some_rows(&table, 0..600 - taken), &rules);
        let new = some_rows(&table, 600 - taken..600);
        let alone = repair_with_model(&new, &saved, &Settings::new()).unwrap();
        assert_eq!((alone.totals.rows, alone.table.rows()), (taken as u64, taken));
        let first = (600 - taken) as u64;
        let of_whole: BTreeSet<_> = changes(&whole, 0).into_iter().filter(|(row, ..)| *row > first).collect();
        let of_alone = changes(&alone, first);
        let differ = of_whole.symmetric_difference(&of_alone).count();
        let same = of_whole.intersection(&of_alone).count();
        assert!(differ * 200 <= new.cells() && same > 10, "{}: {same} same, {differ} differ", shape.name());
    }
}

#[test]
fn new_rows_that_let_the_earlier_ones_be_read_otherwise_are_judged_as_in_one_table() {
    let (table, rules) = made_up(Shape::ALL[0], 300, 5);
    let whole = repair(&table, &rules, &Settings::new()).unwrap();
    let saved = fit(&some_rows(&table, 0..25), &rules);
    let alone = repair_with_model(&some_rows(&table, 25..300), &saved, &Settings::new()).unwrap();
    let of_whole: BTreeSet<_> = changes(&whole, 0).into_iter().filter(|(row, ..)| *row > 25).collect();
    let of_alone = changes(&alone, 25);
    let (same, differ) = (of_whole.intersection(&of_alone).count(), of_whole.symmetric_difference(&of_alone).count());
    assert!(same > 100 && differ * 50 <= same, "{same} and {differ}");
}

#[test]
fn a_single_new_row_is_repaired_as_in_one_table_with_the_earlier_ones() {
    let (table, rules) = made_up(Shape::ALL[0], 400, 5);
    let saved = fit(&some_rows(&table, 0..370), &rules);
    let (mut same, mut differ) = (0, 0);
    // The rows of the model stay as they were read, while a second pass over one table sees them repaired.
    let once = Settings::new().passes(1);
    for row in (370..400).step_by(5) {
        let alone = repair_with_model(&some_rows(&table, [row]), &saved, &once).unwrap();
        let whole = repair(&some_rows(&table, (0..370).chain([row])), &rules, &once).unwrap();
        let of_whole: BTreeSet<_> = changes(&whole, 0).into_iter().filter(|(row, ..)| *row == 371).collect();
        let of_alone = changes(&alone, 370);
        same += of_alone.intersection(&of_whole).count();
        differ += of_alone.symmetric_difference(&of_whole).count();
    }
    assert!(same > 1 && differ <= 1, "{same} same, {differ} differ");
}

#[test]
fn nothing_that_is_told_of_new_rows_is_about_the_old_ones() {
    for shape in Shape::ALL {
        let (table, rules) = made_up(shape, ROWS, 6);
        let saved = fit(&some_rows(&table, 0..190), &rules);
        let new = some_rows(&table, 190..ROWS);
        let outcome = repair_with_model(&new, &saved, &Settings::new()).unwrap();
        assert!(outcome.repairs.iter().all(|it| (1..=50).contains(&it.row)));
        assert!(outcome.quarantine.iter().all(|it| (1..=50).contains(&it.row)));
        assert!(outcome.rules.iter().all(|rule| rule.rows_before <= 50 && rule.broken_before <= 50));
        assert!(outcome.unknown.iter().flat_map(|it| &it.rows).all(|&row| row <= 50));
        for repair in &outcome.repairs {
            let attribute = new.schema().find(&repair.column).unwrap();
            assert_eq!(new.text(CellId { row: RowId(repair.row as u32 - 1), attribute }), repair.old.as_deref());
        }
    }
}

#[test]
fn what_a_run_keeps_is_what_fitting_gives_and_changes_no_repair() {
    let (table, rules) = made_up(Shape::ALL[0], ROWS, 7);
    let (first, second) = (some_rows(&table, 0..190), some_rows(&table, 190..ROWS));
    let settings = Settings::new();
    let keeping =
        |table: &Table, basis: Basis<'_>| repair_keeping(table, basis, &settings, Keep::Model, None, &|_| ()).unwrap();
    for rules in [rules, Rules::default()] {
        let run = keeping(&first, Basis::Rules(&rules));
        let saved = run.model.unwrap();
        assert_eq!(saved.to_bytes(), fit(&first, &rules).to_bytes());
        assert_eq!(run.outcome.repairs, repair(&first, &rules, &settings).unwrap().repairs);
        let next = keeping(&second, Basis::Model(&saved));
        assert_eq!(next.outcome.repairs, repair_with_model(&second, &saved, &settings).unwrap().repairs);
        assert_eq!(next.model.unwrap().to_bytes(), fit(&table, &rules).to_bytes());
    }
}

#[test]
fn columns_are_found_by_name_and_come_out_in_their_own_order() {
    let (table, rules) = made_up(Shape::ALL[0], ROWS, 8);
    let saved = fit(&some_rows(&table, 0..190), &rules);
    let names: Vec<&str> = table.schema().attributes().iter().map(|it| it.name.as_str()).collect();
    let text = |order: &[usize]| {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let header = order.iter().map(|&at| quoted(names[at])).collect::<Vec<_>>().join(",");
        let cell = |row: u32, at: usize| {
            let cell = CellId { row: RowId(row), attribute: AttributeId(at as u32) };
            table.text(cell).map_or(String::new(), quoted)
        };
        let line = |row| order.iter().map(|&at| cell(row, at)).collect::<Vec<_>>().join(",");
        std::iter::once(header).chain((190..ROWS as u32).map(line)).collect::<Vec<_>>().join("\n")
    };
    let straight: Vec<usize> = (0..names.len()).collect();
    let turned: Vec<usize> = (0..names.len()).rev().collect();
    let [one, other] = [straight, turned].map(|order| {
        let read = read_csv_bytes("new.csv", text(&order).as_bytes(), &lustrate::CsvOptions::default()).unwrap();
        repair_with_model(&read.table, &saved, &Settings::new()).unwrap()
    });
    assert_eq!(changes(&one, 0), changes(&other, 0));
    assert!(!one.repairs.is_empty());
    let header =
        |outcome: &Outcome| outcome.table.schema().attributes().iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    assert_eq!(header(&one), names);
    assert_eq!(header(&other), names.iter().rev().copied().collect::<Vec<_>>());
}

#[test]
fn reference_tables_are_kept_in_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("zips.csv"), "code,town\n00184,Rome\n10115,Berlin\n20095,Hamburg\n75001,Paris\n").unwrap();
    std::fs::write(at("x.rules"), "lookup \"zips.csv\" on zip = code set city = town trust 0.99\n").unwrap();
    let lookup = lustrate::read_rules(at("x.rules"));
    let rules = lookup.unwrap_or_else(|error| panic!("{}", error.diagnostics()));
    let table = |rows: &str| {
        let text = format!("zip,city\n{rows}");
        read_csv_bytes("new.csv", text.as_bytes(), &lustrate::CsvOptions::default()).unwrap().table
    };
    let saved = fit(&table(&"10115,Berlin\n75001,Paris\n00184,Rome\n".repeat(20)), &rules);
    std::fs::remove_file(at("zips.csv")).unwrap();
    let read = SavedModel::from_bytes("m", &saved.to_bytes()).unwrap();
    assert_eq!(read.to_bytes(), saved.to_bytes());
    // No row has this town: only the reference knows it.
    let outcome = repair_with_model(&table("20095,Hambrug\n"), &read, &Settings::new()).unwrap();
    assert_eq!(outcome.repairs.iter().map(|it| it.new.as_deref()).collect::<Vec<_>>(), [Some("Hamburg")]);
}

/// The one message of what is refused.
fn told<T>(result: Result<T, lustrate::Error>) -> (&'static str, String, String) {
    let Err(error) = result else { panic!("it is not refused") };
    let told = error.diagnostics();
    assert_eq!(told.iter().count(), 1, "{told}");
    let only = told.iter().next().unwrap();
    (only.code, only.title.clone(), only.help.clone().unwrap_or_default())
}

#[test]
fn a_file_that_is_no_whole_model_of_this_version_is_refused_by_name() {
    let bytes = fit(&made_up(Shape::ALL[0], 60, 1).0, &Rules::default()).to_bytes();
    let read = |bytes: &[u8]| told(SavedModel::from_bytes("m.lustrate", bytes));
    for (what, code) in
        [(&b""[..], "no-model"), (b"zip,city\n1,Rome\n", "no-model"), (b"lustrate model x y\n", "no-model")]
    {
        let (found, title, help) = read(what);
        assert_eq!(found, code);
        assert!(title.contains("`m.lustrate`") && help.contains("--save-model"), "{title}: {help}");
    }
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap();
    let newer = [b"lustrate model 2 9.1.0".as_slice(), &bytes[end..]].concat();
    let (code, title, _) = read(&newer);
    assert_eq!(code, "other-version");
    assert!(title.contains("version 2") && title.contains("9.1.0") && title.contains("m.lustrate"), "{title}");
    for length in (1..bytes.len()).step_by(97).chain([5, 17, end, end + 1, end + 9, end + 40, bytes.len() - 1]) {
        let (code, title, _) = read(&bytes[..length]);
        assert_eq!(code, "cut-off", "{length}: {title}");
        assert!(title.contains("m.lustrate"), "{title}");
    }
    for place in (end + 41..bytes.len()).step_by(89) {
        let mut other = bytes.clone();
        other[place] ^= 1;
        assert_eq!(read(&other).0, "damaged", "{place}");
    }
    assert_eq!(read(&[bytes.as_slice(), b"\n"].concat()).0, "damaged");
}

#[test]
fn a_small_file_that_stands_for_a_large_model_is_refused_before_it_fills_the_memory() {
    const TEXTS: u32 = 1 << 22;
    // A model whose one column has so many values, all empty.
    let mut plain = b"\xa1\x64rows\xa1\x67columns\x81\xa2\x64name\x61x\x66values\x9a".to_vec();
    plain.extend(TEXTS.to_be_bytes());
    plain.resize(plain.len() + TEXTS as usize, 0x60);
    let body = zstd::encode_all(plain.as_slice(), 3).unwrap();
    let first: &[u8] = b"lustrate model 1 0.1.0\n";
    let bytes = [first, &(body.len() as u64).to_le_bytes(), &Sha256::digest(&body), &body].concat();
    assert!(bytes.len() < 2_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.lustrate");
    std::fs::write(&path, bytes).unwrap();
    let (code, title, help) = told(SavedModel::read_within(&path, Some(1 << 20)));
    assert_eq!(code, "too-large");
    assert!(
        title.contains("m.lustrate` is small and stands for more than 1 MiB") && help.contains("--memory"),
        "{title}"
    );
    // With room for all of it, it is read to its end, which is too early.
    assert_eq!(told(SavedModel::read_within(&path, Some(1 << 30))).0, "damaged");
}

#[test]
fn other_columns_rules_or_settings_are_told_with_both() {
    let table = |header: &str| {
        let text = format!("{header}\n{}", "00184,Rome\n10115,Berlin\n".repeat(10));
        read_csv_bytes("new.csv", text.as_bytes(), &lustrate::CsvOptions::default()).unwrap().table
    };
    let zips = rules("fd zip -> city");
    let saved = fit(&table("zip,city"), &zips);
    let (code, title, help) = told(repair_with_model(&table("zip,citty"), &saved, &Settings::new()));
    assert_eq!(code, "other-columns");
    assert!(title.contains("no `city`") && title.contains("no `citty`"), "{title}");
    assert!(help.contains("write `city` for `citty`"), "{help}");
    let (code, title, _) = told(saved.merge(&fit(&table("zip,town"), &Rules::default())));
    assert!(code == "other-columns" && title.contains("zip, city") && title.contains("zip, town"), "{title}");
    let (code, title, _) = told(saved.merge(&fit(&table("zip,city"), &rules("fd city -> zip"))));
    assert!(code == "other-rules" && title.contains("fd zip -> city") && title.contains("fd city -> zip"), "{title}");
    assert_eq!(told(saved.merge(&fit(&table("zip,city"), &Rules::default()))).0, "other-rules");
    let seeded = SavedModel::fit(&table("zip,city"), &zips, &Settings::new().seed(3)).unwrap();
    let (code, title, _) = told(saved.merge(&seeded));
    assert!(code == "other-settings" && title.contains("seed 0") && title.contains("seed 3"), "{title}");
}

/// That somebody said what a cell should read.
fn said(table: &Table, row: u32, attribute: u32, value: Option<&str>) -> Labels {
    assert!(table.rows() > row as usize);
    let cell = CellId { row: RowId(row), attribute: AttributeId(attribute) };
    let place = LabelPlace { file: "said.csv".into(), line: 2 };
    Labels { items: vec![Label { cell, said: Said::Value(value.map(str::to_owned)), who: None, place }] }
}

#[test]
fn what_people_decided_moves_with_its_rows() {
    let (table, rules) = made_up(Shape::ALL[0], 80, 2);
    let part = |rows: std::ops::Range<usize>| {
        let part = some_rows(&table, rows);
        let labels = said(&part, 4, 1, Some("x"));
        SavedModel::fit(&part, &rules, &Settings::new().labels(labels)).unwrap()
    };
    let sum = part(0..50).merge(&part(50..80)).unwrap();
    let column = table.schema().attributes()[1].name.clone();
    let decision = |row| CellDecision { row, column: column.clone(), value: Some("x".into()), who: None };
    assert_eq!(sum.decisions(), [decision(4), decision(54)]);
}

#[test]
fn a_model_that_is_there_is_not_overwritten_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.lustrate");
    std::fs::write(&file, "mine").unwrap();
    let model = fit(&made_up(Shape::ALL[0], 60, 1).0, &Rules::default());
    let (_, title, _) = told(model.write(&file, Overwrite::No));
    assert!(title.contains("m.lustrate"), "{title}");
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
    model.write(&file, Overwrite::Yes).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), model.to_bytes());
    assert_eq!(told(SavedModel::read(folder.path().join("n"))).0, "model-file");
}
