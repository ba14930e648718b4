//! Made-up declarations of columns.

use proptest::prelude::*;

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i8>().prop_map(|number| number.to_string()),
        any::<f32>().prop_filter("finite", |number| number.is_finite()).prop_map(|number| format!("{number:?}")),
        any::<String>().prop_map(|text| quoted(&text)),
    ]
}

/// Constants with commas between them.
pub fn values() -> impl Strategy<Value = String> {
    prop::collection::vec(value(), 1..4).prop_map(|values| values.join(", "))
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r");
    format!("\"{text}\"")
}

/// A declaration whose clauses fit its type, in any order of clauses.
pub fn declaration() -> impl Strategy<Value = String> {
    let typed = prop_oneof![
        Just(vec!["text".to_owned(), "case upper".to_owned()]),
        Just(vec!["number".to_owned(), "-5..".to_owned(), "unit \"%\"".to_owned()]),
        Just(vec!["integer".to_owned(), "0..0.5e3".to_owned()]),
        Just(vec!["date \"%d.%m.%Y\"".to_owned(), "accept \"%m/%d/%y\"".to_owned(), "..\"2020-01-31\"".to_owned()]),
        Just(vec!["time".to_owned(), "\"08:00\"..\"20:00\"".to_owned()]),
        Just(vec!["duration in min".to_owned(), "accept \"h:mm\", h, \"d\"".to_owned(), "infer unit".to_owned()]),
        Just(vec!["quantity in \"°C\"".to_owned(), "accept F".to_owned()]),
        prop::collection::btree_set("[a-z]{0,3}", 1..4).prop_map(|values| {
            let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
            vec![format!("one of {}", values.join(",")), format!("label good {}", values[0])]
        }),
        Just(vec!["quantity in kg".to_owned(), "accept g, lb".to_owned(), "infer unit by \"x y\", z".to_owned()]),
        Just(vec!["datetime".to_owned(), "\"2020-01-31 12:00:00\"..".to_owned()]),
        Just(vec!["one of 007, 0.10, -1e5, \"yes\"".to_owned(), "case title".to_owned()]),
        Just(vec!["label good 1, \"2\"".to_owned(), "..1e3".to_owned(), "case lower".to_owned()]),
        Just(vec!["required".to_owned(), "..\" +.5\"".to_owned()]),
        Just(vec![String::new()]),
    ];
    let common = (
        prop::option::of(values().prop_map(|values| format!("null {values}"))),
        prop::sample::subsequence(
            vec!["id", "weight", "entity", "never repair", "/[a-z]\\/+/", "protected", "source", "time"],
            1..8,
        )
        .prop_shuffle(),
        prop::option::of(Just("in \"states of.csv\".\"two letters\"")),
    );
    (typed, common).prop_flat_map(|(typed, (nulls, words, member))| {
        let (column_type, clauses) = typed.split_first().unwrap();
        let mut clauses = clauses.to_vec();
        clauses.extend(nulls);
        clauses.extend(words.into_iter().map(str::to_owned));
        clauses.extend(member.map(str::to_owned));
        let column_type = column_type.clone();
        Just(clauses).prop_shuffle().prop_map(move |clauses| format!("{column_type} {}", clauses.join(" ")))
    })
}
