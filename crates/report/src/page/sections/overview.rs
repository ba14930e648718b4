//! What was done, in a few sentences with numbers.

use std::collections::BTreeSet;

use lustrate::{Diagnostic, Outcome, RuleOutcome, Severity};
use serde::Serialize;

use super::Content;
use crate::numbers::{counted, grouped, of_whole};
use crate::page::Subject;
use crate::page::html::{Html, tag};
use crate::page::room::fitted;
use crate::page::value::{file_name, name, prose};
use crate::summary::next;
use crate::values::cut;
use crate::{Mode, Run};

/// What was done.
#[derive(Serialize)]
pub(crate) struct Overview {
    /// The numbers that matter most.
    figures: Vec<Figure>,
    /// What was done, in sentences.
    sentences: Vec<String>,
    /// What to do next.
    next: String,
    /// The columns that no longer look like their population.
    other_population: Vec<String>,
    /// The rules that make the run fail.
    failed: Vec<String>,
    /// What was noted on the way.
    notes: Vec<Note>,
}

/// A number with its whole.
#[derive(Serialize)]
struct Figure {
    what: &'static str,
    number: u64,
    whole: String,
}

/// What was noted on the way.
#[derive(Serialize)]
struct Note {
    severity: &'static str,
    title: String,
    help: Option<String>,
}

/// Bytes that notes take at most.
const ROOM: usize = 40_000;
/// Characters of a note that are shown.
const LONGEST: usize = 600;

impl Content for Overview {
    const TITLE: &'static str = "What was done";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        let (outcome, run) = (subject.report.outcome, subject.report.run);
        let mut sentences = vec![read_and_changed(outcome, run)];
        sentences.extend(rules(outcome));
        sentences.extend(set_apart(outcome, run));
        sentences.extend(subject.report.truth.map(|truth| {
            let told = |whole: u64, unit| {
                let is = if whole == 1 { "is" } else { "are" };
                format!("{} {is}", of_whole(truth.all.correct, whole, unit))
            };
            let (right, mended) = (told(truth.all.changed, "change"), told(truth.all.errors, "wrong cell"));
            format!("Held against {}, {right} right, and {mended} mended.", cut(file_name(&truth.truth), 80))
        }));
        let shifted =
            subject.changes.iter().filter(|change| change.population.as_ref().is_some_and(|p| p.is_another()));
        let failed = |rule: &lustrate::FailedRule| {
            format!("{} ({}:{}): {}", cut(&rule.name, 80), rule.file, rule.line, rule.reason)
        };
        Some(Overview {
            figures: figures(outcome),
            sentences,
            next: next(outcome, run),
            other_population: shifted.map(|change| change.column.clone()).collect(),
            failed: outcome.failed.iter().map(failed).collect(),
            notes: outcome.notes.iter().map(note).collect(),
        })
    }

    fn html(&self) -> Html {
        let figure = |figure: &Figure| {
            let number =
                tag("dd").with(tag("b").with(grouped(figure.number))).with(tag("span").with(figure.whole.as_str()));
            tag("div").with(tag("dt").with(figure.what)).with(number)
        };
        let sentences = self.sentences.iter().map(|sentence| tag("p").with(prose(sentence)));
        let figures = tag("dl").class("figures").with_all(self.figures.iter().map(figure));
        let next = tag("p").class("next").with(tag("b").with("Next: ")).with(prose(&self.next)).with(".");
        let failed = (!self.failed.is_empty()).then(|| {
            let list = fitted(self.failed.iter().map(|rule| tag("li").with(rule.as_str())), ROOM);
            notice("The run fails", tag("ul").with(list.html))
        });
        Html::from(figures)
            .and(tag("div").class("lead").with_all(sentences).with(next))
            .and(failed)
            .and(self.population())
            .and(self.notes())
    }
}

impl Overview {
    fn population(&self) -> Option<Html> {
        let (first, more) = self.other_population.split_at(self.other_population.len().min(5));
        let names =
            first.iter().enumerate().map(|(place, column)| Html::from((place > 0).then_some(", ")).and(name(column)));
        let more = (!more.is_empty()).then(|| format!(" and {}", counted(more.len() as u64, "other")));
        let are = if self.other_population.len() == 1 { "column no longer looks" } else { "columns no longer look" };
        let told = tag("p")
            .with(format!(
                "{} {are} like the cells that were left alone: ",
                grouped(self.other_population.len() as u64)
            ))
            .with_all(names)
            .with(more)
            .with(". ")
            .with(tag("a").attr("href", "#columns").with("What this means"))
            .with(".");
        (!self.other_population.is_empty()).then(|| notice("Look at the distributions", told))
    }

    fn notes(&self) -> Option<Html> {
        let item = |note: &Note| {
            let help = note.help.as_deref().map(|help| tag("span").class("aside").with("; ").with(prose(help)));
            tag("li").with(tag("b").with(note.severity)).with(": ").with(prose(&note.title)).with(help).with(".")
        };
        let list = fitted(self.notes.iter().map(item), ROOM);
        let more = self.notes.len() - list.shown;
        let more = (more > 0).then(|| tag("p").with(format!("{} are not shown.", counted(more as u64, "more note"))));
        let summary = tag("summary").with(counted(self.notes.len() as u64, "note") + " on the way");
        let details = tag("details").with(summary).with(tag("ul").class("notes").with(list.html)).with(more);
        (!self.notes.is_empty()).then(|| details.into())
    }
}

