//! Conditions as JSON: each with its `test`, cells and arithmetic as trees.

use lustrate_values::Similarity;

use super::{Cell, Condition, Constant, Manner, Membership, Relation, Side, Sign, Term, Test};
use crate::json::{Fields, Json, Node, Object, Output, Value};
use crate::lexer::TokenKind;
use crate::share::percent;
use crate::{Comparison, Polarity, Presence, Tolerance, Tuple};

/// The comparisons, the likeness of numbers last.
const SIGNS: &[(&str, TokenKind)] = &[
    ("=", TokenKind::Compare(Comparison::Equal)),
    ("!=", TokenKind::Compare(Comparison::NotEqual)),
    ("<", TokenKind::Compare(Comparison::Less)),
    ("<=", TokenKind::Compare(Comparison::LessOrEqual)),
    (">", TokenKind::Compare(Comparison::Greater)),
    (">=", TokenKind::Compare(Comparison::GreaterOrEqual)),
    ("~=", TokenKind::About),
];

/// The signs of arithmetic, with how closely they bind.
const ARITHMETIC: &[(&str, TokenKind, u8)] =
    &[("+", TokenKind::Plus, 1), ("-", TokenKind::Minus, 1), ("*", TokenKind::Star, 2), ("/", TokenKind::Slash, 2)];

/// How closely what is no sum and no product binds.
const CLOSEST: u8 = 3;

/// How a cell is written, for messages.
const CELL: &str = "{\"column\": \"COLUMN\"}";

impl Condition {
    /// The condition as an object.
    pub fn to_json(&self) -> Json {
        let test = |word| Object::default().with("test", Json::text(word));
        let not = |said: bool| said.then_some(Json::True);
        Json::Object(match &self.test {
            Test::Relation(Relation { left, comparison, right, manner }) => test("compare")
                .with("left", left.to_json())
                .with("sign", Json::text(comparison.sign()))
                .with("right", right.to_json())
                .with_some("manner", (*manner != Manner::Plain).then(|| Json::text(manner.words().trim_start()))),
            Test::Formula { left, sign, right } => {
                let (sign, within) = match sign {
                    Sign::Compare(comparison) => (comparison.sign(), None),
                    Sign::About(Tolerance::Rounding) => ("~=", None),
                    Sign::About(Tolerance::Absolute(by)) => ("~=", Some(Json::Number(*by))),
                    Sign::About(Tolerance::Relative(share)) => ("~=", Some(Json::percent(&percent(*share)))),
                };
                let sides = test("compare").with("left", left.to_json()).with("sign", Json::text(sign));
                sides.with("right", right.to_json()).with_some("within", within)
            }
            Test::Null { cell, presence } => {
                test("null").with("cell", cell.to_json()).with_some("not", not(*presence == Presence::Present))
            }
            Test::Member { cell, membership, polarity } => {
                let held = match membership {
                    Membership::OneOf(constants) => test("in")
                        .with("cell", cell.to_json())
                        .with_list("values", constants.iter().map(Constant::to_json).collect()),
                    Membership::Between(low, high) => test("between")
                        .with("cell", cell.to_json())
                        .with("low", low.to_json())
                        .with("high", high.to_json()),
                    Membership::Matches(pattern) => {
                        test("matches").with("cell", cell.to_json()).with("pattern", Json::text(pattern.written()))
                    }
                };
                held.with_some("not", not(*polarity == Polarity::Negative))
            }
            Test::Alike { left, right, measure, polarity } => test("alike")
                .with("left", left.to_json())
                .with("right", right.to_json())
                .with("measure", measure_to_json(*measure))
                .with_some("not", not(*polarity == Polarity::Negative)),
        })
    }
}

impl Cell {
    fn to_json(&self) -> Json {
        let row = self.tuple.map(|tuple| Json::text(if tuple == Tuple::A { "a" } else { "b" }));
        Json::Object(Object::default().with_some("row", row).with("column", Json::text(&self.column.text)))
    }
}

impl Side {
    fn to_json(&self) -> Json {
        match self {
            Side::Cell(cell) => cell.to_json(),
            Side::Constant(constant) => constant.to_json(),
        }
    }
}

