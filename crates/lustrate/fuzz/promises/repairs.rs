//! What is promised of any bytes that are given as a repairs file, or as the metadata of its run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use lustrate_audit::{
    Choice, Entry, Mark, RepairsFile, Replayed, RunFiles, Sentence, SettingsUsed, Shortened, conditions, metadata,
    metadata_path, read_repairs, replay, undo, write_repairs,
};
use lustrate_io::{Overwrite, Selection, read_table, write_file_safely, write_rows};
use lustrate_table::{CellId, RowId, Table};

use crate::messages::{are_sound, is_sound};

/// The table that the run read.
const DATA: &[u8] = b"id;city;zip\n1;Rom;00184\n2;\"Ber;lin\";10115\n3;;75001\n\n4;Paris\n5;\"Rome\";00185\n";

/// The row that the run set apart.
const APART: RowId = RowId(1);

/// Row, column, new value and mark of each record.
const RECORDS: [(u64, &str, Option<&str>, Mark); 5] = [
    (1, "city", Some("Rome"), Mark::Apply),
    (2, "city", Some("Berlin"), Mark::Review),
    (3, "city", Some("Paris, \"the\" city"), Mark::Apply),
    (4, "zip", Some("75001"), Mark::Apply),
    (5, "city", None, Mark::Review),
];

/// A folder with the files of the run, which are the same each time.
struct Run {
    folder: tempfile::TempDir,
}

/// What the run wrote beside its repairs file: the repaired table, the rows that were set apart, the records and the metadata.
struct Written {
    cleaned: Vec<u8>,
    apart: Vec<u8>,
    records: Vec<u8>,
    metadata: Vec<u8>,
}

static WRITTEN: LazyLock<Written> = LazyLock::new(|| {
    let run = Run { folder: tempfile::tempdir().expect("there is a folder for temporary files") };
    fs::write(run.path("d.csv"), DATA).expect("the folder can be written to");
    let table = read_table(run.path("d.csv")).expect("the table is whole");
    run.write(&table);
    let bytes = |name| fs::read(run.path(name)).expect("the run wrote it");
    Written {
        cleaned: bytes("c.csv"),
        apart: bytes("q.csv"),
        records: bytes("r.csv"),
        metadata: fs::read(metadata_path(&run.path("r.csv"))).expect("the run wrote it"),
    }
});

/// Reads the bytes as the repairs file of a run, or as its metadata if they begin as these do, shows what is wrong with them,
/// makes the repairs that are in them, and takes them back.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold(bytes: &[u8]) {
    let run = Run { folder: tempfile::tempdir().expect("there is a folder for temporary files") };
    let put = |path: PathBuf, bytes: &[u8]| fs::write(path, bytes).expect("the folder can be written to");
    let is_metadata = bytes.starts_with(b"{\n");
    let name = match bytes {
        _ if is_metadata => "r.csv",
        [b'P', b'A', b'R', b'1', ..] => "r.parquet",
        [b'{', ..] => "r.jsonl",
        _ => "r.csv",
    };
    put(run.path("d.csv"), DATA);
    put(run.path("c.csv"), &WRITTEN.cleaned);
    put(run.path("q.csv"), &WRITTEN.apart);
    put(run.path(name), if is_metadata { &WRITTEN.records } else { bytes });
    put(metadata_path(&run.path(name)), if is_metadata { bytes } else { &WRITTEN.metadata });
    for shortened in [Shortened::ByAccident, Shortened::OnPurpose] {
        match read_repairs(run.path(name), None, shortened) {
            Ok(repairs) => {
                are_sound(&repairs.mistakes());
                run.hold_of(&repairs);
            }
            Err(messages) => {
                assert!(messages.has_errors(), "it is refused without an error");
                are_sound(&messages);
            }
        }
    }
}

impl Run {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes what a run writes that made the records.
    fn write(&self, table: &Table) {
        let cell = |row: u64, column| CellId {
            row: RowId(row as u32 - 1),
            attribute: table.schema().find(column).expect("the table has the columns of the records"),
        };
        let entry = |(row, column, new, decision): (u64, &'static str, Option<&'static str>, Mark)| Entry {
            row,
            line: table.line(RowId(row as u32 - 1)),
            key: &[],
            column,
            old: table.text(cell(row, column)),
            new,
            confidence: 0.75,
            decision,
            rule: Some("fd zip -> city"),
            reason: Sentence(&"a reason, with \"quotes\"\nand lines"),
            alternatives: &[],
        };
        let mut repaired = table.clone();
        for (row, column, new, _) in RECORDS.into_iter().filter(|(_, _, _, mark)| *mark == Mark::Apply) {
            repaired.set(cell(row, column), new);
        }
        let reasons = BTreeMap::from([(APART, "a, \"reason\"".to_owned())]);
        let (cleaned, quarantine, repairs) = (self.path("c.csv"), self.path("q.csv"), self.path("r.csv"));
        write_rows(table, &quarantine, Overwrite::No, Selection::SetApart(&reasons)).expect("the folder takes it");
        let without = BTreeSet::from([APART]);
        write_rows(&repaired, &cleaned, Overwrite::No, Selection::Without(&without)).expect("the folder takes it");
        let files = RunFiles {
            rules: &[],
            labels: &[],
            models: &[],
            saved_model: None,
            cleaned: &cleaned,
            quarantine: Some(&quarantine),
        };
        let entries = RECORDS.iter().copied().map(entry);
        let metadata = metadata(table, &repaired, entries.clone(), &[APART], files, SettingsUsed::default());
        let metadata = metadata.expect("the files are there");
        write_file_safely(&repairs, Overwrite::No, |out| {
            write_repairs(out, &repairs, Overwrite::No, entries, &metadata)
        })
        .expect("the folder takes it");
    }

    /// Makes the repairs, those for review too, and takes them back; takes them back from what the run wrote.
    fn hold_of(&self, repairs: &RepairsFile) {
        let accepted = conditions("--accept", "decision = review").expect("these are conditions");
        let accepting = Choice { accepted: Some(accepted), ..Choice::default() };
        for choice in [Choice::default(), accepting] {
            let Some(out) = self.written(replay(repairs, self.path("d.csv"), &choice), "out.csv") else { continue };
            self.is_taken_back(repairs, &out, &choice);
        }
        self.is_taken_back(repairs, &self.path("c.csv"), &Choice::default());
    }

    /// Where it is said that the table is what the run read, it is that byte for byte.
    fn is_taken_back(&self, repairs: &RepairsFile, data: &Path, choice: &Choice) {
        let undone = undo(repairs, data, choice);
        let gives_input_back = undone.as_ref().is_ok_and(|undone| undone.gives_input_back == Some(true));
        let Some(back) = self.written(undone, "back.csv") else { return };
        assert!(!gives_input_back || bytes(&back) == DATA, "the table is not taken back byte for byte");
    }

    /// Writes a table with repairs made or taken back; `None` where the repairs are refused, which is told.
    fn written(&self, replayed: Result<Replayed, lustrate_diagnostic::Diagnostics>, name: &str) -> Option<PathBuf> {
        match replayed {
            Ok(replayed) => match replayed.write(self.path(name), Overwrite::Yes) {
                Ok(_) => Some(self.path(name)),
                Err(error) => {
                    is_sound(&error.into_diagnostic());
                    None
                }
            },
            Err(messages) => {
                assert!(messages.has_errors(), "it is refused without an error");
                are_sound(&messages);
                None
            }
        }
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    fs::read(path).expect("it was written")
}
