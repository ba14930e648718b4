//! `check MEASURE …`: what must hold of the table as a whole.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::aggregate::{Aggregate, Limits, aggregate, aggregate_from_json, limits, limits_from_json};
use crate::cursor::Cursor;
use crate::files::{NamedFile, WantedKind};
use crate::json::{Fields, Json, Object, Output};
use crate::lowering::{Lowering, Relation, Standing};
use crate::name::{Name, listed};
use crate::{Rule, Strength};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "check",
    usage: "check mean(COLUMN) by COLUMN >= 1",
    role: Role::Check,
    documentation: Documentation {
        summary: "what must hold of the table as a whole",
        what: "`check M >= 1` or `check M between 1 and 30`, both ends included, with `<`, `<=`, `>`, `>=` or `=`. What is \
               measured is one of these:\n\n\
               - `rows`: the number of rows.\n\
               - `count(A)`, `distinct(A)`: the number of values that are there, and of different ones.\n\
               - `nulls(A)`: the share of rows without a value, held against per cent as in `nulls(A) <= 5%`.\n\
               - `sum(A)`, `mean(A)`, `median(A)`, `min(A)`, `max(A)`, `stddev(A)` (divided by n − 1): of a column of \
               numbers. Of a declared type, limits are written as its values are: `max(admitted) <= \"2020-12-31\"`, \
               `mean(wait) < \"2 h\"`; a bare number is in the declared unit. Missing values, and texts that are no \
               numbers, do not count.\n\
               - `A like \"FILE\" psi`: how far the column has drifted from the one of that name in another table, or from \
               `\"FILE\".B`: the population stability index over deciles of the other table, or over the values where \
               they are not numbers. Below 0.1 little has changed, above 0.25 much (Siddiqi 2006).\n\n\
               With `by B, C` behind the measure it must hold in every group of rows that agree on these columns. A \
               measure of no values is unknown and breaks nothing.\n\n\
               Several checks may stand on one line with `;` between them; the name is that of the first, and a policy \
               behind the last is that of all without one. A check changes no cell: where it does not hold that is \
               reported (`warn`, which need not be written), and with `fail` the run fails. With `where` only some \
               rows count.",
        why: "A file that was cut off, a column that came empty, a sensor that was exchanged: every single row looks \
              right, and only the whole is wrong.",
        example: Example {
            table: "ward,stay,score\nA,3,10\nA,5,\nB,40,12\nB,44,11\n",
            rules: "stay: check mean(stay) by ward between 1 and 30\n\
                    size: check rows >= 3; check nulls(score) <= 5% fail\n\
                    drift: check score like \"last_month.csv\" psi < 0.2 where score is not null",
            files: &[("last_month.csv", "score\n10\n11\n12\n")],
            breaking: &[],
            failing: &["stay", "check nulls(score) <= 5%"],
        },
        when_it_is_wrong: "When the limit was read off one delivery: the next is a little different for good reasons, and \
                           alarms that are always false are no longer read.",
    },
    parse,
    read_json,
};

/// What must hold of the table as a whole.
#[derive(Clone, Debug, PartialEq)]
struct Check {
    measure: Aggregate,
    by: Vec<Name>,
    limits: Limits,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let measure = aggregate(cursor)?;
    let by = if cursor.accept_word("by") { cursor.columns()? } else { Vec::new() };
    let limits = limits(cursor, &measured(&measure, &by))?;
    Ok(Rule::new(Check { measure, by, limits }))
}

fn measured(measure: &Aggregate, by: &[Name]) -> String {
    if by.is_empty() { measure.to_string() } else { format!("{measure} by {}", listed(by)) }
}

fn read_json(fields: &mut Fields<'_>) {
    aggregate_from_json(fields);
    fields.behind(&["by"], "by", Output::names);
    limits_from_json(fields);
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "check {} {}", measured(&self.measure, &self.by), self.limits)
    }
}

