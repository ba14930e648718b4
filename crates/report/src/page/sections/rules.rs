//! What the rules say, before and after, and how much each weighs.

use std::collections::BTreeMap;

use lustrate::{RuleStrength, WeighedBy};
use serde::Serialize;

use super::Content;
use crate::numbers::{grouped, of_whole};
use crate::page::Subject;
use crate::page::charts::{bar, legend};
use crate::page::html::{Element, Html, tag};
use crate::page::room::fitted;
use crate::page::table::{Frame, Order, head, named, number, numbers, table, unsorted, words};
use crate::page::value::{file_name, name};
use crate::values::cut;

/// What the rules say.
#[derive(Serialize)]
pub(crate) struct Rules {
    /// Rows of the table.
    rows: u64,
    rules: Vec<Rule>,
    /// What the rules say of more than cells: checks, duplicates, keys that are in no reference.
    others: Vec<Other>,
}

/// One rule, for one of the columns that it determines.
#[derive(Serialize)]
struct Rule {
    name: String,
    determines: Option<String>,
    file: String,
    line: u32,
    support: Option<u64>,
    broken_before: u64,
    broken_after: u64,
    strength: RuleStrength,
    /// The repairs for which it speaks loudest.
    repairs: u64,
}

/// A rule on more than cells.
#[derive(Serialize)]
struct Other {
    name: String,
    file: String,
    line: u32,
    holds: bool,
    words: String,
}

/// Bytes that each list takes at most.
const ROOM: usize = 90_000;

impl Content for Rules {
    const TITLE: &'static str = "Rules";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        let outcome = subject.report.outcome;
        let mut repairs: BTreeMap<(&str, Option<&str>), u64> = BTreeMap::new();
        for repair in &outcome.repairs {
            if let Some(rule) = &repair.rule {
                *repairs.entry((rule, Some(&repair.column))).or_default() += 1;
                *repairs.entry((rule, None)).or_default() += 1;
            }
        }
        let rules = outcome.rules.iter().map(|rule| Rule {
            name: rule.name.clone(),
            determines: rule.determines.clone(),
            file: rule.file.clone(),
            line: rule.line,
            support: rule.support,
            broken_before: rule.broken_before,
            broken_after: rule.broken_after,
            strength: rule.strength,
            repairs: repairs.get(&(rule.name.as_str(), rule.determines.as_deref())).copied().unwrap_or(0),
        });
        let rules: Vec<Rule> = rules.collect();
        let others = others(subject);
        let is_empty = rules.is_empty() && others.is_empty();
        (!is_empty).then_some(Rules { rows: outcome.totals.rows, rules, others })
    }

    fn html(&self) -> Html {
        let mut html = Html::none();
        if !self.rules.is_empty() {
            let text = "A rule is broken by so many rows as would have to change for it to hold. Support is the rows that a rule \
                        says something of; a dependency those whose key occurs in another row. Weights are in nats for each \
                        violation: one more makes the odds against it 2.7 times as great.";
            html = html.and(tag("p").with(text)).and(legend(["broken now", "no longer broken"])).and(self.on_cells());
        }
        if self.others.is_empty() { html } else { html.and(self.on_more()) }
    }
}

impl Rules {
    fn on_cells(&self) -> Html {
        let most =
            self.rules.iter().map(|rule| rule.broken_before.max(rule.broken_after)).max().unwrap_or(0).max(1) as f64;
        let row = |rule: &Rule| {
            let gone = rule.broken_before.saturating_sub(rule.broken_after);
            let bar = bar(&[rule.broken_after as f64 / most, gone as f64 / most]);
            // A rule without a name of its own is called by what it says, the column among it.
            let unnamed = |column: &&str| !rule.name.contains(*column);
            let determines =
                rule.determines.as_deref().filter(unnamed).map(|column| tag("small").with("for ").with(name(column)));
            let support = rule.support.map_or("–".to_owned(), grouped);
            let text = rule.support.map(|support| of_whole(support, self.rows, "row"));
            let supported = number(support, rule.support.map_or(-1.0, |support| support as f64));
            tag("tr")
                .with(named(tag("span").class("place").with(name(&rule.name)).with(determines)))
                .with(place(&rule.file, rule.line))
                .with(match text {
                    Some(text) => supported.attr("title", text),
                    None => supported,
                })
                .with(number(grouped(rule.broken_before), rule.broken_before as f64))
                .with(number(grouped(rule.broken_after), rule.broken_after as f64))
                .with(words(bar).class("chart"))
                .with(number(grouped(rule.repairs), rule.repairs as f64))
                .with(words(weight(&rule.strength)))
        };
        let heads = [
            head("Rule"),
            head("Written in"),
            numbers("Support, rows"),
            numbers("Broken before, rows"),
            numbers("Broken now, rows"),
            unsorted(""),
            numbers("Speaks for, cells"),
            head("Weight"),
        ];
        let list = fitted(self.rules.iter().map(row), ROOM);
        let caption = match self.rules.len() - list.shown {
            0 => "Rules on rows and pairs of rows".to_owned(),
            more => format!("Rules on rows and pairs of rows, without the last {}", grouped(more as u64)),
        };
        table(Frame { caption, class: "rules", order: Order::Sortable }, &heads, list.html)
    }

