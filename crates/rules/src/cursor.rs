//! A place among the tokens of one statement, and the readings that all statements share.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, Span};

use crate::keywords::is_reserved;
use crate::lexer::{Token, TokenKind};
use crate::name::{Name, quoted};

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
        if self.accept_word(word) { Ok(()) } else { Err(self.expected(&format!("`{word}`"))) }
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
                Err(self.expected("a column").help(format!("a column of that name is written `{}`", quoted(word))))
            }
            _ => Err(self.expected("a column")),
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
        let (span, next) = (self.span(), self.peek());
        let file = self.text("the name of a file in double quotes").map_err(|diagnostic| match next {
            Some(TokenKind::Word(word)) => diagnostic.help(format!("write `{}`", quoted(word))),
            _ => diagnostic.help("write the name of a file in double quotes, `\"FILE\"`"),
        })?;
        Ok(Name::new(file, span))
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
