//! What is said behind a statement: how strongly it is meant, what it may change, of which rows it speaks, and why.

mod json;
mod parse;

pub use parse::share_above;

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};

use crate::condition::{self, Condition, Joint, conflicts, joined, only_one_row};
use crate::lowering::{Lowering, Standing};
use crate::name::{Name, listed, quoted};
use crate::share::percent;
use crate::{Changes, Constraint, Predicate, Strength};

pub(crate) use json::read_json;

/// The policies by their first words, in alphabetical order.
pub(crate) const WORDS: &[&str] = &["because", "fail", "hard", "never", "repair", "soft", "warn", "where"];

/// The policies, as messages list them.
pub(crate) const LISTING: &str = "the policies are `hard`, `soft`, `warn`, `fail if > 2%`, `repair COLUMN only`, \
                                  `never repair`, `where CONDITION` and `because \"TEXT\"`";

/// The policy of a rule. Without one a rule is soft, its weight is learned, and it may change all that it names; a check
/// only reports.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy {
    /// How strongly the rule is meant.
    pub strength: Strength,
    /// Which cells it may change.
    pub repairs: Repairs,
    /// What must hold of every row that the rule speaks of.
    pub filter: Vec<Condition>,
    /// Why the rule holds; explanations show it.
    pub because: Option<String>,
}

/// Which cells a rule may change, as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Repairs {
    /// All that it names.
    #[default]
    Any,
    /// `repair city, state only`
    Only(Vec<Name>),
    /// `never repair`
    Never,
}

impl Default for Policy {
    fn default() -> Self {
        let strength = Strength::Soft { log_weight: None };
        Policy { strength, repairs: Repairs::Any, filter: Vec::new(), because: None }
    }
}

/// What a policy adds to every constraint of its rule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    /// What must hold of every row, said of [`Tuple::A`](crate::Tuple::A).
    pub filter: Vec<Predicate>,
    /// Which cells may be changed.
    pub changes: Changes,
}

impl Policy {
    /// What is wrong with it, whatever the table is.
    pub fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut diagnostics = only_one_row(source, "where", &self.filter);
        diagnostics.extend(conflicts(source, &self.filter, Joint::Given, "the rule speaks of no row"));
        if let (Repairs::Only(names), false) = (&self.repairs, self.strength.repairs()) {
            let word = if self.strength == Strength::Warn { "warn" } else { "fail" };
            let title = format!("`{word}` only reports, and `repair {} only` changes cells", listed(names));
            diagnostics.extend(names.first().map(|name| {
                Diagnostic::error("contradictory-policy", title)
                    .at(source, name.span(), "never repaired by this rule")
                    .help(format!("leave `{word}` or `repair {} only` out", listed(names)))
            }));
        }
        diagnostics
    }

    /// What it adds to the constraints of its rule; `None` where it does not fit the table, which has been reported.
    pub fn lower(&self, lowering: &mut Lowering<'_>) -> Option<Terms> {
        let filter = condition::predicates(lowering, &self.filter);
        let changes = match &self.repairs {
            Repairs::Any => Some(Changes::Any),
            Repairs::Never => Some(Changes::None),
            Repairs::Only(names) => {
                let found: Vec<_> = names.iter().map(|name| lowering.attribute(name, Standing::Left)).collect();
                found.into_iter().collect::<Option<_>>().map(Changes::Only)
            }
        };
        Some(Terms { filter: filter?, changes: changes? })
    }

    /// What is wrong with the columns that it says are repaired: one that no constraint of the rule names.
    pub fn check_columns(&self, lowering: &Lowering<'_>, constraints: &[Constraint]) -> Vec<Diagnostic> {
        let Repairs::Only(names) = &self.repairs else { return Vec::new() };
        if constraints.is_empty() {
            return Vec::new();
        }
        let named = |name: &&Name| {
            // A column that there is not has been reported.
            lowering.known(name).is_none_or(|attribute| {
                constraints.iter().flat_map(Constraint::cells).any(|cell| cell.attribute == attribute)
            })
        };
        let diagnose = |name: &Name| {
            Diagnostic::error("repair-elsewhere", format!("the rule does not name `{}`", name.text))
                .at(lowering.source(), name.span(), "not a column of this rule")
                .help("write a column that the rule names, or leave this one out")
        };
        names.iter().filter(|name| !named(name)).map(diagnose).collect()
    }
}

