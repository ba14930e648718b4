//! Made-up rules on rows and pairs, by no means canonical, with every part that a rule can have.

use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]{1,2}", "[a-c]{1,2}", Just("table".to_owned()), Just("x y".to_owned()), any::<String>()]
}

/// A line in our language, by no means canonical, with every part that a rule can have.
pub fn rule() -> impl Strategy<Value = String> {
    let label = prop_oneof![Just(String::new()), name().prop_map(|name| format!("{}:", quoted(&name)))];
    let policy = (
        prop::sample::select(STRENGTHS),
        repairs(),
        prop::option::of(conditions("")),
        prop::option::of(any::<String>()),
    );
    let policy = policy.prop_map(|(strength, repairs, filter, because)| {
        let because = because.map(|because| format!("because {} ", quoted(&because))).unwrap_or_default();
        let filter = filter.map(|filter| format!("where {filter} ")).unwrap_or_default();
        format!("{because}{filter}{repairs} {strength}")
    });
    (label, statement(), policy).prop_map(|(label, statement, policy)| format!("{label}{statement} {policy}"))
}

const STRENGTHS: &[&str] =
    &["", "hard", "soft", "soft 0.25", "soft 1e-7", "warn", "fail", "fail if > 0.7%", "fail if > 29%"];

fn repairs() -> impl Strategy<Value = String> {
    let only = prop::collection::vec(name(), 1..3);
    let only = only.prop_map(|names| names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "));
    prop_oneof![
        Just(String::new()),
        Just("never repair".to_owned()),
        only.prop_map(|names| format!("repair {names} only")),
    ]
}

fn statement() -> impl Strategy<Value = String> {
    let names = || prop::collection::btree_set(name().prop_map(|name| quoted(&name)), 1..4);
    let names = move || names().prop_map(|names| names.into_iter().collect::<Vec<_>>().join(" ,"));
    prop_oneof![
        (names(), names()).prop_map(|(left, right)| format!("fd {left}->{right}")),
        (names(), names()).prop_map(|(left, right)| format!("fd {left}->{right}  counting  null")),
        (names(), names(), conditions("")).prop_map(|(left, right, rows)| format!("fd {left}->{right} when {rows}")),
        names().prop_map(|names| format!("unique {names}")),
        conditions("").prop_map(|conditions| format!("deny ({conditions})")),
        conditions("a.").prop_map(|conditions| format!("deny {conditions} and a.q = b.q")),
        conditions("").prop_map(|conditions| format!("require {conditions}")),
        (conditions(""), conditions("")).prop_map(|(given, then)| format!("if {given} then {then}")),
    ]
}

/// Conditions of one row, or of a pair where the prefix names a row.
fn conditions(prefix: &'static str) -> impl Strategy<Value = String> {
    let other = if prefix.is_empty() { "column " } else { "b." };
    let cell = name().prop_map(|name| quoted(&name));
    let right = prop_oneof![
        name().prop_map(move |name| format!("{other}{}", quoted(&name))),
        any::<String>().prop_map(|text| quoted(&text)),
        any::<i16>().prop_map(|number| number.to_string()),
        any::<f32>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| format!("{number:e}")),
    ];
    let order = prop::sample::select(&["<", "<=", ">", ">=", "=", "!="][..]);
    let manner = prop::sample::select(&["", "by text", "by number", "by number or text", "ignoring case"][..]);
    let condition = (cell, order, right, manner)
        .prop_filter("only equality ignores case", |(_, sign, _, manner)| {
            *manner != "ignoring case" || matches!(*sign, "=" | "!=")
        })
        .prop_map(move |(cell, sign, right, manner)| format!("{prefix}{cell}{sign}{right} {manner}"));
    let condition = prop_oneof![3 => condition, 2 => other_condition(prefix)];
    prop::collection::vec(condition, 1..4).prop_map(|conditions| conditions.join(" and "))
}

/// A condition that is more than a comparison of a cell.
fn other_condition(prefix: &'static str) -> impl Strategy<Value = String> {
    let other = if prefix.is_empty() { "column " } else { "b." };
    let cell = move || name().prop_map(move |name| format!("{prefix}{}", quoted(&name)));
    let other_cell = || name().prop_map(move |name| format!("{other}{}", quoted(&name)));
    let tests = &[
        " is null",
        " is not null",
        " in (\"x\", -3, 007, 1e5, 12345678901234567890, \"4\")",
        " not in -2.5..1e3",
        " in \"2020-01-01\"..\"2021-01-01\"",
        " matches /[a-z]\\/+/",
        " not matches /x|y/",
    ][..];
    let likeness = &["~", "!~", "~jw(0.7)", "!~lev(0.29)", "~token(1)", "~within(7%)", "!~days(2.5)"][..];
    let tolerance = &["", "within 0.1", "within 0.7%"][..];
    let operation = || prop::sample::select(&["+", "-", "*", "/", " -1 * -"][..]);
    let leaf = prop_oneof![cell(), any::<i16>().prop_map(|number| number.to_string()), Just("-0.5e-3".to_owned())];
    let formula = leaf.prop_recursive(4, 12, 2, move |inner| {
        prop_oneof![
            (inner.clone(), operation(), inner.clone())
                .prop_map(|(left, sign, right)| format!("({left} {sign} {right})")),
            inner.prop_map(|inner| format!("- {inner}")),
        ]
    });
    let sign = prop::sample::select(&["<", "=", "!=", ">="][..]);
    prop_oneof![
        (cell(), prop::sample::select(tests)).prop_map(|(cell, test)| format!("{cell}{test}")),
        (cell(), prop::sample::select(likeness), other_cell())
            .prop_map(|(cell, sign, other)| format!("{cell} {sign} {other}")),
        (cell(), prop::sample::select(&["=", "!="][..]), other_cell())
            .prop_map(|(cell, sign, other)| format!("{cell} {sign} {other} counting null")),
        (cell(), formula.clone(), sign, cell())
            .prop_map(|(one, left, sign, right)| format!("{one} + {left} {sign} {right} * 2")),
        (cell(), formula, prop::sample::select(tolerance))
            .prop_map(|(cell, right, by)| format!("{cell} ~= 1 + {right} {by}")),
    ]
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r");
    format!("\"{text}\"")
}
