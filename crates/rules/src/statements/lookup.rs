//! `lookup "FILE" on … set …`: the truth is in a reference table.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, nearest};
use lustrate_table::{AttributeId, RowId, Table};
use lustrate_values::Similarity;

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::condition::{measure, measure_from_json, measure_to_json, measure_words};
use crate::cursor::Cursor;
use crate::files::{NamedFile, WantedKind};
use crate::json::{Fields, Json, Object};
use crate::keywords::is_reserved;
use crate::lexer::TokenKind;
use crate::lowering::{Lowering, Relation, Standing};
use crate::name::{Name, quoted};
use crate::share::probability;
use crate::{
    CellOf, CellTest, Compare, Comparison, Domain, LookupKey, LookupSet, Operand, Polarity, Predicate, Rule, Scope,
    Tuple,
};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "lookup",
    usage: "lookup \"FILE\" on COLUMN = COLUMN set COLUMN = COLUMN trust 0.95",
    role: Role::Rule,
    documentation: Documentation {
        summary: "what a reference table says of a row is true",
        what: "`lookup \"FILE\" on K = R, L ~ S(0.9) set A = B, C = D trust 0.99`: a row is found in the reference by \
               its keys, all of which must fit, and the columns left of the signs behind `set` have the values of \
               the columns of the reference right of them. `=` compares keys as text, exactly; `~` asks for likeness, \
               at least 0.85 (Levenshtein) or the number in brackets behind the column, or by another measure as in \
               `L ~jw(0.9) S`. Setting a column that is a key by likeness mends its spelling. Without `set` the \
               keys must be in the reference. `trust` is the probability that the reference is right of a row, \
               0.95 where nothing is said. A row that the reference does not have breaks nothing where there is \
               `set`. The file is looked for beside the rule file, and must lie in its folder or below unless a run has \
               `--allow-outside`.",
        why: "A register of postal codes, drugs or products knows more than the rows of one table, and it is right \
              where all of them are wrong.",
        example: Example {
            table: "zip,city\n00184,Rome\n10115,Bonn\n99999,Nowhere\n",
            rules: "geo: lookup \"zips.csv\" on zip = code set city = town trust 0.99",
            files: &[("zips.csv", "code,town\n00184,Rome\n10115,Berlin\n")],
            breaking: &[2],
            failing: &[],
        },
        when_it_is_wrong: "When the reference is older than the table, or of another country: then true values are \
                           overwritten. Lower `trust`, or write `warn`.",
    },
    parse,
    read_json,
};

/// What is believed of a reference of which nothing is said.
const DEFAULT_TRUST: f64 = 0.95;

/// The truth is in a reference table.
#[derive(Clone, Debug, PartialEq)]
struct Lookup {
    file: Name,
    on: Vec<Key>,
    set: Vec<Set>,
    trust: Option<f64>,
}

/// A column and the one of the reference that it is held against; without a measure for equality.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    column: Name,
    reference: Name,
    measure: Option<Similarity>,
}

/// A column and the one of the reference that it takes its value from.
#[derive(Clone, Debug, PartialEq)]
struct Set {
    column: Name,
    reference: Name,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let file = cursor.file()?;
    cursor.expect_word("on").map_err(|error| match cursor.peek() {
        Some(TokenKind::Word(word)) if !is_reserved(word) && nearest(word, ["on"]).is_none() => {
            error.help(format!("write `on {word}`"))
        }
        None => error.help("write `on COLUMN = COLUMN`, with the column of the table first"),
        _ => error,
    })?;
    let mut on = vec![key(cursor)?];
    while cursor.accept(&TokenKind::Comma) {
        on.push(key(cursor)?);
    }
    let mut set = Vec::new();
    if cursor.accept_word("set") {
        set.push(assignment(cursor)?);
        while cursor.accept(&TokenKind::Comma) {
            set.push(assignment(cursor)?);
        }
    }
    let trust = if cursor.accept_word("trust") { Some(probability(cursor)?) } else { None };
    if matches!(cursor.peek(), Some(TokenKind::Word(word)) if word == "and") && trust.is_none() {
        return Err(cursor.expected("a comma").help("write a comma in the place of `and`"));
    }
    Ok(Rule::new(Lookup { file, on, set, trust }))
}

fn assignment(cursor: &mut Cursor<'_>) -> Result<Set, Diagnostic> {
    let column = cursor.column()?;
    let help = format!("write `{column} = COLUMN`, with the column of the reference behind the sign");
    cursor.expect(&TokenKind::Compare(Comparison::Equal), "`=`").map_err(|error| error.help(help))?;
    Ok(Set { column, reference: cursor.column()? })
}

