//! What `column`, `columns` and `null` say: mistakes and their mends, what is bound, printing and reading.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{ColumnRole, Constraints, Rules, bind, bind_what_fits, parse};
use lustrate_table::{AttributeId, Schema};
use lustrate_values::ColumnType;
use proptest::prelude::*;

use declarations::{declaration, values};

#[path = "generated/declarations.rs"]
mod declarations;

fn source(text: &str) -> Arc<SourceText> {
    Arc::new(SourceText::new("x.rules", text))
}

fn rules(text: &str) -> Rules {
    let parsed = parse(&source(text));
    assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
    parsed.rules
}

fn schema() -> Schema {
    Schema::of_text(["wait", "ward", "notes", "q1", "q2", "q3"]).unwrap()
}

fn bound(text: &str) -> Constraints {
    bind(&rules(text), &schema()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Code, marked text and help of each mistake, of the text alone or of the table too.
fn mistakes(text: &str) -> Vec<(String, String, String)> {
    let parsed = parse(&source(text));
    let (_, unbound) = bind_what_fits(&parsed.rules, &schema());
    let all = parsed.diagnostics.iter().chain(unbound.iter());
    all.map(|diagnostic| {
        let label = diagnostic.label.as_ref().unwrap();
        let marked = text[label.span.start..label.span.end].to_owned();
        (diagnostic.code.to_owned(), marked, diagnostic.help.clone().unwrap())
    })
    .collect()
}

fn check(text: &str, code: &str, marked: &str, help: &str) {
    let found = mistakes(text);
    let expected = [(code.to_owned(), marked.to_owned(), help.to_owned())];
    assert_eq!(found, expected, "{text}");
}

#[test]
fn mistakes_are_shown_at_their_place_with_a_mend() {
    check("column wait intger", "unknown-type", "intger", "write `integer`");
    check("column wait float", "unknown-type", "float", "write `number`");
    check("column wait VARCHAR", "unknown-type", "VARCHAR", "write `text`");
    check("column wait number requird", "unknown-clause", "requird", "write `required`");
    check("column wait number text", "unknown-clause", "text", "a column has one type; leave the second out");
    check("column wait duration in mim", "unknown-unit", "mim", "write `min`");
    check("column wait duration in min accept hrs, kg", "unknown-unit", "kg", "the units are ms, s, min, h, d, week");
    check(
        "column wait duration in min accept \"h:m\"",
        "unknown-unit",
        "\"h:m\"",
        "write `\"h:mm\"`, `\"h:mm:ss\"`, `\"m:ss\"`",
    );
    check(
        "column wait quantity in patients",
        "unknown-unit",
        "patients",
        "write `number unit \"patients\"` for a unit that does not convert",
    );
    check("column wait 480..0", "empty-range", "480..0", "write `0..480`");
    check(
        "column wait date \"2020-02-01\"..\"2020-01-01\"",
        "empty-range",
        "\"2020-02-01\"..\"2020-01-01\"",
        "write `\"2020-01-01\"..\"2020-02-01\"`",
    );
    check("column wait date 1..\"2020-01-01\"", "constant-type", "1", "write a date such as `\"2020-01-31\"`");
    check("column wait date \"%Y-%m\"", "bad-format", "\"%Y-%m\"", "write a format such as `\"%Y-%m-%d\"`");
    check(
        "column wait text infer unit",
        "clause-type",
        "infer unit",
        "declare `duration in min accept h infer unit`, say, or leave `infer unit` out",
    );
    check(
        "column wait number case upper",
        "clause-type",
        "number case upper",
        "leave `case` out: only texts have letters in upper and lower case",
    );
    check(
        "column wait number accept h",
        "clause-type",
        "h",
        "declare a date, a time, a duration or a quantity, or leave `accept` out",
    );
    check(
        "column wait integer unit \"%\"",
        "clause-type",
        "\"%\"",
        "write `number unit \"%\"` for the type and its unit",
    );
    check(
        "column wait text 0..5",
        "clause-type",
        "0..5",
        "declare a number, a date, a time, a duration or a quantity, or leave the range out",
    );
    check("column wait one of \"a\", \"a\"", "repeated-value", "\"a\"", "leave it out here");
    check("column wait one of \"yes\", \"no\" label good \"yess\"", "unknown-value", "\"yess\"", "write `\"yes\"`");
    check("column wait one of yes", "syntax", "yes", "write `\"yes\"`");
    check(
        "column wait in (\"a\")",
        "syntax",
        "(",
        "write `one of \"a\", \"b\"` for a list, or `in \"FILE\".COLUMN` for a column of a reference table",
    );
    check("column wait required required", "repeated-clause", "required", "leave the second out");
    check("column wait /(/", "bad-pattern", "/(/", "close the group with `)`, or write `\\(` for the character");
    check(
        "column wiat number",
        "unknown-column",
        "wiat",
        "write `wait`; the columns are wait, ward, notes, q1, q2, q3",
    );
    check(
        "column wait number\ncolumn wait required",
        "repeated-declaration",
        "wait",
        "write all that is said of a column into one statement",
    );
    check("columns q3..q1 number", "bad-range", "q3..q1", "write `q1..q3`");
    check("columns q1, q1..q2 number", "repeated-column", "q1", "leave it out here");
    check("null \"a\"\nnull \"b\"", "repeated-setting", "null \"b\"", "leave one of the two out");
    check(
        "column wait in \"states.csv\".code",
        "no-reference",
        "\"states.csv\"",
        "the file is looked for at `states.csv`, beside the rule file; write another path in the quotes if it is elsewhere",
    );
}

#[test]
fn what_is_declared_is_bound_to_the_columns() {
    let constraints = bound(
        "null \"N/A\"\ncolumn wait duration in min accept h 0..480 infer unit by ward null -1 required\n\
         column notes never repair\ncolumn ward one of \"A\", \"B\" label good \"A\" id hard",
    );
    let names: Vec<_> = constraints.iter().map(|(_, constraint)| constraint.name.as_str()).collect();
    let expected = [
        "column wait required",
        "column wait duration in min",
        "column wait 0..480",
        "column ward one of \"A\", \"B\"",
    ];
    assert_eq!(names, expected);
    let wait = constraints.columns().get(AttributeId(0));
    assert!(matches!(wait.column_type, Some(ColumnType::Duration { .. })));
    assert_eq!(wait.nulls.iter().collect::<Vec<_>>(), ["-1", "N/A"]);
    assert_eq!(wait.infer_unit.as_ref().unwrap().by, [AttributeId(1)]);
    let ward = constraints.columns().get(AttributeId(1));
    assert_eq!(ward.roles.iter().copied().collect::<Vec<_>>(), [ColumnRole::Id, ColumnRole::Label]);
    assert_eq!(ward.good.iter().collect::<Vec<_>>(), ["A"]);
    assert!(constraints.columns().get(AttributeId(2)).never_repair);
    assert_eq!(constraints.columns().get(AttributeId(3)).nulls.len(), 1);
}

/// Whether each text of `wait` breaks a rule.
fn breaks(rules: &str, texts: &[Option<&str>]) -> Vec<bool> {
    let constraints = bound(rules);
    let broken = |text: Option<&str>| {
        constraints.iter().any(|(_, constraint)| constraint.is_broken(constraints.columns(), &|_| text))
    };
    texts.iter().map(|&text| broken(text)).collect()
}

#[test]
fn only_required_is_broken_by_a_missing_value() {
    assert_eq!(
        breaks("column wait number 0.. /[0-9]+/", &[None, Some("-1"), Some("x"), Some("1")]),
        [false, true, true, false]
    );
    assert_eq!(breaks("column wait required", &[None, Some("")]), [true, false]);
}

#[test]
fn a_range_compares_values_in_the_declared_unit() {
    let rules = "column wait duration in min accept h ..100";
    assert_eq!(breaks(rules, &[Some("2 h"), Some("100"), Some(" 1 h "), Some("3 s")]), [true, false, false, true]);
    let rules = "column wait date \"%d/%m/%Y\" \"2020-02-01\"..";
    assert_eq!(breaks(rules, &[Some("31/01/2020"), Some("01/02/2020"), Some("30/02/2020")]), [true, false, true]);
}

#[test]
fn a_spelling_of_a_missing_value_is_no_value() {
    let rules = "null \"N/A\"\ncolumn wait number null \"-\" hard";
    assert_eq!(breaks(rules, &[Some("N/A"), Some("-"), Some("n/a")]), [false, false, true]);
}

#[test]
fn statements_have_one_canonical_form() {
    let check = |text: &str, expected: &str| assert_eq!(rules(text).to_string(), format!("{expected}\n"), "{text}");
    check("null \"\", \"N/A\" -1, \"-2\"", "null \"\" \"N/A\" -1 -2");
    check(
        "column wait duration in \"min\" required infer unit by ward 0..480 accept \"h\", \"h:mm\" hard",
        "column wait duration in min accept h, \"h:mm\" 0..480 infer unit by ward required hard",
    );
    check("column score number unit % null -1, \"999\" 0..100", "column score number 0..100 unit \"%\" null -1, 999");
}

#[test]
fn a_role_of_time_stays_apart_from_the_type() {
    let parsed = rules("column at never repair time\ncolumn at2 time time");
    assert_eq!(parsed.to_string(), "column at never repair time\ncolumn at2 time time\n");
}

#[test]
fn every_declaration_of_the_language_page_is_read() {
    let page = "null \"\" \"N/A\" \"-\" \"empty\"\n\
        column provider_number  text     /[0-9]{5}/            id\n\
        column state            text     in \"states.csv\".code  case upper\n\
        column wait             duration in min  accept h, \"h:mm\"  0..480  infer unit by ward\n\
        column weight           quantity in kg   accept g, lb\n\
        column score            number   0..100  unit \"%\"  null -1, 999\n\
        column admitted         date     \"%Y-%m-%d\"  accept \"%d/%m/%Y\", \"%m/%d/%y\"\n\
        column emergency        one of \"yes\", \"no\"   required\n\
        column sex              one of \"Male\", \"Female\"  protected\n\
        column income           one of \">50K\", \"<=50K\"   label good \">50K\"\n\
        column notes            text     never repair\n\
        columns q1..q12         integer  1..5\n";
    let parsed = rules(page);
    assert_eq!(parsed.len(), 12);
    let squeezed: String = page
        .lines()
        .map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            format!("{}\n", words.join(" "))
        })
        .collect();
    assert_eq!(parsed.to_string(), squeezed);
}

