//! Rule files as JSON, for programs that read or write rules.
//!
//! A file is an object with the `version` of the form and the `statements`; a statement has its `kind`, its `name`, the
//! fields of its kind, its `policy`, and the comments on it. Nothing is lost: a canonical text, made JSON and made text
//! again, is the same to the byte. Each kind of statement says in its file what its fields are.
//!
//! `value.rs` is JSON that is written, `tree.rs` JSON that is read, and `fields.rs` makes tokens of it.

mod documentation;
mod fields;
mod tree;
mod value;

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText};

use crate::document::{Document, Line, Noted};
use crate::lexer::TokenKind;
use crate::parse::parse_line;
use crate::statements::{self, Role, statement_kinds};
use crate::{Form, Parsed, Rules};

pub(crate) use documentation::documentation;
pub(crate) use fields::{Fields, Output};
pub(crate) use tree::{Node, Value};
pub(crate) use value::{Json, Object};

/// The version of the form.
const VERSION: u32 = 1;

/// How a file is written, for messages.
const SHAPE: &str = "{\"version\": 1, \"statements\": [{\"kind\": \"unique\", \"columns\": [\"id\"]}]}";

/// Whether a text is a rule file in JSON: no text in our language begins with a brace.
pub(crate) fn looks_like_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

/// A rule file as JSON, with its comments and blank lines; [`format`](crate::format) makes the text of it again, and
/// [`parse`](crate::parse) reads both. The form is in `reference.md`.
///
/// ```
/// use std::sync::Arc;
/// use lustrate_diagnostic::SourceText;
///
/// let source = Arc::new(SourceText::new("hospital.rules", "zip: fd zip -> city  hard # by law"));
/// let json = r#"{
///   "version": 1,
///   "statements": [
///     {"kind": "fd", "name": "zip", "determining": ["zip"], "determined": ["city"], "policy": {"strength": "hard"}, "comment": "by law"}
///   ]
/// }
/// "#;
/// assert_eq!(lustrate_rules::to_json(&source).unwrap(), json);
/// ```
///
/// # Errors
/// All mistakes of a file that has one.
pub fn to_json(source: &Arc<SourceText>) -> Result<String, Diagnostics> {
    let document = Document::read(source)?;
    let statements: Vec<_> = document.statements.iter().map(statement_to_json).collect();
    Ok(value::file(VERSION, &statements, &lines_to_json(&document.end)))
}

fn statement_to_json(Noted { before, rule, behind }: &Noted) -> Json {
    let head = Object::default()
        .with_list("before", lines_to_json(before))
        .with("kind", Json::text(rule.keyword()))
        .with_some("name", rule.name().map(Json::text))
        .and(rule.statement.to_json());
    let policy = rule.policy().to_json();
    let policy = (!policy.is_empty()).then_some(Json::Object(policy));
    Json::Object(head.with_some("policy", policy).with_some("comment", behind.as_deref().map(Json::text)))
}

fn lines_to_json(lines: &[Line]) -> Vec<Json> {
    lines.iter().map(|line| line.as_deref().map_or(Json::Null, Json::text)).collect()
}

/// Reads the statements; one with a mistake is reported and left out.
pub(crate) fn parse(source: &Arc<SourceText>, parsed: &mut Parsed) {
    read(source, parsed);
}

/// The document of a text that is JSON.
///
/// # Errors
/// All mistakes of the text.
pub(crate) fn document(source: &Arc<SourceText>) -> Result<Document, Diagnostics> {
    let mut parsed = Parsed::default();
    let (notes, end) = read(source, &mut parsed);
    parsed.diagnostics.sort();
    let rules = parsed.into_result()?;
    Ok(lay_out(&rules, notes, end))
}

/// The comments and blank lines before a statement, and the comment behind it.
type Notes = (Vec<Line>, Option<String>);

/// Puts notes on statements, of which there are as many; blank lines as a text has them.
fn lay_out(rules: &Rules, notes: Vec<Notes>, end: Vec<Line>) -> Document {
    let mut document = Document::default();
    for (written, (before, behind)) in rules.iter().zip(notes) {
        let before = single_blanks(before, document.statements.is_empty());
        document.statements.push(Noted { before, rule: written.rule().clone(), behind });
    }
    document.end = single_blanks(end, document.statements.is_empty());
    document.end.pop_if(|last| last.is_none());
    document
}

/// Lines of which never two that follow each other are blank, nor the first of a file.
fn single_blanks(lines: Vec<Line>, begin_file: bool) -> Vec<Line> {
    let mut laid: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines {
        let is_blank = |line: &Line| line.is_none();
        if !is_blank(&line) || !laid.last().map_or(begin_file, is_blank) {
            laid.push(line);
        }
    }
    laid
}

