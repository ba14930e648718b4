//! Declarations to what is known of columns, and to constraints on their cells.

use std::collections::BTreeSet;
use std::sync::Arc;

use lustrate_diagnostic::Diagnostic;
use lustrate_table::AttributeId;
use lustrate_values::ColumnType;

use super::Declaration;
use crate::lowering::{Lowering, Standing};
use crate::name::Name;
use crate::policy::Repairs;
use crate::{CellOf, CellTest, ColumnRule, Columns, InferUnit, Polarity, Predicate, Presence, Scope, Tuple};

impl Declaration {
    /// Puts what is declared of a column into `columns`; a column that there is not, or of which something is declared
    /// already, is reported.
    pub fn declare(&self, name: &Name, lowering: &mut Lowering<'_>, columns: &mut Columns) {
        let found = lowering.attribute(name, Standing::Left);
        let by = self.infer_unit.as_ref().map(|inference| {
            let by: Vec<_> = inference.by.iter().map(|name| lowering.attribute(name, Standing::Left)).collect();
            InferUnit { by: by.into_iter().flatten().collect() }
        });
        let Some(attribute) = found else { return };
        let rule = &mut columns.items[attribute.index()];
        if let Some(earlier) = &rule.origin {
            let title = format!("`{}` is declared twice", name.text);
            let label = format!("{}:{} declares it already", earlier.file, earlier.line);
            let diagnostic = Diagnostic::error("repeated-declaration", title).at(lowering.source(), name.span(), label);
            lowering.report(diagnostic.help("write all that is said of a column into one statement"));
            return;
        }
        // What does not resolve has been reported when the statement was read.
        let column_type = self.resolve(lowering.source()).unwrap_or_default();
        let mut nulls = std::mem::take(&mut rule.nulls);
        nulls.extend(self.nulls.iter().cloned());
        *rule = ColumnRule {
            origin: Some(lowering.origin()),
            column_type,
            nulls,
            letter_case: self.letter_case,
            infer_unit: by,
            formats: self.formats.iter().copied().collect(),
            roles: self.roles.clone(),
            good: self.good.iter().map(|value| value.text.clone()).collect(),
            never_repair: self.never_repair || lowering.policy().repairs == Repairs::Never,
            // They are bound when all columns are declared, which their conditions ask about.
            rewrites: Vec::new(),
        };
    }

    /// Forbids cells of the columns that are not as declared.
    pub fn lower(&self, names: &[Name], lowering: &mut Lowering<'_>) {
        let column_type = self.resolve(lowering.source()).unwrap_or_default();
        let members = self.members(lowering);
        for name in names {
            let Some(attribute) = lowering.known(name) else { continue };
            let short = |clause: &dyn std::fmt::Display| format!("column {name} {clause}");
            if self.required {
                let cell = CellOf { tuple: Tuple::A, attribute };
                let missing = Predicate::Null { cell, presence: Presence::Missing };
                lowering.forbid(short(&"required"), Scope::Row, vec![missing]);
            }
            if let (Some(words), Some(test)) = (&self.column_type, column_type.as_ref().and_then(test_of)) {
                forbid_others(lowering, short(words), attribute, test);
            }
            if let (Some(member), Some(members)) = (&self.member, &members) {
                let clause = format!("in {}.{}", crate::name::quoted(&member.file.text), member.column);
                forbid_others(
                    lowering,
                    short(&clause),
                    attribute,
                    CellTest::OneOf(lowering.in_case(attribute, members)),
                );
            }
            if let Some(pattern) = &self.pattern {
                forbid_others(lowering, short(pattern), attribute, CellTest::Matches(pattern.clone()));
            }
            if let Some((range, (low, high))) =
                self.range.as_ref().and_then(|range| Some((range, range.ends(column_type.as_ref())?)))
            {
                forbid_others(lowering, short(range), attribute, CellTest::Between(low, high));
            }
        }
    }

    /// The texts of the column of the reference table.
    fn members(&self, lowering: &mut Lowering<'_>) -> Option<Arc<BTreeSet<String>>> {
        let member = self.member.as_ref()?;
        let id = lowering.reference(&member.file)?;
        let attribute = lowering.reference_attribute(id, &member.column)?;
        let table = lowering.reference_table(id);
        let column = table.column(attribute);
        let texts = table.row_ids().filter_map(|row| column.text(row)).map(str::to_owned);
        Some(Arc::new(texts.collect()))
    }
}

/// What a cell of this type must pass; nothing where any text will do.
fn test_of(column_type: &ColumnType) -> Option<CellTest> {
    match column_type {
        ColumnType::Text => None,
        ColumnType::OneOf(values) => Some(CellTest::OneOf(Arc::new(values.iter().cloned().collect()))),
        _ => Some(CellTest::OfType),
    }
}

fn forbid_others(lowering: &mut Lowering<'_>, short: String, attribute: AttributeId, test: CellTest) {
    let cell = CellOf { tuple: Tuple::A, attribute };
    lowering.forbid(short, Scope::Row, vec![Predicate::Member { cell, test, polarity: Polarity::Negative }]);
}