impl Constant {
    fn to_json(&self) -> Json {
        match self {
            Constant::Text(text) => Json::text(text),
            Constant::Number(number) => Json::number(number),
        }
    }
}

impl Term {
    fn to_json(&self) -> Json {
        match self {
            Term::Cell(cell) => cell.to_json(),
            Term::Number(number) => Json::number(number),
            Term::Negative(inner) => Json::of("negative", inner.to_json()),
            Term::Binary(operation, left, right) => {
                let object = Object::default().with("left", left.to_json());
                Json::Object(object.with("sign", Json::text(operation.sign())).with("right", right.to_json()))
            }
        }
    }
}

/// A measure of likeness: `{"lev": 0.85}`.
pub(crate) fn measure_to_json(measure: Similarity) -> Json {
    match measure {
        Similarity::Levenshtein(least) => Json::of("lev", Json::Number(least)),
        Similarity::JaroWinkler(least) => Json::of("jw", Json::Number(least)),
        Similarity::Token(least) => Json::of("token", Json::Number(least)),
        Similarity::Within(share) => Json::of("within", Json::percent(&percent(share))),
        Similarity::Days(most) => Json::of("days", Json::Number(most)),
    }
}

/// Reads conditions that hold together.
pub(crate) fn conditions_from_json(output: &mut Output, node: &Node) {
    const SHAPE: &str = "[{\"test\": \"null\", \"cell\": {\"column\": \"COLUMN\"}}]";
    for (place, condition) in output.items(node, "a list of conditions", SHAPE).iter().enumerate() {
        if place > 0 {
            output.word("and", condition.span);
        }
        output.object(condition, "a condition", SHAPE, read);
    }
}

fn read(fields: &mut Fields<'_>) {
    let test = fields.need_choice("test", &["compare", "null", "in", "between", "matches", "alike"]);
    match test {
        Some(("compare", _)) => compare(fields),
        Some(("alike", _)) => alike(fields),
        Some((test, _)) => {
            if let Some(node) = fields.need("cell", CELL) {
                cell(fields.output, node);
            }
            member(fields, test);
        }
        None => {}
    }
}

/// Reads what one cell is held against.
fn member(fields: &mut Fields<'_>, test: &str) {
    let not = fields.flag("not");
    if test == "null" {
        fields.word("is");
    }
    if not {
        fields.word("not");
    }
    match test {
        "null" => fields.word("null"),
        "in" => {
            fields.word("in");
            fields.sign(TokenKind::Open);
            if let Some(values) = fields.need("values", "[\"TEXT\", 5]") {
                fields.output.list(values, "a list of values", "[\"TEXT\", 5]", Output::constant);
            }
            fields.sign(TokenKind::Close);
        }
        "between" => {
            fields.word("in");
            let low = fields.need("low", "0");
            let high = fields.need("high", "5");
            low.into_iter().for_each(|low| fields.output.constant(low));
            fields.sign(TokenKind::Dot);
            fields.sign(TokenKind::Dot);
            high.into_iter().for_each(|high| fields.output.constant(high));
        }
        _ => {
            fields.word("matches");
            if let Some(pattern) = fields.need("pattern", "\"[0-9]{5}\"") {
                fields.output.pattern(pattern);
            }
        }
    }
}

fn compare(fields: &mut Fields<'_>) {
    if let Some(left) = fields.need("left", CELL) {
        term(fields.output, left, 0);
    }
    let signs: Vec<_> = SIGNS.iter().map(|(sign, _)| *sign).collect();
    let sign = fields.need_choice("sign", &signs);
    if let Some((sign, place)) = sign
        && let Some((_, token)) = SIGNS.iter().find(|(known, _)| *known == sign)
    {
        fields.output.token(token.clone(), place);
    }
    match fields.need("right", CELL) {
        Some(right) if matches!(right.value, Value::Text(_)) => fields.output.constant(right),
        Some(right) => term(fields.output, right, 0),
        None => {}
    }
    if matches!(sign, Some(("~=", _))) {
        fields.behind(&["within"], "within", |output, by| output.number_or_percent(by, "0.01"));
        return;
    }
    let manners =
        [Manner::CountingNull, Manner::IgnoringCase, Manner::ByNumber, Manner::ByNumberOrText, Manner::ByText];
    if let Some((manner, place)) = fields.choice("manner", &manners.map(|manner| manner.words().trim_start())) {
        manner.split(' ').for_each(|word| fields.output.word(word, place));
    }
}