impl Statement for Check {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        let by = self.by.iter().map(|name| Json::text(&name.text)).collect();
        self.measure.to_json().with_list("by", by).and(self.limits.to_json())
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut diagnostics = self.measure.check(source, &self.limits);
        for (place, name) in self.by.iter().enumerate() {
            if self.by[..place].contains(name) {
                let diagnostic = Diagnostic::error("repeated-column", format!("`{}` is listed twice", name.text));
                diagnostics.push(diagnostic.at(source, name.span(), "listed already").help("leave it out here"));
            }
        }
        diagnostics
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        let measure = self.measure.lower(lowering);
        let by: Vec<_> = self.by.iter().map(|name| lowering.attribute(name, Standing::Left)).collect();
        let bound = measure.as_ref().and_then(|measure| self.limits.lower(lowering, &self.measure, measure));
        let (Some(measure), Some(by), Some(bound)) = (measure, by.into_iter().collect(), bound) else { return };
        let text = self.to_string();
        lowering.relate(Relation::Check(crate::Check {
            name: lowering.called(&text),
            text,
            origin: lowering.origin(),
            strength: match lowering.policy().strength {
                Strength::Fail { .. } => Strength::Fail { above: 0.0 },
                Strength::Hard | Strength::Soft { .. } | Strength::Warn => Strength::Warn,
            },
            measure,
            by,
            filter: lowering.filter().to_vec(),
            bound,
        }));
    }

    fn files(&self) -> Vec<NamedFile<'_>> {
        match &self.measure {
            Aggregate::Drift { file, .. } => vec![NamedFile { file, kind: WantedKind::Reference }],
            Aggregate::Rows | Aggregate::Of(..) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::{Attribute, AttributeId, Kind, Schema, Table};

    use super::*;
    use crate::{Bound, Constraints, End, Measure, Parsed, bind, parse};

    fn read(text: &str) -> Parsed {
        parse(&Arc::new(SourceText::new("x.rules", text)))
    }

    fn printed(text: &str) -> String {
        let parsed = read(text);
        assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
        parsed.rules.to_string()
    }

    fn bound(text: &str) -> Result<Constraints, lustrate_diagnostic::Diagnostics> {
        let mut parsed = read(text);
        assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
        let before = Table::new(vec![("score".to_owned(), [Some("1")].into_iter().collect())]).unwrap();
        parsed.rules.attach("x.rules", "before.csv", Arc::new(before));
        let attribute = |(name, kind): (&str, Kind)| Attribute { name: name.to_owned(), kind };
        let columns = [("ward", Kind::Text), ("stay", Kind::Number), ("score", Kind::Number), ("admitted", Kind::Text)];
        bind(&parsed.rules, &Schema::new(columns.map(attribute).into()).unwrap())
    }

    /// The code, the place and the mend of each mistake.
    fn mistakes(text: &str) -> Vec<(&'static str, String, String)> {
        let parsed = read(text);
        let found = if parsed.diagnostics.is_empty() { bound(text).unwrap_err() } else { parsed.diagnostics };
        let told = |diagnostic: &Diagnostic| {
            let span = diagnostic.label.as_ref().unwrap().span;
            let help = diagnostic.help.clone().unwrap_or_default();
            (diagnostic.code, text[span.start..span.end].to_owned(), help)
        };
        found.iter().map(told).collect()
    }

    fn mistake(text: &str, code: &str, place: &str, help: &str) {
        let found = mistakes(text);
        let [(found_code, found_place, found_help)] = &found[..] else { panic!("{text}: {found:?}") };
        assert_eq!((*found_code, found_place.as_str()), (code, place), "{text}");
        assert!(found_help.starts_with(help), "{text}: {found_help}");
    }

    #[test]
    fn checks_on_a_line_share_the_policy_behind_the_last() {
        let text = "rows: check rows>=1000; check nulls( score )<=5%  fail\ncheck rows > 1 warn;check rows > 2;check rows < 9 fail";
        let canonical = "rows: check rows >= 1000 fail\ncheck nulls(score) <= 5% fail\n\
                         check rows > 1 warn\ncheck rows > 2 fail\ncheck rows < 9 fail\n";
        assert_eq!(printed(text), canonical);
    }

    #[test]
    fn measures_are_printed_as_they_are_read() {
        for text in [
            "check mean(stay) by ward, score between 1 and 30 warn",
            "check score like \"last month.csv\" psi < 0.2",
            "check score like \"a.csv\".\"the score\" psi < 0.2 where ward = \"A\"",
            "check \"by\" like \"a.csv\" psi < 0.2",
            "check rows like \"a.csv\" psi < 0.2",
            "check mean(\"Net Sum\") between -1.5 and \"2 h\" fail because \"law\"",
            "check stddev(mean) = 0",
        ] {
            assert_eq!(printed(text), format!("{text}\n"));
        }
        assert_eq!(printed("check x like \"a.csv\".x psi < 1"), "check x like \"a.csv\" psi < 1\n");
    }

    #[test]
    fn a_check_is_bound_to_its_columns() {
        let constraints =
            bound("stay: check mean(stay) by ward between 1 and 30 where score > 3\ncheck rows < 5 fail").unwrap();
        let [first, second] = constraints.checks() else { panic!("two checks") };
        assert_eq!((first.name.as_str(), &first.text[..19]), ("stay", "check mean(stay) by"));
        assert_eq!((&first.measure, &first.by[..]), (&Measure::Mean(AttributeId(1)), &[AttributeId(0)][..]));
        assert_eq!(first.filter.len(), 1);
        assert_eq!((first.strength, second.strength), (Strength::Warn, Strength::Fail { above: 0.0 }));
        assert_eq!(second.bound, Bound { low: None, high: Some((5.0, End::Excluded)) });
        assert_eq!((second.name.as_str(), constraints.len()), ("check rows < 5", 0));
    }

    #[test]
    fn limits_are_read_by_the_declared_type() {
        let text = "column admitted date\ncolumn stay duration in min accept h\n\
                    check max(admitted) <= \"1970-01-03\"\ncheck mean(stay) between 30 and \"2 h\"";
        let bounds: Vec<_> = bound(text).unwrap().checks().iter().map(|check| check.bound).collect();
        let end = |number| Some((number, End::Included));
        assert_eq!(bounds, [Bound { low: None, high: end(2.0) }, Bound { low: end(30.0), high: end(120.0) }]);
    }

    #[test]
    fn a_drift_names_the_columns_of_both_tables() {
        let constraints = bound("check stay like \"before.csv\".score psi < 0.2").unwrap();
        let Measure::Drift { attribute, other, .. } = constraints.checks()[0].measure else { panic!("a drift") };
        assert_eq!((attribute, other), (AttributeId(1), AttributeId(0)));
        mistake("check stay like \"before.csv\" psi < 0.2", "unknown-column", "stay", "the only column is score");
        mistake("check stay like \"after.csv\" psi < 0.2", "no-reference", "\"after.csv\"", "");
    }

    #[test]
    fn a_mistyped_measure_is_corrected() {
        mistake("check avg(stay) > 1", "unknown-measure", "avg", "write `mean`");
        mistake("check Mean(stay) > 1", "unknown-measure", "Mean", "write `mean`");
        mistake("check medain(stay) > 1", "unknown-measure", "medain", "write `median`");
        mistake("check stay > 1", "unknown-measure", "stay", "write `require` for what every row must satisfy");
        mistake("check mean stay > 1", "syntax", "stay", "write `mean(stay)`");
        mistake("check count > 1", "syntax", ">", "write `rows`, or `count(COLUMN)`");
        mistake("check count(*) > 1", "syntax", "*", "write `rows` for the number of rows");
        mistake("check rows(stay) > 1", "syntax", "rows", "write `rows` alone, or `count(COLUMN)`");
    }

    #[test]
    fn a_limit_is_one_comparison() {
        mistake("check rows", "syntax", "", "write `rows >= 1` or `rows between 1 and 30`");
        mistake("check rows != 3", "syntax", "!=", "write `rows <`, `<=`, `>`, `>=` or `=` and a number");
        mistake("check rows > 1 and rows < 9", "syntax", "and", "write `; check rows < 9` for a second check");
        mistake("check rows > 1,000", "syntax", ",", "write `1000`, without the comma");
        mistake("check rows between 1, 5", "syntax", ",", "write `rows between 1 and 5`");
        mistake("check rows between 9 and 1", "empty-range", "9 and 1", "write `rows between 1 and 9`");
        mistake("check mean(stay) > score", "syntax", "score", "write a number; two columns are compared by `require`");
        mistake("check stay like \"before.csv\" < 1", "syntax", "<", "write `psi` before the sign");
        mistake("check stay like \"before.csv\" psi by ward < 1", "syntax", "by", "leave it out");
    }

    #[test]
    fn shares_are_of_nulls_and_in_per_cent() {
        mistake("check nulls(stay) < 5", "share-out-of-range", "5", "write `5%`");
        mistake("check nulls(stay) < 1", "share-out-of-range", "1", "write `1%`");
        mistake(
            "check nulls(stay) < 105%",
            "share-out-of-range",
            "105%",
            "write a share such as `5%`, from 0% to 100%",
        );
        mistake("check rows > 7%", "limit-type", "7%", "write `7`; the share of missing values is `nulls(COLUMN)`");
        mistake("check rows > \"7\"", "limit-type", "\"7\"", "write `7`");
        assert_eq!(bound("check nulls(stay) <= 7%").unwrap().checks()[0].bound.high, Some((0.07, End::Included)));
        assert!(bound("check nulls(stay) = 0; check nulls(stay) < 0.05").is_ok());
    }

    #[test]
    fn what_is_no_number_has_no_mean() {
        mistake(
            "check mean(ward) > 1",
            "number-against-text",
            "ward",
            "declare what it holds, such as `column ward number`",
        );
        mistake("check max(stay) < \"x\"", "constant-type", "\"x\"", "write a number, or declare what it holds");
        let date = |rule: &str| mistakes(&format!("column admitted date\n{rule}")).remove(0);
        assert_eq!(date("check sum(admitted) > 1").0, "type-mismatch");
        assert_eq!(date("check max(admitted) < 2020").0, "constant-type");
        let upside_down = date("check max(admitted) between \"2021-01-01\" and \"2020-01-01\"");
        assert_eq!(upside_down.0, "empty-range");
        assert!(bound("check distinct(ward) = 4; check count(ward) > 1").is_ok());
    }

    #[test]
    fn a_check_only_reports() {
        mistake("check rows > 1 hard", "policy-of-check", "hard", "write `fail`");
        mistake("check rows > 1 soft 2", "policy-of-check", "soft", "write `warn`");
        mistake("check rows > 1 repair stay only", "policy-of-check", "repair", "leave it out");
        mistake("check rows > 1 warn never repair", "policy-of-check", "never", "leave it out");
        mistake("check rows > 1 fail if > 2%", "policy-of-check", "fail", "write `fail`");
    }

    #[test]
    fn a_semicolon_stands_between_checks() {
        mistake("check rows > 1;", "syntax", ";", "leave the `;` out");
        mistake("check rows > 1;; check rows < 3", "syntax", ";", "leave the `;` out");
        mistake("check rows > 1; fd ward -> stay", "syntax", ";", "write each statement on a line of its own");
        mistake("fd ward -> stay;", "syntax", ";", "leave the `;` out");
        mistake("check mean(stay) by ward, ward > 1", "repeated-column", "ward", "leave it out here");
        let both = mistakes("check avg(stay) > 1; check rows != 3");
        assert_eq!(both.iter().map(|(code, ..)| *code).collect::<Vec<_>>(), ["unknown-measure", "syntax"]);
    }
}
