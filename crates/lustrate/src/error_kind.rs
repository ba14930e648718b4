//! How a cell came to be wrong.

use std::fmt;

use lustrate_model::Noise;
use lustrate_normalise::ConversionKind;
use lustrate_repair::{Authority, Repair};
use serde::Serialize;

/// How a cell probably came to be wrong, as far as its repair shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// Nothing is written, or something that stands for nothing.
    Missing,
    /// A few characters are wrong, left out or too many.
    Typo,
    /// Many characters are wrong, or all are written backwards.
    Garbled,
    /// A number with a wrong digit, sign or decimal point.
    NumberSlip,
    /// A number in another unit.
    Unit,
    /// What is meant, written in another form than that of the column.
    Format,
    /// The value of another column of the row, which in turn holds what belongs here.
    Exchanged,
    /// A value that may be right by itself and that a rule does not allow beside the rest of the row.
    Rule,
    /// A value that a reference table contradicts.
    Reference,
    /// A value that more reliable sources contradict.
    Sources,
    /// Another value of the column, or one that does not belong into it.
    Unrelated,
    /// A label that a model of the other rows would not give.
    Label,
}

impl ErrorKind {
    /// All kinds, in the order in which they are told.
    pub const ALL: [ErrorKind; 12] = [
        ErrorKind::Missing,
        ErrorKind::Typo,
        ErrorKind::Garbled,
        ErrorKind::NumberSlip,
        ErrorKind::Unit,
        ErrorKind::Format,
        ErrorKind::Exchanged,
        ErrorKind::Rule,
        ErrorKind::Reference,
        ErrorKind::Sources,
        ErrorKind::Unrelated,
        ErrorKind::Label,
    ];

