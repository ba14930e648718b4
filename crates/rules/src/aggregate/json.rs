//! What a check measures, and its limits, as JSON.

use super::{Aggregate, Limit, LimitValue, Limits, SUMMARIES};
use crate::Comparison;
use crate::json::{Fields, Json, Node, Object, Output, Value};
use crate::lexer::TokenKind;
use crate::share::percent;

/// The comparisons of a limit.
const SIGNS: &[(&str, Comparison)] = &[
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
    ("=", Comparison::Equal),
];

impl Aggregate {
    /// The fields of what is measured.
    pub fn to_json(&self) -> Object {
        let measure = |word| Object::default().with("measure", Json::text(word));
        match self {
            Aggregate::Rows => measure("rows"),
            Aggregate::Of(summary, column) => measure(summary.word()).with("column", Json::text(&column.text)),
            Aggregate::Drift { column, file, other } => {
                let reference = Object::default()
                    .with("file", Json::text(&file.text))
                    .with_some("column", other.as_ref().map(|other| Json::text(&other.text)));
                measure("psi").with("column", Json::text(&column.text)).with("reference", Json::Object(reference))
            }
        }
    }
}

impl Limits {
    /// The fields of the limits.
    pub fn to_json(&self) -> Object {
        match self {
            Limits::Compare(comparison, limit) => {
                Object::default().with("sign", Json::text(comparison.sign())).with("limit", limit.to_json())
            }
            Limits::Between(low, high) => {
                Object::default().with("between", Json::List(vec![low.to_json(), high.to_json()]))
            }
        }
    }
}

impl Limit {
    fn to_json(&self) -> Json {
        match &self.value {
            LimitValue::Number(number) => Json::Number(*number),
            LimitValue::Share(share) => Json::percent(&percent(*share)),
            LimitValue::Text(text) => Json::text(text),
        }
    }
}

/// Reads what is measured.
pub(crate) fn aggregate_from_json(fields: &mut Fields<'_>) {
    let measures: Vec<_> = ["rows", "psi"].into_iter().chain(SUMMARIES.iter().map(|(word, _)| *word)).collect();
    match fields.need_choice("measure", &measures) {
        Some(("rows", place)) => fields.output.word("rows", place),
        Some(("psi", place)) => {
            fields.name("column");
            fields.word("like");
            if let Some(reference) = fields.need("reference", "{\"file\": \"FILE\"}") {
                fields.output.object(reference, "a reference table", "{\"file\": \"FILE\"}", |fields| {
                    fields.file("file");
                    if let Some(column) = fields.get("column") {
                        fields.sign(TokenKind::Dot);
                        fields.output.text(column, "the name of a column", "\"COLUMN\"");
                    }
                });
            }
            fields.output.word("psi", place);
        }
        Some((summary, place)) => {
            fields.output.word(summary, place);
            fields.sign(TokenKind::Open);
            fields.name("column");
            fields.sign(TokenKind::Close);
        }
        None => {}
    }
}

/// Reads a sign and a limit, or two limits.
pub(crate) fn limits_from_json(fields: &mut Fields<'_>) {
    const SHAPE: &str = "[1, 30]";
    if let Some(between) = fields.get("between") {
        let ends = fields.output.items(between, "two limits", SHAPE);
        let [low, high] = ends else {
            return if !ends.is_empty() {
                fields.output.expected(between, "two limits", SHAPE)
            };
        };
        fields.word("between");
        limit(fields.output, low);
        fields.word("and");
        return limit(fields.output, high);
    }
    let signs: Vec<_> = SIGNS.iter().map(|(sign, _)| *sign).collect();
    if let Some((sign, place)) = fields.need_choice("sign", &signs)
        && let Some((_, comparison)) = SIGNS.iter().find(|(known, _)| *known == sign)
    {
        fields.output.token(TokenKind::Compare(*comparison), place);
    }
    if let Some(node) = fields.need("limit", "1000") {
        limit(fields.output, node);
    }
}

/// Reads a number, a share or a text that the type of the column reads.
fn limit(output: &mut Output, node: &Node) {
    match &node.value {
        Value::Text(text) => output.token(TokenKind::Text(text.clone()), node.span),
        _ => output.number_or_percent(node, "1000"),
    }
}
