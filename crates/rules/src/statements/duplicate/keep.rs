//! `keep …`: which row of those that are one thing stays.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, nearest};

use crate::cursor::Cursor;
use crate::json::{Fields, Json, Node, Object, Output, Value};
use crate::lexer::TokenKind;
use crate::lowering::{Lowering, Standing};
use crate::name::{Name, quoted};

/// All ways to say it, for messages.
pub(super) const WAYS: &str = "write `keep most complete`, `keep first`, `keep last`, `keep newest COLUMN` or `keep source COLUMN \"FIRST\", \"SECOND\"`";

/// Which row stays.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Keep {
    MostComplete,
    First,
    Last,
    Newest(Name),
    /// The column of the sources, and these from the most preferred.
    Source(Name, Vec<Name>),
}

pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Keep, Diagnostic> {
    if cursor.accept_word("most") {
        cursor.expect_word("complete").map_err(|error| error.help("write `keep most complete`"))?;
        Ok(Keep::MostComplete)
    } else if cursor.accept_word("first") {
        Ok(Keep::First)
    } else if cursor.accept_word("last") {
        Ok(Keep::Last)
    } else if cursor.accept_word("newest") {
        let shape = "write `keep newest COLUMN`, with the column that tells which row is newer";
        cursor.column().map(Keep::Newest).map_err(|error| error.help(shape))
    } else if cursor.accept_word("source") {
        let shape =
            "write `keep source COLUMN \"FIRST\", \"SECOND\"`, with the column that tells where a row comes from";
        let column = cursor.column().map_err(|error| error.help(shape))?;
        let mut sources = vec![source(cursor, &column)?];
        while cursor.accept(&TokenKind::Comma) {
            sources.push(source(cursor, &column)?);
        }
        Ok(Keep::Source(column, sources))
    } else {
        let others =
            [("best", "most complete"), ("fullest", "most complete"), ("latest", "newest"), ("oldest", "first")];
        let near = match cursor.peek() {
            Some(TokenKind::Word(word)) => match others.iter().find(|(other, _)| other == word) {
                Some((_, ours)) => Some(*ours),
                None => nearest(word, ["first", "last", "most", "newest", "source"]),
            },
            _ => None,
        };
        let help = match near {
            Some("most") => "write `most complete`".to_owned(),
            Some("newest") => "write `newest COLUMN`".to_owned(),
            Some("source") => "write `source COLUMN \"FIRST\", \"SECOND\"`".to_owned(),
            Some(near) => format!("write `{near}`"),
            None => WAYS.to_owned(),
        };
        Err(cursor.expected("which row stays").help(help))
    }
}

/// A source, by its name in the column.
fn source(cursor: &mut Cursor<'_>, column: &Name) -> Result<Name, Diagnostic> {
    let span = cursor.span();
    let help = match cursor.peek() {
        Some(TokenKind::Word(word)) => format!("write `{}`", quoted(word)),
        _ => format!("write what `{column}` holds in the rows to keep, such as `\"FIRST\"`"),
    };
    let source = cursor.text("a source in double quotes").map_err(|error| error.help(help))?;
    Ok(Name::new(source, span))
}

pub(super) fn from_json(output: &mut Output, node: &Node) {
    if node.has("source") {
        return output.object(
            node,
            "which row stays",
            "{\"source\": \"COLUMN\", \"order\": [\"FIRST\"]}",
            source_from_json,
        );
    }
    if matches!(node.value, Value::Object(_)) {
        return output.object(node, "which row stays", "{\"newest\": \"COLUMN\"}", |fields| {
            fields.word("newest");
            fields.name("newest");
        });
    }
    if let Some((keep, place)) = output.chosen(node, "row that stays", &["most complete", "first", "last"]) {
        keep.split(' ').for_each(|word| output.word(word, place));
    }
}

fn source_from_json(fields: &mut Fields<'_>) {
    const SHAPE: &str = "[\"FIRST\", \"SECOND\"]";
    fields.word("source");
    fields.name("source");
    if let Some(order) = fields.need("order", SHAPE) {
        fields.output.list(order, "a list of sources", SHAPE, |output, source| {
            output.text(source, "a source", "\"FIRST\"");
        });
    }
}

impl Keep {
    pub(super) fn to_json(&self) -> Json {
        match self {
            Keep::MostComplete => Json::text("most complete"),
            Keep::First => Json::text("first"),
            Keep::Last => Json::text("last"),
            Keep::Newest(column) => Json::of("newest", Json::text(&column.text)),
            Keep::Source(column, order) => {
                let object = Object::default().with("source", Json::text(&column.text));
                Json::Object(object.with("order", Json::names(order)))
            }
        }
    }

    /// The column that it names.
    pub(super) fn column(&self) -> Option<&Name> {
        match self {
            Keep::MostComplete | Keep::First | Keep::Last => None,
            Keep::Newest(column) | Keep::Source(column, _) => Some(column),
        }
    }

    pub(super) fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let Keep::Source(_, order) = self else { return Vec::new() };
        let twice = |(place, name): (usize, &Name)| {
            order[..place].contains(name).then(|| {
                let title = format!("the source {} is listed twice", quoted(&name.text));
                let diagnostic = Diagnostic::error("repeated-source", title).help("leave it out here");
                diagnostic.at(source, name.span(), "listed already")
            })
        };
        order.iter().enumerate().filter_map(twice).collect()
    }

    /// `None` where the table has no such column, which has been reported.
    pub(super) fn lower(&self, lowering: &mut Lowering<'_>) -> Option<crate::Keep> {
        Some(match self {
            Keep::MostComplete => crate::Keep::MostComplete,
            Keep::First => crate::Keep::First,
            Keep::Last => crate::Keep::Last,
            Keep::Newest(column) => crate::Keep::Newest(lowering.attribute(column, Standing::Left)?),
            Keep::Source(column, order) => crate::Keep::Source {
                column: lowering.attribute(column, Standing::Left)?,
                order: order.iter().map(|source| source.text.clone()).collect(),
            },
        })
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Keep::MostComplete => f.write_str("keep most complete"),
            Keep::First => f.write_str("keep first"),
            Keep::Last => f.write_str("keep last"),
            Keep::Newest(column) => write!(f, "keep newest {column}"),
            Keep::Source(column, order) => {
                let order: Vec<_> = order.iter().map(|source| quoted(&source.text)).collect();
                write!(f, "keep source {column} {}", order.join(", "))
            }
        }
    }
}
