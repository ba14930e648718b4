//! Rules bound without a table: to the columns that they name themselves.

use std::collections::BTreeSet;

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::{Attribute, Kind, Schema};

use crate::bind::{Attempt, attempt};
use crate::{Constraints, Rules};

/// The codes of messages that depend on what the columns of a table hold.
const OF_CONTENT: &[&str] = &["number-against-text", "number-in-quotes", "order-of-numbers", "order-of-text"];

/// Binds rules to the columns that they name, in the order in which they name them, as if there were a table with just
/// these. What such a table holds is not known, so every column is taken to hold what the rules compare it with, and a
/// rule that still does not fit is left out. The messages are those that hold whatever the table is.
///
/// ```
/// use std::sync::Arc;
/// use lustrate_diagnostic::SourceText;
/// use lustrate_rules::{bind_without_table, parse};
///
/// let rules = parse(&Arc::new(SourceText::new("hospital.rules", "fd zip -> city\ndeny stay < 0"))).rules;
/// let (schema, constraints, messages) = bind_without_table(&rules);
/// let names: Vec<_> = schema.ids().map(|id| schema.name(id)).collect();
/// assert_eq!((names, constraints.len(), messages.len()), (vec!["zip", "city", "stay"], 2, 0));
/// ```
pub fn bind_without_table(rules: &Rules) -> (Schema, Constraints, Diagnostics) {
    let mut names: Vec<String> = Vec::new();
    // A statement may ask for one column only when it has found another, so rules are bound until none asks for more.
    loop {
        let schema = schema_of(&names);
        let Attempt { constraints, diagnostics, missing, .. } = attempt(rules, &schema);
        if missing.is_empty() {
            let of_content = |diagnostic: &&Diagnostic| OF_CONTENT.contains(&diagnostic.code);
            let rest = diagnostics.iter().filter(|diagnostic| !of_content(diagnostic)).cloned().collect();
            return (schema, constraints, rest);
        }
        let mut seen = BTreeSet::new();
        names.extend(missing.into_iter().filter(|name| seen.insert(name.clone())));
    }
}

/// Columns of numbers: as such they can be compared with texts and with numbers.
fn schema_of(names: &[String]) -> Schema {
    let attribute = |name: &String| Attribute { name: name.clone(), kind: Kind::Number };
    Schema::new(names.iter().map(attribute).collect())
        .expect("a name is missing only where the schema has no such name")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lustrate_diagnostic::SourceText;

    use super::*;
    use crate::parse;

    fn check(text: &str) -> (Vec<String>, Vec<String>, Vec<&'static str>) {
        let rules = parse(&Arc::new(SourceText::new("x.rules", text))).rules;
        let (schema, constraints, messages) = bind_without_table(&rules);
        let names = schema.ids().map(|id| schema.name(id).to_owned()).collect();
        let bound = constraints.iter().map(|(_, constraint)| constraint.name.clone()).collect();
        (names, bound, messages.iter().map(|message| message.code).collect())
    }

    #[test]
    fn every_column_that_a_rule_names_is_there() {
        let (names, bound, codes) = check("deny a.x = b.x and a.y > b.y\nif z = \"1\" then x != 3\nunique z, w");
        assert_eq!(names, ["x", "y", "z", "w"]);
        assert_eq!((bound.len(), codes.len()), (3, 0));
    }

    #[test]
    fn an_order_that_only_a_table_can_decide_is_left_out() {
        assert_eq!(check("deny city > \"m\"\ndeny city > \"m\" by text").1, ["deny city > \"m\" by text"]);
    }

    #[test]
    fn what_is_said_twice_is_told() {
        assert_eq!(check("fd x -> y\nfd x -> y").2, ["repeated-rule"]);
    }
}