fn key(cursor: &mut Cursor<'_>) -> Result<Key, Diagnostic> {
    let column = cursor.column()?;
    if cursor.accept(&TokenKind::Compare(Comparison::Equal)) {
        return Ok(Key { column, reference: cursor.column()?, measure: None });
    }
    let help = format!("write `{column} = COLUMN`, with the column of the reference behind the sign");
    cursor.expect(&TokenKind::Alike, "`=` or `~`").map_err(|error| error.help(help))?;
    if let (Some(TokenKind::Number(number)), Some(TokenKind::Word(_) | TokenKind::Text(_))) =
        (cursor.peek(), cursor.peek_after(1))
    {
        let help = format!("write `{}({number})`", cursor.written(1, 1));
        return Err(cursor.expected("the column of the reference").help(help));
    }
    let mut likeness = Similarity::default();
    if measure_comes_first(cursor) {
        likeness = measure(cursor)?;
    }
    let reference = cursor.column()?;
    if cursor.accept(&TokenKind::Open) {
        likeness = Similarity::Levenshtein(probability(cursor)?);
        let help = format!("write `{reference}({})`", cursor.written(-1, -1));
        cursor.expect(&TokenKind::Close, "`)`").map_err(|error| error.help(help))?;
    }
    Ok(Key { column, reference, measure: Some(likeness) })
}

/// Whether `jw(0.9) name` comes, and not `name(0.9)`: whether a column stands behind the brackets.
fn measure_comes_first(cursor: &Cursor<'_>) -> bool {
    let close = (2..=4).find(|&skip| cursor.peek_after(skip) == Some(&TokenKind::Close));
    let behind = close.and_then(|close| cursor.peek_after(close + 1));
    cursor.peek_after(1) == Some(&TokenKind::Open)
        && match behind {
            Some(TokenKind::Text(_)) => true,
            Some(TokenKind::Word(word)) => !is_reserved(word) && word != "set" && word != "trust",
            _ => false,
        }
}

fn read_json(fields: &mut Fields<'_>) {
    const KEYS: &str = "[{\"column\": \"COLUMN\", \"reference\": \"COLUMN\"}]";
    fields.file("file");
    fields.word("on");
    if let Some(on) = fields.need("on", KEYS) {
        fields.output.list(on, "a list of keys", KEYS, |output, key| {
            output.object(key, "a key", KEYS, |fields| {
                fields.name("column");
                match fields.get("measure") {
                    Some(measure) => {
                        fields.sign(TokenKind::Alike);
                        measure_from_json(fields.output, measure);
                    }
                    None => fields.sign(TokenKind::Compare(Comparison::Equal)),
                }
                fields.name("reference");
            });
        });
    }
    fields.behind(&["set"], "set", |output, set| {
        output.list(set, "a list of columns that are set", KEYS, |output, set| {
            output.object(set, "a column that is set", KEYS, |fields| {
                fields.name("column");
                fields.sign(TokenKind::Compare(Comparison::Equal));
                fields.name("reference");
            });
        });
    });
    fields.behind(&["trust"], "trust", |output, trust| output.number(trust, "0.95"));
}

impl fmt::Display for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on: Vec<_> = self.on.iter().map(Key::to_string).collect();
        write!(f, "lookup {} on {}", quoted(&self.file.text), on.join(", "))?;
        let set: Vec<_> = self.set.iter().map(|set| format!("{} = {}", set.column, set.reference)).collect();
        if !set.is_empty() {
            write!(f, " set {}", set.join(", "))?;
        }
        self.trust.map_or(Ok(()), |trust| write!(f, " trust {trust}"))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Key { column, reference, measure } = self;
        // `set` and `trust` in quotes behind a measure are columns and not what follows the keys.
        match measure {
            None => write!(f, "{column} = {reference}"),
            Some(measure) if *measure == Similarity::default() => write!(f, "{column} ~ {reference}"),
            Some(Similarity::Levenshtein(least)) => write!(f, "{column} ~ {reference}({least})"),
            Some(measure) if matches!(reference.text.as_str(), "set" | "trust") => {
                write!(f, "{column} ~{} {}", measure_words(*measure), quoted(&reference.text))
            }
            Some(measure) => write!(f, "{column} ~{} {reference}", measure_words(*measure)),
        }
    }
}

