//! All that was measured, as text, as Markdown and as JSON.

mod ablation;
mod quality;
mod reliability;
mod truths;

use lustrate::Omission;
use lustrate_benches::{MadeWith, Section};
use serde::Serialize;

use crate::job::{Job, Task};
use crate::measured::Measured;
use crate::plan::{Plan, Source, Subject};
use crate::process::Processes;

/// The system of our own rows.
const OURS: &str = "lustrate";

/// All that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    made_with: MadeWith,
    /// Our repair of each dirty table, followed by those of other systems.
    rows: Vec<Row>,
    /// What we changed in true tables.
    truths: Vec<Row>,
    /// The repairs with a part left out.
    ablation: Vec<Ablated>,
}

/// One table, as one system repaired it.
#[derive(Clone, Debug, Serialize)]
struct Row {
    table: String,
    group: String,
    source: Source,
    system: String,
    /// What came of it, or why nothing did.
    result: Result<Measured, String>,
}

/// All dirty tables, repaired with one part left out.
#[derive(Debug, Serialize)]
struct Ablated {
    without: &'static str,
    rows: Vec<Row>,
}

impl Row {
    fn new(subject: &Subject, system: &str, result: Result<Measured, String>) -> Self {
        Row {
            table: subject.name.clone(),
            group: subject.group.clone(),
            source: subject.source,
            system: system.to_owned(),
            result,
        }
    }
}

impl Report {
    /// Measures what is planned.
    pub(crate) fn made(plan: &Plan, ablation: bool, processes: &mut Processes<'_>) -> Self {
        let mut rows = Vec::new();
        for subject in &plan.subjects {
            rows.push(repaired(subject, None, processes));
            for peer in &subject.peers {
                let result = processes.pooled(subject, &peer.system, |files| Job {
                    files,
                    task: Task::Score { repaired: peer.repaired.clone() },
                });
                rows.push(Row::new(subject, &peer.system, result));
            }
        }
        let truths = plan.truths.iter().map(|subject| {
            let result = processes.pooled(subject, "its truth", |files| Job { files, task: Task::RepairTruth });
            Row::new(subject, OURS, result)
        });
        let truths = truths.collect();
        let omissions = Omission::all().filter(|_| ablation).map(|omission| Ablated {
            without: omission.name(),
            rows: plan.subjects.iter().map(|subject| repaired(subject, Some(omission), processes)).collect(),
        });
        let ablation = omissions.collect();
        Report { made_with: MadeWith::this(), rows, truths, ablation }
    }

    /// Whether something could not be measured.
    pub(crate) fn has_failure(&self) -> bool {
        let ablated = self.ablation.iter().flat_map(|ablated| &ablated.rows);
        self.rows.iter().chain(&self.truths).chain(ablated).any(|row| row.result.is_err())
    }

    /// The report for a terminal.
    pub(crate) fn text(&self) -> String {
        let sections: Vec<String> = self.sections().iter().map(Section::text).collect();
        format!("{}\n\n{}", self.made_with.sentence(), sections.join("\n"))
    }

    /// The report as a page of Markdown.
    pub(crate) fn markdown(&self) -> String {
        let sections: Vec<String> = self.sections().iter().map(Section::markdown).collect();
        let how = "Written by `quality`; [how to run it, and how to read this](README.md).";
        format!("# Measured\n\n{how}\n{}\n\n{}", self.made_with.sentence(), sections.join("\n"))
    }

    /// All numbers as JSON.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report is numbers and texts") + "\n"
    }

    /// The sections that have something to show.
    fn sections(&self) -> Vec<Section> {
        let ours = |source: Source| self.rows.iter().filter(move |row| row.system == OURS && row.source == source);
        let mut sections = vec![quality::section(&self.rows), truths::section(&self.truths)];
        for (source, of) in [(Source::Dataset, "the data sets"), (Source::Generated, "generated tables")] {
            sections.push(reliability::section(of, ours(source)));
        }
        let whole: Vec<&Row> = ours(Source::Dataset).chain(ours(Source::Generated)).collect();
        sections.push(ablation::section(&whole, &self.ablation));
        sections.retain(|section| !section.is_empty());
        sections
    }
}

fn repaired(subject: &Subject, without: Option<Omission>, processes: &mut Processes<'_>) -> Row {
    let what = without.map_or_else(|| "repair".to_owned(), |omission| format!("without {}", omission.name()));
    let result = processes.pooled(subject, &what, |files| Job::repair(files, without));
    Row::new(subject, OURS, result)
}

/// Rows for the tests of the sections.
#[cfg(test)]
mod sample {
    use lustrate_eval::Tally;

    use super::{OURS, Row};
    use crate::calibration::Calibration;
    use crate::measured::{Measured, OwnRun};
    use crate::plan::Source;

    /// Our repair of a table of 1,000 cells, with 100 errors: so many cells changed and so many of them right, all at
    /// a confidence of .95.
    pub(super) fn ours(table: &str, source: Source, changed: u64, correct: u64) -> Row {
        let tally = Tally { errors: 100, changed, correct, broken: 1, after: 100 - correct, ..Tally::default() };
        let tally: Tally = [tally].into_iter().sum();
        let calibration = Calibration::of((0..changed).map(|cell| (0.95, cell < correct)));
        let run = OwnRun { runs: 2, calibration, seconds: 3.0, peak_bytes: Some(38_444_000) };
        let measured = Measured { cells: 1_000, raw: tally, normalised: tally, run: Some(run) };
        row(table, source, OURS, Ok(measured))
    }

    pub(super) fn row(table: &str, source: Source, system: &str, result: Result<Measured, String>) -> Row {
        let group = table.split(',').next().unwrap_or_default().to_owned();
        Row { table: table.to_owned(), group, source, system: system.to_owned(), result }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let rows = vec![
            sample::ours("beers", Source::Dataset, 80, 76),
            sample::row("beers", Source::Dataset, "peer", Err("rows differ".into())),
        ];
        Report { made_with: MadeWith::this(), rows, truths: Vec::new(), ablation: Vec::new() }
    }

    #[test]
    fn only_sections_with_something_in_them_are_shown() {
        let titles: Vec<String> = report().sections().iter().map(|section| section.title.clone()).collect();
        assert_eq!(titles, ["Quality", "Reliability on the data sets"]);
    }

    #[test]
    fn a_failure_anywhere_is_one_of_the_report() {
        let mut report = report();
        assert!(report.has_failure());
        report.rows.pop();
        assert!(!report.has_failure());
        let rows = vec![sample::row("beers", Source::Dataset, OURS, Err("out of luck".into()))];
        report.ablation.push(Ablated { without: "pairs", rows });
        assert!(report.has_failure());
    }

    #[test]
    fn all_forms_hold_the_same_rows() {
        let report = report();
        for form in [report.text(), report.markdown(), report.json()] {
            assert!(form.contains("beers") && form.contains("rows differ"), "{form}");
        }
    }
}
