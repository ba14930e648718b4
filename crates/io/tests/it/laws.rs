//! What holds of every file and every set of changed cells, held against a parser of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lustrate_io::{Overwrite, Selection, fits, read_table, write_rows};
use lustrate_table::{AttributeId, CellId, Encoding, Origin, RowId, Table};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;

use crate::oracle::{Field, Oracle};

/// How a file is written as bytes.
#[derive(Clone, Copy, Debug)]
enum Written {
    Utf8,
    Utf8Marked,
    Utf16Le,
    Utf16LeMarked,
    Utf16Be,
    Utf16BeMarked,
    Windows1252,
    /// UTF-8 but for some bytes.
    Spoiled,
}

/// A field as people and programs write them.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => "[abé ]{0,4}",
        2 => Just(String::new()),
        1 => "[ab]\"[ab]{0,2}",
        2 => "[ab]{1,3}".prop_map(|text| format!("\"{text}\"")),
        2 => "[ab,;\né\r]{0,4}".prop_map(|text| format!("\"{text}\"")),
        1 => "([ab]|\"\"){0,4}".prop_map(|text| format!("\"{text}\" ")),
        1 => Just("\u{feff}".to_owned()),
        1 => "[a\u{0}𝄞\u{fffd}\u{85}\u{2028}]{1,2}",
    ]
}

/// A file: header names (some empty, some twice), ragged lines, blank lines, every line end, the last line with or
/// without one, sometimes with a quote that nothing closes.
fn file() -> impl Strategy<Value = String> {
    let ends = || select(vec!["\n", "\n", "\n", "\r\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\n\r"]);
    let names = prop::collection::vec(select(vec!["a", "b", "\"a\"", "", "\"c d\"", "é"]), 2..4);
    let line = (prop::collection::vec(field(), 1..4), ends());
    let one_end = prop::option::weighted(0.6, select(vec!["\n", "\r\n", "\r"]));
    let shape = (select(vec![",", ";", "\t"]), one_end, any::<bool>(), prop::option::weighted(0.1, "\"[ab]{0,3}"));
    (names, prop::collection::vec(line, 1..14), shape).prop_map(
        |(names, lines, (delimiter, one_end, last_end, open))| {
            let mut text = names.join(delimiter) + one_end.unwrap_or("\n");
            let count = lines.len();
            for (place, (fields, end)) in lines.into_iter().enumerate() {
                text += &fields.join(delimiter);
                match &open {
                    Some(open) if place + 1 == count => text += &format!("{delimiter}{open}"),
                    _ => {}
                }
                if place + 1 < count || last_end {
                    text += one_end.unwrap_or(end);
                }
            }
            text
        },
    )
}

fn bytes_of(text: &str, written: Written) -> Vec<u8> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    match written {
        Written::Utf8 => text.as_bytes().to_vec(),
        Written::Utf8Marked => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        Written::Utf16Le => utf16(u16::to_le_bytes),
        Written::Utf16LeMarked => [b"\xff\xfe".as_slice(), &utf16(u16::to_le_bytes)].concat(),
        Written::Utf16Be => utf16(u16::to_be_bytes),
        Written::Utf16BeMarked => [b"\xfe\xff".as_slice(), &utf16(u16::to_be_bytes)].concat(),
        Written::Windows1252 => text.chars().map(|c| u8::try_from(c).unwrap_or(0x81)).collect(),
        Written::Spoiled => text.replace(' ', "\u{fffd}").into_bytes().into_iter().filter(|&b| b != 0xbf).collect(),
    }
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    use Written::*;
    let written =
        select(vec![Utf8, Utf8, Utf8Marked, Utf16Le, Utf16LeMarked, Utf16Be, Utf16BeMarked, Windows1252, Spoiled]);
    (file(), written, prop::option::weighted(0.1, any::<u8>())).prop_map(|(text, written, odd)| {
        let mut bytes = bytes_of(&text, written);
        // Half a character behind UTF-16.
        if matches!(written, Utf16LeMarked | Utf16BeMarked) {
            bytes.extend(odd);
        }
        bytes
    })
}

type Changes = Vec<(Index, Index, Option<String>)>;

fn changes() -> impl Strategy<Value = Changes> {
    let text = prop::option::weighted(0.8, "[xyé]{1,3}|[x,;\t\"\n\r ]{1,3}|\u{feff}x|𝄞");
    prop::collection::vec((any::<Index>(), any::<Index>(), text), 0..6)
}

/// A file in a folder, read.
struct Read {
    folder: tempfile::TempDir,
    table: Table,
    before: Oracle,
}

/// Reads the bytes of a file; `None` where they are refused.
fn read(bytes: &[u8]) -> Option<Read> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    fs::write(&path, bytes).unwrap();
    let table = read_table(&path).ok()?;
    let before = oracle_of(&table, bytes);
    Some(Read { folder, table, before })
}