proptest! {
    #[test]
    fn declarations_survive_printing_and_reading(
        declared in declaration(),
        names in prop::sample::select(&["column a", "column \"x y\"", "columns a, b", "columns q1..q3, \"null\""][..]),
        spellings in values(),
    ) {
        let text = format!("null {spellings}\n{names} {declared} hard");
        let parsed = parse(&source(&text));
        prop_assert!(parsed.diagnostics.is_empty(), "{text}\n{}", parsed.diagnostics);
        let printed = parsed.rules.to_string();
        let again = parse(&source(&printed));
        prop_assert!(again.diagnostics.is_empty(), "{printed}\n{}", again.diagnostics);
        prop_assert_eq!(&again.rules, &parsed.rules);
        prop_assert_eq!(again.rules.to_string(), printed);
    }

    #[test]
    fn no_declaration_makes_the_parser_panic(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12),
        first in prop::sample::select(&["column ", "columns ", "null ", "column wait "][..]),
    ) {
        let text = format!("{first}{}", pieces.join(" "));
        let parsed = parse(&source(&text));
        let (_, unbound) = bind_what_fits(&parsed.rules, &schema());
        for diagnostic in parsed.diagnostics.iter().chain(unbound.iter()) {
            let span = diagnostic.label.as_ref().unwrap().span;
            prop_assert!(text.get(span.start..span.end).is_some());
            prop_assert!(diagnostic.help.as_deref().is_some_and(|help| !help.is_empty()), "{diagnostic:?}");
        }
        let printed = parsed.rules.to_string();
        prop_assert_eq!(parse(&source(&printed)).rules, parsed.rules, "{}", printed);
    }
}

/// Pieces that declarations are made of.
const PIECES: &[&str] = &[
    "wait",
    "q1",
    "q3",
    "\"x\"",
    "..",
    ".",
    ",",
    "5",
    "-1",
    "- 1",
    "number",
    "text",
    "date",
    "time",
    "datetime",
    "duration",
    "quantity",
    "in",
    "min",
    "kg",
    "one",
    "of",
    "accept",
    "unit",
    "%",
    "case",
    "upper",
    "infer",
    "by",
    "null",
    "required",
    "never",
    "repair",
    "id",
    "label",
    "good",
    "source",
    "hard",
    "soft",
    "/a/",
    "/(/",
    "\"%Y-%m-%d\"",
    "\"h:mm\"",
    "\"a.csv\"",
    "because",
    "é",
    "(",
    ")",
];
