//! What the report is about and what made it, so that the run can be done again.

use lustrate::Metadata;
use lustrate::verbs::HashedFile;
use serde::Serialize;

use super::Content;
use crate::numbers::{counted, grouped};
use crate::page::Subject;
use crate::page::html::{Html, tag};
use crate::values::cut;
use crate::{Mode, RunFile};

/// What made the report.
#[derive(Serialize)]
pub(crate) struct Made {
    facts: Vec<Fact>,
}

/// One thing about the run.
#[derive(Serialize)]
struct Fact {
    what: &'static str,
    is: String,
}

/// Characters of a fact that are shown.
const LONGEST: usize = 400;

impl Content for Made {
    const TITLE: &'static str = "About this run";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        Some(Made { facts: facts(subject) })
    }

    fn html(&self) -> Html {
        let fact =
            |fact: &Fact| tag("div").with(tag("dt").with(fact.what)).with(tag("dd").with(cut(&fact.is, LONGEST)));
        tag("dl").class("facts").with_all(self.facts.iter().map(fact)).into()
    }
}

/// What is told of the run.
fn facts(subject: &Subject<'_>) -> Vec<Fact> {
    let (report, totals) = (&subject.report, &subject.report.outcome.totals);
    let (run, settings) = (report.run, report.settings);
    let fact = |what, is: String| Fact { what, is };
    let listed = |items: &[String], none: &str| if items.is_empty() { none.to_owned() } else { items.join(", ") };
    let mut facts = vec![
        fact("Lustrate", format!("version {}", env!("CARGO_PKG_VERSION"))),
        fact("Table", run.data.clone()),
        fact(
            "Shape",
            [(totals.rows, "row"), (totals.columns, "column"), (totals.cells, "cell")]
                .map(|(number, unit)| counted(number, unit))
                .join(", "),
        ),
        fact("Rules", listed(&run.rules, "none given")),
    ];
    if totals.rules_left_out > 0 {
        facts.push(fact("Rules left out", format!("{} for mistakes", grouped(totals.rules_left_out))));
    }
    if run.mode == Mode::Written && !run.files.is_empty() {
        let all =
            |name: fn(&RunFile) -> Option<&String>| run.files.iter().filter_map(name).cloned().collect::<Vec<_>>();
        facts.push(fact("Files", grouped(run.files.len() as u64)));
        facts.push(fact("Repaired tables", listed(&all(|file| Some(&file.cleaned)), "none")));
        facts.push(fact("Repairs", listed(&all(|file| file.repairs.as_ref()), "none")));
        facts.push(fact("Rows set apart", listed(&all(|file| file.quarantine.as_ref()), "none")));
    } else if run.mode == Mode::Written {
        facts.push(fact("Repaired table", run.cleaned.clone()));
        facts.extend(run.repairs.clone().map(|file| fact("Repairs", file)));
        facts.extend(run.quarantine.clone().map(|file| fact("Rows set apart", file)));
    } else {
        facts.push(fact("Written", "nothing: this was a dry run".to_owned()));
    }
    facts.push(fact("Changed from", format!("a confidence of {} on", settings.apply_at)));
    facts.push(fact("Reviewed from", format!("a confidence of {} on", settings.review_at)));
    facts.push(fact("Seed", settings.seed.to_string()));
    if !settings.ids.is_empty() {
        facts.push(fact("Columns that identify rows", settings.ids.join(", ")));
    }
    if !settings.without_formats.is_empty() {
        facts.push(fact("Formats not looked for", settings.without_formats.join(", ")));
    }
    if !settings.without.is_empty() {
        facts.push(fact("Parts left out", settings.without.join(", ")));
    }
    facts.extend(report.truth.map(|truth| fact("Truth", truth.truth.clone())));
    facts.extend(report.metadata.into_iter().flat_map(hashes));
    facts
}

/// The files of the run by what is in them: with these a later reader can tell whether a file is the one that is meant.
fn hashes(metadata: &Metadata) -> Vec<Fact> {
    let fact = |what, file: &HashedFile| {
        let is = format!("{}, {}, SHA-256 {}", file.name, counted(file.bytes, "byte"), file.sha256);
        Fact { what, is }
    };
    let mut facts = vec![fact("What was read", &metadata.data.file)];
    facts.extend(metadata.rules.iter().map(|rules| fact("Rule file", rules)));
    facts.push(fact("What was written", &metadata.output));
    facts.extend(metadata.quarantine.iter().map(|apart| fact("Set apart in", &apart.file)));
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::cities;

    #[test]
    fn what_is_needed_to_do_it_again_is_told() {
        let fixture = cities("city", "Rome", "Rone");
        let made = Made::of(&fixture.subject()).unwrap();
        let told = |what: &str| made.facts.iter().find(|fact| fact.what == what).map(|fact| fact.is.as_str());
        assert_eq!(told("Table"), Some("table.csv"));
        assert_eq!(told("Shape"), Some("38 rows, 2 columns, 76 cells"));
        assert_eq!((told("Seed"), told("Changed from")), (Some("0"), Some("a confidence of 0.7 on")));
        assert_eq!(told("Formats not looked for"), None);
    }
}
