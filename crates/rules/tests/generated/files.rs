//! Made-up rule files without mistakes: every kind of statement, with comments and blank lines.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{Form, parse_as};
use proptest::prelude::*;

use checks::checks;
use declarations::{declaration, values};
use relations::{inclusion, relation};
use rewrites::line;
use rules::rule;

#[path = "checks.rs"]
mod checks;
#[path = "declarations.rs"]
mod declarations;
#[path = "relations.rs"]
mod relations;
#[path = "rewrites.rs"]
mod rewrites;
#[path = "rules.rs"]
mod rules;

/// A line with a statement that a file may have many of.
fn statement() -> impl Strategy<Value = String> {
    let columns = &["column \"x #\"", "columns a,b", "columns q1..q3 , \"null\""][..];
    let declared = (prop::sample::select(columns), declaration(), prop::sample::select(&["", "hard", "warn"][..]));
    prop_oneof![
        3 => rule(),
        2 => declared.prop_map(|(names, declared, policy)| format!("{names} {declared} {policy}")),
        2 => relation(),
        1 => checks(),
        1 => inclusion(),
        1 => line(),
    ]
}

fn comment() -> impl Strategy<Value = String> {
    prop_oneof!["#[ #!a\"/]{0,6}", any::<String>().prop_map(|text| format!("#{}", text.replace('\n', " ")))]
}

/// A rule file without mistakes: settings, statements, comments and blank lines.
pub fn file() -> impl Strategy<Value = String> {
    let settings = (prop::option::of(Just("version 1")), prop::option::of(Just("table \"a #.csv\"")), values());
    let settings = settings.prop_map(|(version, table, nulls)| {
        let nulls = format!("null {nulls}");
        version.into_iter().chain(table).map(str::to_owned).chain([nulls]).collect::<Vec<_>>()
    });
    let statements = prop::collection::vec(statement(), 0..5).prop_map(|lines| {
        let is_right = |line: &String| {
            parse_as(&Arc::new(SourceText::new("x", line.as_str())), Form::Lustrate).diagnostics.is_empty()
        };
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
