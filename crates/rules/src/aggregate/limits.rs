//! What is wrong with the limits of a check, whatever the table is.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use super::{Aggregate, Limit, LimitValue, Limits, Summary};
use crate::share::percent;

/// What is wrong with the ends.
pub(super) fn check(source: &Arc<SourceText>, aggregate: &Aggregate, limits: &Limits) -> Vec<Diagnostic> {
    let misfit = |limit: &Limit| of_limit(source, aggregate, limit);
    let mut diagnostics: Vec<_> = limits.ends().into_iter().filter_map(misfit).collect();
    if let (Limits::Between(low, high), true) = (limits, diagnostics.is_empty())
        && let (Some(from), Some(to)) = (low.number(), high.number())
        && from > to
    {
        let diagnostic = Diagnostic::error("empty-range", format!("no number lies between {low} and {high}"));
        let help = format!("write `{aggregate} between {high} and {low}`");
        diagnostics.push(diagnostic.at(source, low.at.0.to(high.at.0), "upside down").help(help));
    }
    diagnostics
}

fn of_limit(source: &Arc<SourceText>, aggregate: &Aggregate, limit: &Limit) -> Option<Diagnostic> {
    let of_values = matches!(aggregate, Aggregate::Of(summary, _) if summary.is_a_value());
    let is_share = matches!(aggregate, Aggregate::Of(Summary::Nulls, _));
    let at = |diagnostic: Diagnostic, label: &str| Some(diagnostic.at(source, limit.at.0, label));
    match &limit.value {
        LimitValue::Text(text) if !of_values => {
            let diagnostic = Diagnostic::error("limit-type", format!("`{aggregate}` is a number, and {limit} a text"));
            let number = text.trim().parse::<f64>().is_ok_and(f64::is_finite);
            let mend = if number { format!("write `{}`", text.trim()) } else { "write a number".to_owned() };
            at(diagnostic.help(mend), "a text in quotes")
        }
        LimitValue::Share(share) if is_share && !(0.0..=1.0).contains(share) => {
            let diagnostic = Diagnostic::error("share-out-of-range", format!("{limit} is no share of the rows"));
            at(diagnostic.help("write a share such as `5%`, from 0% to 100%"), "not from 0% to 100%")
        }
        LimitValue::Share(share) if !is_share => {
            let diagnostic = Diagnostic::error("limit-type", format!("`{aggregate}` is not measured in per cent"));
            let help = format!("write `{}`; the share of missing values is `nulls(COLUMN)`", percent(*share));
            at(diagnostic.help(help), "a share")
        }
        // 5 may be meant as five rows or as 5 %; 0.05 is a share without doubt.
        LimitValue::Number(number) if is_share && !(0.0..1.0).contains(number) => {
            let title = format!("`nulls` is a share of the rows, and {limit} may be a number of rows or per cent");
            let mend = format!("write `{}%`", number.abs().min(100.0));
            at(Diagnostic::error("share-out-of-range", title).help(mend), "a share from 0% to 100% is asked for")
        }
        _ => None,
    }
}

impl Limit {
    /// The number that it is, whatever the type of the column.
    fn number(&self) -> Option<f64> {
        match self.value {
            LimitValue::Number(number) | LimitValue::Share(number) => Some(number),
            LimitValue::Text(_) => None,
        }
    }
}
