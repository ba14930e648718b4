//! Repairs a data set with labels, and scores the rows that nobody labelled.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lustrate::{Error, Labels, RowId, Rules, Settings, Table, ask, read_rules, read_table, repair};
use lustrate_eval::score;

use crate::answers::{answers, random_rows, with_mistakes};

/// A data set with truth.
pub(crate) struct Dataset {
    pub(crate) name: String,
    dirty: Table,
    truth: Table,
    rules: Rules,
}

/// What was measured of a data set.
pub(crate) struct Line {
    pub(crate) name: String,
    /// F1 without labels, on all rows.
    pub(crate) without: f64,
    /// By number of labelled rows.
    pub(crate) counts: Vec<Counted>,
    /// What other systems made of it: name, F1 on all rows.
    pub(crate) peers: Vec<(String, f64)>,
}

/// F1 on the rows that were not labelled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    /// Of the repair without labels, on the rows that were not asked for.
    pub(crate) before: f64,
    /// After the rows were labelled that the engine asked for.
    pub(crate) asked: f64,
    /// The same with some wrong labels.
    pub(crate) mistaken: f64,
    /// After rows were labelled that were drawn at random.
    pub(crate) random: f64,
}

impl Dataset {
    /// The data sets of a folder.
    pub(crate) fn find(folder: &Path, only: &[String]) -> Result<Vec<Dataset>, String> {
        let unread = |error| format!("cannot read {}: {error}", folder.display());
        let entries = fs::read_dir(folder).map_err(unread)?;
        let mut folders: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        folders.sort();
        let mut found = Vec::new();
        for folder in folders.into_iter().filter(|folder| folder.join("clean.csv").is_file()) {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if only.is_empty() || only.contains(&name) {
                found.push(Dataset {
                    dirty: read_table(folder.join("dirty.csv")).map_err(told)?,
                    truth: read_table(folder.join("clean.csv")).map_err(told)?,
                    rules: read_rules(folder.join("constraints.txt")).map_err(told)?,
                    name,
                });
            }
        }
        if found.is_empty() { Err(format!("no such data set in {}", folder.display())) } else { Ok(found) }
    }

    fn repaired(&self, labels: Labels) -> Result<Table, String> {
        let settings = Settings::new().labels(labels);
        Ok(repair(&self.dirty, &self.rules, &settings).map_err(told)?.table)
    }

    /// Raw F1 on the rows that are not among these.
    fn score(&self, repaired: &Table, labelled: &[RowId]) -> Result<f64, String> {
        let labelled: BTreeSet<RowId> = labelled.iter().copied().collect();
        let rest: Vec<RowId> = self.dirty.row_ids().filter(|row| !labelled.contains(row)).collect();
        let [dirty, repaired, truth] = [&self.dirty, repaired, &self.truth].map(|table| table.select(&rest));
        Ok(score(&dirty, &repaired, &truth).map_err(|error| error.to_string())?.raw.total.f1)
    }
}

pub(crate) fn measure(
    dataset: &Dataset,
    counts: &[usize],
    draws: u64,
    wrong: f64,
    verbose: bool,
    peers: &Path,
) -> Result<Line, String> {
    let plain = dataset.repaired(Labels::default())?;
    let most = counts.iter().copied().max().unwrap_or(0);
    let questions = ask(&dataset.dirty, &dataset.rules, &Settings::new(), &Labels::default(), most).map_err(told)?;
    let asked: Vec<RowId> = questions.iter().map(|question| question.row).collect();
    if verbose {
        for question in &questions {
            crate::say(&format!("  row {}: {}", question.row.number(), question.why));
        }
    }
    let mut line = Line {
        name: dataset.name.clone(),
        without: dataset.score(&plain, &[])?,
        counts: Vec::new(),
        peers: peers_of(dataset, peers)?,
    };
    for &count in counts {
        let rows = &asked[..count.min(asked.len())];
        let labels = answers(&dataset.truth, rows);
        let repaired = dataset.repaired(labels.clone())?;
        let mut counted = Counted {
            before: dataset.score(&plain, rows)?,
            asked: dataset.score(&repaired, rows)?,
            // Without a draw there is no figure.
            mistaken: if draws == 0 { f64::NAN } else { 0.0 },
            random: if draws == 0 { f64::NAN } else { 0.0 },
        };
        if verbose {
            crate::say(&format!("  {count}: {:.3} before, {:.3} asked", counted.before, counted.asked));
            show_wrong(dataset, &repaired, rows);
        }
        for draw in 0..draws {
            let mistaken = with_mistakes(labels.clone(), &dataset.truth, wrong, draw);
            let repaired = dataset.repaired(mistaken)?;
            counted.mistaken += dataset.score(&repaired, rows)? / draws as f64;
            if verbose {
                crate::say(&format!("  {count}, with mistakes:"));
                show_wrong(dataset, &repaired, rows);
            }
            let rows = random_rows(dataset.dirty.rows(), count, draw + 1);
            let repaired = dataset.repaired(answers(&dataset.truth, &rows))?;
            counted.random += dataset.score(&repaired, &rows)? / draws as f64;
        }
        line.counts.push(counted);
    }
    Ok(line)
}

/// By column how many cells are wrong still, and how many were made wrong, with some of them.
fn show_wrong(dataset: &Dataset, repaired: &Table, labelled: &[RowId]) {
    for attribute in dataset.dirty.schema().ids() {
        let mut shown = Vec::new();
        let (mut missed, mut broken) = (0, 0);
        for row in dataset.dirty.row_ids().filter(|row| !labelled.contains(row)) {
            let cell = lustrate::CellId { row, attribute };
            let [was, is, truth] =
                [&dataset.dirty, repaired, &dataset.truth].map(|table| table.text(cell).unwrap_or(""));
            if is == truth {
                continue;
            }
            if was == truth {
                broken += 1
            } else {
                missed += 1
            }
            if shown.len() < 12 {
                shown.push(format!("{was:.40?} -> {is:.40?} ({truth:.40?})"));
            }
        }
        if missed + broken > 0 {
            let name = dataset.dirty.schema().name(attribute);
            crate::say(&format!("    {name}: {missed} wrong, {broken} broken: {}", shown.join("; ")));
        }
    }
}

fn peers_of(dataset: &Dataset, folder: &Path) -> Result<Vec<(String, f64)>, String> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let labelled = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem.to_string_lossy().contains("labels"));
    let mut peers = Vec::new();
    for path in files.into_iter().filter(labelled) {
        let repaired = read_table(&path).map_err(told)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().replace('-', " ");
        let found = score(&dataset.dirty, &repaired, &dataset.truth).map_err(|error| error.to_string())?;
        peers.push((name, found.raw.total.f1));
    }
    Ok(peers)
}

fn told(error: Error) -> String {
    error.to_string()
}
