//! Runs that the tests of the page are about.

use std::sync::Arc;

use lustrate::verbs::SettingsUsed;
use lustrate::{
    CsvOptions, Explanation, Metadata, Outcome, Settings, SourceText, column_changes, parse, read_csv_bytes,
    repair_and_explain,
};
use lustrate_testkit::project_root;

use super::{Report, Subject, cells_to_explain};
use crate::{AgainstTruth, Mode, Run};

/// A run with all that a report needs.
pub(crate) struct Fixture {
    pub(crate) outcome: Outcome,
    pub(crate) explanations: Vec<Explanation>,
    pub(crate) run: Run,
    pub(crate) settings: SettingsUsed,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) truth: Option<AgainstTruth>,
}

impl Fixture {
    /// A run on a table with rules.
    pub(crate) fn new(csv: &str, rules: &str) -> Self {
        let table = read_csv_bytes("table.csv", csv.as_bytes(), &CsvOptions::default()).unwrap().table;
        let parsed = parse(&Arc::new(SourceText::new("table.rules", rules)));
        assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
        let settings = Settings::new();
        let (outcome, explanations) =
            repair_and_explain(&table, &parsed.rules, &settings, &cells_to_explain, &|_| ()).unwrap();
        let run = Run {
            data: "table.csv".into(),
            rules: vec!["table.rules".into()],
            cleaned: "table.clean.csv".into(),
            repairs: Some("table.repairs.csv".into()),
            quarantine: None,
            report: None,
            models: Vec::new(),
            saved_model: None,
            mode: Mode::Written,
            files: Vec::new(),
        };
        Fixture { outcome, explanations, run, settings: settings.used().unwrap(), metadata: None, truth: None }
    }

    pub(crate) fn report(&self) -> Report<'_> {
        Report {
            outcome: &self.outcome,
            run: &self.run,
            settings: &self.settings,
            metadata: self.metadata.as_ref(),
            explanations: &self.explanations,
            truth: self.truth.as_ref(),
        }
    }

    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { report: self.report(), changes: column_changes(&self.outcome) }
    }
}

/// The first four hundred of the orders that ship with the project.
pub(crate) fn orders() -> Fixture {
    let read = |name: &str| std::fs::read_to_string(project_root().join("testdata").join(name)).unwrap();
    let first: String = read("orders.csv").split_inclusive('\n').take(401).collect();
    Fixture::new(&first, &read("orders.rules"))
}

/// Thirty rows of one city, of which one is misspelt, with names and values as given.
pub(crate) fn cities(column: &str, city: &str, misspelt: &str) -> Fixture {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let row = |row: usize| format!("00184,{}\n", quoted(if row == 7 { misspelt } else { city }));
    let other = |row: usize| format!("3{row:04},{}\n", quoted("Elsewhere"));
    let rows: String = (0..30).map(row).chain((0..8).map(other)).collect();
    let named = column.replace('\\', "\\\\").replace('"', "\\\"");
    Fixture::new(&format!("zip,{}\n{rows}", quoted(column)), &format!("places: fd zip -> \"{named}\"\n"))
}
