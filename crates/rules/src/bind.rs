//! Rules and a schema to constraints.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::Schema;

use crate::lowering::{Header, Lowering, References, Relation};
use crate::{
    Columns, Compare, Constraint, ConstraintId, Constraints, Operand, Predicate, Rules, Scope, Strength, Tuple, Written,
};

/// Binds rules to the columns of a table. The constraints carry the notes that were made on the way.
///
/// # Errors
/// All mistakes of all rules: unknown columns, and comparisons that do not fit what the columns hold.
///
/// ```
/// use std::sync::Arc;
/// use lustrate_diagnostic::SourceText;
/// use lustrate_rules::{bind, parse};
/// use lustrate_table::Schema;
///
/// let rules = parse(&Arc::new(SourceText::new("hospital.rules", "fd zip -> city, sate"))).rules;
/// let schema = Schema::of_text(["zip", "city", "state"]).unwrap();
/// let mistakes = bind(&rules, &schema).unwrap_err();
/// let help = mistakes.iter().next().unwrap().help.as_deref();
/// assert_eq!(help, Some("write `state`; the columns are zip, city, state"));
/// ```
pub fn bind(rules: &Rules, schema: &Schema) -> Result<Constraints, Diagnostics> {
    let (constraints, diagnostics) = bind_what_fits(rules, schema);
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(constraints) }
}

/// Binds the rules that fit the table and leaves the others out. The messages are those of both, sorted by place.
pub fn bind_what_fits(rules: &Rules, schema: &Schema) -> (Constraints, Diagnostics) {
    let Attempt { constraints, diagnostics, .. } = attempt(rules, schema);
    (constraints, diagnostics)
}

/// What comes of binding.
pub(crate) struct Attempt {
    /// What the rules that fit the table say.
    pub constraints: Constraints,
    /// All messages, sorted by place.
    pub diagnostics: Diagnostics,
    /// The names of the columns that rules look for and the schema lacks, in the order of the rules.
    pub missing: Vec<String>,
    /// The places of the rules that do not fit.
    pub unfit: BTreeSet<usize>,
}

/// Binds the rules that fit the table.
pub(crate) fn attempt(rules: &Rules, schema: &Schema) -> Attempt {
    let header = Header::new(schema, rules.table());
    let mut diagnostics = Diagnostics::new();
    let mut noted = BTreeSet::new();
    let mut bound = Bound::default();
    let mut missing = Vec::new();
    let mut unfit = BTreeSet::new();
    let mut references = References::new(rules);
    let mut relations = Vec::new();
    report_repeated_names(rules, &mut diagnostics);
    rules.report_uses(&mut diagnostics);
    // What is declared of the columns decides how rules compare them, wherever it is written.
    let mut columns = Columns::for_schema(schema);
    for (place, written) in rules.iter().enumerate() {
        let told = diagnostics.len();
        let undeclared = Columns::default();
        let mut lowering = Lowering::new(&header, &undeclared, written, &mut references, &mut diagnostics, &mut noted);
        written.rule().statement.declare(&mut lowering, &mut columns);
        missing.append(&mut lowering.missing);
        unfit.extend(has_error(&diagnostics, told).then_some(place));
    }
    for (place, written) in rules.iter().enumerate() {
        let told = diagnostics.len();
        let mut lowering = Lowering::new(&header, &columns, written, &mut references, &mut diagnostics, &mut noted);
        lowering.lower();
        missing.append(&mut lowering.missing);
        let Lowering { constraints, relations: said, .. } = lowering;
        unfit.extend(has_error(&diagnostics, told).then_some(place));
        let joined: Vec<ConstraintId> = said.iter().flat_map(Relation::alternatives).collect();
        let mut places = Vec::with_capacity(constraints.len());
        let mut fresh = constraints.is_empty();
        let mut repeated: Vec<(String, String)> = Vec::new();
        let parts = constraints.len();
        for (place, constraint) in constraints.into_iter().enumerate() {
            let joins = joined.contains(&ConstraintId(place as u32));
            let standing = if joins { Standing::Joins } else { Standing::Forbids };
            let said = constraint.name.clone();
            let (id, repeats) = bound.admit(constraint, standing, written.rule().policy().because.as_deref());
            places.push(id);
            fresh |= repeats.is_none();
            repeated.extend(repeats.map(|repeats| (said, repeats)));
        }
        diagnostics.extend(repeated_rules(written, &repeated, parts).collect());
        // What says nothing new would count the same evidence twice.
        if fresh {
            relations.extend(said.into_iter().map(|relation| relation.placed(&places)));
        }
    }
    missing.append(&mut report_unknown_columns(rules, &header, &columns, &mut references, &mut diagnostics));
    diagnostics.sort();
    let notes = diagnostics.iter().filter(|diagnostic| !diagnostic.is_error()).cloned().collect();
    let mut constraints = Constraints::with_notes(bound.constraints, bound.because, notes);
    constraints.references = references.items;
    for relation in relations {
        match relation {
            Relation::Lookup(lookup) => constraints.lookups.push(lookup),
            Relation::Duplicates(duplicates) => constraints.duplicates.push(duplicates),
            Relation::Fusion(fusion) => constraints.fusions.push(fusion),
            Relation::Check(check) => constraints.checks.push(check),
            Relation::Rewrite(attribute, rewrite) => columns.items[attribute.index()].rewrites.push(rewrite),
        }
    }
    constraints.columns = columns;
    constraints.left_out = rules.left_out();
    Attempt { constraints, diagnostics, missing, unfit }
}

