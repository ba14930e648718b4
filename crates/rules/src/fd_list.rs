//! Lists of functional dependencies, one a line: `A, B -> C`, `A, B ⇒ C`, and `A, B | C` as NADEEF writes it.
//!
//! A name may hold spaces; one that holds a comma or an arrow is in double quotes. Square brackets around a side are
//! let be.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, Span};

use crate::keywords::mended;
use crate::lines::{Line, lines};
use crate::name::Name;
use crate::{Fd, Form, Parsed, Written};

/// What stands between the sides, most telling first.
const ARROWS: [&str; 5] = ["->", "⇒", "→", "=>", "|"];

/// Whether a line has an arrow with something on both sides.
pub(crate) fn looks_like_dependency(line: &str) -> bool {
    let line = line.trim();
    let sides = |arrow| {
        line.split_once(arrow)
            .is_some_and(|(left, right): (&str, &str)| !left.trim().is_empty() && !right.trim().is_empty())
    };
    !line.starts_with('#') && ARROWS.into_iter().any(sides)
}

/// Whether an arrow comes next.
pub(crate) fn begins_with_arrow(text: &str) -> bool {
    ARROWS.iter().any(|arrow| text.trim_start().starts_with(arrow))
}

/// A dependency with its arrow as our language writes it.
pub(crate) fn with_our_arrow(line: &str) -> String {
    let arrow = ARROWS.into_iter().find(|arrow| line.contains(arrow));
    arrow.map_or_else(|| line.to_owned(), |arrow| line.replacen(arrow, "->", 1))
}

/// Reads every line; one with a mistake is reported and left out.
pub(crate) fn parse(source: &Arc<SourceText>, parsed: &mut Parsed) {
    for line in lines(source) {
        match parse_line(line) {
            Ok(fd) => parsed.admit(Written {
                rule: fd.into(),
                form: Form::Dependencies,
                source: source.clone(),
                span: line.span(),
            }),
            Err(diagnostic) => parsed.leave_out(diagnostic),
        }
    }
}

/// A dependency as constraints of HoloClean, one for each column that it determines; `None` for what is none.
pub(crate) fn as_constraints(line: Line<'_>) -> Option<Vec<String>> {
    let (left, right) = sides(line)?;
    let (left, right) = (names(left).ok()?, names(right).ok()?);
    let between = |operator: &str, name: &Name| format!("&{operator}(t1.{0},t2.{0})", name.text);
    let equal: String = left.iter().map(|name| between("EQ", name)).collect();
    Some(right.iter().map(|name| format!("t1&t2{equal}{}", between("IQ", name))).collect())
}

/// What stands before the arrow and behind it.
fn sides(line: Line<'_>) -> Option<(Line<'_>, Line<'_>)> {
    ARROWS.into_iter().find_map(|arrow| {
        let place = unquoted(line.text).find(|&place| line.text[place..].starts_with(arrow))?;
        Some((line.to(place), line.from(place + arrow.len())))
    })
}

fn parse_line(line: Line<'_>) -> Result<Fd, Diagnostic> {
    let Some((left, right)) = sides(line) else {
        return Err(Diagnostic::error("syntax", "expected a dependency, found no arrow")
            .at(line.source, line.span(), "no `->` here")
            .help(mended(line.text).unwrap_or_else(|| "write `A, B -> C`".to_owned())));
    };
    if let Some((middle, last)) = sides(right) {
        let mend = |from: Line<'_>, to: Line<'_>| format!("`{} -> {}`", from.trimmed().text, to.trimmed().text);
        let place = Span::new(middle.span().end, last.start);
        return Err(Diagnostic::error("syntax", "a dependency with two arrows")
            .at(line.source, place, "the second one")
            .help(format!("write {} and {} on lines of their own", mend(left, middle), mend(middle, last))));
    }
    Ok(Fd::of_names(names(left)?, names(right)?))
}

/// The names of one side.
fn names(side: Line<'_>) -> Result<Vec<Name>, Diagnostic> {
    let side = side.trimmed();
    let bracketed = side.text.len() >= 2 && side.text.starts_with('[') && side.text.ends_with(']');
    let side = if bracketed { side.from(1).to(side.text.len() - 2) } else { side };
    let mut commas: Vec<_> = unquoted(side.text).filter(|&place| side.text[place..].starts_with(',')).collect();
    commas.push(side.text.len());
    let mut start = 0;
    let mut names = Vec::with_capacity(commas.len());
    for comma in commas {
        names.push(name(side.from(start).to(comma - start).trimmed())?);
        start = comma + 1;
    }
    Ok(names)
}

fn name(piece: Line<'_>) -> Result<Name, Diagnostic> {
    let inside = piece.text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let text = inside.map_or_else(|| piece.text.to_owned(), |text| text.replace("\"\"", "\""));
    if text.is_empty() {
        return Err(Diagnostic::error("syntax", "expected a column, found nothing")
            .at(piece.source, piece.span(), "a column is missing here")
            .help("write `A, B -> C`"));
    }
    Ok(Name::new(text, piece.span()))
}

/// The bytes of a text at which a character outside of double quotes begins.
fn unquoted(text: &str) -> impl Iterator<Item = usize> {
    let mut quoted = false;
    text.char_indices().filter_map(move |(place, c)| {
        if c == '"' {
            quoted = !quoted;
        }
        (!quoted).then_some(place)
    })
}

#[cfg(test)]
mod tests {
    use crate::{Form, parse_as};

    use super::*;

    fn check(text: &str) -> (String, Vec<&'static str>) {
        let parsed = parse_as(&Arc::new(SourceText::new("fds.txt", text)), Form::Dependencies);
        (parsed.rules.to_string(), parsed.diagnostics.iter().map(|diagnostic| diagnostic.code).collect())
    }

    #[test]
    fn all_arrows_are_read() {
        let text = "a, b -> c\n a ⇒ c , d\r\na → c\na|c\n# no\n\n[Zip Code, b] -> [\"x, -> y\"]";
        let ours = "fd a, b -> c\nfd a -> c, d\nfd a -> c\nfd a -> c\nfd \"Zip Code\", b -> \"x, -> y\"\n";
        assert_eq!(check(text), (ours.to_owned(), vec![]));
    }

    #[test]
    fn nadeef_files_are_read() {
        assert_eq!(
            check("zip code | city, state\n\nsex, \"a | b\"|title\r\n").0,
            "fd \"zip code\" -> city, state\nfd sex, \"a | b\" -> title\n"
        );
    }

    #[test]
    fn a_mistake_in_a_line_leaves_the_others() {
        let text = "a -> \nb c\na,,b -> c\na -> a\na -> b -> c\nb -> c";
        let codes = vec!["syntax", "syntax", "syntax", "trivial-dependency", "syntax"];
        assert_eq!(check(text), ("fd b -> c\n".to_owned(), codes));
    }
}