    fn on_more(&self) -> Html {
        let row = |other: &Other| {
            tag("tr")
                .with(named(name(&other.name)))
                .with(place(&other.file, other.line))
                .with(words(if other.holds { "holds" } else { "does not hold" }))
                .with(words(cut(&other.words, 300)))
        };
        let heads = [head("Rule"), head("Written in"), head("Now"), unsorted("What was found")];
        let list = fitted(self.others.iter().map(row), ROOM);
        let caption = match self.others.len() - list.shown {
            0 => "Rules on the table as a whole".to_owned(),
            more => format!("Rules on the table as a whole, without the last {}", grouped(more as u64)),
        };
        table(Frame { caption, class: "plain", order: Order::Sortable }, &heads, list.html)
    }
}

/// Where a rule is written: the name of its file and the line; the way there on demand.
fn place(file: &str, line: u32) -> Element {
    let shown = format!("{}:{line}", cut(file_name(file), 60));
    words(tag("code").attr("title", format!("{}:{line}", cut(file, 200))).with(shown))
}

fn others(subject: &Subject<'_>) -> Vec<Other> {
    let outcome = subject.report.outcome;
    let rows = outcome.totals.rows;
    let checks = outcome.checks.iter().map(|check| Other {
        name: check.name.clone(),
        file: check.file.clone(),
        line: check.line,
        holds: check.holds,
        words: check.words(),
    });
    let duplicates = outcome.duplicates.iter().map(|duplicates| Other {
        name: duplicates.name.clone(),
        file: duplicates.file.clone(),
        line: duplicates.line,
        holds: duplicates.things.is_empty(),
        words: format!(
            "{}{} there already",
            if duplicates.complete { "" } else { "at least " },
            are(of_whole(duplicates.surplus(), rows, "row"), duplicates.surplus())
        ),
    });
    let unknown = outcome.unknown.iter().map(|unknown| Other {
        name: unknown.name.clone(),
        file: unknown.file.clone(),
        line: unknown.line,
        holds: unknown.rows.is_empty(),
        words: format!(
            "{} not in {}",
            are(of_whole(unknown.rows.len() as u64, rows, "row"), unknown.rows.len() as u64),
            unknown.reference
        ),
    });
    checks.chain(duplicates).chain(unknown).collect()
}

fn are(what: String, number: u64) -> String {
    format!("{what} {}", if number == 1 { "is" } else { "are" })
}

/// How much a rule weighs, in words.
fn weight(strength: &RuleStrength) -> String {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    match strength {
        RuleStrength::Hard => "hard: it must hold".to_owned(),
        RuleStrength::Weighed { log_weight, by: WeighedBy::Author } => format!("{log_weight:.2} nats, as written"),
        RuleStrength::Weighed { log_weight, by: WeighedBy::Data } => format!("{log_weight:.2} nats, learned"),
        RuleStrength::Dependency { holds, weight: Some(weight) } => {
            format!("holds in {} of its rows; times {weight:.2}, learned", percent(*holds))
        }
        RuleStrength::Dependency { holds, weight: None } => {
            format!("holds in {} of its rows, learned", percent(*holds))
        }
        RuleStrength::NotUsed { coverage, agreement } => format!(
            "no evidence: its key repeats in {} of the rows, of which {} agree",
            percent(*coverage),
            percent(*agreement)
        ),
        RuleStrength::Reported => "none: only reported".to_owned(),
        RuleStrength::Guard => "none: holds repairs back that would break it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::{Fixture, cities, orders};

    #[test]
    fn a_rule_has_its_place_its_support_and_its_weight() {
        let fixture = cities("city", "Rome", "Rone");
        let rules = Rules::of(&fixture.subject()).unwrap();
        let rule = &rules.rules[0];
        assert_eq!((rule.name.as_str(), rule.file.as_str(), rule.line), ("places", "table.rules", 1));
        assert_eq!((rule.support, rule.broken_before, rule.broken_after, rule.repairs), (Some(30), 1, 0, 1));
        assert!(weight(&rule.strength).starts_with("holds in "), "{}", weight(&rule.strength));
        assert!(rules.html().into_string().contains(">table.rules:1</code>"));
    }

    #[test]
    fn a_rule_that_determines_several_columns_is_told_for_each() {
        let fixture = orders();
        let rules = Rules::of(&fixture.subject()).unwrap();
        let customers = rules.rules.iter().filter(|rule| rule.name == "customers");
        let columns: Vec<_> = customers.map(|rule| rule.determines.clone().unwrap()).collect();
        assert_eq!(columns, ["customer", "street", "postal_code"]);
    }

    #[test]
    fn rules_on_the_table_as_a_whole_are_told_too() {
        let fixture =
            Fixture::new("a,b\n1,2\n1,2\n3,4\n", "size: check rows >= 10\nsame: duplicate when a = and b =\n");
        let rules = Rules::of(&fixture.subject()).unwrap();
        let told: Vec<_> =
            rules.others.iter().map(|other| (other.name.as_str(), other.holds, other.words.as_str())).collect();
        assert_eq!(told, [("size", false, "it is 3"), ("same", false, "1 of 3 rows (33.3 %) is there already")]);
    }
}