/// Whether one of the messages behind the first so many is an error.
fn has_error(diagnostics: &Diagnostics, told: usize) -> bool {
    diagnostics.iter().skip(told).any(Diagnostic::is_error)
}

/// Reports the columns that there are not of statements that have other mistakes, so that these hide none of them, and
/// gives their names.
fn report_unknown_columns(
    rules: &Rules,
    header: &Header<'_>,
    columns: &Columns,
    references: &mut References,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let mut missing = Vec::new();
    for written in &rules.unfit {
        let (mut found, mut noted) = (Diagnostics::new(), BTreeSet::new());
        let mut lowering = Lowering::new(header, columns, written, references, &mut found, &mut noted);
        written.rule().statement.declare(&mut lowering, &mut columns.clone());
        lowering.lower();
        missing.append(&mut lowering.missing);
        let mut places = BTreeSet::new();
        let unknown = |diagnostic: &&Diagnostic| {
            let place = diagnostic.label.as_ref().map(|label| label.span);
            diagnostic.code == "unknown-column" && places.insert(place)
        };
        diagnostics.extend(found.iter().filter(unknown).cloned().collect());
    }
    missing
}

/// What it means that the predicates of a constraint hold.
#[derive(Clone, Copy, Debug)]
enum Standing {
    /// They must not.
    Forbids,
    /// The two rows are one thing.
    Joins,
}

/// The constraints so far, each once.
#[derive(Default)]
struct Bound {
    constraints: Vec<Constraint>,
    because: BTreeMap<ConstraintId, String>,
    /// Where each constraint is, by what it forbids.
    places: BTreeMap<String, usize>,
}

impl Bound {
    /// Adds a constraint. One that forbids what an earlier one forbids would count the same evidence twice: it only
    /// lends that one its strength if it is hard and its reason, and what is returned says which and where that one is.
    fn admit(
        &mut self,
        constraint: Constraint,
        standing: Standing,
        because: Option<&str>,
    ) -> (ConstraintId, Option<String>) {
        let next = self.constraints.len();
        let place = *self.places.entry(format!("{standing:?} {}", meaning(&constraint))).or_insert(next);
        if let Some(because) = because {
            self.because.entry(ConstraintId(place as u32)).or_insert_with(|| because.to_owned());
        }
        if place == next {
            self.constraints.push(constraint);
            return (ConstraintId(place as u32), None);
        }
        let earlier = &mut self.constraints[place];
        if constraint.strength == Strength::Hard {
            earlier.strength = Strength::Hard;
        }
        (ConstraintId(place as u32), Some(format!("{}:{}", earlier.origin.file, earlier.origin.line)))
    }
}