/// What should not be passed over.
pub(super) fn notice(title: &'static str, content: impl Into<Html>) -> Html {
    tag("div").class("notice").with(tag("h3").with(title)).with(content).into()
}

fn figures(outcome: &Outcome) -> Vec<Figure> {
    let totals = &outcome.totals;
    let of_cells = |part| share_of(part, totals.cells, "cell");
    let broken = broken_rules(outcome, |rule| rule.broken_after > 0);
    let mut figures = vec![
        Figure { what: "changed", number: totals.applied, whole: of_cells(totals.applied) },
        Figure { what: "to review", number: totals.for_review, whole: of_cells(totals.for_review) },
    ];
    if !outcome.rules.is_empty() {
        let whole = counted(broken_rules(outcome, |_| true), "rule");
        figures.push(Figure { what: "still broken", number: broken, whole: format!("of {whole}") });
    }
    if !outcome.quarantine.is_empty() {
        let number = outcome.quarantine.len() as u64;
        figures.push(Figure { what: "set apart", number, whole: share_of(number, totals.rows, "row") });
    }
    figures
}

/// The whole of a number that stands apart: `of 48,000 cells (4.5 %)`.
fn share_of(part: u64, whole: u64, unit: &str) -> String {
    let text = of_whole(part, whole, unit);
    text.split_once(' ').map_or(text.clone(), |(_, whole)| whole.to_owned())
}

fn read_and_changed(outcome: &Outcome, run: &Run) -> String {
    let totals = &outcome.totals;
    let (rows, columns) = (counted(totals.rows, "row"), counted(totals.columns, "column"));
    let (changed, doubtful) = (of_whole(totals.applied, totals.cells, "cell"), counted(totals.for_review, "cell"));
    let (were, waits) = if run.mode == Mode::Written { ("were", "wait") } else { ("would be", "would wait") };
    let were = if totals.applied == 1 && run.mode == Mode::Written { "was" } else { were };
    let waits = if totals.for_review == 1 && run.mode == Mode::Written { "waits" } else { waits };
    format!(
        "Of {} with {rows} and {columns}, {changed} {were} changed, and {doubtful} {waits} for a person to look at. All \
         other cells are as they were read.",
        cut(file_name(&run.data), 80)
    )
}

fn rules(outcome: &Outcome) -> Option<String> {
    let all = broken_rules(outcome, |_| true);
    let needed = |of: fn(&RuleOutcome) -> u64| outcome.rules.iter().map(of).sum::<u64>();
    let (before, after) = (needed(|rule| rule.broken_before), needed(|rule| rule.broken_after));
    let broken = |rules: u64, is: [&'static str; 2]| format!("{} {}", grouped(rules), is[usize::from(rules != 1)]);
    let were = broken(broken_rules(outcome, |rule| rule.broken_before > 0), ["was", "were"]);
    let are = broken(broken_rules(outcome, |rule| rule.broken_after > 0), ["still is", "still are"]);
    let changes =
        |number: u64| if number == 0 { String::new() } else { format!(" ({} needed)", counted(number, "change")) };
    (all > 0).then(|| {
        format!("Of {}, {were} broken before{}, and {are}{}.", counted(all, "rule"), changes(before), changes(after))
    })
}

fn set_apart(outcome: &Outcome, run: &Run) -> Option<String> {
    let file = run.quarantine.as_deref()?;
    let number = outcome.quarantine.len() as u64;
    let is = if number == 1 { "is" } else { "are" };
    Some(format!(
        "{} {is} set apart in {}, each with the reason.",
        of_whole(number, outcome.totals.rows, "row"),
        cut(file, 80)
    ))
}

/// Rules as people count them: a statement on one line that determines three columns is one rule.
fn broken_rules(outcome: &Outcome, counts: fn(&RuleOutcome) -> bool) -> u64 {
    let rules = outcome.rules.iter().filter(|rule| counts(rule)).map(|rule| (&rule.file, rule.line));
    rules.collect::<BTreeSet<_>>().len() as u64
}

fn note(diagnostic: &Diagnostic) -> Note {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let text = |text: &String| cut(text, LONGEST);
    Note { severity, title: text(&diagnostic.title), help: diagnostic.help.as_ref().map(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::{cities, orders};

    #[test]
    fn what_was_done_is_told_with_numbers_and_wholes() {
        let fixture = cities("city", "Rome", "Rone");
        let overview = Overview::of(&fixture.subject()).unwrap();
        let expected = "Of table.csv with 38 rows and 2 columns, 1 of 76 cells (1.3 %) was changed, and 0 cells wait for a person \
                        to look at. All other cells are as they were read.";
        assert_eq!(overview.sentences[0], expected);
        assert_eq!(overview.sentences[1], "Of 1 rule, 1 was broken before (1 change needed), and 0 still are.");
        assert_eq!((overview.figures[0].number, overview.figures[0].whole.as_str()), (1, "of 76 cells (1.3 %)"));
    }

    #[test]
    fn all_notes_are_counted() {
        let fixture = orders();
        let overview = Overview::of(&fixture.subject()).unwrap();
        assert_eq!(overview.notes.len(), fixture.outcome.notes.len());
    }
}