/// The policy with a space before each part; nothing for the default.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.strength {
            Strength::Hard => f.write_str(" hard")?,
            Strength::Soft { log_weight: Some(weight) } => write!(f, " soft {weight}")?,
            Strength::Soft { log_weight: None } => {}
            Strength::Warn => f.write_str(" warn")?,
            Strength::Fail { above: 0.0 } => f.write_str(" fail")?,
            Strength::Fail { above } => write!(f, " fail if > {}%", percent(above))?,
        }
        match &self.repairs {
            Repairs::Any => {}
            Repairs::Only(names) => write!(f, " repair {} only", listed(names))?,
            Repairs::Never => f.write_str(" never repair")?,
        }
        if !self.filter.is_empty() {
            write!(f, " where {}", joined(&self.filter))?;
        }
        match &self.because {
            Some(reason) => write!(f, " because {}", quoted(reason)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lustrate_diagnostic::SourceText;
    use lustrate_table::{AttributeId, Schema};

    use crate::{Changes, ConstraintId, Strength, bind, parse};

    fn helps(rule: &str) -> Vec<String> {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rule)));
        let mut all: Vec<_> = parsed.diagnostics.iter().cloned().collect();
        if all.is_empty() {
            let schema = Schema::of_text(["x", "y", "z"]).unwrap();
            all = bind(&parsed.rules, &schema).err().map(|errors| errors.iter().cloned().collect()).unwrap_or_default();
        }
        all.iter().map(|diagnostic| diagnostic.help.clone().unwrap_or_default()).collect()
    }

    #[test]
    fn a_policy_is_said_once() {
        for twice in ["hard soft", "warn fail", "because \"u\" because \"v\"", "never repair repair y only"] {
            assert_eq!(helps(&format!("fd x -> y {twice}")), ["leave the second out"], "{twice}");
        }
        assert_eq!(helps("fd x -> y where x = \"1\" where y = \"2\""), ["write `and` between the conditions"]);
    }

    #[test]
    fn a_weight_is_above_zero() {
        for weight in ["0", "-1", "1e999"] {
            let help = "write `soft` for a weight that is learned, or leave the rule out";
            assert_eq!(helps(&format!("fd x -> y soft {weight}")), [help]);
        }
    }

    #[test]
    fn a_mistyped_policy_is_corrected() {
        assert_eq!(helps("fd x -> y hrad"), ["write `hard`"]);
        assert_eq!(helps("fd x -> y because z"), ["write `because \"z\"`"]);
        assert_eq!(helps("fd x -> y fail if >= 2%"), ["write `fail if > 2%`"]);
        assert_eq!(helps("fd x -> y fail if > 2"), ["write `fail if > 2%`"]);
        assert_eq!(helps("fd x -> y repair y"), ["write `repair y only`"]);
        assert_eq!(helps("fd x -> y never"), ["write `never repair`"]);
    }

    #[test]
    fn parts_stand_in_any_order_and_are_printed_in_one() {
        let text = "fd x -> y because \"law\" where z is not null repair y only hard";
        let parsed = parse(&Arc::new(SourceText::new("x.rules", text)));
        let printed = "fd x -> y hard repair y only where z is not null because \"law\"\n";
        assert_eq!(parsed.rules.to_string(), printed);
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "unique x fail if > 7% never repair")));
        assert_eq!(parsed.rules.to_string(), "unique x fail if > 7% never repair\n");
    }

    #[test]
    fn what_only_reports_repairs_nothing() {
        assert_eq!(helps("fd x -> y warn repair y only"), ["leave `warn` or `repair y only` out"]);
        assert_eq!(helps("fd x -> y warn never repair"), [""; 0]);
    }

    #[test]
    fn a_rule_repairs_columns_that_it_names() {
        assert_eq!(helps("fd x -> y repair z only"), ["write a column that the rule names, or leave this one out"]);
        let parsed =
            parse(&Arc::new(SourceText::new("x.rules", "fd x -> y repair y only\nfd x -> z never repair warn")));
        let constraints = bind(&parsed.rules, &Schema::of_text(["x", "y", "z"]).unwrap()).unwrap();
        assert_eq!(constraints.get(ConstraintId(0)).changes, Changes::Only(vec![AttributeId(1)]));
        let second = constraints.get(ConstraintId(1));
        assert_eq!((&second.changes, second.strength), (&Changes::None, Strength::Warn));
    }

    #[test]
    fn a_filter_holds_of_both_rows_of_a_pair() {
        let parsed = parse(&Arc::new(SourceText::new(
            "x.rules",
            "fd x -> y where z = \"1\"\nrequire y = \"1\" where z = \"1\"",
        )));
        let constraints = bind(&parsed.rules, &Schema::of_text(["x", "y", "z"]).unwrap()).unwrap();
        let sizes: Vec<_> = constraints.iter().map(|(_, constraint)| constraint.predicates.len()).collect();
        assert_eq!(sizes, [4, 2]);
        assert_eq!(helps("fd x -> y where a.z = \"1\""), ["write `z`; for two rows write a `deny` rule"]);
    }
}
