//! What holds for every text and every rule.

use std::collections::BTreeSet;
use std::sync::Arc;

use lustrate_diagnostic::{Colour, SourceText};
use lustrate_rules::{Form, Rules, bind_what_fits, parse_as};
use lustrate_table::{Attribute, Kind, Schema};
use proptest::prelude::*;

use rules::rule;

#[path = "generated/rules.rs"]
mod rules;

/// Pieces that rules are made of, so that random texts get deep into the parsers.
const PIECES: &[&str] = &[
    "fd",
    "deny",
    "if",
    "then",
    "require",
    "unique",
    "rewrite zip",
    "rewrite",
    "every",
    "-> \"{1}\"",
    "/(x)/ -> \"{2 pad 2}é{\"",
    "\"x\" -> null",
    "table",
    "version",
    "1",
    "hard",
    "soft",
    "because",
    "and",
    "or",
    "by",
    "text",
    "number",
    "ignoring",
    "case",
    "column",
    "is",
    "null",
    "not",
    "in",
    "..",
    "matches",
    "/x|y/",
    "/",
    "+",
    "*",
    "%",
    "~",
    "!~",
    "~=",
    "within",
    "~lev(0.5)",
    "~within(5%)",
    "when",
    "where",
    "warn",
    "fail",
    "fail if > 2%",
    "never repair",
    "repair zip only",
    "a",
    "b",
    ".",
    "a.",
    "b.",
    "zip",
    "city",
    "\"x y\"",
    "\"",
    "'",
    "“é”",
    "é",
    "\\",
    "->",
    "⇒",
    "|",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "==",
    ",",
    ":",
    "(",
    ")",
    "[",
    "]",
    "-",
    "-1.5e3",
    "1e",
    "2nd",
    "#",
    "\n",
    "\r\n",
    "\t",
    "\u{feff}",
    "\u{0}",
    "\u{2028}",
    "t1",
    "t2",
    "&",
    "EQ(",
    "IQ(",
    "GT(",
    "t1.",
    "t2.",
    "t1&t2&EQ(t1.zip,t2.zip)",
    "&IQ(t1.city,t2.city)",
    "t1&EQ(t1.a,\"x\")",
    "t1&t2&",
    "NEQ(",
    ")&",
    "T2.",
    "'_nan_'",
    "counting null",
];

/// Columns whose names hold what means something in a HoloClean file.
const ODD_COLUMNS: &[&str] = &[
    "FREQUENCY",
    "IQ_score",
    "EQ",
    "GTE",
    "Rate (%)",
    "City, State",
    "R&D (x)",
    "(b)",
    "N#",
    "Top, 5",
    "it's",
    "t1",
    "é",
];

/// Constants that hold it too, without their quotes.
const ODD_CONSTANTS: &[&str] = &["x", "", "a & b", "&EQ(t1.x", ",", ")", "), (", "it's", "t1.a", "5", "é"];

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..30);
    let spaced = (pieces, prop::sample::select(&["", " "][..])).prop_map(|(pieces, space)| pieces.join(space));
    prop_oneof![4 => spaced, 1 => any::<String>()]
}

fn schema() -> Schema {
    let names = ["zip", "City", "x y", "a", "b", "table"];
    let kinds = [Kind::Text, Kind::Number];
    let attributes = names.iter().zip(kinds.iter().cycle());
    Schema::new(attributes.map(|(name, &kind)| Attribute { name: (*name).to_owned(), kind }).collect()).unwrap()
}

fn source(text: &str) -> Arc<SourceText> {
    Arc::new(SourceText::new("x", text))
}