/// What a constraint forbids, however it was written: sides and order of predicates do not count, nor which row of a
/// pair is called which. Two texts are the same exactly if two constraints forbid the same.
fn meaning(constraint: &Constraint) -> String {
    let renamed = |rename: fn(Tuple) -> Tuple| {
        let mut predicates: Vec<String> =
            constraint.predicates.iter().map(|predicate| normal(predicate, rename)).collect();
        predicates.sort();
        format!("{:?} {}", constraint.scope, predicates.join(" and "))
    };
    let as_written = renamed(|tuple| tuple);
    match constraint.scope {
        Scope::Row | Scope::Reference(_) => as_written,
        Scope::Pair => as_written.min(renamed(Tuple::other)),
    }
}

/// A predicate in words that do not depend on which side was written first.
fn normal(predicate: &Predicate, rename: fn(Tuple) -> Tuple) -> String {
    let mut predicate = predicate.renamed(rename);
    match &mut predicate {
        Predicate::Compare(Compare { left, comparison, right: Operand::Cell(right), .. }) if *right < *left => {
            std::mem::swap(left, right);
            *comparison = comparison.flipped();
        }
        Predicate::Similar { left, right: Operand::Cell(right), .. } if *right < *left => std::mem::swap(left, right),
        _ => {}
    }
    format!("{predicate:?}")
}

/// A warning for each earlier rule that says what a rule of so many parts says; `repeated` is the name of each part that
/// is said already, and where.
fn repeated_rules<'a>(
    written: &'a Written,
    repeated: &'a [(String, String)],
    parts: usize,
) -> impl Iterator<Item = Diagnostic> + 'a {
    let whole = repeated.len() == parts;
    let mut earlier: Vec<&str> = repeated.iter().map(|(_, earlier)| earlier.as_str()).collect();
    earlier.dedup();
    earlier.into_iter().map(move |earlier| {
        let named = || repeated.iter().filter(|(_, place)| place == earlier).map(|(said, _)| format!("`{said}`"));
        let unnamed = written.rule().name().is_none();
        let (title, help) = if whole {
            (format!("this says what {earlier} says, and counts once"), "leave one of the two out".to_owned())
        } else if unnamed {
            let said = named().collect::<Vec<_>>().join(" and ");
            (format!("{said} is said by {earlier} already, and counts once"), "leave that part out here".to_owned())
        } else {
            (
                format!("a part of this is said by {earlier} already, and counts once"),
                "leave that part out here".to_owned(),
            )
        };
        let label = if whole { "said already" } else { "said already in part" };
        Diagnostic::warning("repeated-rule", title).at(written.source(), written.span(), label).help(help)
    })
}

