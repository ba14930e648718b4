//! `duplicate when …`: which rows are one thing.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, nearest};
use lustrate_values::Similarity;

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::condition::{measure, measure_from_json, measure_to_json, measure_words};
use crate::cursor::Cursor;
use crate::json::{Fields, Json, Node, Object, Output, Value};
use crate::keywords::is_reserved;
use crate::lexer::TokenKind;
use crate::lowering::{Lowering, Relation, Standing};
use crate::name::Name;
use crate::share::probability;
use crate::{CellOf, Compare, Comparison, Domain, Duplicates, Operand, Polarity, Predicate, Rule, Tuple};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "duplicate",
    usage: "duplicate when COLUMN ~ 0.9 and COLUMN =, or COLUMN = keep most complete",
    role: Role::Rule,
    documentation: Documentation {
        summary: "when two rows are one thing",
        what: "`duplicate when A ~ 0.9 and B =, or C =`: two different rows are one thing where they are alike in `A` \
               and have the same `B`, or have the same `C`. The number is the least likeness (Levenshtein), 0.85 where \
               there is none; other measures are written `A ~jw(0.9)`. A missing value is like no other. `keep` says \
               which row of those that are one thing stays: `most complete` (fewest missing values), `first`, `last`, \
               or `newest COLUMN` (the greatest value of the column); the others go to the rows that are set apart, each \
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
                           chain of small likenesses can join what is far apart.",
    },
    parse,
    read_json,
};

/// Which rows are one thing.
#[derive(Clone, Debug, PartialEq)]
struct Duplicate {
    /// Any of these suffices; in each, all must hold.
    alternatives: Vec<Vec<Sign>>,
    keep: Option<Keep>,
}

/// A column in which the rows agree, or are alike.
#[derive(Clone, Debug, PartialEq)]
struct Sign {
    column: Name,
    measure: Option<Similarity>,
}

/// Which row stays.
#[derive(Clone, Debug, PartialEq)]
enum Keep {
    MostComplete,
    First,
    Last,
    Newest(Name),
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    cursor.expect_word("when").map_err(|error| match cursor.peek() {
        Some(TokenKind::Word(_) | TokenKind::Text(_)) => error.help(format!("write `when {}`", cursor.written(0, 0))),
        _ => error,
    })?;
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
            break;
        }
    }
    let keep = if cursor.accept_word("keep") { Some(keep(cursor)?) } else { None };
    if let (Some(TokenKind::Word(word)), None) = (cursor.peek(), &keep)
        && (is_drop(word) || nearest(word, ["keep"]).is_some())
    {
        let help =
            "write `keep first`, `keep last`, `keep most complete` or `keep newest COLUMN` for the row that stays";
        return Err(cursor.expected("`keep` or the end of the statement").help(help));
    }
    Ok(Rule::new(Duplicate { alternatives, keep }))
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

fn keep(cursor: &mut Cursor<'_>) -> Result<Keep, Diagnostic> {
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
    } else {
        let others =
            [("best", "most complete"), ("fullest", "most complete"), ("latest", "newest"), ("oldest", "first")];
        let near = match cursor.peek() {
            Some(TokenKind::Word(word)) => match others.iter().find(|(other, _)| other == word) {
                Some((_, ours)) => Some(*ours),
                None => nearest(word, ["first", "last", "most", "newest"]),
            },
            _ => None,
        };
        let help = match near {
            Some("most") => "write `most complete`".to_owned(),
            Some("newest") => "write `newest COLUMN`".to_owned(),
            Some(near) => format!("write `{near}`"),
            None => "write `keep most complete`, `keep first`, `keep last` or `keep newest COLUMN`".to_owned(),
        };
        Err(cursor.expected("which row stays").help(help))
    }
}

fn read_json(fields: &mut Fields<'_>) {
    const SHAPE: &str = "[[{\"column\": \"COLUMN\"}]]";
    fields.word("when");
    if let Some(when) = fields.need("when", SHAPE) {
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
    fields.behind(&["keep"], "keep", keep_from_json);
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

fn keep_from_json(output: &mut Output, node: &Node) {
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

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alternatives: Vec<_> = self.alternatives.iter().map(|signs| together(signs)).collect();
        write!(f, "duplicate when {}", alternatives.join(", or "))?;
        match &self.keep {
            None => Ok(()),
            Some(Keep::MostComplete) => f.write_str(" keep most complete"),
            Some(Keep::First) => f.write_str(" keep first"),
            Some(Keep::Last) => f.write_str(" keep last"),
            Some(Keep::Newest(column)) => write!(f, " keep newest {column}"),
        }
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
        let alternative = |signs: &Vec<Sign>| Json::List(signs.iter().map(Sign::to_json).collect());
        let keep = self.keep.as_ref().map(|keep| match keep {
            Keep::MostComplete => Json::text("most complete"),
            Keep::First => Json::text("first"),
            Keep::Last => Json::text("last"),
            Keep::Newest(column) => Json::of("newest", Json::text(&column.text)),
        });
        Object::default().with_list("when", self.alternatives.iter().map(alternative).collect()).with_some("keep", keep)
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for signs in &self.alternatives {
            for (place, sign) in signs.iter().enumerate() {
                let name = &sign.column;
                if signs[..place].iter().any(|earlier| earlier.column == *name) {
                    let diagnostic = Diagnostic::error("repeated-column", format!("`{}` is listed twice", name.text));
                    diagnostics.push(diagnostic.at(source, name.span(), "listed already").help("leave it out here"));
                }
            }
        }
        diagnostics
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        let mut lower =
            |sign: &Sign| lowering.attribute(&sign.column, Standing::Left).map(|found| (found, sign.measure));
        let found: Vec<Vec<_>> = self.alternatives.iter().map(|signs| signs.iter().map(&mut lower).collect()).collect();
        let keep = match &self.keep {
            None => Some(None),
            Some(Keep::MostComplete) => Some(Some(crate::Keep::MostComplete)),
            Some(Keep::First) => Some(Some(crate::Keep::First)),
            Some(Keep::Last) => Some(Some(crate::Keep::Last)),
            Some(Keep::Newest(column)) => {
                lowering.attribute(column, Standing::Left).map(|found| Some(crate::Keep::Newest(found)))
            }
        };
        let found = found.into_iter().map(|signs| signs.into_iter().collect::<Option<Vec<_>>>());
        let (Some(found), Some(keep)) = (found.collect::<Option<Vec<_>>>(), keep) else { return };
        let mut alternatives = Vec::with_capacity(found.len());
        for (signs, attributes) in self.alternatives.iter().zip(found) {
            let agreement = attributes.into_iter().map(|(attribute, measure)| {
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
            let predicates = agreement.collect();
            alternatives.push(lowering.join(format!("duplicate when {}", together(signs)), predicates));
        }
        lowering.relate(Relation::Duplicates(Duplicates {
            name: lowering.called(&self.to_string()),
            origin: lowering.origin(),
            strength: lowering.policy().strength,
            alternatives,
            keep,
        }));
    }
}
