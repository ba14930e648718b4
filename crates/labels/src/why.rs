//! Why values are proposed, in one field.

use lustrate_table::{AttributeId, Schema};

use crate::Proposal;
use crate::spelling::{spelled_value, value};

/// What stands between two proposals.
const BETWEEN: &str = " | ";

/// Proposals as a person reads them: `city: Rome (0.97), as in 12 rows`.
pub(crate) fn why_of(schema: &Schema, proposals: &[Proposal]) -> String {
    let one = |proposal: &Proposal| {
        let name = schema.name(proposal.attribute);
        let value = spelled_value(proposal.value.as_deref());
        let Proposal { confidence, reason, .. } = proposal;
        format!("{name}: {value} ({}), {}", rounded(*confidence), reason.replace(BETWEEN, "; "))
    };
    proposals.iter().map(one).collect::<Vec<_>>().join(BETWEEN)
}

/// The proposals that a text shows, as far as it was not edited.
pub(crate) fn proposals_of(schema: &Schema, why: &str) -> Vec<Proposal> {
    why.split(BETWEEN).filter_map(|one| proposal_of(schema, one)).collect()
}

fn proposal_of(schema: &Schema, text: &str) -> Option<Proposal> {
    let is_named = |&id: &AttributeId| text.strip_prefix(schema.name(id)).is_some_and(|rest| rest.starts_with(": "));
    let attribute = schema.ids().filter(is_named).max_by_key(|&id| schema.name(id).len())?;
    let rest = &text[schema.name(attribute).len() + 2..];
    let (shown, rest) = rest.split_once(" (")?;
    let (confidence, reason) = rest.split_once("), ")?;
    let confidence = confidence.replacen(',', ".", 1).parse().ok().filter(|sure| (0.0..=1.0).contains(sure))?;
    Some(Proposal { attribute, value: value(shown), confidence, reason: reason.to_owned() })
}

/// A confidence with two digits, never shown as higher than it is.
pub(crate) fn rounded(confidence: f64) -> String {
    // The summand keeps 0.29, whose hundredfold is a little less than 29, from being shown as 0.28.
    format!("{:.2}", (confidence * 100.0 + 1e-9).floor() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proposals_come_back_from_their_text() {
        let schema = Schema::of_text(["city", "city: old", "zip"]).unwrap();
        let proposal = |place, value: Option<&str>, confidence| Proposal {
            attribute: AttributeId(place),
            value: value.map(str::to_owned),
            confidence,
            reason: format!("for reason {place}, (sure)"),
        };
        let proposals = vec![proposal(0, Some("Rome"), 0.29), proposal(1, None, 1.0), proposal(2, Some("1, 2"), 0.5)];
        let why = why_of(&schema, &proposals);
        assert_eq!(proposals_of(&schema, &why), proposals, "{why}");
        assert_eq!(proposals_of(&schema, "my own words: (none)"), []);
    }
}