fn report_repeated_names(rules: &Rules, diagnostics: &mut Diagnostics) {
    let mut first = BTreeMap::new();
    for written in rules.iter() {
        let Some(name) = &written.rule().name else { continue };
        let earlier: &Written = first.entry(&name.text).or_insert(written);
        if !std::ptr::eq(earlier, written) {
            let (line, _) = earlier.source().place(earlier.span().start);
            diagnostics.push(
                Diagnostic::warning("repeated-name", format!("two rules are called `{}`", name.text))
                    .at(written.source(), name.span(), format!("{}:{line} is called so too", earlier.source().name))
                    .help("give one of them another name, so that a repair tells which rule it is from"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lustrate_diagnostic::{Colour, SourceText};

    use super::*;
    use crate::parse;

    fn rules(text: &str) -> Rules {
        let parsed = parse(&Arc::new(SourceText::new("hospital.rules", text)));
        assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics.render(Colour::Off));
        parsed.rules
    }

    fn schema() -> Schema {
        Schema::of_text(["provider_number", "name", "zip", "city", "state", "phone", "owner"]).unwrap()
    }

    #[test]
    fn an_unknown_column_is_shown_with_its_place_and_mend() {
        let text = "table \"hospital.csv\"\nzip: fd zipcode -> city, sate\nfd zip -> xyz\n";
        let (constraints, diagnostics) = bind_what_fits(&rules(text), &schema());
        assert!(constraints.is_empty());
        assert_eq!(diagnostics.len(), 3);
        let expected = "\
error[unknown-column]: no column `zipcode` in hospital.csv
 --> hospital.rules:2:9
  |
2 | zip: fd zipcode -> city, sate
  |         ^^^^^^^ not in the header
  |
  = help: write `zip`; the columns are provider_number, name, zip, city, state, phone, owner
";
        assert_eq!(diagnostics.iter().next().unwrap().render(Colour::Off), expected);
    }

    #[test]
    fn rules_that_fit_are_kept_beside_those_that_do_not() {
        let rules = rules("fd zip -> city\nfd zip -> xyz\nfd zip -> state");
        let (constraints, diagnostics) = bind_what_fits(&rules, &schema());
        assert_eq!((constraints.len(), diagnostics.len()), (2, 1));
        assert_eq!(bind(&rules, &schema()).unwrap_err(), diagnostics);
    }

    #[test]
    fn a_repeated_rule_counts_once_and_lends_its_strength_and_reason() {
        let text = "fd zip -> city\ndeny b.city != a.city and b.zip = a.zip hard because \"law\"";
        let constraints = bind(&rules(text), &schema()).unwrap();
        assert_eq!(constraints.len(), 1);
        assert_eq!(constraints.get(ConstraintId(0)).strength, Strength::Hard);
        assert_eq!(constraints.because(ConstraintId(0)), Some("law"));
        assert_eq!(constraints.notes().iter().map(|note| note.code).collect::<Vec<_>>(), ["repeated-rule"]);
    }

    #[test]
    fn two_rules_of_one_name_are_noted() {
        let constraints = bind(&rules("z: fd zip -> city\nz: fd zip -> state"), &schema()).unwrap();
        assert_eq!(constraints.notes().iter().map(|note| note.code).collect::<Vec<_>>(), ["repeated-name"]);
    }

    #[test]
    fn a_word_on_the_right_may_have_been_a_text() {
        let diagnostics = bind(&rules("deny state = Alabama"), &schema()).unwrap_err();
        let help = diagnostics.iter().next().unwrap().help.as_deref().unwrap();
        assert_eq!(
            help,
            "write `\"Alabama\"` if it is a text; the columns are provider_number, name, zip, city, state, phone, owner"
        );
    }

    #[test]
    fn names_in_foreign_files_may_differ_in_case_and_punctuation() {
        let constraints = bind(&rules("Zip, ProviderNumber -> CITY"), &schema()).unwrap();
        assert_eq!(constraints.notes().len(), 3);
        assert_eq!(bind(&rules("fd Zip -> city"), &schema()).unwrap_err().len(), 1);
    }

    #[test]
    fn a_rule_with_a_mistake_is_not_bound_and_its_columns_are_looked_for() {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "fd zip, zip -> cty\ndeny sx == \"f\"\nunique zip")));
        assert_eq!(parsed.diagnostics.len(), 2);
        let (constraints, told) = bind_what_fits(&parsed.rules, &schema());
        assert_eq!(constraints.len(), 1);
        let told: Vec<_> = told.iter().map(|diagnostic| (diagnostic.code, diagnostic.title.as_str())).collect();
        assert_eq!(told, [("unknown-column", "no column `cty`"), ("unknown-column", "no column `sx`")]);
    }

    #[test]
    fn a_rule_that_is_said_in_part_names_the_part() {
        let constraints = bind(&rules("fd zip -> city\nfd zip -> city, state"), &schema()).unwrap();
        let titles: Vec<_> = constraints.notes().iter().map(|note| note.title.clone()).collect();
        assert_eq!(titles, ["`fd zip -> city` is said by hospital.rules:1 already, and counts once"]);
    }

    #[test]
    fn a_keyword_that_was_taken_for_a_column_is_told_with_the_mended_line() {
        let told = |text: &str| {
            let diagnostics = bind(&rules(text), &schema()).unwrap_err();
            let first = diagnostics.iter().next().unwrap();
            (first.title.clone(), first.help.clone().unwrap())
        };
        let pair = |title: &str, help: &str| (title.to_owned(), help.to_owned());
        assert_eq!(told("fs zip -> city"), pair("no column `fs zip`", "write `fd zip -> city`"));
        assert_eq!(told("df zip => city"), pair("no column `df zip`", "write `fd zip -> city`"));
        assert_eq!(told("fd -> city"), pair("nothing stands before the arrow", "write `fd COLUMN -> city`"));
    }
}