    /// What a person calls it.
    pub fn words(self) -> &'static str {
        match self {
            ErrorKind::Missing => "missing value",
            ErrorKind::Typo => "typing error",
            ErrorKind::Garbled => "garbled text",
            ErrorKind::NumberSlip => "slip in a number",
            ErrorKind::Unit => "other unit",
            ErrorKind::Format => "other format",
            ErrorKind::Exchanged => "exchanged value",
            ErrorKind::Rule => "forbidden by a rule",
            ErrorKind::Reference => "not as in a reference",
            ErrorKind::Sources => "better sources disagree",
            ErrorKind::Unrelated => "unrelated value",
            ErrorKind::Label => "label against the model",
        }
    }

    /// Whether a repair of this kind only writes otherwise what was meant, so that what the table says stays the same.
    pub fn is_form(self) -> bool {
        matches!(self, ErrorKind::Format | ErrorKind::Unit)
    }

    /// The kind of the error that a repair mends.
    pub(crate) fn of(repair: &Repair) -> Self {
        if let Some(converted) = &repair.conversion {
            return match converted.kind {
                ConversionKind::Rewritten(_) | ConversionKind::Shown | ConversionKind::Labelled
                    if repair.old.is_none() || repair.new.is_none() =>
                {
                    ErrorKind::Missing
                }
                ConversionKind::Unit | ConversionKind::InferredUnit => ErrorKind::Unit,
                ConversionKind::Rewritten(_)
                | ConversionKind::Trim
                | ConversionKind::Case
                | ConversionKind::Format
                | ConversionKind::Found(_)
                | ConversionKind::Shown => ErrorKind::Format,
                ConversionKind::Labelled => ErrorKind::Unrelated,
            };
        }
        if repair.old.is_none() {
            return ErrorKind::Missing;
        }
        let signs = repair.grounds.signs();
        if signs.exchanged {
            return ErrorKind::Exchanged;
        }
        match signs.noise {
            Some(Noise::Missing) => ErrorKind::Missing,
            Some(Noise::Typo | Noise::Stray) => ErrorKind::Typo,
            Some(Noise::Scramble | Noise::Reversal) => ErrorKind::Garbled,
            Some(Noise::Shift | Noise::Sign | Noise::Digits) => ErrorKind::NumberSlip,
            Some(Noise::Unit) => ErrorKind::Unit,
            // A value that looks like no slip of the hand: what speaks loudest against it names it.
            Some(Noise::Unrelated) | None => match signs.authority {
                Some(Authority::Rule) => ErrorKind::Rule,
                Some(Authority::Reference) => ErrorKind::Reference,
                Some(Authority::Sources) => ErrorKind::Sources,
                None => ErrorKind::Unrelated,
            },
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

#[cfg(test)]
mod tests {
    use lustrate_model::{Contribution, Evidence};
    use lustrate_repair::{Converted, Decision, Grounds};
    use lustrate_rules::ConstraintId;
    use lustrate_table::{AttributeId, CellId, RowId};

    use super::*;

    fn repair(evidence: Vec<(Evidence, f64)>) -> Repair {
        let said = |(evidence, log_odds)| Contribution { evidence, log_odds };
        Repair {
            cell: CellId { row: RowId(0), attribute: AttributeId(0) },
            old: Some("Rom".into()),
            new: Some("Rome".into()),
            confidence: 0.9,
            decision: Decision::Apply,
            withheld: None,
            rule: None,
            grounds: Grounds::All(evidence.into_iter().map(said).collect()),
            alternatives: Vec::new(),
            conversion: None,
        }
    }

    fn kind(evidence: Vec<(Evidence, f64)>) -> ErrorKind {
        ErrorKind::of(&repair(evidence))
    }

    fn error(noise: Noise) -> (Evidence, f64) {
        (Evidence::Error { noise }, -3.0)
    }

    #[test]
    fn the_list_of_kinds_is_whole_and_no_two_have_one_name() {
        let words: std::collections::BTreeSet<&str> = ErrorKind::ALL.iter().map(|kind| kind.words()).collect();
        assert_eq!(words.len(), ErrorKind::ALL.len());
        // The kinds count up from the first, so that the last shows whether one is left out.
        assert_eq!(ErrorKind::Label as usize + 1, ErrorKind::ALL.len());
    }

    #[test]
    fn a_slip_of_the_hand_is_named_by_its_noise() {
        assert_eq!(kind(vec![error(Noise::Stray)]), ErrorKind::Typo);
        assert_eq!(kind(vec![error(Noise::Reversal)]), ErrorKind::Garbled);
        assert_eq!(kind(vec![error(Noise::Sign)]), ErrorKind::NumberSlip);
        assert_eq!(kind(vec![error(Noise::Missing)]), ErrorKind::Missing);
    }

    #[test]
    fn a_value_that_is_no_slip_is_named_by_what_contradicts_it() {
        let rule = |log_odds| (Evidence::Rule { rule: ConstraintId(0), ways: Vec::new() }, log_odds);
        assert_eq!(kind(vec![error(Noise::Unrelated), rule(4.0)]), ErrorKind::Rule);
        assert_eq!(kind(vec![error(Noise::Unrelated), rule(-4.0)]), ErrorKind::Unrelated);
        assert_eq!(kind(vec![error(Noise::Typo), rule(4.0)]), ErrorKind::Typo);
    }

    #[test]
    fn what_is_missing_exchanged_or_converted_is_named_before_its_noise() {
        let exchanged = (Evidence::Exchanged { with: AttributeId(1) }, 5.0);
        assert_eq!(kind(vec![error(Noise::Unrelated), exchanged]), ErrorKind::Exchanged);
        assert_eq!(ErrorKind::of(&Repair { old: None, ..repair(vec![error(Noise::Typo)]) }), ErrorKind::Missing);
        let conversion = Some(Box::new(Converted { kind: ConversionKind::Trim, reason: String::new() }));
        assert_eq!(ErrorKind::of(&Repair { conversion, ..repair(Vec::new()) }), ErrorKind::Format);
        let conversion = Some(Box::new(Converted { kind: ConversionKind::Rewritten(0), reason: String::new() }));
        assert_eq!(ErrorKind::of(&Repair { conversion, new: None, ..repair(Vec::new()) }), ErrorKind::Missing);
    }
}
