//! Where in each statement names, keywords and units stand.

use serde_json::Value;

use super::expressions::{
    BEFORE, BEHIND, BLANKS, Signs, any_of, any_word, keyword as keyword_of, label as label_ahead, name, row, signs,
    stop, word,
};
use super::patterns::{Region, cell, include, matched, operand, region};
use super::{escapes, operands};
use crate::aggregate::SUMMARIES;
use crate::condition::MEASURES;
use crate::declaration::{CASES, CLAUSES, FORMATS, ROLES, TYPES};
use crate::statements::{FORMS, statement_kinds};

const COLUMN: &str = "variable.other.column";

/// What a file is made of.
pub(super) fn file() -> Vec<Value> {
    let mut patterns = vec![include("comment"), include("label")];
    patterns.extend(statement_kinds().map(|kind| statement(kind.keyword)));
    patterns.push(matched(";", "punctuation.terminator"));
    // What belongs to no statement is a mistake, and coloured all the same.
    patterns.extend(["constants", "reserved", "invalid", "signs"].map(include));
    patterns
}

/// The name of a rule.
pub(super) fn label() -> Value {
    let quoted = region(Region {
        begin: "\"",
        begin_scopes: &[(0, "punctuation.definition.string.begin")],
        end: "\"",
        end_scopes: &[(0, "punctuation.definition.string.end")],
        scope: Some("string.quoted.double entity.name.function"),
        patterns: escapes(),
    });
    region(Region {
        begin: &format!("(?:^|(?<=;)){BLANKS}(?={})", label_ahead()),
        begin_scopes: &[],
        end: ":",
        end_scopes: &[(0, "punctuation.separator.colon")],
        scope: None,
        patterns: vec![quoted, matched(&any_word(), "entity.name.function")],
    })
}

/// A statement from its keyword to the next statement.
fn statement(keyword: &str) -> Value {
    let start = format!("(?:^|(?<=[:;])){BLANKS}({})", keyword_of(keyword));
    let named = format!(r"(?:\s*({}))?", name());
    let (behind, scopes, patterns): (String, &[(usize, &str)], _) = match keyword {
        "check" => (format!(r"(?:\s*({})(?=\s*{}))?", name(), word("like")), &[(2, COLUMN)], check()),
        "column" => (named, &[(2, COLUMN)], declaration(Names::One)),
        "columns" => (named, &[(2, COLUMN)], declaration(Names::Several)),
        "duplicate" => {
            let word = any_of(["by", "when"]);
            (format!(r"(?:\s*({word}){named})?"), &[(2, "keyword.other"), (3, COLUMN)], duplicate())
        }
        "lookup" => (String::new(), &[], lookup()),
        "rewrite" => (named, &[(2, COLUMN)], rewrite()),
        "source" => (named, &[(2, COLUMN)], source()),
        "use" => (String::new(), &[], form()),
        // The expression of a row has two groups of its own.
        _ => (format!(r"(?:(?!\s*{})\s*({}))?", row(), name()), &[(4, COLUMN)], vec![include("general")]),
    };
    region(Region {
        begin: &format!("{start}{behind}"),
        begin_scopes: &[&[(1, "keyword.control")], scopes].concat(),
        end: &stop(),
        end_scopes: &[],
        scope: None,
        patterns,
    })
}

/// Conditions, lists of columns and dependencies, and a policy.
pub(super) fn general() -> Vec<Value> {
    let mut patterns = vec![include("comment"), cell(), include("policy"), include("constants"), include("invalid")];
    let measure = format!(r"{}\s*\(", measures());
    patterns.push(likeness(&measure));
    patterns.push(operand(&word("and"), "keyword.operator.logical"));
    patterns.push(operand(&any_of(["column", "then", "when"]), "keyword.other"));
    patterns.push(matched(&any_of(["case", "matches", "number", "text"]), "keyword.other"));
    patterns.push(include("reserved"));
    patterns.extend(operands());
    patterns
}

