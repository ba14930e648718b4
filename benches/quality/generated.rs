//! Tables made from a seed, and the dirt that is planted in them.

use std::fs;
use std::path::Path;

use lustrate::{Table, write_table};
use lustrate_eval::{DirtSettings, KINDS, Kind, Shape, generate, spoil};

use crate::job::Files;
use crate::plan::{Source, Subject};

/// A mixture of errors.
struct Dirt {
    name: &'static str,
    /// The share of wrong cells in each column.
    rate: f64,
    /// Whether errors of a kind are in it.
    has: fn(&Kind) -> bool,
}

/// The mixtures that each shape is spoilt with.
const DIRT: &[Dirt] = &[
    Dirt { name: "mixed 5 %", rate: 0.05, has: any },
    Dirt { name: "mixed 10 %", rate: 0.10, has: any },
    Dirt { name: "mixed 30 %", rate: 0.30, has: any },
    Dirt { name: "swaps 5 %", rate: 0.05, has: is_swap },
];

fn any(_: &Kind) -> bool {
    true
}

/// Whether values change places: between rows, or between the columns of a row.
fn is_swap(kind: &Kind) -> bool {
    ["swap", "exchange"].iter().any(|word| kind.name.contains(word))
}

/// Makes tables of all shapes, or only of some by their names, in a folder: for each mixture of errors a subject, with a
/// table for each seed from 1.
///
/// A table that cannot be written is told in the subject.
pub(crate) fn make(folder: &Path, rows: usize, seeds: u32, only: &[String]) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for shape in Shape::ALL.into_iter().filter(|shape| only.is_empty() || only.iter().any(|name| name == shape.name()))
    {
        for (number, dirt) in DIRT.iter().enumerate() {
            let place = |seed: u32| folder.join(format!("{}-{number}-{seed}", shape.name()));
            let tables = (1..=seeds).map(|seed| written(&place(seed), shape, rows, seed.into(), dirt));
            subjects.push(Subject {
                name: format!("{}, {}", shape.name(), dirt.name),
                group: shape.name().to_owned(),
                source: Source::Generated,
                tables: tables.collect(),
                peers: Vec::new(),
            });
        }
    }
    subjects
}

fn written(folder: &Path, shape: Shape, rows: usize, seed: u64, dirt: &Dirt) -> Result<Files, String> {
    let truth = generate(shape, rows, seed);
    let kinds = KINDS.iter().filter(|kind| (dirt.has)(kind));
    let spoiled = spoil(&truth.table, &DirtSettings::new(dirt.rate).seed(seed).kinds(kinds));
    let dirty = spoiled.map_err(|error| error.to_string())?.dirty;
    let place = |name| folder.join(name);
    let files = Files { dirty: place("dirty.csv"), truth: place("truth.csv"), rules: place("table.rules") };
    let unwritten = |error| format!("cannot write to {}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(unwritten)?;
    fs::write(&files.rules, truth.rules_text).map_err(unwritten)?;
    let write = |table: &Table, path: &Path| write_table(table, path).map_err(|error| error.to_string());
    write(&dirty, &files.dirty)?;
    write(&truth.table, &files.truth)?;
    Ok(files)
}

#[cfg(test)]
mod tests {
    use lustrate::read_table;
    use lustrate_eval::score;
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn every_shape_is_made_with_every_mixture_from_every_seed() {
        let folder = TempDir::new().unwrap();
        let subjects = make(folder.path(), 40, 2, &[]);
        assert_eq!(subjects.len(), Shape::ALL.len() * DIRT.len());
        for subject in subjects {
            for files in subject.tables.unwrap() {
                let (dirty, truth) = (read_table(&files.dirty).unwrap(), read_table(&files.truth).unwrap());
                assert!(files.rules.is_file());
                assert!(score(&dirty, &dirty, &truth).unwrap().raw.total.errors > 0, "{}", subject.name);
            }
        }
    }

    #[test]
    fn a_shape_is_taken_by_its_name() {
        let folder = TempDir::new().unwrap();
        let subjects = make(folder.path(), 20, 1, &["orders".to_owned()]);
        assert!(!subjects.is_empty() && subjects.iter().all(|subject| subject.group == "orders"));
    }

    #[test]
    fn there_are_swaps_among_the_kinds() {
        assert!(KINDS.iter().any(is_swap) && !KINDS.iter().all(is_swap));
    }

    #[test]
    fn a_table_that_cannot_be_written_is_told() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let subjects = make(&file, 20, 1, &["orders".to_owned()]);
        assert!(subjects[0].tables.as_ref().unwrap_err().starts_with("cannot write to "));
    }
}
