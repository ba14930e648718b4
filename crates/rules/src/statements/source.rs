//! `source COLUMN entity COLUMN …`: rows are reports of several sources on the same things.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, Span, nearest};

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::cursor::Cursor;
use crate::json::{Fields, Json, Object};
use crate::lexer::TokenKind;
use crate::lowering::{Lowering, Relation, Standing};
use crate::name::{Name, listed, quoted};
use crate::share::probability;
use crate::{Fusion, Rule};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "source",
    usage: "source COLUMN entity COLUMN, COLUMN trust \"SOURCE\" 0.95",
    role: Role::Rule,
    documentation: Documentation {
        summary: "rows are reports of several sources on the same things (data fusion)",
        what: "`source S entity A, B trust \"x\" 0.95, \"y\" 0.8`: every row is what the source in `S` reports of the \
               thing that the columns behind `entity` name. Rows of one thing should say the same in the other \
               columns; where they do not, each source counts by how often it is right, which is learned, or is \
               the given probability. A row without a source or without a part of the entity takes no part. It says \
               nothing of what a single row may hold, so no row breaks it. Where no rule says so, but the rows look \
               like reports, they are taken for such with a note; `warn` behind the statement says that they are none.",
        why: "Where several web sites report one flight, most may copy the same mistake: a count of votes then \
              believes the mistake, and a count by trust does not.",
        example: Example {
            table: "src,flight,gate\naa,AA-1,B3\norbitz,AA-1,B8\n",
            rules: "fusion: source src entity flight trust \"aa\" 0.95",
            files: &[],
            breaking: &[],
            failing: &[],
        },
        when_it_is_wrong: "When the entity is not quite one thing (a flight number without its day): then sources that \
                           are right contradict each other, and all lose trust.",
    },
    parse,
    read_json,
};

/// Rows are reports of sources.
#[derive(Clone, Debug, PartialEq)]
struct Source {
    column: Name,
    entity: Vec<Name>,
    trust: Vec<(Name, f64)>,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let column = cursor.column()?;
    let near = matches!(cursor.peek(), Some(TokenKind::Word(word)) if nearest(word, ["entity"]).is_some());
    cursor.expect_word("entity").map_err(|error| match cursor.peek() {
        Some(TokenKind::Word(word)) if column.text == "entity" => {
            error.help(format!("write the column of the sources first: `source COLUMN entity {word}`"))
        }
        Some(TokenKind::Word(_) | TokenKind::Text(_)) if !near => {
            error.help(format!("write `entity {}`", cursor.written(0, 0)))
        }
        _ if !near => {
            error.help(format!("write `source {column} entity COLUMN`, with the column that names the thing"))
        }
        _ => error,
    })?;
    let entity = cursor.columns()?;
    let mut trust = Vec::new();
    if cursor.accept_word("trust") {
        trust.push(belief(cursor)?);
        while cursor.accept(&TokenKind::Comma) {
            trust.push(belief(cursor)?);
        }
    }
    Ok(Rule::new(Source { column, entity, trust }))
}

fn belief(cursor: &mut Cursor<'_>) -> Result<(Name, f64), Diagnostic> {
    let span: Span = cursor.span();
    let help = match cursor.peek() {
        Some(TokenKind::Word(word)) => format!("write `{}`", quoted(word)),
        _ => "write a source and how often it is right, such as `\"SOURCE\" 0.95`".to_owned(),
    };
    let source = cursor.text("a source in double quotes").map_err(|error| error.help(help))?;
    Ok((Name::new(source, span), probability(cursor)?))
}

fn read_json(fields: &mut Fields<'_>) {
    fields.name("column");
    fields.word("entity");
    fields.names("entity");
    fields.behind(&["trust"], "trust", |output, trust| {
        const SHAPE: &str = "[{\"source\": \"SOURCE\", \"trust\": 0.95}]";
        output.list(trust, "a list of sources", SHAPE, |output, belief| {
            output.object(belief, "the trust in a source", SHAPE, |fields| {
                if let Some(source) = fields.need("source", "\"SOURCE\"") {
                    fields.output.text(source, "a source", "\"SOURCE\"");
                }
                if let Some(trust) = fields.need("trust", "0.95") {
                    fields.output.number(trust, "0.95");
                }
            });
        });
    });
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "source {} entity {}", self.column, listed(&self.entity))?;
        let trust: Vec<_> =
            self.trust.iter().map(|(source, trust)| format!("{} {trust}", quoted(&source.text))).collect();
        if trust.is_empty() { Ok(()) } else { write!(f, " trust {}", trust.join(", ")) }
    }
}

impl Statement for Source {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        let belief = |(source, trust): &(Name, f64)| {
            let object = Object::default().with("source", Json::text(&source.text));
            Json::Object(object.with("trust", Json::Number(*trust)))
        };
        Object::default()
            .with("column", Json::text(&self.column.text))
            .with("entity", Json::names(&self.entity))
            .with_list("trust", self.trust.iter().map(belief).collect())
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for (place, name) in self.entity.iter().enumerate() {
            if *name == self.column || self.entity[..place].contains(name) {
                let diagnostic = Diagnostic::error("repeated-column", format!("`{}` is listed twice", name.text));
                diagnostics.push(diagnostic.at(source, name.span(), "listed already").help("leave it out here"));
            }
        }
        for (place, (name, _)) in self.trust.iter().enumerate() {
            if self.trust[..place].iter().any(|(earlier, _)| earlier == name) {
                let title = format!("the trust in {} is said twice", quoted(&name.text));
                let diagnostic = Diagnostic::error("repeated-source", title).help("leave one of the two out");
                diagnostics.push(diagnostic.at(source, name.span(), "said already"));
            }
        }
        diagnostics
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        let source = lowering.attribute(&self.column, Standing::Left);
        let entity: Vec<_> = self.entity.iter().map(|name| lowering.attribute(name, Standing::Left)).collect();
        let (Some(source), Some(entity)) = (source, entity.into_iter().collect()) else { return };
        lowering.relate(Relation::Fusion(Fusion {
            name: lowering.called(&self.to_string()),
            origin: lowering.origin(),
            strength: lowering.policy().strength,
            source,
            entity,
            trust: self.trust.iter().map(|(source, trust)| (source.text.clone(), *trust)).collect::<BTreeMap<_, _>>(),
        }));
    }
}
