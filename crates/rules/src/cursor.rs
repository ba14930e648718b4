//! A place among the tokens of one statement, and the readings that all statements share.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, Span, nearest};

use crate::keywords::is_reserved;
use crate::lexer::{Token, TokenKind};
use crate::name::{Name, quoted};
use crate::statements;

/// Walks over the tokens of one statement. The readings consume what they return; where they fail, they return a
/// diagnostic that names what was expected and what was found.
pub(crate) struct Cursor<'a> {
    /// The text that the tokens are from.
    pub source: &'a Arc<SourceText>,
    tokens: &'a [Token],
    next: usize,
}

impl<'a> Cursor<'a> {
    /// A cursor before the first of the tokens, of which there is one at least.
    pub fn new(source: &'a Arc<SourceText>, tokens: &'a [Token]) -> Self {
        Cursor { source, tokens, next: 0 }
    }

    /// The next token, unless the statement is over.
    pub fn peek(&self) -> Option<&'a TokenKind> {
        self.peek_after(0)
    }

    /// The token after the next `skip` ones.
    pub fn peek_after(&self, skip: usize) -> Option<&'a TokenKind> {
        self.tokens.get(self.next + skip).map(|token| &token.kind)
    }

    /// The token before the next one, with `skip` more between.
    pub fn peek_before(&self, skip: usize) -> Option<&'a TokenKind> {
        let place = self.next.checked_sub(skip + 1)?;
        self.tokens.get(place).map(|token| &token.kind)
    }

    /// What is written between the start of the token `from` places behind the next one and the end of the one `to` places
    /// behind it; nothing where there is no such token.
    pub fn written(&self, from: isize, to: isize) -> &'a str {
        let token = |place: isize| self.tokens.get(self.next.checked_add_signed(place)?);
        match (token(from), token(to)) {
            (Some(first), Some(last)) => self.source.text.get(first.span.start..last.span.end).unwrap_or_default(),
            _ => "",
        }
    }

    /// What is written from the bracket that is next, with `before` tokens before it, to its end or that of the statement;
    /// and what is within the brackets.
    pub fn bracketed(&self, before: isize) -> (&'a str, &'a str) {
        let last = (self.tokens.len() - self.next) as isize - 1;
        let close = (1..=last).find(|&skip| self.peek_after(skip as usize) == Some(&TokenKind::Close));
        (self.written(-before, close.unwrap_or(last)), self.written(1, close.map_or(last, |close| close - 1)))
    }

    /// How many tokens follow the next one without a gap between them, up to a comma or a bracket.
    pub fn joined(&self) -> usize {
        let rest = self.tokens.get(self.next..).unwrap_or_default();
        let ends = |kind: &TokenKind| matches!(kind, TokenKind::Comma | TokenKind::Open | TokenKind::Close);
        rest.windows(2).take_while(|pair| pair[0].span.end == pair[1].span.start && !ends(&pair[1].kind)).count()
    }

    /// Whether the next token stands directly behind the one before.
    pub fn is_joined_to_before(&self) -> bool {
        self.next > 0 && self.before().end == self.span().start && self.peek().is_some()
    }

    /// The place of the next token, or the place just behind the last.
    pub fn span(&self) -> Span {
        match self.tokens.get(self.next) {
            Some(token) => token.span,
            None => Span::new(self.before().end, self.before().end),
        }
    }

    /// The place of the token before; an empty place where there is none.
    pub fn before(&self) -> Span {
        match self.next.checked_sub(1) {
            Some(last) => self.tokens[last].span,
            None => self.tokens.first().map_or(Span::new(0, 0), |token| Span::new(token.span.start, token.span.start)),
        }
    }

    /// Steps over the next token.
    pub fn advance(&mut self) {
        self.next = (self.next + 1).min(self.tokens.len());
    }

    /// Steps over the next token if it is this one.
    pub fn accept(&mut self, kind: &TokenKind) -> bool {
        let found = self.peek() == Some(kind);
        if found {
            self.advance();
        }
        found
    }

    /// Steps over the next token if it is this word.
    pub fn accept_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(TokenKind::Word(next)) if next == word);
        if found {
            self.advance();
        }
        found
    }

    /// Steps over a token that must be here; `shown` is how messages show it.
    pub fn expect(&mut self, kind: &TokenKind, shown: &str) -> Result<(), Diagnostic> {
        if self.accept(kind) { Ok(()) } else { Err(self.expected(shown)) }
    }

    /// Steps over a word that must be here.
    pub fn expect_word(&mut self, word: &str) -> Result<(), Diagnostic> {
        if self.accept_word(word) {
            return Ok(());
        }
        let expected = self.expected(&format!("`{word}`"));
        match self.peek() {
            Some(TokenKind::Word(found)) if nearest(found, [word]).is_some() => {
                Err(expected.help(format!("write `{word}`")))
            }
            _ => Err(expected),
        }
    }

    /// Steps over `counting null` if it is here.
    pub fn accept_counting_null(&mut self) -> Result<bool, Diagnostic> {
        if !self.accept_word("counting") {
            return Ok(false);
        }
        self.expect_word("null").map_err(|error| match &error.help {
            Some(_) => error,
            None => error.help("write `counting null`"),
        })?;
        Ok(true)
    }

    /// Reads the name of a column: a word that is not reserved, or a text in quotes.
    pub fn column(&mut self) -> Result<Name, Diagnostic> {
        let span = self.span();
        match self.peek() {
            Some(TokenKind::Word(word)) if !is_reserved(word) => {
                self.advance();
                Ok(Name::new(word, span))
            }
            Some(TokenKind::Text(text)) => {
                self.advance();
                Ok(Name::new(text, span))
            }
            Some(TokenKind::Word(word)) => {
                let begins_statement = statements::find(word).is_some() && !matches!(word.as_str(), "if" | "null");
                let quoted = quoted(word);
                Err(self.expected("a column").help(match (begins_statement, self.peek_before(0)) {
                    (false, Some(TokenKind::Comma)) => {
                        format!("leave the comma before `{word}` out; a column of that name is written `{quoted}`")
                    }
                    (false, _) => format!("write a column before `{word}`; one of that name is written `{quoted}`"),
                    (true, _) => format!("a column of that name is written `{quoted}`"),
                }))
            }
            _ => Err(self.no_column()),
        }
    }

    /// The diagnostic for what is no word where a column is expected.
    fn no_column(&self) -> Diagnostic {
        let expected = self.expected("a column");
        match (self.peek(), self.peek_before(0)) {
            (Some(TokenKind::Comma), _) => expected.help("leave this comma out, or write a column before it"),
            (_, Some(TokenKind::Comma)) => expected.help("leave the comma before it out, or write a column behind it"),
            (Some(TokenKind::Open), _) => {
                let (_, inside) = self.bracketed(0);
                if inside.is_empty() { expected } else { expected.help(format!("write `{inside}` without brackets")) }
            }
            (Some(TokenKind::Arrow), _) => expected.help("write a column before the arrow"),
            (None, Some(TokenKind::Arrow)) => expected.help("write a column behind the arrow"),
            _ => expected,
        }
    }

    /// Reads one column or several, with commas between them.
    pub fn columns(&mut self) -> Result<Vec<Name>, Diagnostic> {
        let mut columns = vec![self.column()?];
        while self.accept(&TokenKind::Comma) {
            columns.push(self.column()?);
        }
        Ok(columns)
    }

    /// Reads a text in quotes; `what` is how messages call it.
    pub fn text(&mut self, what: &str) -> Result<String, Diagnostic> {
        match self.peek() {
            Some(TokenKind::Text(text)) => {
                self.advance();
                Ok(text.clone())
            }
            _ => Err(self.expected(what)),
        }
    }

    /// Reads the name of a file in quotes.
    pub fn file(&mut self) -> Result<Name, Diagnostic> {
        let span = self.span();
        if let Some(TokenKind::Text(text)) = self.peek() {
            self.advance();
            return Ok(Name::new(text, span));
        }
        let joined = self.written(0, self.joined() as isize);
        let expected = self.expected("the name of a file in double quotes");
        if let (Some(TokenKind::Compare(_)), Some(TokenKind::Text(_))) = (self.peek(), self.peek_after(1)) {
            return Err(expected.help(format!("write `{}` without a sign before it", self.written(1, 1))));
        }
        Err(match self.peek() {
            Some(TokenKind::Word(_) | TokenKind::Number(_) | TokenKind::Dot | TokenKind::Slash) => {
                expected.help(format!("write `{}`", quoted(joined)))
            }
            _ => expected.help("write the name of a file in double quotes, `\"FILE\"`"),
        })
    }

    /// The diagnostic for something that is not next.
    pub fn expected(&self, what: &str) -> Diagnostic {
        let title = format!("expected {what}, found {}", self.found());
        let label = if self.peek().is_some() { "not expected" } else { "something is missing" };
        Diagnostic::error("syntax", title).at(self.source, self.span(), label)
    }

    /// What is next, for messages.
    fn found(&self) -> String {
        match (self.peek(), self.tokens.get(self.next)) {
            (Some(TokenKind::Word(word)), _) if is_reserved(word) => format!("the keyword `{word}`"),
            (Some(TokenKind::Text(_)), _) => "a text in quotes".to_owned(),
            (_, Some(token)) => format!("`{}`", &self.source.text[token.span.start..token.span.end]),
            (_, None) => "the end of the statement".to_owned(),
        }
    }
}
