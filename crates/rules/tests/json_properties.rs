//! What holds for every rule file as JSON, and for every text that may be JSON.

use std::sync::Arc;

use lustrate_diagnostic::{Colour, SourceText};
use lustrate_rules::{Form, format, parse, parse_as, to_json};
use proptest::prelude::*;

use files::file;

#[path = "generated/files.rs"]
mod files;

fn source(text: &str) -> Arc<SourceText> {
    Arc::new(SourceText::new("x", text))
}

/// Pieces of a JSON text in which one is left out, doubled, or exchanged for another.
fn mutated(json: &str, place: usize, other: usize, kind: u8) -> String {
    let ends: Vec<usize> = json.match_indices([',', ':', '[', ']', '{', '}', '"']).map(|(at, _)| at).collect();
    let piece = |number: usize| {
        let number = number % ends.len().saturating_sub(1).max(1);
        ends[number]..ends.get(number + 1).copied().unwrap_or(json.len())
    };
    let (at, instead) = (piece(place), piece(other));
    let middle = match kind {
        0 => String::new(),
        1 => json[at.clone()].repeat(2),
        _ => json[instead].to_owned(),
    };
    format!("{}{middle}{}", &json[..at.start], &json[at.end..])
}

/// All values within a value, itself first.
fn values_of(value: &serde_json::Value) -> Vec<&serde_json::Value> {
    let mut found = vec![value];
    match value {
        serde_json::Value::Array(items) => found.extend(items.iter().flat_map(values_of)),
        serde_json::Value::Object(members) => found.extend(members.values().flat_map(values_of)),
        _ => {}
    }
    found
}

/// Puts another value in the place of the one that `place` counts down to.
fn exchange(value: &mut serde_json::Value, place: &mut usize, other: &serde_json::Value) {
    if *place == 0 {
        *value = other.clone();
    }
    *place = place.wrapping_sub(1);
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| exchange(item, place, other)),
        serde_json::Value::Object(members) => members.values_mut().for_each(|member| exchange(member, place, other)),
        _ => {}
    }
}

/// JSON as a program writes it that has read every number into a double.
fn through_doubles(json: &str) -> String {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e');
    let mut written = String::new();
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => {
                let escaped = rest.replace("\\\\", "xx").replace("\\\"", "xx");
                escaped[1..].find('"').unwrap() + 2
            }
            '-' | '0'..='9' => rest.find(|c: char| !is_number(c)).unwrap(),
            _ => first.len_utf8(),
        };
        match rest[..end].parse::<f64>() {
            Ok(number) => written += serde_json::to_string(&number).unwrap().trim_end_matches(".0"),
            Err(_) => written += &rest[..end],
        }
        rest = &rest[end..];
    }
    written
}

/// Values made of the words of the form.
fn value() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "kind",
        "fd",
        "deny",
        "columns",
        "column",
        "determining",
        "determined",
        "conditions",
        "test",
        "compare",
        "in",
        "between",
        "left",
        "right",
        "sign",
        "+",
        "<",
        "~=",
        "within",
        "percent",
        "number",
        "negative",
        "policy",
        "roles",
        "strength",
        "repair",
        "where",
        "never",
        "values",
        "unit",
        "type",
        "range",
        "x",
        "",
        "\\ud800",
        "\\u0000",
        "é",
        "check",
        "measure",
        "rows",
        "limit",
        "lookup",
        "duplicate",
        "when",
        "keep",
        "on",
        "before",
        "end",
        "statements",
    ];
    let word = prop::sample::select(WORDS).prop_map(|word| format!("\"{word}\""));
    let number = prop::sample::select(&["0", "-1", "1e999", "12345678901234567890", "0.5"][..]).prop_map(str::to_owned);
    let leaf = prop_oneof![4 => word.clone(), 1 => number, 1 => Just("null".to_owned()), 1 => Just("true".to_owned())];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(",")));
        let member = (word.clone(), inner).prop_map(|(field, value)| format!("{field}:{value}"));
        prop_oneof![list, prop::collection::vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(",")))]
    })
}

/// No reading panics, every message has its place and its mend, and what is read can be written and read again.
fn withstands(text: &str) -> Result<(), TestCaseError> {
    let parsed = parse_as(&source(text), Form::Json);
    for diagnostic in parsed.diagnostics.iter() {
        let label = diagnostic.label.as_ref().unwrap();
        prop_assert!(text.get(label.span.start..label.span.end).is_some(), "{diagnostic:?}");
        prop_assert!(diagnostic.help.as_deref().is_some_and(|help| !help.is_empty()), "{diagnostic:?}");
        diagnostic.render(Colour::On);
    }
    let printed = parsed.rules.to_string();
    let again = parse_as(&source(&printed), Form::Lustrate);
    prop_assert!(again.diagnostics.is_empty(), "{text}\n{printed}\n{}", again.diagnostics);
    prop_assert_eq!(&again.rules, &parsed.rules);
    Ok(())
}

proptest! {
    #[test]
    fn text_to_json_to_text_is_the_canonical_form(text in file()) {
        let canonical = format(&source(&text)).unwrap();
        let json = to_json(&source(&text)).unwrap();
        prop_assert_eq!(Form::of(&source(&json)), Form::Json);
        let parsed = parse(&source(&json));
        prop_assert!(parsed.diagnostics.is_empty(), "{json}\n{}", parsed.diagnostics);
        prop_assert_eq!(&parsed.rules, &parse(&source(&text)).rules, "{}", json);
        prop_assert_eq!(format(&source(&json)).unwrap(), canonical.clone(), "{}", json);
        prop_assert_eq!(to_json(&source(&json)).unwrap(), json.clone());
        prop_assert_eq!(to_json(&source(&canonical)).unwrap(), json);
    }

    #[test]
    fn json_survives_programs_that_hold_numbers_as_doubles(text in file()) {
        let json = through_doubles(&to_json(&source(&text)).unwrap());
        prop_assert_eq!(format(&source(&json)).unwrap(), format(&source(&text)).unwrap(), "{}", json);
    }

    #[test]
    fn changed_json_never_makes_the_reader_panic(
        text in file(),
        changes in prop::collection::vec((any::<usize>(), any::<usize>(), 0u8..4), 1..4),
    ) {
        let mut json = to_json(&source(&text)).unwrap();
        for (place, other, kind) in changes {
            json = mutated(&json, place, other, kind);
        }
        withstands(&json)?;
    }

    #[test]
    fn values_in_the_place_of_others_are_refused_or_say_what_a_text_can_say(
        text in file(),
        exchanges in prop::collection::vec((any::<usize>(), any::<usize>()), 1..4),
    ) {
        let json = to_json(&source(&text)).unwrap();
        let mut file: serde_json::Value = serde_json::from_str(&json).unwrap();
        for (place, other) in exchanges {
            let values = values_of(&file);
            let (mut place, other) = (place % values.len(), values[other % values.len()].clone());
            exchange(&mut file, &mut place, &other);
        }
        withstands(&file.to_string())?;
    }

    #[test]
    fn made_up_values_never_make_the_reader_panic(statements in prop::collection::vec(value(), 0..4)) {
        withstands(&format!("{{\"version\": 1, \"statements\": [{}]}}", statements.join(",")))?;
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        withstands(&text)?;
        withstands(&format!("{{{text}"))?;
    }
}
