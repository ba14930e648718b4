//! `duplicate when …` and `duplicate by …`: which rows are one thing.

mod keep;

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, nearest};
use lustrate_table::AttributeId;
use lustrate_values::Similarity;

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::condition::{measure, measure_from_json, measure_to_json, measure_words};
use crate::cursor::Cursor;
use crate::json::{Fields, Json, Object, Value};
use crate::keywords::is_reserved;
use crate::lexer::TokenKind;
use crate::lowering::{Lowering, Relation, Standing};
use crate::name::{Name, listed};
use crate::share::probability;
use crate::{
    CellOf, ColumnRole, Compare, Comparison, Domain, Duplicates, Likely, Operand, Polarity, Predicate, Rule, Tuple,
};
use keep::Keep;

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "duplicate",
    usage: "duplicate when COLUMN ~ 0.9 and COLUMN =, or COLUMN = keep most complete",
    role: Role::Rule,
    documentation: Documentation {
        summary: "when two rows are one thing",
        what: "`duplicate when A ~ 0.9 and B =, or C =`: two different rows are one thing where they are alike in `A` \
               and have the same `B`, or have the same `C`. The number is the least likeness (Levenshtein), 0.85 where \
               there is none; other measures are written `A ~jw(0.9)`. A missing value is like no other. \
               `duplicate by A, B at 0.9` asks instead how probable it is that two rows are one thing: what agreement and \
               difference weigh in each column is learned from the table, a rare value more than a frequent one, and a \
               column less that goes with another. Rows are one thing from the probability behind `at` on, 0.9 where there \
               is none, and together only with rows that are one thing rather than not, on average. A missing value says \
               nothing. `duplicate by *` compares all columns but those of a role that is the row's and not the thing's \
               (`id`, `source`, `time`, `weight`, `label`) and the one that `keep` names. `keep` says \
               which row of those that are one thing stays: `most complete` (fewest missing values), `first`, `last`, \
               `newest COLUMN` (the greatest value of the column), or `source COLUMN \"x\", \"y\"` (the first of the source \
               that is listed first; those that are not listed come last); the others go to the rows that are set apart, each \
               with the one that stays. Without it they are only reported. No cell is changed.",
        why: "A person who is in the table twice counts twice, and the two rows seldom agree to the letter.",
        example: Example {
            table: "name,birth_date,ssn\nAnna Rossi,1980-01-02,1\nAnna Rosi,1980-01-02,\nAnna Rossi,1991-05-06,2\n\
                    Bo Ek,1970-03-04,2\n",
            rules: "same: duplicate when name ~ 0.85 and birth_date =, or ssn = keep most complete",
            files: &[],
            breaking: &[1, 2, 3, 4],
            failing: &[],
        },
        when_it_is_wrong: "When likeness joins what is different: brothers born on one day, two products that differ in \
                           a digit. Rows that are one thing with the same row are one thing with each other, so that a \
                           chain of small likenesses can join what is far apart; `by` takes such chains apart. `by` needs columns \
                           that tell things apart: of names alone, namesakes are one.",
    },
    parse,
    read_json,
};

/// Which rows are one thing.
#[derive(Clone, Debug, PartialEq)]
struct Duplicate {
    basis: Basis,
    keep: Option<Keep>,
}

/// What makes rows one thing.
#[derive(Clone, Debug, PartialEq)]
enum Basis {
    /// Any of these suffices; in each, all must hold.
    When(Vec<Vec<Sign>>),
    /// A probability that is learned from these columns, or from all.
    By { columns: Option<Vec<Name>>, at: f64 },
}

/// The probability from which on rows are one thing where none is written.
const AT: f64 = 0.9;

/// A column in which the rows agree, or are alike.
#[derive(Clone, Debug, PartialEq)]
struct Sign {
    column: Name,
    measure: Option<Similarity>,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let basis = if cursor.accept_word("by") { by(cursor)? } else { Basis::When(alternatives(cursor)?) };
    let keep = if cursor.accept_word("keep") { Some(keep::parse(cursor)?) } else { None };
    if let (Some(TokenKind::Word(word)), None) = (cursor.peek(), &keep)
        && (is_drop(word) || nearest(word, ["keep"]).is_some())
    {
        let help = format!("{} for the row that stays", keep::WAYS);
        return Err(cursor.expected("`keep` or the end of the statement").help(help));
    }
    Ok(Rule::new(Duplicate { basis, keep }))
}

