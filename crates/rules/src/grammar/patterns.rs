//! The parts of a TextMate grammar, as JSON.

use serde_json::{Map, Value, json};

use super::expressions::{name, row, stop};

/// The scope of a file; the scopes within end with its last word.
pub(super) const SCOPE: &str = "source.lustrate";

/// The scope of a row of a rule on two rows.
pub(super) const ROW: &str = "variable.language.row";

/// What a group of an expression is given as its scope.
type Scopes<'a> = &'a [(usize, &'a str)];

/// A piece of text from one expression to another.
pub(super) struct Region<'a> {
    /// Where it begins.
    pub begin: &'a str,
    /// The scopes of what it begins with.
    pub begin_scopes: Scopes<'a>,
    /// Where it ends; what stands there is tried before its patterns.
    pub end: &'a str,
    /// The scopes of what it ends with.
    pub end_scopes: Scopes<'a>,
    /// Its own scope, with both ends.
    pub scope: Option<&'a str>,
    /// What is looked for within.
    pub patterns: Vec<Value>,
}

/// Whatever the repository has under a name.
pub(super) fn include(name: &str) -> Value {
    json!({ "include": format!("#{name}") })
}

/// What matches an expression has a scope.
pub(super) fn matched(expression: &str, scope: &str) -> Value {
    json!({ "match": expression, "name": scoped(scope) })
}

/// The groups of what matches an expression have scopes; group 0 is the whole.
pub(super) fn captured(expression: &str, scopes: Scopes<'_>) -> Value {
    json!({ "match": expression, "captures": captures(scopes) })
}

/// A region.
pub(super) fn region(region: Region<'_>) -> Value {
    let mut object = json!({ "begin": region.begin, "end": region.end, "patterns": region.patterns });
    if !region.begin_scopes.is_empty() {
        object["beginCaptures"] = captures(region.begin_scopes);
    }
    if !region.end_scopes.is_empty() {
        object["endCaptures"] = captures(region.end_scopes);
    }
    if let Some(scope) = region.scope {
        object["name"] = scoped(scope).into();
    }
    object
}

/// What asks for an operand, and the operand, if it is a name. A text or a number is left to what stands around.
pub(super) fn operand(introducer: &str, scope: &str) -> Value {
    operand_behind(introducer, &[(0, scope)])
}

/// A row, and the column of it.
pub(super) fn cell() -> Value {
    operand_behind(&row(), &[(1, ROW), (2, "punctuation.accessor")])
}

fn operand_behind(introducer: &str, scopes: Scopes<'_>) -> Value {
    region(Region {
        begin: introducer,
        begin_scopes: scopes,
        end: &format!(r"{}|(?!{})(?:({})|(?=[^\s#]))", stop(), row(), name()),
        // The group of the name comes behind the two of the row.
        end_scopes: &[(3, "variable.other.column")],
        scope: None,
        patterns: vec![include("comment"), include("row")],
    })
}

fn captures(scopes: Scopes<'_>) -> Value {
    let entry = |&(group, scope): &(usize, &str)| (group.to_string(), json!({ "name": scoped(scope) }));
    scopes.iter().map(entry).collect::<Map<_, _>>().into()
}

/// A scope of this language; of several with blanks between them each.
fn scoped(scope: &str) -> String {
    let language = SCOPE.rsplit('.').next().unwrap_or(SCOPE);
    scope.split(' ').map(|scope| format!("{scope}.{language}")).collect::<Vec<_>>().join(" ")
}
