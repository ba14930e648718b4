//! What is wrong with rules and what is doubtful about them, before anything runs.

use lustrate_diagnostic::Diagnostics;
use lustrate_lint::lint;
use lustrate_normalise::view;
use lustrate_rules::{Parsed, bind_what_fits};
use lustrate_table::Table;

/// All messages about rules, sorted by place: the mistakes that parsing found, those that the table's header shows, and
/// warnings and notes about rules that can be used but are doubtful. Without a table the last are those that need
/// none.
///
/// ```
/// use std::sync::Arc;
/// use lustrate::{SourceText, check, parse};
///
/// let parsed = parse(&Arc::new(SourceText::new("x.rules", "fd zip city\nrequire age > 9\nrequire age < 5")));
/// let codes: Vec<_> = check(parsed, None).iter().map(|message| message.code).collect();
/// assert_eq!(codes, ["syntax", "contradictory-rules"]);
/// ```
pub fn check(parsed: Parsed, table: Option<&Table>) -> Diagnostics {
    let Parsed { rules, mut diagnostics } = parsed;
    match table {
        Some(table) => {
            let (constraints, messages) = bind_what_fits(&rules, table.schema());
            diagnostics.extend(messages);
            let (view, _) = view(table, &constraints);
            diagnostics.extend(lint(&rules, Some((&view.table, &constraints))));
        }
        None => diagnostics.extend(lint(&rules, None)),
    }
    diagnostics.sort();
    diagnostics
}
