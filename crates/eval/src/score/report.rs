//! The score as text: one line for each reading of "the same", and one for each column on demand.

use std::fmt::{self, Write};

use super::{Score, TableScore};

/// How much of a score is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The raw and the normalised totals: two lines.
    Totals,
    /// The totals, and below the raw ones a line for each column with an error or a change.
    ByColumn,
}

impl Score {
    /// The score as lines of text, each with its line end; equal to what the reference implementation prints.
    pub fn report(&self, detail: Detail) -> String {
        let mut text = String::new();
        write_report(&mut text, self, detail).expect("writing to a string does not fail");
        text
    }
}

impl fmt::Display for Score {
    /// The totals. [`Score::report`] shows the columns too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_report(f, self, Detail::Totals)
    }
}

fn write_report(out: &mut impl Write, score: &Score, detail: Detail) -> fmt::Result {
    write_totals(out, "raw", &score.raw)?;
    if detail == Detail::ByColumn {
        write_columns(out, &score.raw)?;
    }
    write_totals(out, "normalised", &score.normalised)
}

fn write_totals(out: &mut impl Write, reading: &str, score: &TableScore) -> fmt::Result {
    let t = &score.total;
    write!(
        out,
        "{reading:10} f1 {:.4}  precision {:.4}  recall {:.4}  edr {:+.4}",
        t.f1, t.precision, t.recall, t.edr
    )?;
    writeln!(out, "  errors {}  changed {}  correct {}  broken {}", t.errors, t.changed, t.correct, t.broken)
}

fn write_columns(out: &mut impl Write, score: &TableScore) -> fmt::Result {
    for (name, t) in &score.columns {
        write!(out, "  {name:24} errors {:6} changed {:6}", t.errors, t.changed)?;
        writeln!(out, " correct {:6} broken {:6}", t.correct, t.broken)?;
    }
    Ok(())
}
