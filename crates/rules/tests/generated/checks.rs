//! Made-up checks on the table as a whole.

use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![Just("rows".to_owned()), Just("mean".to_owned()), Just("x y".to_owned()), any::<String>()]
        .prop_map(|name| quoted(&name))
}

fn number() -> BoxedStrategy<String> {
    prop_oneof![
        any::<i32>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite() && *number != 0.0)
            .prop_map(|number| format!("{number:e}")),
        Just("9007199254740993".to_owned()),
        Just("-0.10".to_owned()),
    ]
    .boxed()
}

fn share() -> BoxedStrategy<String> {
    prop_oneof![(0u32..=10_000).prop_map(|share| format!("{}%", f64::from(share) / 100.0)), Just("0.5".to_owned())]
        .boxed()
}

fn limits(limit: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let sign = prop::sample::select(&["<", "<=", ">", ">=", "="][..]);
    prop_oneof![
        (sign, limit.clone()).prop_map(|(sign, limit)| format!("{sign}{limit}")),
        (limit.clone(), limit).prop_map(|(low, high)| format!("between {low} and {high}")),
    ]
}

/// A line of one check or two, by no means canonical; one in two whose limits are upside down is wrong.
pub fn checks() -> impl Strategy<Value = String> {
    let policy = prop::sample::select(&["", "warn", "fail", "because \"x\"  fail", "where x is not null"][..]);
    let label = prop::sample::select(&["", "size:", "\"no #\":"][..]);
    let line = prop::collection::vec((check(), policy), 1..3).prop_map(|checks| {
        checks.iter().map(|(check, policy)| format!("{check} {policy}")).collect::<Vec<_>>().join(";")
    });
    (label, line).prop_map(|(label, line)| format!("{label} {line}"))
}

fn check() -> impl Strategy<Value = String> {
    let by = prop::option::of(prop::collection::btree_set(name(), 1..3)).prop_map(|by| match by {
        Some(by) => format!("by {}", by.into_iter().collect::<Vec<_>>().join(",")),
        None => String::new(),
    });
    let of = |summaries: &'static [&'static str], limit: BoxedStrategy<String>| {
        (prop::sample::select(summaries), name())
            .prop_flat_map(move |(summary, name)| (Just(format!("{summary}({name})")), limits(limit.clone())))
    };
    let value = prop_oneof![number(), Just("\"2020-01-31\"".to_owned())].boxed();
    let measured = prop_oneof![
        (Just("rows".to_owned()), limits(number())),
        of(&["count", "distinct", "stddev"], number()),
        of(&["nulls"], share()),
        of(&["max", "mean", "median", "min", "sum"], value),
    ];
    let grouped = (measured, by).prop_map(|((measure, limits), by)| format!("check {measure} {by} {limits}"));
    let drift =
        (name(), name(), prop::option::of(name()), limits(number())).prop_map(|(column, file, other, limits)| {
            let other = other.map(|other| format!(".{other}")).unwrap_or_default();
            format!("check {column} like {file}{other} psi {limits}")
        });
    prop_oneof![4 => grouped, 1 => drift]
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r");
    format!("\"{text}\"")
}
