//! Which columns determine which, as a picture and as a list.

use std::collections::{BTreeMap, BTreeSet};

use lustrate::DependencyOutcome;
use serde::Serialize;

use super::Content;
use crate::numbers::counted;
use crate::page::Subject;
use crate::page::charts::{Arrow, Shown, graph};
use crate::page::html::{Html, tag};
use crate::page::room::fitted;
use crate::page::table::{Frame, Order, head, named, number, numbers, table, words};
use crate::page::value::name;

/// Which columns determine which.
#[derive(Serialize)]
pub(crate) struct Dependencies {
    /// Who says so.
    source: Source,
    dependencies: Vec<DependencyOutcome>,
    /// The columns of the table, in order.
    columns: Vec<String>,
}

/// Who says what determines what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Source {
    /// The rules.
    Rules,
    /// The values, as no rule does.
    Values,
}

/// Bytes that the list takes at most, and the picture.
const ROOM: usize = 40_000;
const PICTURE_ROOM: usize = 50_000;
/// Columns that are drawn at most; fewer where the picture of so many has no room.
const MOST_COLUMNS: [usize; 5] = [40, 30, 20, 12, 6];

impl Content for Dependencies {
    const TITLE: &'static str = "What determines what";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        let all = &subject.report.outcome.dependencies;
        let source = if all.iter().any(|one| one.rule.is_some()) { Source::Rules } else { Source::Values };
        let told = |one: &&DependencyOutcome| one.rule.is_some() == (source == Source::Rules);
        let dependencies: Vec<DependencyOutcome> = all.iter().filter(told).cloned().collect();
        let columns = subject.changes.iter().map(|change| change.column.clone()).collect();
        (!dependencies.is_empty()).then_some(Dependencies { source, dependencies, columns })
    }

    fn html(&self) -> Html {
        let says = match self.source {
            Source::Rules => {
                "The rules say that rows which agree on the columns where an arrow starts agree on the column \
                              where it ends."
            }
            Source::Values => {
                "No rule says what determines what. The values show that rows which agree on the columns where \
                               an arrow starts nearly always agree on the column where it ends. That is evidence, not proof: \
                               what is true may be written as a rule. Arrows that follow from others are in the list alone."
            }
        };
        let how = "Columns in one box determine each other; those that meet in a plus determine only together. The thicker an \
                   arrow, the better it holds in the table as it was read; dashed arrows hold in less than 95 % of the rows \
                   whose key occurs in another row.";
        Html::from(tag("p").with(says)).and(tag("p").class("aside").with(how)).and(self.picture()).and(self.list())
    }
}

impl Dependencies {
    fn picture(&self) -> Html {
        let parts = self.parts().len();
        let mut drawn = MOST_COLUMNS.iter().map(|&most| (most.min(parts), self.graph(most)));
        let Some((columns, picture)) = drawn.find(|(_, picture)| picture.len() <= PICTURE_ROOM) else {
            return tag("p").class("aside").with("They are too many for a picture.").into();
        };
        let scrolls = tag("div").class("scroll").attr("tabindex", 0).attr("role", "group").attr("aria-label", "Graph");
        let left_out = (columns < parts).then(|| {
            let text = format!(
                "Drawn are the {columns} of {} that most dependencies are about.",
                counted(parts as u64, "column")
            );
            tag("p").class("aside").with(text)
        });
        Html::from(scrolls.with(picture)).and(left_out)
    }

    /// The picture of so many columns at most.
    fn graph(&self, most: usize) -> Html {
        let drawn = self.drawn(most);
        let place = |column: &String| drawn.iter().position(|&place| self.columns[place] == *column);
        let arrow = |one: &DependencyOutcome| {
            let from: Option<Vec<usize>> = one.determining.iter().map(place).collect();
            Some(Arrow { from: from?, to: place(&one.determined)?, sure: one.holds })
        };
        let arrows: Vec<Arrow> = self.dependencies.iter().filter_map(arrow).collect();
        let labels: Vec<String> = drawn.iter().map(|&place| self.columns[place].clone()).collect();
        let says = format!(
            "Graph of what determines what among {}; the list below it says the same",
            counted(labels.len() as u64, "column")
        );
        // Rules are all drawn as they were written; what the values show follows from itself in many ways.
        graph(&says, &labels, &arrows, if self.source == Source::Rules { Shown::All } else { Shown::NotImplied })
    }