fn by(cursor: &mut Cursor<'_>) -> Result<Basis, Diagnostic> {
    if cursor.peek().is_none() {
        return Err(cursor
            .expected("a column")
            .help("write `*` for all columns, or those that tell who or what a row is"));
    }
    let columns = if cursor.accept(&TokenKind::Star) { None } else { Some(cursor.columns()?) };
    let last = |cursor: &Cursor<'_>| cursor.written(-1, -1).to_owned();
    let help = match (cursor.peek(), cursor.peek_after(1)) {
        (Some(TokenKind::Comma), _) if columns.is_none() => {
            Some("leave the columns behind `*` out: it is all of them".to_owned())
        }
        (Some(TokenKind::Compare(_) | TokenKind::Alike), _) => {
            Some(format!("leave it out: `by` learns how alike `{}` must be, `duplicate when` is told", last(cursor)))
        }
        (Some(TokenKind::Word(word)), Some(TokenKind::Word(_) | TokenKind::Text(_))) if word == "and" => {
            Some(format!("write `, {}`", cursor.written(1, 1)))
        }
        (Some(TokenKind::Number(_)), _) => Some(format!("write `at {}`", cursor.written(0, 0))),
        _ => None,
    };
    if let Some(help) = help {
        return Err(cursor.expected("`at`, `keep` or the end of the statement").help(help));
    }
    let at = if cursor.accept_word("at") { probability(cursor)? } else { AT };
    Ok(Basis::By { columns, at })
}

fn alternatives(cursor: &mut Cursor<'_>) -> Result<Vec<Vec<Sign>>, Diagnostic> {
    if !cursor.accept_word("when") {
        let error = cursor.expected("`when` or `by`");
        return Err(match (cursor.peek(), cursor.peek_after(1)) {
            (Some(TokenKind::Star), _) => error.help("write `by *`"),
            (Some(TokenKind::Word(_) | TokenKind::Text(_)), Some(TokenKind::Comma)) => {
                error.help(format!("write `by {}`", cursor.written(0, 0)))
            }
            (Some(TokenKind::Word(_) | TokenKind::Text(_)), _) => {
                error.help(format!("write `when {}`", cursor.written(0, 0)))
            }
            _ => error,
        });
    }
    let mut alternatives = vec![signs(cursor)?];
    loop {
        let comma = cursor.accept(&TokenKind::Comma);
        if cursor.accept_word("or") {
            alternatives.push(signs(cursor)?);
        } else if comma {
            let help = match cursor.peek() {
                Some(TokenKind::Word(_) | TokenKind::Text(_)) => {
                    let column = cursor.written(0, 0);
                    format!(
                        "write `and {column}` without the comma if both must agree, or `or {column}` if one is enough"
                    )
                }
                _ => "leave the comma out, or write `or` and a column behind it".to_owned(),
            };
            return Err(cursor.expected("`or`").help(help));
        } else {
            return Ok(alternatives);
        }
    }
}

/// What may stand behind the columns, apart from policies.
const WORDS: [&str; 3] = ["and", "or", "keep"];

fn is_drop(word: &str) -> bool {
    matches!(word, "drop" | "remove" | "retain")
}

fn signs(cursor: &mut Cursor<'_>) -> Result<Vec<Sign>, Diagnostic> {
    let mut signs = vec![sign(cursor)?];
    while cursor.accept_word("and") {
        signs.push(sign(cursor)?);
    }
    Ok(signs)
}