fn oracle_of(table: &Table, bytes: &[u8]) -> Oracle {
    let Some(Origin::Csv { dialect, .. }) = table.origin() else { panic!("a table of a file has an origin") };
    let bom = match (dialect.bom, dialect.encoding) {
        (false, _) => 0,
        (true, Encoding::Utf8) => 3,
        (true, _) => 2,
    };
    Oracle::new(bytes, dialect.encoding, bom, dialect.delimiter as char)
}

/// Changes cells, those only that the encoding allows and that have another text then, and says which they are. A last
/// row that breaks off within a character is left alone.
fn change(table: &mut Table, changes: &Changes, before: &Oracle) -> BTreeMap<(usize, usize), String> {
    let original = table.clone();
    let mut changed = BTreeMap::new();
    let rows = whole_rows(table, before);
    for (row, column, text) in changes.iter().filter(|_| rows > 0) {
        let (row, column) = (row.index(rows), column.index(table.schema().len()));
        let cell = CellId { row: RowId(row as u32), attribute: AttributeId(column as u32) };
        if fits(table, cell, text.as_deref()) {
            table.set(cell, text.as_deref());
            changed.insert((row, column), text.clone().unwrap_or_default());
        }
    }
    changed.retain(|&(row, column), new| {
        let cell = CellId { row: RowId(row as u32), attribute: AttributeId(column as u32) };
        original.text(cell).unwrap_or("") != new
    });
    changed
}

/// The rows without a last one that breaks off within a character.
fn whole_rows(table: &Table, before: &Oracle) -> usize {
    let Some(Origin::Csv { dialect, .. }) = table.origin() else { panic!("a table of a file has an origin") };
    let torn = matches!(dialect.encoding, Encoding::Utf16Le | Encoding::Utf16Be) && before.bytes.len() % 2 == 1;
    table.rows() - usize::from(torn)
}

fn written(table: &Table, folder: &Path, name: &str, selection: Selection<'_>) -> Vec<u8> {
    let out = folder.join(name);
    write_rows(table, &out, Overwrite::Yes, selection).unwrap();
    fs::read(out).unwrap()
}

/// Whether a field must be in quotes.
fn must(value: &str, delimiter: char) -> bool {
    value.contains([delimiter, '"', '\r', '\n']) || value.starts_with('\u{feff}')
}

/// Whether a field could be bare but for quotes behind its first character, which may stay bare beside others that are so.
fn has_quotes_within(value: &str, delimiter: char) -> bool {
    value.contains('"') && !value.starts_with('"') && !must(&value.replace('"', ""), delimiter)
}

