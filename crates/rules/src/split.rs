//! Tokens to statements: where one ends and the next begins.

use lustrate_diagnostic::SourceText;

use crate::form::starts_statement;
use crate::keywords::{is_reserved, nearly_a_keyword};
use crate::lexer::{Token, TokenKind};

/// The tokens of each statement, without line ends. A statement ends with its line, unless a bracket is open or the
/// line ends with a comma, an operator or `and`; a line that begins a statement always ends the one before.
pub(crate) fn split(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut statements = Vec::new();
    let mut current: Vec<Token> = Vec::new();
    let mut open = 0usize;
    for line in tokens.split(|token| token.kind == TokenKind::LineEnd) {
        let continues = open > 0 || current.last().is_some_and(|token| expects_more(&token.kind));
        if !current.is_empty() && !line.is_empty() && (!continues || starts_statement(line)) {
            statements.push(std::mem::take(&mut current));
            open = 0;
        }
        for token in line {
            match token.kind {
                TokenKind::Open => open += 1,
                TokenKind::Close => open = open.saturating_sub(1),
                _ => {}
            }
        }
        current.extend_from_slice(line);
    }
    if !current.is_empty() {
        statements.push(current);
    }
    statements
}

fn expects_more(kind: &TokenKind) -> bool {
    match kind {
        TokenKind::Comma | TokenKind::Arrow | TokenKind::Compare(_) | TokenKind::Dot => true,
        TokenKind::Alike | TokenKind::Unlike | TokenKind::About => true,
        TokenKind::Plus | TokenKind::Minus | TokenKind::Star | TokenKind::Slash => true,
        TokenKind::Word(word) => word == "and",
        _ => false,
    }
}

/// A statement of several lines that is not right may have swallowed the next, whose keyword is mistyped: the lines from
/// one that begins nearly with a keyword are read apart.
pub(crate) fn apart<'a>(
    source: &SourceText,
    tokens: &'a [Token],
    is_right: impl Fn(&[Token]) -> bool,
) -> Vec<&'a [Token]> {
    let mut pieces = vec![tokens];
    while let Some(last) = pieces.pop() {
        let next = (1..last.len()).find(|&place| begins_line(source, last, place) && nearly_begins(&last[place..]));
        match next {
            Some(place) if !is_right(last) => pieces.extend([&last[..place], &last[place..]]),
            _ => {
                pieces.push(last);
                break;
            }
        }
    }
    pieces
}

fn begins_line(source: &SourceText, tokens: &[Token], place: usize) -> bool {
    source.text[tokens[place - 1].span.end..tokens[place].span.start].contains('\n')
}

/// Whether tokens begin with a mistyped keyword, behind which no condition and no list goes on.
fn nearly_begins(tokens: &[Token]) -> bool {
    let (Some(TokenKind::Word(first)), Some(TokenKind::Word(second))) =
        (tokens.first().map(|token| &token.kind), tokens.get(1).map(|token| &token.kind))
    else {
        return false;
    };
    !is_reserved(first) && !is_reserved(second) && nearly_a_keyword(first)
}