fn sign(cursor: &mut Cursor<'_>) -> Result<Sign, Diagnostic> {
    let column = cursor.column()?;
    if cursor.accept(&TokenKind::Compare(Comparison::Equal)) {
        return match cursor.peek() {
            Some(TokenKind::Word(word)) if !is_reserved(word) && !is_drop(word) && nearest(word, WORDS).is_none() => {
                let help = format!("write `{column} =`: two rows are compared in the same column");
                Err(cursor.expected("nothing behind `=`").help(help))
            }
            Some(TokenKind::Text(_) | TokenKind::Number(_)) => {
                let help = format!("write `{column} =`; rows with a certain value are named by `where` at the end");
                Err(cursor.expected("nothing behind `=`").help(help))
            }
            _ => Ok(Sign { column, measure: None }),
        };
    }
    if !cursor.accept(&TokenKind::Alike) {
        let help = match (cursor.peek(), cursor.peek_after(1)) {
            (Some(TokenKind::Dot), Some(TokenKind::Word(_) | TokenKind::Text(_))) => {
                format!("write `{} =` without rows: two rows are always compared", cursor.written(1, 1))
            }
            _ => format!("write `{column} =` or `{column} ~ 0.9`"),
        };
        return Err(cursor.expected("`=` or `~`").help(help));
    }
    let likeness = match cursor.peek() {
        Some(TokenKind::Number(_)) => Similarity::Levenshtein(probability(cursor)?),
        _ => measure(cursor)?,
    };
    Ok(Sign { column, measure: Some(likeness) })
}

fn read_json(fields: &mut Fields<'_>) {
    match fields.get("by") {
        Some(by) => {
            fields.word("by");
            if matches!(by.value, Value::List(_)) {
                fields.output.names(by);
            } else if fields.output.chosen(by, "list of columns", &["*"]).is_some() {
                fields.sign(TokenKind::Star);
            }
            fields.behind(&["at"], "at", |output, at| output.number(at, "0.9"));
        }
        None => when_from_json(fields),
    }
    fields.behind(&["keep"], "keep", keep::from_json);
}

fn when_from_json(fields: &mut Fields<'_>) {
    const SHAPE: &str = "[[{\"column\": \"COLUMN\"}]]";
    fields.word("when");
    let Some(when) = fields.need("when", SHAPE) else { return };
    for (place, signs) in fields.output.items(when, "a list of alternatives", SHAPE).iter().enumerate() {
        if place > 0 {
            fields.output.word("or", signs.span);
        }
        for (place, sign) in fields.output.items(signs, "a list of columns that agree", SHAPE).iter().enumerate() {
            if place > 0 {
                fields.output.word("and", sign.span);
            }
            fields.output.object(sign, "a column that agrees", SHAPE, sign_from_json);
        }
    }
}

fn sign_from_json(fields: &mut Fields<'_>) {
    fields.name("column");
    match fields.get("measure") {
        Some(measure) => {
            fields.sign(TokenKind::Alike);
            measure_from_json(fields.output, measure);
        }
        None => fields.sign(TokenKind::Compare(Comparison::Equal)),
    }
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.basis {
            Basis::When(alternatives) => {
                let alternatives: Vec<_> = alternatives.iter().map(|signs| together(signs)).collect();
                write!(f, "duplicate when {}", alternatives.join(", or "))?;
            }
            Basis::By { columns, at } => {
                write!(
                    f,
                    "duplicate by {}",
                    columns.as_ref().map_or_else(|| "*".to_owned(), |columns| listed(columns))
                )?;
                if *at != AT {
                    write!(f, " at {at}")?;
                }
            }
        }
        self.keep.as_ref().map_or(Ok(()), |keep| write!(f, " {keep}"))
    }
}

fn together(signs: &[Sign]) -> String {
    signs.iter().map(Sign::to_string).collect::<Vec<_>>().join(" and ")
}

impl Sign {
    fn to_json(&self) -> Json {
        let object = Object::default().with("column", Json::text(&self.column.text));
        Json::Object(object.with_some("measure", self.measure.map(measure_to_json)))
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.measure {
            None => write!(f, "{} =", self.column),
            Some(measure) if measure == Similarity::default() => write!(f, "{} ~", self.column),
            Some(Similarity::Levenshtein(least)) => write!(f, "{} ~ {least}", self.column),
            Some(measure) => write!(f, "{} ~{}", self.column, measure_words(measure)),
        }
    }
}

