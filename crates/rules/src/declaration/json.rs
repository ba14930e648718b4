//! Declarations of columns as JSON.

use super::parse::plain_end;
use super::{CASES, Declaration, FORMATS, ROLES, Range, ReferenceColumn, TypeWords, is_number};
use crate::ColumnRole;
use crate::json::{Fields, Json, Node, Object, Output, Value};
use crate::lexer::TokenKind;
use crate::name::Name;

/// The types.
const TYPES: &[&str] = &["text", "integer", "number", "one of", "date", "time", "datetime", "duration", "quantity"];

/// How values are listed, for messages.
const VALUES: &str = "[\"TEXT\", 5]";

/// How units and formats are listed, for messages.
const FORMS: &str = "[\"h\", \"h:mm\"]";

impl Declaration {
    /// The fields of what is declared.
    pub fn to_json(&self) -> Object {
        let kind = self.column_type.as_ref().map(TypeWords::to_json).unwrap_or_default();
        let member = self.member.as_ref().map(|ReferenceColumn { file, column }| {
            let object = Object::default().with("file", Json::text(&file.text));
            Json::Object(object.with("column", Json::text(&column.text)))
        });
        let end = |end: &Option<Name>| end.as_ref().map(|end| Json::scalar(&end.text));
        let range = self.range.as_ref().map(|Range { low, high, .. }| {
            Json::Object(Object::default().with_some("low", end(low)).with_some("high", end(high)))
        });
        let case = CASES.iter().find(|(case, _)| Some(*case) == self.letter_case);
        let infer = self.infer_unit.as_ref().map(|inference| {
            let by = inference.by.iter().map(|name| Json::text(&name.text)).collect();
            Json::Object(Object::default().with_list("by", by))
        });
        let roles = ROLES.iter().filter(|(role, _)| self.roles.contains(role)).map(|(_, word)| Json::text(word));
        let is = |said: bool| said.then_some(Json::True);
        kind.with_some("in", member)
            .with_some("pattern", self.pattern.as_ref().map(|pattern| Json::text(pattern.written())))
            .with_list("accept", self.accept.iter().map(|form| Json::text(&form.text)).collect())
            .with_some("range", range)
            .with_some("unit", self.unit.as_ref().map(|unit| Json::text(&unit.text)))
            .with_some("case", case.map(|(_, word)| Json::text(word)))
            .with_some("infer_unit", infer)
            .with_list("formats", self.formats.iter().map(|name| Json::text(name)).collect())
            .with_list("null", self.nulls.iter().map(|text| Json::scalar(text)).collect())
            .with_some("required", is(self.required))
            .with_some("never_repair", is(self.never_repair))
            .with_list("roles", roles.collect())
            .with_list("good", values_to_json(&self.good))
    }
}

impl TypeWords {
    fn to_json(&self) -> Object {
        let word = |word| Object::default().with("type", Json::text(word));
        let formatted = |kind, format: &Option<Name>| {
            word(kind).with_some("format", format.as_ref().map(|format| Json::text(&format.text)))
        };
        match self {
            TypeWords::Text => word("text"),
            TypeWords::Integer => word("integer"),
            TypeWords::Number => word("number"),
            TypeWords::OneOf(values) => word("one of").with_list("values", values_to_json(values)),
            TypeWords::Date(format) => formatted("date", format),
            TypeWords::Time(format) => formatted("time", format),
            TypeWords::DateTime(format) => formatted("datetime", format),
            TypeWords::Duration(unit) => word("duration").with("unit", Json::text(&unit.text)),
            TypeWords::Quantity(unit) => word("quantity").with("unit", Json::text(&unit.text)),
        }
    }
}

/// Texts of the table.
pub(crate) fn values_to_json(values: &[Name]) -> Vec<Json> {
    values.iter().map(|value| Json::scalar(&value.text)).collect()
}

/// Reads texts of the table, with commas between them.
pub(crate) fn values_from_json(output: &mut Output, node: &Node) {
    output.list(node, "a list of values", VALUES, value);
}

/// Reads a text of the table, which may be a number.
fn value(output: &mut Output, node: &Node) {
    match &node.value {
        Value::Text(text) if is_number(text) => output.token(TokenKind::Number(text.clone()), node.span),
        Value::Object(_) => output.expected(node, "a text or a number", "\"TEXT\""),
        _ => output.constant(node),
    }
}

