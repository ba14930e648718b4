//! A TextMate grammar of the language, for editors, made of the words that the parsers read.
//!
//! Words that are no keywords everywhere (`text`, `rows`, `set`) may be names of columns, so the grammar knows where a
//! name is expected: behind a sign, a comma, a bracket or a word that asks for one. Such a place is a region that ends
//! with the name, on whatever line it stands. Every region ends where the next statement begins.
//!
//! A grammar sees one line at a time. So a column is taken for a row, a measure or the like where what tells them apart
//! stands on another line, which only happens within brackets: `a` and `.` on two lines, `lev` and `(` on two lines.

mod expressions;
mod patterns;
mod statements;
mod sublime;

#[cfg(test)]
mod engine;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use crate::keywords;
use crate::lexer::{FOREIGN_SIGNS, OWN_CHARACTERS};
use crate::policy;
use expressions::{BEFORE, BEHIND, Signs, any_of, row, signs, word};
use patterns::{Region, SCOPE, include, matched, operand, region};

/// The grammar as a file in JSON; it is kept in `lustrate.tmLanguage.json`.
///
/// ```
/// assert!(lustrate_rules::grammar().contains(r#""scopeName": "source.lustrate""#));
/// ```
pub fn grammar() -> String {
    let text = serde_json::to_string_pretty(&textmate()).expect("a value of texts and lists is JSON");
    text + "\n"
}

/// The same grammar as Sublime Text and `bat` read it; it is kept in `lustrate.sublime-syntax`.
///
/// ```
/// assert!(lustrate_rules::sublime_syntax().contains("scope: \"source.lustrate\""));
/// ```
pub fn sublime_syntax() -> String {
    sublime::syntax(&textmate())
}

fn textmate() -> Value {
    json!({
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "information_for_contributors": ["Made by the program: see crates/rules/src/grammar.rs."],
        "name": "Lustrate rules",
        "scopeName": SCOPE,
        "fileTypes": ["rules"],
        "patterns": statements::file(),
        "repository": {
            "clauses": group(statements::clauses()),
            "comment": comment(),
            "constants": group(vec![include("text"), include("regexp"), include("number")]),
            "general": group(statements::general()),
            "invalid": group(invalid()),
            "label": statements::label(),
            "number": group(number()),
            "policy": group(policy()),
            "range": matched(r"\.\.", "keyword.operator.range"),
            "regexp": regexp(),
            "reserved": group(reserved()),
            "row": patterns::captured(&row(), &[(1, patterns::ROW), (2, "punctuation.accessor")]),
            "signs": group(other_signs()),
            "text": text(),
        },
    })
}

fn group(patterns: Vec<Value>) -> Value {
    json!({ "patterns": patterns })
}

fn comment() -> Value {
    patterns::captured("(#).*", &[(0, "comment.line.number-sign"), (1, "punctuation.definition.comment")])
}

/// A text ends with its line at the latest, as it does for the lexer.
fn text() -> Value {
    region(Region {
        begin: "\"",
        begin_scopes: &[(0, "punctuation.definition.string.begin")],
        end: r#"(")|(?=\n|$)"#,
        end_scopes: &[(1, "punctuation.definition.string.end")],
        scope: Some("string.quoted.double"),
        patterns: escapes(),
    })
}

/// What stands for other characters within a text.
fn escapes() -> Vec<Value> {
    vec![matched(r#"\\["\\nrt]"#, "constant.character.escape"), matched(r"\\.", "invalid.illegal.escape")]
}

/// A slash with a blank, a bracket or a comma before and no blank behind, and another one on the line.
fn regexp() -> Value {
    region(Region {
        begin: r"(?:^|(?<=[\s(,]))/(?!\s)(?=(?:[^/\\\n]|\\.)*/)",
        begin_scopes: &[(0, "punctuation.definition.string.begin")],
        end: "/",
        end_scopes: &[(0, "punctuation.definition.string.end")],
        scope: Some("string.regexp"),
        patterns: vec![matched(r"\\.", "constant.character.escape.regexp")],
    })
}

fn number() -> Vec<Value> {
    let number = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?";
    let whole = format!("(?:-|{BEFORE})(?>{number})");
    vec![
        matched(&format!(r"{whole}[\p{{L}}\p{{N}}_]+"), "invalid.illegal.number"),
        patterns::captured(
            &format!(r"{whole}\s*(%)"),
            &[(0, "constant.numeric.percentage"), (1, "keyword.other.unit.percent")],
        ),
        matched(&whole, "constant.numeric"),
    ]
}

/// What may stand behind every statement that has a policy.
fn policy() -> Vec<Value> {
    let plain = any_of(policy::WORDS.iter().copied().filter(|&word| word != "repair" && word != "where"));
    vec![
        statements::filter(),
        matched(&format!(r"{BEFORE}(?:fail\s+if|never\s+repair){BEHIND}"), "keyword.other.policy"),
        matched(&plain, "keyword.other.policy"),
        statements::list_behind("repair", "keyword.other.policy"),
        matched(&word("only"), "keyword.other.policy"),
    ]
}

/// Words that are never columns, wherever else they stand.
fn reserved() -> Vec<Value> {
    vec![
        matched(&any_of(["and", "not", "or"]), "keyword.operator.logical"),
        matched(&word("null"), "constant.language.null"),
        matched(&any_of(keywords::words()), "keyword.other"),
    ]
}

/// Signs that are asked for nowhere in particular.
fn other_signs() -> Vec<Value> {
    vec![
        include("range"),
        matched(&signs(Signs::All), "keyword.operator"),
        matched("[:,;.()]", "punctuation.separator"),
    ]
}

/// What the lexer has a message for.
fn invalid() -> Vec<Value> {
    // What `=>` means depends on where it stands, so it is in no list.
    let foreign: Vec<_> =
        ["=>"].into_iter().chain(FOREIGN_SIGNS.iter().map(|(sign, _)| *sign)).map(regex::escape).collect();
    let own = regex::escape(OWN_CHARACTERS);
    vec![
        matched(&foreign.join("|"), "invalid.illegal.operator"),
        matched(
            "'[^'\\n]*'|`[^`'\\n]*[`']|[“”„][^“”\\n]*[”“]|[‘’‚][^‘’\\n]*[’‘]|[«»][^«»\\n]*[»«]",
            "invalid.illegal.quote",
        ),
        matched(
            &format!(r"{BEFORE}[0-9A-Za-z_]*(?![0-9A-Za-z_])[\p{{L}}\p{{N}}][\p{{L}}\p{{N}}_]*"),
            "invalid.illegal.name",
        ),
        matched(&format!(r"!(?![=~])|[^\s\p{{L}}\p{{N}}\x{{feff}}{own}]+"), "invalid.illegal.character"),
    ]
}

/// The place of an operand in a condition: behind a sign, a comma or a bracket.
fn operands() -> Vec<Value> {
    vec![
        operand(&signs(Signs::Comparison), "keyword.operator.comparison"),
        operand(&signs(Signs::Arrow), "keyword.operator.arrow"),
        operand(&signs(Signs::Arithmetic), "keyword.operator.arithmetic"),
        operand(",", "punctuation.separator.comma"),
        operand(r"\(", "punctuation.section.parens.begin"),
        matched(r"\)", "punctuation.section.parens.end"),
        include("range"),
        operand(r"\.", "punctuation.accessor"),
    ]
}
