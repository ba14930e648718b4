//! The forms of rule files, told apart by content.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;

use crate::keywords::{is_name_too, is_reserved, mended};
use crate::lexer::{Token, TokenKind, lex};
use crate::{fd_list, holoclean, json, statements};

/// A form of rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Our language.
    Lustrate,
    /// Denial constraints as HoloClean writes them: `t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)`.
    HoloClean,
    /// Dependencies, one a line: `A, B -> C`, `A, B ⇒ C` or `A, B | C`.
    Dependencies,
    /// Our language as JSON, which [`to_json`](crate::to_json) writes: an object.
    Json,
}

impl Form {
    /// The form of a text. One that begins with `{` is JSON. A single line that begins like a statement makes it our language, so that a file with
    /// mistakes keeps its form; a text that is like none of the forms is in our language too.
    pub fn of(source: &Arc<SourceText>) -> Form {
        let lines = || source.text.lines().map(|line| line.trim_start_matches('\u{feff}'));
        if json::looks_like_json(&source.text) {
            Form::Json
        } else if lines().any(begins_statement) {
            Form::Lustrate
        } else if lines().any(holoclean::looks_like_constraint) {
            Form::HoloClean
        } else if lines().any(fd_list::looks_like_dependency) {
            Form::Dependencies
        } else {
            Form::Lustrate
        }
    }
}

/// Whether a line begins with `name:` or with a keyword that is not the first column of a dependency; or nearly with a
/// keyword, where it is no dependency.
fn begins_statement(line: &str) -> bool {
    let (tokens, _) = lex(&Arc::new(SourceText::new("", line)));
    let first = match tokens.first().map(|token| &token.kind) {
        Some(TokenKind::Word(word)) => word.as_str(),
        _ => "",
    };
    match tokens.get(1).map(|token| &token.kind) {
        Some(TokenKind::Arrow | TokenKind::Comma) => false,
        // `FD zip -> city`: no column is called `FD zip`.
        Some(_) if first.eq_ignore_ascii_case("fd") => true,
        _ if starts_statement(&tokens) => true,
        _ => !fd_list::looks_like_dependency(line) && mended(line.trim()).is_some(),
    }
}

/// Whether tokens begin a statement: with `name:` or with a keyword. No line in the middle of a statement does,
/// since a column of a keyword's name is in quotes.
pub(crate) fn starts_statement(tokens: &[Token]) -> bool {
    match (tokens.first().map(|token| &token.kind), tokens.get(1).map(|token| &token.kind)) {
        (Some(TokenKind::Word(_) | TokenKind::Text(_)), Some(TokenKind::Colon)) => true,
        // A missing value that is rewritten, on a line of its own.
        (Some(TokenKind::Word(word)), Some(TokenKind::Arrow)) if word == "null" => false,
        (Some(TokenKind::Word(word)), _) if is_name_too(word) => begins_rewrite(&tokens[1..]),
        (Some(TokenKind::Word(word)), _) => statements::find(word).is_some(),
        _ => false,
    }
}

/// Whether tokens go on as behind `rewrite`: with a column, what is rewritten of it, and an arrow.
fn begins_rewrite(tokens: &[Token]) -> bool {
    let kind = |place: usize| tokens.get(place).map(|token| &token.kind);
    let column = match kind(0) {
        Some(TokenKind::Text(_)) => true,
        Some(TokenKind::Word(word)) => !is_reserved(word),
        _ => false,
    };
    let arrow = match kind(1) {
        Some(TokenKind::Regex(_) | TokenKind::Text(_) | TokenKind::Number(_)) => 2,
        Some(TokenKind::Word(word)) if word == "null" => 2,
        Some(TokenKind::Word(word)) if word == "every" => 3,
        _ => return false,
    };
    column && kind(arrow) == Some(&TokenKind::Arrow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Form {
        Form::of(&Arc::new(SourceText::new("x", text)))
    }

    #[test]
    fn the_content_tells_the_form() {
        assert_eq!(check("\u{feff}t1&t2&EQ(t1.a,t2.a)&IQ(t1.b,t2.b)"), Form::HoloClean);
        assert_eq!(check("\n t1 & EQ(t1.a -> b, \"x | y\")"), Form::HoloClean);
        assert_eq!(check("t1&t2&EX(t1.a,t2.a)"), Form::HoloClean);
        assert_eq!(check("\u{feff}\n {\n\"name\": \"fd\""), Form::Json);
        assert_eq!(check("a, b ⇒ c"), Form::Dependencies);
        assert_eq!(check("table -> c"), Form::Dependencies);
        assert_eq!(check("a | c"), Form::Dependencies);
        assert_eq!(check("fd a -> c"), Form::Lustrate);
        assert_eq!(check("zip: fdd a -> c"), Form::Lustrate);
        assert_eq!(check("what is this"), Form::Lustrate);
        assert_eq!(check("# a -> b\n"), Form::Lustrate);
        assert_eq!(check("a -> b\nFD a -> c"), Form::Lustrate);
        assert_eq!(check("a -> b\ndney x = \"y\""), Form::Lustrate);
        assert_eq!(check("Source System -> Country"), Form::Dependencies);
        assert_eq!(check("rewrite -> c"), Form::Dependencies);
        assert_eq!(check("rewrite zip -> c"), Form::Dependencies);
        assert_eq!(check("rewrite zip \"1\" -> \"01\""), Form::Lustrate);
    }
}
