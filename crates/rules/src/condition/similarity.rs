//! Measures of likeness, as they stand behind `~`.

use lustrate_diagnostic::{Diagnostic, nearest};
use lustrate_values::Similarity;

use crate::cursor::Cursor;
use crate::keywords::is_reserved;
use crate::lexer::TokenKind;
use crate::share::{of_percent, percent};

/// The names of the measures, each with how it is written.
pub(crate) const MEASURES: &[(&str, &str)] =
    &[("days", "days(2)"), ("jw", "jw(0.9)"), ("lev", "lev(0.8)"), ("token", "token(0.7)"), ("within", "within(5%)")];

/// What others call the measures.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("cosine", "token"),
    ("damerau", "lev"),
    ("edit", "lev"),
    ("fuzzy", "lev"),
    ("jaccard", "token"),
    ("jaro", "jw"),
    ("jarowinkler", "jw"),
    ("ratio", "lev"),
    ("relative", "within"),
    ("winkler", "jw"),
    ("words", "token"),
];

/// Reads `lev(0.8)` and its like behind `~`; where nothing of the kind stands, the measure is the default one.
pub(crate) fn measure(cursor: &mut Cursor<'_>) -> Result<Similarity, Diagnostic> {
    if let Some((_, shape)) = without_number(cursor) {
        return Err(cursor.expected("a number in brackets behind the measure").help(format!("write `{shape}`")));
    }
    let (Some(TokenKind::Word(name)), Some(TokenKind::Open)) = (cursor.peek(), cursor.peek_after(1)) else {
        return Ok(Similarity::default());
    };
    let Some((name, shape)) = MEASURES.iter().find(|(known, _)| known == name) else {
        return Err(unknown_measure(cursor, name));
    };
    cursor.advance();
    cursor.advance();
    let place = cursor.span();
    let number = match cursor.peek() {
        Some(TokenKind::Number(number)) => number.parse::<f64>().ok().filter(|number| number.is_finite()),
        _ => None,
    };
    let Some(number) = number else { return Err(cursor.expected("a number").help(format!("write `~{shape}`"))) };
    cursor.advance();
    if *name == "within" && !cursor.accept(&TokenKind::Percent) {
        return Err(cursor.expected("`%`").help(format!("write `~within({number}%)`")));
    }
    cursor.expect(&TokenKind::Close, "`)`").map_err(|error| error.help(format!("write `~{shape}`")))?;
    let (measure, allowed, bounds) = match *name {
        "days" => (Similarity::Days(number), number >= 0.0, "at least 0 days"),
        "jw" => (Similarity::JaroWinkler(number), number > 0.0 && number <= 1.0, "above 0 and at most 1"),
        "lev" => (Similarity::Levenshtein(number), number > 0.0 && number <= 1.0, "above 0 and at most 1"),
        "token" => (Similarity::Token(number), number > 0.0 && number <= 1.0, "above 0 and at most 1"),
        _ => (Similarity::Within(of_percent(number)), (0.0..=100.0).contains(&number), "from 0% to 100%"),
    };
    if allowed {
        return Ok(measure);
    }
    Err(Diagnostic::error("likeness-out-of-range", format!("`{name}` asks for a number {bounds}, not {number}"))
        .at(cursor.source, place, bounds)
        .help(format!("write `~{shape}`")))
}

/// A measure without its number: its name, behind which comes the column that it was meant for.
fn without_number(cursor: &Cursor<'_>) -> Option<&'static (&'static str, &'static str)> {
    let (Some(TokenKind::Word(name)), Some(TokenKind::Word(behind))) = (cursor.peek(), cursor.peek_after(1)) else {
        return None;
    };
    let is_column = !is_reserved(behind) && !matches!(behind.as_str(), "set" | "trust" | "keep");
    MEASURES.iter().find(|(known, _)| known == name).filter(|_| is_column)
}

/// The measure behind `~`, as it is written; nothing for the default.
pub(crate) fn words(measure: Similarity) -> String {
    match measure {
        measure if measure == Similarity::default() => String::new(),
        Similarity::Levenshtein(least) => format!("lev({least})"),
        Similarity::JaroWinkler(least) => format!("jw({least})"),
        Similarity::Token(least) => format!("token({least})"),
        Similarity::Within(share) => format!("within({}%)", percent(share)),
        Similarity::Days(most) => format!("days({most})"),
    }
}

fn unknown_measure(cursor: &Cursor<'_>, name: &str) -> Diagnostic {
    let shapes: Vec<_> = MEASURES.iter().map(|(_, shape)| *shape).collect();
    let mut help = format!("the measures are {}", shapes.join(", "));
    if let Some(near) = nearest(name, MEASURES.iter().map(|(known, _)| *known)) {
        help = format!("write `{near}`; {help}");
    } else if let Some((_, ours)) = OTHER_NAMES.iter().find(|(other, _)| name.eq_ignore_ascii_case(other)) {
        help = format!("write `{ours}`; {help}");
    }
    Diagnostic::error("unknown-measure", format!("no measure of likeness is called `{name}`"))
        .at(cursor.source, cursor.span(), "not a measure")
        .help(help)
}