/// A predicate of a HoloClean file, with `~` where blanks may stand, and the columns that it names.
fn odd_predicate() -> impl Strategy<Value = (String, Vec<&'static str>)> {
    let operator = prop::sample::select(&["EQ", "IQ", "LT", "GT", "LTE", "GTE"][..]);
    let column = || prop::sample::select(ODD_COLUMNS);
    let constant = (prop::sample::select(ODD_CONSTANTS), prop::sample::select(&['"', '\''][..]));
    let quoted = constant.prop_map(|(text, quote)| format!("{quote}{text}{quote}"));
    prop_oneof![
        2 => (operator.clone(), column(), column()).prop_map(|(operator, left, right)| {
            (format!("{operator}~(~t1.{left}~,~t2.{right}~)"), vec![left, right])
        }),
        1 => (operator.clone(), column(), quoted.clone()).prop_map(|(operator, column, constant)| {
            (format!("{operator}(~t2.{column}~,~{constant}~)"), vec![column])
        }),
        1 => (operator, column(), quoted).prop_map(|(operator, column, constant)| {
            (format!("{operator}(~{constant}~,~t1.{column}~)"), vec![column])
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_parser_panic_and_every_span_lies_within_it(text in text()) {
        for form in [Form::Lustrate, Form::HoloClean, Form::Dependencies] {
            let parsed = parse_as(&source(&text), form);
            let (_, unbound) = bind_what_fits(&parsed.rules, &schema());
            for diagnostic in parsed.diagnostics.iter().chain(unbound.iter()) {
                let Some(label) = &diagnostic.label else {
                    prop_assert_eq!(diagnostic.code, "no-rule-file");
                    continue;
                };
                let span = label.span;
                prop_assert!(span.start <= span.end && text.get(span.start..span.end).is_some(), "{diagnostic:?}");
                prop_assert!(diagnostic.help.as_deref().is_some_and(|help| !help.is_empty()), "{diagnostic:?}");
                diagnostic.render(Colour::On);
            }
            for written in parsed.rules.iter() {
                prop_assert!(text.get(written.span().start..written.span().end).is_some());
            }
        }
    }

    #[test]
    fn a_constraint_is_read_with_the_columns_that_it_names(
        predicates in prop::collection::vec(odd_predicate(), 1..5),
        blank in prop::sample::select(&["", " ", "\t"][..]),
    ) {
        let schema = Schema::of_text(ODD_COLUMNS.iter().copied()).unwrap();
        let written: Vec<_> = predicates.iter().map(|(text, _)| text.replace('~', blank)).collect();
        let line = format!("t1{blank}&t2&{}", written.join(&format!("{blank}&{blank}")));
        let parsed = parse_as(&source(&line), Form::HoloClean);
        // What contradicts or repeats itself is told; that is no matter of reading.
        prop_assume!(parsed.diagnostics.iter().all(|d| d.code != "contradiction" && d.code != "self-comparison"));
        prop_assert!(!parsed.diagnostics.has_errors(), "{line}\n{}", parsed.diagnostics);
        let (constraints, unbound) = bind_what_fits(&parsed.rules, &schema);
        prop_assert!(!unbound.has_errors(), "{line}\n{unbound}");
        let named = constraints.iter().flat_map(|(_, constraint)| constraint.cells());
        let named: BTreeSet<&str> = named.map(|cell| schema.name(cell.attribute)).collect();
        let expected: BTreeSet<&str> = predicates.iter().flat_map(|(_, columns)| columns.iter().copied()).collect();
        prop_assert_eq!(named, expected, "{}", line);
    }

    #[test]
    fn what_is_printed_is_read_as_the_same_rules(text in text()) {
        for form in [Form::Lustrate, Form::HoloClean, Form::Dependencies] {
            read_back(&parse_as(&source(&text), form).rules)?;
        }
    }

    #[test]
    fn rules_survive_printing_and_reading(lines in prop::collection::vec(rule(), 1..6)) {
        let parsed = parse_as(&source(&lines.join("\n")), Form::Lustrate);
        prop_assert!(parsed.diagnostics.iter().all(|d| d.code != "syntax"), "{}", parsed.diagnostics);
        read_back(&parsed.rules)?;
    }
}

fn read_back(rules: &Rules) -> Result<(), TestCaseError> {
    let printed = rules.to_string();
    let again = parse_as(&source(&printed), Form::Lustrate);
    prop_assert!(again.diagnostics.is_empty(), "{printed}\n{}", again.diagnostics);
    prop_assert_eq!(&again.rules, rules);
    prop_assert_eq!(again.rules.to_string(), printed);
    Ok(())
}