/// Reads a file into rules, and the notes on each statement and behind the last.
fn read(source: &Arc<SourceText>, parsed: &mut Parsed) -> (Vec<Notes>, Vec<Line>) {
    let file = match tree::read(source) {
        Ok(file) => file,
        Err(diagnostic) => {
            parsed.diagnostics.push(diagnostic);
            return Default::default();
        }
    };
    let mut output = Output::new(source);
    let (mut notes, mut end) = (Vec::new(), Vec::new());
    output.object(&file, "a rule file", SHAPE, |fields| {
        version(fields);
        end = lines(fields, "end");
        let Some(statements) = fields.need("statements", "[]") else { return };
        let Value::List(statements) = &statements.value else {
            return fields.output.expected(statements, "a list of statements", "[{\"kind\": \"fd\"}]");
        };
        notes = statements.iter().map(|statement| read_statement(source, statement, parsed)).collect();
    });
    if output.mistakes.is_empty() {
        parsed.rules.told_apart.push(source.clone());
    }
    output.mistakes.into_iter().for_each(|mistake| parsed.diagnostics.push(mistake));
    (notes, end)
}

fn version(fields: &mut Fields<'_>) {
    let Some(node) = fields.need("version", "1") else { return };
    if !matches!(&node.value, Value::Number(number) if *number == VERSION.to_string()) {
        fields.output.expected(node, "the version 1, which is the only one", "1");
    }
}

fn read_statement(source: &Arc<SourceText>, statement: &Node, parsed: &mut Parsed) -> Notes {
    let mut output = Output::new(source);
    let mut notes = Notes::default();
    let whole = match kind_of(statement) {
        Some(kind) => format!("the `{kind}` statement"),
        None => "a statement".to_owned(),
    };
    output.object(statement, &whole, "{\"kind\": \"fd\"}", |fields| {
        notes = (lines(fields, "before"), comment(fields));
        let keywords: Vec<_> = statement_kinds().map(|kind| kind.keyword).collect();
        let Some((keyword, place)) = fields.need_choice("kind", &keywords) else { return };
        let kind = statements::find(keyword).expect("every keyword is that of a kind");
        let is_rule = matches!(kind.role, Role::Rule | Role::Rewriting | Role::Check);
        if is_rule && let Some(name) = fields.get("name") {
            fields.output.text(name, "the name of the rule", "\"NAME\"");
            fields.sign(TokenKind::Colon);
        }
        fields.output.word(keyword, place);
        (kind.read_json)(fields);
        if is_rule && let Some(policy) = fields.get("policy") {
            crate::policy::read_json(fields.output, policy);
        }
    });
    if output.mistakes.is_empty() {
        let (right, unfit) = (parsed.rules.items.len(), parsed.rules.unfit.len());
        parse_line(source, &[&output.tokens], parsed);
        let Rules { items: read, unfit: doubted, .. } = &mut parsed.rules;
        for written in read[right..].iter_mut().chain(&mut doubted[unfit..]) {
            (written.form, written.span) = (Form::Json, statement.span);
        }
    } else {
        parsed.rules.left_out += 1;
    }
    output.mistakes.into_iter().for_each(|mistake| parsed.diagnostics.push(mistake));
    notes
}

/// The kind that a statement says it is, for messages.
fn kind_of(statement: &Node) -> Option<&'static str> {
    let Value::Object(members) = &statement.value else { return None };
    let kind = members.iter().find(|member| member.key == "kind")?;
    let Value::Text(keyword) = &kind.node.value else { return None };
    statements::find(keyword).map(|kind| kind.keyword)
}

/// Reads comments and blank lines.
fn lines(fields: &mut Fields<'_>, field: &'static str) -> Vec<Line> {
    let Some(node) = fields.get(field) else { return Vec::new() };
    let Value::List(items) = &node.value else {
        fields.output.expected(node, "a list of comments", "[\"COMMENT\"]");
        return Vec::new();
    };
    let line = |item: &Node| match &item.value {
        Value::Null => Some(None),
        _ => one_line(fields.output, item).map(Some),
    };
    items.iter().filter_map(line).collect()
}

fn comment(fields: &mut Fields<'_>) -> Option<String> {
    fields.get("comment").and_then(|node| one_line(fields.output, node))
}

/// Reads a comment, which ends with its line.
fn one_line(output: &mut Output, node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) if text.contains('\n') => {
            let diagnostic = Diagnostic::error("json-type", "a comment is one line");
            output.mistake(diagnostic, node.span, "holds a line end", "write several into `before`, one text a line");
            None
        }
        Value::Text(text) => Some(text.trim_end().to_owned()),
        _ => {
            output.expected(node, "a comment", "\"COMMENT\"");
            None
        }
    }
}