impl Statement for Duplicate {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        let object = match &self.basis {
            Basis::When(alternatives) => {
                let alternative = |signs: &Vec<Sign>| Json::List(signs.iter().map(Sign::to_json).collect());
                Object::default().with_list("when", alternatives.iter().map(alternative).collect())
            }
            Basis::By { columns, at } => {
                let columns = columns.as_ref().map_or_else(|| Json::text("*"), |columns| Json::names(columns));
                Object::default().with("by", columns).with_some("at", (*at != AT).then_some(Json::Number(*at)))
            }
        };
        object.with_some("keep", self.keep.as_ref().map(Keep::to_json))
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let groups: Vec<Vec<&Name>> = match &self.basis {
            Basis::When(alternatives) => {
                alternatives.iter().map(|signs| signs.iter().map(|sign| &sign.column).collect()).collect()
            }
            Basis::By { columns, .. } => vec![columns.iter().flatten().collect()],
        };
        let mut diagnostics = Vec::new();
        for names in &groups {
            for (place, name) in names.iter().enumerate().filter(|(place, name)| names[..*place].contains(name)) {
                let title = format!("`{}` is listed twice", names[place].text);
                let diagnostic = Diagnostic::error("repeated-column", title);
                diagnostics.push(diagnostic.at(source, name.span(), "listed already").help("leave it out here"));
            }
        }
        diagnostics.extend(self.keep.iter().flat_map(|keep| keep.check(source)));
        diagnostics
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        let found = match &self.basis {
            Basis::When(alternatives) => when(alternatives, lowering).map(|alternatives| (alternatives, None)),
            Basis::By { columns: Some(columns), at } => {
                let found: Vec<_> = columns.iter().map(|name| lowering.attribute(name, Standing::Left)).collect();
                let attributes: Option<Vec<_>> = found.into_iter().collect();
                attributes.map(|attributes| (Vec::new(), Some(Likely { attributes, at: *at })))
            }
            Basis::By { columns: None, at } => {
                let named = self.keep.as_ref().and_then(Keep::column).and_then(|name| lowering.known(name));
                let attributes = lowering.without_roles(&OF_THE_ROW);
                let attributes = attributes.into_iter().filter(|&found| Some(found) != named).collect();
                Some((Vec::new(), Some(Likely { attributes, at: *at })))
            }
        };
        let keep = self.keep.as_ref().map(|keep| keep.lower(lowering));
        let (Some((alternatives, likely)), None | Some(Some(_))) = (found, &keep) else { return };
        let alternatives = alternatives.into_iter().map(|(name, predicates)| lowering.join(name, predicates)).collect();
        lowering.relate(Relation::Duplicates(Duplicates {
            name: lowering.called(&self.to_string()),
            origin: lowering.origin(),
            strength: lowering.policy().strength,
            alternatives,
            likely,
            keep: keep.flatten(),
        }));
    }
}

/// What a row has for itself, and not for the thing that it is about.
const OF_THE_ROW: [ColumnRole; 5] =
    [ColumnRole::Id, ColumnRole::Label, ColumnRole::Source, ColumnRole::Time, ColumnRole::Weight];

/// The name and the predicates of each alternative; `None` where the table lacks a column, which has been reported.
fn when(alternatives: &[Vec<Sign>], lowering: &mut Lowering<'_>) -> Option<Vec<(String, Vec<Predicate>)>> {
    let mut lower = |sign: &Sign| lowering.attribute(&sign.column, Standing::Left).map(|found| (found, sign.measure));
    let found: Vec<Vec<_>> = alternatives.iter().map(|signs| signs.iter().map(&mut lower).collect()).collect();
    let found: Option<Vec<Vec<_>>> = found.into_iter().map(|signs| signs.into_iter().collect()).collect();
    let predicates = |signs: Vec<(AttributeId, Option<Similarity>)>| {
        let agreement = signs.into_iter().map(|(attribute, measure)| {
            let cell = |tuple| CellOf { tuple, attribute };
            let (left, right) = (cell(Tuple::A), Operand::Cell(cell(Tuple::B)));
            match measure {
                Some(measure) => Predicate::Similar { left, right, measure, polarity: Polarity::Positive },
                None => {
                    let ordered = lowering.declared(attribute).is_some_and(|declared| declared.is_ordered());
                    let domain = if ordered { Domain::Number } else { Domain::Text };
                    Predicate::Compare(Compare { left, comparison: Comparison::Equal, right, domain })
                }
            }
        });
        agreement.collect()
    };
    let names = alternatives.iter().map(|signs| format!("duplicate when {}", together(signs)));
    Some(names.zip(found?.into_iter().map(predicates)).collect())
}