/// `where CONDITION` and the policies behind it.
pub(super) fn filter() -> Value {
    region(Region {
        begin: &format!(r"({})(?:(?!\s*{})\s*({}))?", word("where"), row(), name()),
        begin_scopes: &[(1, "keyword.other.policy"), (4, COLUMN)],
        end: &stop(),
        end_scopes: &[],
        scope: None,
        patterns: vec![include("general")],
    })
}

/// A keyword and columns with commas between them.
pub(super) fn list_behind(keyword: &str, scope: &str) -> Value {
    region(Region {
        begin: &format!(r"({})(?:\s*({}))?", word(keyword), name()),
        begin_scopes: &[(1, scope), (2, COLUMN)],
        end: &format!(r#"{}|(?=[^\s#,"])"#, stop()),
        end_scopes: &[],
        scope: None,
        patterns: vec![include("comment"), include("text"), operand(",", "punctuation.separator.comma")],
    })
}

fn measures() -> String {
    any_of(MEASURES.iter().map(|(name, _)| *name))
}

/// `~` or `!~`, a measure where one stands, and the operand. `measure_ahead` is where a measure begins.
fn likeness(measure_ahead: &str) -> Value {
    let measure = region(Region {
        begin: &format!(r"(?={measure_ahead})({})\s*(\()", measures()),
        begin_scopes: &[(1, "support.function.similarity"), (2, "punctuation.section.parens.begin")],
        end: &format!(r"{}|\)", stop()),
        end_scopes: &[(0, "punctuation.section.parens.end")],
        scope: None,
        patterns: vec![include("comment"), include("number"), include("invalid")],
    });
    region(Region {
        begin: &signs(Signs::Likeness),
        begin_scopes: &[(0, "keyword.operator.similarity")],
        end: &format!(r"{}|(?!{})(?!{measure_ahead})(?:({})|(?=[^\s#]))", stop(), row(), name()),
        end_scopes: &[(3, COLUMN)],
        scope: None,
        patterns: vec![include("comment"), measure, include("row")],
    })
}

fn lookup() -> Vec<Value> {
    // `jw(0.9) name` is a measure and a column, `jw(0.9)` alone a column that is called like one.
    let not_a_name = any_of(["set", "trust"]);
    let measure = format!(r##"{}\s*\([^()"#\n]*\)\s*(?:"|(?!{not_a_name}){})"##, measures(), name());
    let mut patterns = vec![include("comment"), include("policy"), include("constants"), include("invalid")];
    patterns.push(likeness(&measure));
    patterns.push(operand(&any_of(["on", "set"]), "keyword.other"));
    patterns.push(matched(&word("trust"), "keyword.other"));
    patterns.push(include("reserved"));
    patterns.extend(operands());
    patterns
}

/// A word behind a comma or an arrow is no column here.
fn rewrite() -> Vec<Value> {
    vec![
        include("comment"),
        include("policy"),
        include("constants"),
        include("invalid"),
        matched(&word("every"), "keyword.other"),
        include("text"),
        include("reserved"),
        include("signs"),
    ]
}

fn source() -> Vec<Value> {
    let mut patterns = vec![include("comment"), include("policy"), include("constants"), include("invalid")];
    patterns.push(operand(&word("entity"), "keyword.other"));
    patterns.push(matched(&word("trust"), "keyword.other"));
    patterns.push(include("reserved"));
    patterns.extend(operands());
    patterns
}

fn form() -> Vec<Value> {
    let forms = any_of(FORMS.iter().map(|(name, _)| *name));
    let mut patterns = vec![matched(&word("as"), "keyword.other"), matched(&forms, "constant.language.form")];
    patterns.extend(["comment", "constants", "reserved", "invalid", "signs"].map(include));
    patterns
}

/// `=` asks for nothing here; behind a comma stands a column, but for `or`, which is no name, and texts.
fn duplicate() -> Vec<Value> {
    let mut patterns = vec![include("comment"), include("policy")];
    patterns.extend([include("constants"), include("invalid")]);
    patterns.push(operand(&any_of(["and", "or"]), "keyword.operator.logical"));
    patterns.push(operand(&any_of(["newest", "source"]), "keyword.other"));
    patterns.push(operand(",", "punctuation.separator.comma"));
    patterns.push(matched(&format!(r"{}(?=\s*\()", measures()), "support.function.similarity"));
    patterns.push(matched(r"\bat(?=\s*[0-9.])", "keyword.other"));
    patterns.push(matched(&any_of(["complete", "first", "keep", "last", "most"]), "keyword.other"));
    patterns.extend([include("reserved"), include("signs")]);
    patterns
}

fn check() -> Vec<Value> {
    let summaries = any_of(SUMMARIES.iter().map(|(name, _)| *name));
    let mut patterns = vec![include("comment"), include("policy"), include("constants"), include("invalid")];
    patterns.push(matched(&format!(r"{summaries}(?=\s*\()|{}", word("rows")), "support.function.aggregate"));
    patterns.push(operand(&word("by"), "keyword.other"));
    patterns.push(matched(&any_of(["between", "like", "psi"]), "keyword.other"));
    patterns.push(include("reserved"));
    patterns.extend(operands());
    patterns
}

/// How many columns a statement declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    One,
    Several,
}

/// Names, and the type and clauses behind them. A word is a type only where it is the first behind the names: `time` is
/// a role elsewhere.
fn declaration(names: Names) -> Vec<Value> {
    let types = TYPES.iter().map(|&word| if word == "one" { r"one(?:\s+of)?" } else { word });
    let clauses = |begin: &str, begin_scopes: &[(usize, &str)]| {
        region(Region {
            begin,
            begin_scopes,
            end: &stop(),
            end_scopes: &[],
            scope: None,
            patterns: vec![include("clauses")],
        })
    };
    let mut patterns = vec![include("comment"), include("text")];
    if names == Names::Several {
        patterns.push(operand(",", "punctuation.separator.comma"));
        patterns.push(operand(r"\.\.(?!\s*[-0-9])", "keyword.operator.range"));
    }
    patterns.push(clauses(&any_of(types), &[(0, "storage.type")]));
    patterns.push(clauses(r#"(?=[^\s#"])"#, &[]));
    patterns
}

/// What stands behind the names and the type of a column.
pub(super) fn clauses() -> Vec<Value> {
    let words = CLAUSES.iter().copied().filter(|&word| word != "null");
    let words = words.chain(ROLES.iter().map(|(_, role)| *role)).chain(CASES.iter().map(|(_, case)| *case));
    let words = words.chain(FORMATS.iter().copied());
    vec![
        include("comment"),
        include("policy"),
        include("constants"),
        include("invalid"),
        matched(&format!(r"{BEFORE}infer\s+unit{BEHIND}"), "keyword.other.clause"),
        list_behind("by", "keyword.other.clause"),
        unit(&any_of(["accept", "in", "unit"]), "keyword.other.clause"),
        // Behind a comma a word is a unit, but for the conventions of `format`.
        matched(&format!(r",(?=\s*{})", any_of(FORMATS.iter().copied())), "punctuation.separator.comma"),
        unit(",", "punctuation.separator.comma"),
        matched(&any_of(words.chain(["good", "null"])), "keyword.other.clause"),
        matched("%", "constant.other.unit"),
        include("range"),
        operand(r"\.", "punctuation.accessor"),
        include("reserved"),
        include("signs"),
    ]
}

/// What asks for a unit, and the unit, if it is a word: any word, `in` for inches too.
fn unit(introducer: &str, scope: &str) -> Value {
    region(Region {
        begin: introducer,
        begin_scopes: &[(0, scope)],
        end: &format!(r"{}|({})|(?=[^\s#])", stop(), any_word()),
        end_scopes: &[(1, "constant.other.unit")],
        scope: None,
        patterns: vec![include("comment")],
    })
}