fn config() -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(5), ..ProptestConfig::with_cases(2500) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_reader_sees_what_the_plainest_parser_sees(bytes in any_bytes()) {
        let Some(Read { table, before, .. }) = read(&bytes) else { return Ok(()) };
        prop_assert_eq!(table.rows(), before.records.len() - 1);
        for (row, fields) in before.records[1..].iter().enumerate() {
            for attribute in table.schema().ids() {
                let cell = CellId { row: RowId(row as u32), attribute };
                let value = fields.get(attribute.index()).map_or("", |field| field.value.as_str());
                prop_assert_eq!(plain(table.text(cell).unwrap_or("")), plain(value));
            }
        }
    }

    #[test]
    fn only_the_changed_fields_differ_and_all_else_is_there_byte_for_byte(bytes in any_bytes(), changes in changes()) {
        let Some(Read { folder, mut table, before }) = read(&bytes) else { return Ok(()) };
        let changed = change(&mut table, &changes, &before);
        let after = oracle_of(&table, &written(&table, folder.path(), "out.csv", Selection::All));
        if changed.is_empty() {
            prop_assert_eq!(&after.bytes, &bytes);
        }
        prop_assert_eq!(after.records.len(), before.records.len());
        let (mut at_before, mut at_after) = (0, 0);
        for (record, (old, new)) in before.records.iter().zip(&after.records).enumerate() {
            for place in 0..new.len() {
                let change = record.checked_sub(1).and_then(|row| changed.get(&(row, place)));
                let field = &new[place];
                match (old.get(place), change) {
                    (Some(old), None) => {
                        let (gap, was) = (&after.bytes[at_after..field.raw.end], &before.bytes[at_before..old.raw.end]);
                        // An open field is closed where another is put behind it.
                        let closed = old.is_open && new.len() > place + 1;
                        prop_assert_eq!(if closed { &gap[..was.len()] } else { gap }, was);
                    }
                    (Some(old), Some(value)) => {
                        prop_assert_eq!(&after.bytes[at_after..field.raw.start], &before.bytes[at_before..old.raw.start]);
                        prop_assert_eq!(plain(&field.value), plain(value));
                    }
                    // The line is filled up to a cell that was not there.
                    (None, change) => {
                        let last = changed.range((record - 1, 0)..(record, 0)).next_back().unwrap().0.1;
                        prop_assert!(place <= last);
                        prop_assert_eq!(plain(&field.value), plain(change.map_or("", String::as_str)));
                    }
                }
                at_after = field.raw.end;
                at_before = old.get(place).map_or(at_before, |old| old.raw.end);
            }
            prop_assert!(new.len() >= old.len());
        }
        prop_assert_eq!(&after.bytes[at_after..], &before.bytes[at_before..]);
    }

    #[test]
    fn a_new_value_is_in_quotes_where_it_must_be_or_its_neighbours_are(bytes in any_bytes(), changes in changes()) {
        let Some(Read { folder, mut table, before }) = read(&bytes) else { return Ok(()) };
        let changed = change(&mut table, &changes, &before);
        let after = oracle_of(&table, &written(&table, folder.path(), "out.csv", Selection::All));
        let Some(Origin::Csv { dialect, .. }) = table.origin() else { panic!("a table of a file has an origin") };
        let delimiter = dialect.delimiter as char;
        let needless = |field: &Field| field.in_quotes && !field.is_open && !must(&field.value, delimiter);
        let fields = || before.records[1..].iter().flatten();
        for (&(row, column), value) in &changed {
            let old = before.records[row + 1].get(column);
            let new = after.records[row + 1].get(column);
            let Some(new) = new else { prop_assert!(value.is_empty() && old.is_none()); continue };
            if has_quotes_within(value, delimiter) {
                prop_assert!(new.in_quotes || fields().any(|field| !field.in_quotes && field.value.contains('"')));
            } else if must(value, delimiter) {
                prop_assert!(new.in_quotes);
            } else if value.is_empty() {
                // A line of one empty field alone would be blank.
                prop_assert!(!new.in_quotes || fields().any(|field| field.in_quotes) || before.records[row + 1].len() == 1);
            } else {
                let alike = |field: &&Field| !field.value.is_empty() && (!field.in_quotes || needless(field));
                let column: Vec<&Field> = before.records[1..].iter().filter_map(|r| r.get(column)).filter(alike).collect();
                if old.is_some_and(|old| !old.value.is_empty() && needless(old)) {
                    prop_assert!(new.in_quotes);
                } else if !column.is_empty() {
                    prop_assert!(!new.in_quotes || column.iter().any(|field| needless(field)));
                    prop_assert!(new.in_quotes || column.iter().any(|field| !field.in_quotes));
                }
                prop_assert!(!new.in_quotes || fields().any(|field| field.in_quotes));
            }
        }
    }

    #[test]
    fn the_rows_that_stay_and_those_that_are_set_apart_are_all_lines(
        bytes in any_bytes(),
        apart in prop::collection::vec(any::<Index>(), 0..5),
    ) {
        let Some(Read { folder, table, before }) = read(&bytes) else { return Ok(()) };
        let rows = whole_rows(&table, &before);
        let apart = apart.iter().filter(|_| rows > 0).map(|row| RowId(row.index(rows) as u32));
        let apart: BTreeSet<RowId> = apart.collect();
        let reasons: BTreeMap<RowId, String> = apart.iter().map(|&row| (row, "no, \"late\"".to_owned())).collect();
        let kept = written(&table, folder.path(), "kept.csv", Selection::Without(&apart));
        let mut expected = bytes.clone();
        for row in apart.iter().rev() {
            expected.drain(before.line(row.index() + 1));
        }
        prop_assert_eq!(kept, expected);
        let set_apart = oracle_of(&table, &written(&table, folder.path(), "apart.csv", Selection::SetApart(&reasons)));
        prop_assert_eq!(set_apart.records.len(), apart.len() + 1);
        // Each reason is under its name, however long the lines are.
        let longest = apart.iter().map(|row| before.records[row.index() + 1].len()).max().unwrap_or(0);
        let columns = longest.max(table.schema().len()) + 1;
        prop_assert_eq!(set_apart.records[0].len(), columns);
        for (row, new) in apart.iter().zip(&set_apart.records[1..]) {
            let record = row.index() + 1;
            let old = &before.records[record];
            for (old, new) in old.iter().zip(new) {
                let bytes = &set_apart.bytes[new.raw.clone()];
                let closed = bytes.len() > old.raw.len();
                prop_assert_eq!(&bytes[..old.raw.len()], &before.bytes[old.raw.clone()]);
                prop_assert!(!closed || record + 1 == before.records.len(), "a quote is closed at the end only");
            }
            prop_assert_eq!(&new[new.len() - 1].value, "no, \"late\"");
            prop_assert_eq!(new.len(), columns);
        }
    }
}

/// A text without the characters that stand for bytes of Windows-1252, of which the parser of the test knows those of
/// Latin-1 only, and without those that stand for half a character.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c } else { '~' }).collect()
}
