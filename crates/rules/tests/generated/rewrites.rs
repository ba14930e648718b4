//! Made-up rewrites, as values and as lines.

use lustrate_rules::quoted;
use lustrate_values::{Operation, Part, Rewrite, Template, Whole};
use proptest::prelude::*;

/// Expressions with two groups at least, some of which need care between slashes.
const EXPRESSIONS: &[&str] = &[
    r"([0-9]+)/([0-9]+)",
    r"([0-9]+)\/([0-9]{4})/",
    r"(\\)/(.)",
    " (a)(b) ",
    "\u{a0}(a)\n(b)\r",
    r"([/\]]+)(x|)",
    "(a)(?:b)?(é+)",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[{}\\\\\"/ a]{0,4}", "[0-9]{1,2}"]
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        (1..9usize).prop_map(Operation::Pad),
        (1..9usize).prop_map(Operation::First),
        (1..9usize).prop_map(Operation::Last),
        prop::sample::select(vec![
            Operation::StripZeros,
            Operation::MonthName,
            Operation::MonthNumber,
            Operation::Upper,
            Operation::Lower,
            Operation::Title,
            Operation::Trim,
            Operation::Number,
        ]),
    ]
}

fn template() -> impl Strategy<Value = Template> {
    let group = (1..3usize, prop::collection::vec(operation(), 0..3));
    let piece = (prop::option::of(text()), group);
    (prop::collection::vec(piece, 0..4), text()).prop_map(|(pieces, end)| {
        let mut parts = Vec::new();
        for (text, (number, operations)) in pieces {
            parts.extend(text.filter(|text| !text.is_empty()).map(Part::Text));
            parts.push(Part::Group(number, operations));
        }
        if !end.is_empty() {
            parts.push(Part::Text(end));
        }
        Template { parts }
    })
}

/// A rewrite of any sort.
pub fn rewrite() -> impl Strategy<Value = Rewrite> {
    let value = || prop::option::of(text());
    let pattern = (prop::sample::select(EXPRESSIONS), text(), template());
    prop_oneof![
        (value(), value()).prop_map(|(from, to)| Rewrite::Value { from, to }),
        (text(), text())
            .prop_filter("something occurs", |(from, _)| !from.is_empty())
            .prop_map(|(from, to)| Rewrite::Every { from, to }),
        pattern.prop_map(|(expression, literal, to)| {
            let escaped: String =
                literal.chars().map(|c| if c.is_ascii_punctuation() { format!("\\{c}") } else { c.into() }).collect();
            let pattern = Whole::new(&format!("{expression}{escaped}")).expect("it is an expression");
            Rewrite::Pattern { pattern, to }
        }),
    ]
}

/// A line with a statement, most of which have no mistake.
pub fn line() -> impl Strategy<Value = String> {
    let policy = &["", "where x = 1 and \"y z\" is null", "because \"/ # \\\"\""][..];
    let label = &["", "n: ", "\"rewrite\": "][..];
    (prop::sample::select(label), text(), prop::collection::vec(rewrite(), 1..4), prop::sample::select(policy))
        .prop_map(|(label, column, arms, policy)| {
            let arms: Vec<String> = arms.iter().map(Rewrite::to_string).collect();
            format!("{label}rewrite {} {} {policy}", quoted(&column), arms.join(" , "))
        })
}