impl Statement for Lookup {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        let pair = |column: &Name, reference: &Name| {
            let object = Object::default().with("column", Json::text(&column.text));
            object.with("reference", Json::text(&reference.text))
        };
        let key = |key: &Key| {
            Json::Object(pair(&key.column, &key.reference).with_some("measure", key.measure.map(measure_to_json)))
        };
        let set = |set: &Set| Json::Object(pair(&set.column, &set.reference));
        Object::default()
            .with("file", Json::text(&self.file.text))
            .with_list("on", self.on.iter().map(key).collect())
            .with_list("set", self.set.iter().map(set).collect())
            .with_some("trust", self.trust.map(Json::Number))
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut seen = BTreeSet::new();
        let mut diagnostics = Vec::new();
        for set in &self.set {
            let name = &set.column;
            if !seen.insert(&name.text) {
                let diagnostic = Diagnostic::error("repeated-column", format!("`{}` is set twice", name.text));
                diagnostics.push(diagnostic.at(source, name.span(), "set already").help("leave one of the two out"));
            }
            let exact = |key: &&Key| key.column.text == name.text && key.measure.is_none();
            if let Some(key) = self.on.iter().find(exact) {
                let title = format!("`{}` is looked up by its own value", name.text);
                let help = format!("write `{name} ~ {}` behind `on`, or do not set it", key.reference);
                let diagnostic = Diagnostic::error("set-of-key", title).help(help);
                diagnostics.push(diagnostic.at(source, name.span(), "a key of equality"));
            }
        }
        diagnostics
    }

    fn lower(&self, lowering: &mut Lowering<'_>) {
        let reference = lowering.reference(&self.file);
        let mut pair = |column: &Name, of_reference: &Name| {
            let attribute = lowering.attribute(column, Standing::Left);
            let other = reference.and_then(|id| lowering.reference_attribute(id, of_reference));
            Some((attribute?, other?))
        };
        let on: Vec<_> = self.on.iter().map(|key| pair(&key.column, &key.reference)).collect();
        let set: Vec<_> = self.set.iter().map(|set| pair(&set.column, &set.reference)).collect();
        let on = on.into_iter().collect::<Option<Vec<_>>>();
        let set = set.into_iter().collect::<Option<Vec<_>>>();
        let (Some(reference), Some(on), Some(set)) = (reference, on, set) else { return };
        let reference = lowering.reference_in_case(reference, &[&on[..], &set[..]].concat());
        let keys = self.on.iter().zip(on).map(|(key, (attribute, reference))| LookupKey {
            attribute,
            reference,
            measure: key.measure,
        });
        let on: Vec<_> = keys.collect();
        let found: Vec<_> = on.iter().map(fits).collect();
        let file = quoted(&self.file.text);
        let mut setting = Vec::with_capacity(set.len());
        for (written, (attribute, other)) in self.set.iter().zip(set) {
            let differs = compare(attribute, Comparison::NotEqual, other);
            let short = format!("lookup {file} set {}", written.column);
            let predicates = found.iter().cloned().chain([differs]).collect();
            let constraint = lowering.forbid(short, Scope::Reference(reference), predicates);
            setting.push(LookupSet { attribute, reference: other, constraint });
        }
        if let ([key], true) = (&on[..], setting.is_empty())
            && key.measure.is_none()
        {
            let table = lowering.reference_table(reference);
            let cell = CellOf { tuple: Tuple::A, attribute: key.attribute };
            let test = CellTest::OneOf(Arc::new(values(&table, key.reference)));
            let absent = Predicate::Member { cell, test, polarity: Polarity::Negative };
            lowering.forbid(self.to_string(), Scope::Row, vec![absent]);
        }
        lowering.relate(Relation::Lookup(crate::Lookup {
            name: lowering.called(&self.to_string()),
            origin: lowering.origin(),
            strength: lowering.policy().strength,
            reference,
            on,
            set: setting,
            filter: lowering.filter().to_vec(),
            trust: self.trust.unwrap_or(DEFAULT_TRUST),
        }));
    }

    fn files(&self) -> Vec<NamedFile<'_>> {
        vec![NamedFile { file: &self.file, kind: WantedKind::Reference }]
    }
}

/// The predicate that a key fits.
fn fits(key: &LookupKey) -> Predicate {
    let left = CellOf { tuple: Tuple::A, attribute: key.attribute };
    let right = Operand::Cell(CellOf { tuple: Tuple::B, attribute: key.reference });
    match key.measure {
        None => compare(key.attribute, Comparison::Equal, key.reference),
        Some(measure) => Predicate::Similar { left, right, measure, polarity: Polarity::Positive },
    }
}

/// The comparison of a cell with one of the reference.
fn compare(attribute: AttributeId, comparison: Comparison, reference: AttributeId) -> Predicate {
    let left = CellOf { tuple: Tuple::A, attribute };
    let right = Operand::Cell(CellOf { tuple: Tuple::B, attribute: reference });
    Predicate::Compare(Compare { left, comparison, right, domain: Domain::Text })
}

/// The values of a column of a reference.
fn values(table: &Table, attribute: AttributeId) -> BTreeSet<String> {
    let text = |row: RowId| table.column(attribute).text(row);
    table.row_ids().filter_map(text).map(str::to_owned).collect()
}
