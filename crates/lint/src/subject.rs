//! What lints look at: rules as written and as lowered, and the table where there is one.

use std::collections::BTreeMap;
use std::sync::Arc;

use lustrate_detect::Detection;
use lustrate_diagnostic::{Diagnostic, SourceText, Span};
use lustrate_rules::{
    BoundRewrite, CellOf, ColumnRule, Columns, Constraint, Constraints, Predicate, RuleOrigin, Rules, Written,
};
use lustrate_table::{AttributeId, RowId, Schema, Table, count_codes};

/// Rules as written and as lowered, and the table where there is one.
pub(crate) struct Subject<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) constraints: &'a Constraints,
    pub(crate) data: Option<Data<'a>>,
    rules: &'a Rules,
    written: BTreeMap<(&'a str, Span), &'a Written>,
}

/// A table and what breaks the constraints in it.
#[derive(Clone, Copy)]
pub(crate) struct Data<'a> {
    pub(crate) table: &'a Table,
    pub(crate) detection: &'a Detection,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(
        rules: &'a Rules,
        schema: &'a Schema,
        constraints: &'a Constraints,
        data: Option<Data<'a>>,
    ) -> Self {
        let key = |written: &'a Written| ((written.source().name.as_str(), written.span()), written);
        Subject { schema, constraints, data, rules, written: rules.iter().map(key).collect() }
    }

    /// What is declared of the columns.
    pub(crate) fn columns(&self) -> &'a Columns {
        self.constraints.columns()
    }

    /// The constraints on which lints speak at all, in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'a Constraint> {
        self.constraints.iter().map(|(_, constraint)| constraint)
    }

    /// The constraints of the rules that were written for this table. A file that others use serves many tables, and
    /// that it speaks of more than one of them holds is no doubt.
    pub(crate) fn own(&self) -> impl Iterator<Item = &'a Constraint> {
        self.all().filter(|constraint| !self.rules.is_used(&constraint.origin.file))
    }

    /// The rewrites that were written for this table and are made of all rows, by column.
    pub(crate) fn own_rewrites(&self) -> impl Iterator<Item = (AttributeId, Vec<&'a BoundRewrite>)> {
        let own = |rewrite: &&BoundRewrite| rewrite.filter.is_empty() && !self.rules.is_used(&rewrite.origin.file);
        let of_column = move |(attribute, rule): (AttributeId, &'a ColumnRule)| {
            let rewrites: Vec<&BoundRewrite> = rule.rewrites.iter().filter(own).collect();
            (!rewrites.is_empty()).then_some((attribute, rewrites))
        };
        self.columns().declared().filter_map(of_column)
    }

    /// The rule that was written at a place; `None` for one that a program made.
    pub(crate) fn written(&self, origin: &RuleOrigin) -> Option<&'a Written> {
        self.written.get(&(origin.file.as_str(), origin.span)).copied()
    }

    /// Marks a rule.
    pub(crate) fn at(&self, diagnostic: Diagnostic, origin: &RuleOrigin, label: impl Into<String>) -> Diagnostic {
        match self.written(origin) {
            Some(written) => diagnostic.at(written.source(), written.span(), label),
            None => diagnostic,
        }
    }

    /// Marks a piece of a rule, if it is written there in these words, and all of the rule otherwise.
    pub(crate) fn at_piece(
        &self,
        diagnostic: Diagnostic,
        origin: &RuleOrigin,
        piece: &str,
        label: impl Into<String>,
    ) -> Diagnostic {
        let Some(written) = self.written(origin) else { return diagnostic };
        let span = piece_of(written.source(), written.span(), piece).unwrap_or(written.span());
        diagnostic.at(written.source(), span, label)
    }

    /// Whether a rule is written with these words.
    pub(crate) fn says(&self, origin: &RuleOrigin, piece: &str) -> bool {
        self.written(origin).is_some_and(|written| piece_of(written.source(), written.span(), piece).is_some())
    }

    /// The name of a column, in quotes for a message.
    pub(crate) fn column(&self, attribute: AttributeId) -> &'a str {
        self.schema.name(attribute)
    }
}

fn piece_of(source: &Arc<SourceText>, span: Span, piece: &str) -> Option<Span> {
    let start = span.start + source.text.get(span.start..span.end)?.find(piece)?;
    Some(Span::new(start, start + piece.len()))
}

impl<'a> Data<'a> {
    /// The distinct values of a column and how many cells hold each. What stands for a missing value is none.
    pub(crate) fn values(self, attribute: AttributeId, declared: &'a ColumnRule) -> Vec<(&'a str, u64)> {
        let column = self.table.column(attribute);
        let counts = count_codes(column.codes(), column.dictionary().len());
        let counted = column.dictionary().iter().map(|(code, text)| (text, u64::from(counts[code.index()])));
        counted.filter(|(text, count)| *count > 0 && !declared.nulls.contains(*text)).collect()
    }

    /// Whether a predicate on one row is known to hold of this row.
    pub(crate) fn holds(self, predicate: &Predicate, columns: &Columns, row: RowId) -> bool {
        let text = |cell: CellOf| {
            let text = self.table.column(cell.attribute).text(row)?;
            (!columns.get(cell.attribute).nulls.contains(text)).then_some(text)
        };
        predicate.holds(columns, &text) == Some(true)
    }
}