fn alike(fields: &mut Fields<'_>) {
    if let Some(left) = fields.need("left", CELL) {
        cell(fields.output, left);
    }
    let sign = if fields.flag("not") { TokenKind::Unlike } else { TokenKind::Alike };
    fields.sign(sign);
    fields.behind(&[], "measure", measure_from_json);
    match fields.need("right", CELL) {
        Some(right) if right.has("column") || right.has("row") => cell(fields.output, right),
        Some(right) => fields.output.constant(right),
        None => {}
    }
}

/// Reads a measure of likeness: `{"lev": 0.85}`.
pub(crate) fn measure_from_json(output: &mut Output, node: &Node) {
    const SHAPE: &str = "{\"lev\": 0.85}";
    output.object(node, "a measure", SHAPE, |fields| {
        let mut measures = Vec::new();
        for measure in ["lev", "jw", "token", "within", "days"] {
            measures.extend(fields.get(measure).map(|node| (measure, node)));
        }
        let (measure, number) = match measures[..] {
            [only] => only,
            // What it holds instead is reported with what it may hold.
            [] if !fields.is_empty() => return,
            _ => return fields.output.expected(node, "one measure", SHAPE),
        };
        fields.word(measure);
        fields.sign(TokenKind::Open);
        match measure {
            "within" => fields.output.percent(number),
            _ => fields.output.number(number, "0.85"),
        }
        fields.sign(TokenKind::Close);
    });
}

/// Reads a cell: `{"column": "zip"}`, or `{"row": "a", "column": "zip"}` in a rule about two rows.
fn cell(output: &mut Output, node: &Node) {
    output.object(node, "a cell", CELL, |fields| {
        match fields.choice("row", &["a", "b"]) {
            Some((row, place)) => {
                fields.output.word(row, place);
                fields.sign(TokenKind::Dot);
            }
            None => fields.word("column"),
        }
        fields.name("column");
    });
}

/// Reads a cell, a number, or arithmetic over them, in brackets if it binds less closely than `least`.
fn term(output: &mut Output, node: &Node, least: u8) {
    const SHAPE: &str = "{\"left\": {\"column\": \"COLUMN\"}, \"sign\": \"+\", \"right\": 1}";
    match node.value {
        Value::Number(_) => return output.written_number(node),
        Value::Object(_) if node.has("number") => return output.written_number(node),
        Value::Object(_) => {}
        _ => return output.expected(node, "a cell, a number or arithmetic", CELL),
    }
    if node.has("negative") {
        return output.object(node, "arithmetic", SHAPE, |fields| {
            fields.sign(TokenKind::Minus);
            if let Some(inner) = fields.get("negative") {
                term(fields.output, inner, CLOSEST);
            }
        });
    }
    if !["left", "sign", "right"].into_iter().any(|field| node.has(field)) {
        return cell(output, node);
    }
    output.object(node, "arithmetic", SHAPE, |fields| {
        let left = fields.need("left", CELL);
        let signs: Vec<_> = ARITHMETIC.iter().map(|(sign, ..)| *sign).collect();
        let sign = fields.need_choice("sign", &signs);
        let right = fields.need("right", CELL);
        let found = sign.and_then(|(sign, place)| Some((ARITHMETIC.iter().find(|(known, ..)| *known == sign)?, place)));
        let Some(((_, token, binding), place)) = found else { return };
        let in_brackets = *binding < least;
        if in_brackets {
            fields.sign(TokenKind::Open);
        }
        left.into_iter().for_each(|left| term(fields.output, left, *binding));
        fields.output.token(token.clone(), place);
        right.into_iter().for_each(|right| term(fields.output, right, binding + 1));
        if in_brackets {
            fields.sign(TokenKind::Close);
        }
    });
}
