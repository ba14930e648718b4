//! Reports on tables of many shapes, as files.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use lustrate::{CsvOptions, Settings, SourceText, parse, read_csv_bytes, repair_and_explain};
use lustrate_report::{AgainstTruth, ClaimedCells, Judged, Mode, Report, Run, cells_to_explain, report_html};
use lustrate_testkit::project_root;
use tempfile::TempDir;

/// Markup, and what would change the direction of writing or end a script.
pub const NASTY: &str =
    "</style></script><script>window.hurt = 1; alert(1)</script><img src=x onerror='window.hurt = 1'>\u{202e}\u{2028}";

/// Reports in a folder of their own.
pub struct Pages {
    folder: TempDir,
}

impl Pages {
    pub fn new() -> Self {
        Pages { folder: tempfile::tempdir().expect("there is a folder for temporary files") }
    }

    /// The orders that ship with the project, held against numbers that stand for a truth.
    pub fn orders(&self) -> PathBuf {
        let read =
            |name: &str| fs::read_to_string(project_root().join("testdata").join(name)).expect("the orders ship");
        let first: String = read("orders.csv").split_inclusive('\n').take(801).collect();
        self.page("orders", &first, &read("orders.rules"))
    }

    /// A table of columns whose rules lead from one to another, in a circle and together too.
    pub fn related(&self) -> PathBuf {
        let names =
            ["MMMMWWWW", "b", "Straßenname", "d_d", "e", "f", "都市", "עיר", "i", "j", "WIDE CAPITALS OF A NAME", "l"];
        let row =
            |row: usize| (0..12).map(|column| format!("v{}", row * (column + 3) % 7)).collect::<Vec<_>>().join(",");
        let csv = format!("{}\n{}\n", names.join(","), (0..120).map(row).collect::<Vec<_>>().join("\n"));
        let quoted = |place: usize| format!("\"{}\"", names[place]);
        let rule = |(from, to): &(&[usize], usize)| {
            let from: Vec<String> = from.iter().map(|&place| quoted(place)).collect();
            format!("fd {} -> {}\n", from.join(", "), quoted(*to))
        };
        let rules: [(&[usize], usize); 11] = [
            (&[0], 1),
            (&[1], 0),
            (&[0], 2),
            (&[2], 3),
            (&[0], 3),
            (&[3, 4], 5),
            (&[5], 6),
            (&[6, 7], 3),
            (&[8], 9),
            (&[10], 9),
            (&[10, 11], 7),
        ];
        self.page("related", &csv, &rules.iter().map(rule).collect::<String>())
    }

    /// Tables of shapes that are hard to draw.
    pub fn odd(&self) -> Vec<PathBuf> {
        let wide: Vec<String> = (0..100).map(|column| format!("column_{column}")).collect();
        let row =
            |row: usize| (0..100).map(|column| format!("{}", (row * 7 + column) % 5)).collect::<Vec<_>>().join(",");
        let wide = format!("{}\n{}\n", wide.join(","), (0..60).map(row).collect::<Vec<_>>().join("\n"));
        let long = "Donaudampfschifffahrtsgesellschaft".repeat(40);
        vec![
            self.nasty(),
            self.page("one-row", "a,b\n1,2\n", ""),
            self.page("nothing-wrong", &cities("city", "Rome", "Rome"), "fd zip -> city\n"),
            self.page("wide", &wide, ""),
            self.page("long", &cities(&format!("c{long}"), &long, &format!("{long}x")), ""),
            self.page(
                "scripts",
                &cities("עיר 都市", "ירושלים תל אביב 東京", "ירושלים תל אבב 東京"),
                "fd zip -> \"עיר 都市\"\n",
            ),
        ]
    }

    /// Markup in values, names and files.
    pub fn nasty(&self) -> PathBuf {
        self.page("nasty", &cities("city", &format!("Rome{NASTY}"), &format!("Rone{NASTY}")), "fd zip -> city\n")
    }

    fn page(&self, name: &str, csv: &str, rules: &str) -> PathBuf {
        let table = read_csv_bytes("table.csv", csv.as_bytes(), &CsvOptions::default()).expect("it is a table").table;
        let parsed = parse(&Arc::new(SourceText::new("table.rules", rules)));
        assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
        let settings = Settings::new();
        let (outcome, explanations) = repair_and_explain(&table, &parsed.rules, &settings, &cells_to_explain, &|_| ())
            .expect("the rules fit the table");
        let run = Run {
            data: format!("{name} {NASTY}.csv"),
            rules: vec![format!("{name}.rules")],
            cleaned: format!("{name}.clean.csv"),
            repairs: Some(format!("{name}.repairs.csv")),
            quarantine: None,
            report: None,
            models: Vec::new(),
            saved_model: None,
            mode: Mode::Written,
            files: Vec::new(),
        };
        let judged = Judged {
            errors: 10,
            changed: 8,
            correct: 7,
            broken: 1,
            after: 4,
            precision: 0.875,
            recall: 0.7,
            f1: 0.778,
        };
        let truth = AgainstTruth {
            truth: format!("{name}.truth.csv"),
            all: judged,
            folded: judged,
            columns: vec![(NASTY.to_owned(), judged)],
            claims: vec![ClaimedCells { from: 0.9, to: 1.0, cells: 8, right: 7, confidence: 0.95 }],
            calibration_error: Some(0.075),
        };
        let settings = settings.used().expect("the defaults are in order");
        let report = Report {
            outcome: &outcome,
            run: &run,
            settings: &settings,
            metadata: None,
            explanations: &explanations,
            truth: Some(&truth),
        };
        let file = self.folder.path().join(format!("{name}.html"));
        fs::write(&file, report_html(&report)).expect("the folder can be written to");
        file
    }
}

/// Forty rows of one city, of which one is misspelt, and some of another.
fn cities(column: &str, city: &str, misspelt: &str) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let row = |row: usize| format!("00184,{}\n", quoted(if row == 7 { misspelt } else { city }));
    let other = |row: usize| format!("3{row:04},{}\n", quoted("Elsewhere"));
    format!("zip,{}\n{}", quoted(column), (0..40).map(row).chain((0..8).map(other)).collect::<String>())
}