/// Reads a type and clauses, in the order in which they are printed.
pub(crate) fn declaration_from_json(fields: &mut Fields<'_>) {
    let kind = fields.choice("type", TYPES).map(|(kind, place)| {
        kind.split(' ').for_each(|word| fields.output.word(word, place));
        kind
    });
    match kind {
        Some("one of") => {
            if let Some(values) = fields.need("values", VALUES) {
                values_from_json(fields.output, values);
            }
        }
        Some("date" | "time" | "datetime") => {
            fields.behind(&[], "format", |output, format| output.text(format, "a format", "\"%Y-%m-%d\""));
        }
        Some("duration" | "quantity") => {
            fields.word("in");
            if let Some(unit) = fields.need("unit", "\"min\"") {
                output_unit(fields.output, unit);
            }
        }
        _ => {}
    }
    fields.behind(&["in"], "in", |output, member| {
        output.object(
            member,
            "a column of a reference table",
            "{\"file\": \"FILE\", \"column\": \"COLUMN\"}",
            |fields| {
                fields.file("file");
                fields.sign(TokenKind::Dot);
                fields.name("column");
            },
        );
    });
    fields.behind(&[], "pattern", Output::pattern);
    fields.behind(&["accept"], "accept", |output, forms| output.list(forms, "a list of forms", FORMS, output_unit));
    fields.behind(&[], "range", range);
    if !matches!(kind, Some("duration" | "quantity")) {
        fields.behind(&["unit"], "unit", output_unit);
    }
    if let Some((case, place)) = fields.choice("case", &CASES.iter().map(|(_, word)| *word).collect::<Vec<_>>()) {
        fields.word("case");
        fields.output.word(case, place);
    }
    fields.behind(&["infer", "unit"], "infer_unit", |output, inference| {
        output.object(inference, "what units are inferred by", "{\"by\": [\"COLUMN\"]}", |fields| {
            fields.behind(&["by"], "by", Output::names);
        });
    });
    fields.behind(&["format"], "formats", |output, formats| {
        output.list(formats, "a list of conventions of writing", "[\"suffix\"]", |output, name| {
            if let Some((name, place)) = output.chosen(name, "convention of writing", FORMATS) {
                output.word(name, place);
            }
        });
    });
    fields.behind(&["null"], "null", values_from_json);
    if fields.flag("required") {
        fields.word("required");
    }
    if fields.flag("never_repair") {
        fields.word("never");
        fields.word("repair");
    }
    roles(fields);
}

fn output_unit(output: &mut Output, node: &Node) {
    output.text(node, "a unit or a format", "\"h\"");
}

/// Reads `{"low": 0, "high": 480}`, of which one suffices.
fn range(output: &mut Output, node: &Node) {
    output.object(node, "a range", "{\"low\": 0, \"high\": 480}", |fields| {
        fields.behind(&[], "low", end);
        fields.sign(TokenKind::Dot);
        fields.sign(TokenKind::Dot);
        fields.behind(&[], "high", end);
    });
}

/// Reads an end of a range, which is a number in whatever way it is spelled.
fn end(output: &mut Output, node: &Node) {
    match &node.value {
        Value::Text(text) if is_number(&plain_end(text)) => {
            output.token(TokenKind::Number(plain_end(text)), node.span);
        }
        _ => value(output, node),
    }
}

/// Reads the roles, and the good values behind that of a label.
fn roles(fields: &mut Fields<'_>) {
    let good = fields.get("good");
    let words: Vec<_> = ROLES.iter().map(|(_, word)| *word).collect();
    let mut is_label = false;
    if let Some(roles) = fields.get("roles") {
        for role in fields.output.items(roles, "a list of roles", "[\"id\"]") {
            let Some((word, place)) = fields.output.chosen(role, "role", &words) else { continue };
            fields.output.word(word, place);
            let role = ROLES.iter().find(|(_, known)| *known == word);
            if let (Some((ColumnRole::Label, _)), Some(good)) = (role, good) {
                is_label = true;
                fields.word("good");
                values_from_json(fields.output, good);
            }
        }
    }
    if let (Some(good), false) = (good, is_label) {
        let diagnostic = lustrate_diagnostic::Diagnostic::error("missing-field", "good values are said of a label");
        fields.output.mistake(
            diagnostic,
            good.span,
            "of no label",
            "write `\"label\"` into `\"roles\"`, or leave `good` out",
        );
    }
}
