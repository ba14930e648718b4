//! Whole rule files, with comments and blank lines, in their forms.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{Form, format, parse, parse_as};
use proptest::prelude::*;

use declarations::{declaration, values};
use relations::{inclusion, relation};
use rules::rule;

#[path = "generated/declarations.rs"]
mod declarations;
#[path = "generated/relations.rs"]
mod relations;
#[path = "generated/rules.rs"]
mod rules;

fn source(text: &str) -> Arc<SourceText> {
    Arc::new(SourceText::new("x", text))
}

/// A line with a statement that a file may have many of.
fn statement() -> impl Strategy<Value = String> {
    let columns = &["column \"x #\"", "columns a,b", "columns q1..q3 , \"null\""][..];
    let declared = (prop::sample::select(columns), declaration(), prop::sample::select(&["", "hard", "warn"][..]));
    prop_oneof![
        3 => rule(),
        2 => declared.prop_map(|(names, declared, policy)| format!("{names} {declared} {policy}")),
        2 => relation(),
        1 => inclusion(),
    ]
}

fn comment() -> impl Strategy<Value = String> {
    prop_oneof!["#[ #!a\"/]{0,6}", any::<String>().prop_map(|text| format!("#{}", text.replace('\n', " ")))]
}

/// A rule file without mistakes: settings, statements, comments and blank lines.
fn file() -> impl Strategy<Value = String> {
    let settings = (prop::option::of(Just("version 1")), prop::option::of(Just("table \"a #.csv\"")), values());
    let settings = settings.prop_map(|(version, table, nulls)| {
        let nulls = format!("null {nulls}");
        version.into_iter().chain(table).map(str::to_owned).chain([nulls]).collect::<Vec<_>>()
    });
    let statements = prop::collection::vec(statement(), 0..5).prop_map(|lines| {
        let is_right = |line: &String| parse_as(&source(line), Form::Lustrate).diagnostics.is_empty();
        lines.into_iter().filter(is_right).collect::<Vec<_>>()
    });
    let lines = (settings, statements).prop_map(|(settings, statements)| [settings, statements].concat());
    let between = || {
        let line = prop_oneof![Just(String::new()), Just(" \t\r".to_owned()), comment()];
        prop::collection::vec(line, 0..4).prop_map(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
    };
    let around = (between(), prop::option::of(comment()), prop::option::of(comment()));
    (lines, prop::collection::vec(around, 8), between()).prop_map(|(lines, around, end): (_, _, String)| {
        let mut file = String::new();
        for (line, (before, within, behind)) in lines.iter().zip(around) {
            let before: String = before;
            // A statement may be broken behind this word, and a comment stand there.
            let line = match within.filter(|_| outside(line)) {
                Some(comment) => line.replacen(" and ", &format!(" and {comment}\n"), 1),
                None => line.clone(),
            };
            file.push_str(&format!("{before}{line} {}\n", behind.unwrap_or_default()));
        }
        file + &end
    })
}

/// Whether the first ` and ` of a line, if there is one, stands outside of texts and expressions.
fn outside(line: &str) -> bool {
    let before = line.split(" and ").next().unwrap_or_default();
    before.replace("\\\\", "").replace("\\\"", "").matches('"').count().is_multiple_of(2)
}

fn comments(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.split_once('#')).map(|(_, comment)| comment.trim().to_owned()).collect()
}

proptest! {
    #[test]
    fn the_canonical_form_says_the_same_and_is_its_own(text in file()) {
        let parsed = parse(&source(&text));
        prop_assert!(!parsed.diagnostics.has_errors(), "{text}\n{}", parsed.diagnostics);
        let canonical = format(&source(&text)).unwrap();
        prop_assert_eq!(&parse(&source(&canonical)).rules, &parsed.rules, "{}", canonical);
        prop_assert_eq!(format(&source(&canonical)).unwrap(), canonical);
    }

    #[test]
    fn formatting_loses_no_comment(remarks in prop::collection::vec("[a-z]{1,3}", 6)) {
        let [a, b, c, d, e, f] = <[String; 6]>::try_from(remarks).unwrap();
        let text = format!("#{a}\n\n # {b}\nfd x ->#{c}\ny, #  {d}\nz # {e}\nunique x\n\n\n#{f}");
        let canonical = format(&source(&text)).unwrap();
        prop_assert_eq!(comments(&canonical), [a, b, c, d, e, f]);
    }

    #[test]
    fn no_text_makes_formatting_panic(text in any::<String>()) {
        let parsed = parse(&source(&text));
        prop_assert_eq!(format(&source(&text)).is_err(), parsed.diagnostics.has_errors());
    }
}