    /// The columns that take part, by their places in the table, and how many dependencies each is in.
    fn parts(&self) -> BTreeMap<usize, usize> {
        let places: BTreeMap<&str, usize> =
            self.columns.iter().enumerate().map(|(place, column)| (column.as_str(), place)).collect();
        let mut parts: BTreeMap<usize, usize> = BTreeMap::new();
        for one in &self.dependencies {
            let columns: BTreeSet<&str> = one.determining.iter().chain([&one.determined]).map(String::as_str).collect();
            for place in columns.into_iter().filter_map(|column| places.get(column)) {
                *parts.entry(*place).or_default() += 1;
            }
        }
        parts
    }

    /// The columns that are drawn, in the order of the table.
    fn drawn(&self, most: usize) -> Vec<usize> {
        let mut parts: Vec<(usize, usize)> = self.parts().into_iter().collect();
        parts.sort_by_key(|&(place, count)| (std::cmp::Reverse(count), place));
        let mut drawn: Vec<usize> = parts.into_iter().take(most).map(|(place, _)| place).collect();
        drawn.sort_unstable();
        drawn
    }

    fn list(&self) -> Html {
        let columns = |columns: &[String]| -> Html {
            let joined = |(place, column): (usize, &String)| Html::from((place > 0).then_some(", ")).and(name(column));
            columns.iter().enumerate().map(joined).collect()
        };
        let row = |one: &DependencyOutcome| {
            let shown = if one.holds > 0.9999 { "100 %".to_owned() } else { format!("{:.1} %", 100.0 * one.holds) };
            let row = tag("tr")
                .with(named(columns(&one.determining)))
                .with(words(name(&one.determined)))
                .with(number(shown, one.holds));
            match self.source {
                Source::Rules => row.with(words(one.rule.as_deref().map(name))),
                Source::Values => row,
            }
        };
        let list = fitted(self.dependencies.iter().map(row), ROOM);
        let caption = match self.dependencies.len() - list.shown {
            0 => "All dependencies, and the share of the rows in which each holds".to_owned(),
            more => format!("Dependencies, and the share of the rows in which each holds, without the last {more}"),
        };
        let rule = (self.source == Source::Rules).then(|| head("Rule"));
        let heads: Vec<_> =
            [head("Determining"), head("Determined"), numbers("Holds")].into_iter().chain(rule).collect();
        let frame = Frame { caption, class: "plain", order: Order::Sortable };
        tag("details").with(tag("summary").with("The list")).with(table(frame, &heads, list.html)).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::{Fixture, cities, orders};

    #[test]
    fn the_rules_are_drawn_where_they_say_what_determines_what() {
        let fixture = orders();
        let content = Dependencies::of(&fixture.subject()).unwrap();
        assert_eq!(content.source, Source::Rules);
        let html = content.html().into_string();
        assert!(html.contains("<svg class=\"graph\" role=\"img\"") && html.contains("class=\"head\""), "{html}");
        let rules = fixture.outcome.dependencies.iter().filter(|one| one.rule.is_some()).count();
        assert_eq!(html.matches("<tr><th scope=\"row\">").count(), rules);
    }

    #[test]
    fn what_the_values_show_is_drawn_where_no_rule_says_it() {
        let row = |row: usize| format!("{},town {},{}\n", 100 + row % 9, row % 9, row % 5);
        let csv: String = (0..180).map(row).collect();
        let fixture = Fixture::new(&format!("zip,city,other\n{csv}"), "column other integer");
        let content = Dependencies::of(&fixture.subject()).unwrap();
        assert_eq!(content.source, Source::Values);
        let html = content.html().into_string();
        // Both are in one box, as each determines the other.
        assert_eq!(html.matches("class=\"node\"").count(), 1, "{html}");
        assert!(!html.contains(">Rule<"), "{html}");
    }

    #[test]
    fn a_table_without_any_has_no_such_section() {
        assert!(Dependencies::of(&Fixture::new("a\n1\n", "").subject()).is_none());
    }

    #[test]
    fn many_columns_are_drawn_in_part() {
        let mut content = Dependencies::of(&cities("city", "Rome", "Rone").subject()).unwrap();
        content.columns = (0..300).map(|place| format!("c{place}")).collect();
        content.dependencies = (0..299)
            .map(|place| DependencyOutcome {
                determining: vec![format!("c{place}")],
                determined: format!("c{}", place + 1),
                rule: Some("r".into()),
                holds: 1.0,
            })
            .collect();
        let html = content.html().into_string();
        assert!(html.matches("class=\"node\"").count() <= 40 && html.contains("Drawn are the 40 of 300 columns"));
    }
}
