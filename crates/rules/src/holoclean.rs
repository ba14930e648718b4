//! Denial constraint files as HoloClean reads them, one constraint a line:
//! `t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)`.
//!
//! What the original does otherwise: it looks for the letters of an operator anywhere in a predicate, splits at every
//! `&` and `,`, compares a row with itself too, compares all texts in lower case and numbers as texts, takes a missing
//! value for the text `_nan_`, and stops at the first mistake.

mod operators;
mod reader;

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText};

use crate::condition::{Condition, Side, Test};
use crate::lines::{Line, lines};
use crate::statements::Deny;
use crate::{Form, Parsed, Rule, Tuple, Written};
use operators::begins_predicate;
use reader::{Reader, is_tuple_name};

/// Whether a line begins with the name of a tuple and `&`, or with an operator and a bracket.
pub(crate) fn looks_like_constraint(line: &str) -> bool {
    let line = line.trim_start();
    let tuple = line.split_once('&').is_some_and(|(tuple, _)| is_tuple_name(tuple.trim_end()));
    tuple || begins_predicate(line)
}

/// Reads every line; one with a mistake is reported and left out.
pub(crate) fn parse(source: &Arc<SourceText>, parsed: &mut Parsed) {
    for line in lines(source) {
        match parse_line(line, &mut parsed.diagnostics) {
            Ok(rule) => {
                let (source, span) = (source.clone(), line.span());
                parsed.admit(Written { rule, form: Form::HoloClean, source, span });
            }
            Err(mistakes) => parsed.leave_out(mistakes),
        }
    }
}

fn parse_line(line: Line<'_>, notes: &mut Diagnostics) -> Result<Rule, Diagnostics> {
    let mut reader = Reader::new(line)?;
    let mut conditions = reader.predicates()?;
    let uses = |tuple| conditions.iter().flat_map(Condition::cells).any(|cell| cell.tuple == Some(tuple));
    if !(uses(Tuple::A) && uses(Tuple::B)) {
        if reader.tuples.len() == 2 {
            let title = "two tuples are named and one is used, so the constraint is read as one about one row";
            let diagnostic = Diagnostic::note("one-tuple-used", title);
            let help = "name one tuple at the start of the line";
            notes.push(diagnostic.at(line.source, line.span(), "about one row").help(help));
        }
        conditions.iter_mut().for_each(forget_tuples);
    }
    let deny = Deny { conditions };
    Ok(deny.as_fd().map_or_else(|| Rule::new(deny), Rule::from))
}

fn forget_tuples(condition: &mut Condition) {
    match &mut condition.test {
        Test::Relation(relation) => {
            relation.left.tuple = None;
            if let Side::Cell(cell) = &mut relation.right {
                cell.tuple = None;
            }
        }
        Test::Null { cell, .. } => cell.tuple = None,
        Test::Member { .. } | Test::Alike { .. } | Test::Formula { .. } => {}
    }
}

#[cfg(test)]
mod tests;
