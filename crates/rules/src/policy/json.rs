//! Policies as JSON.

use super::{Policy, Repairs};
use crate::Comparison;
use crate::Strength;
use crate::condition::conditions_from_json;
use crate::json::{Json, Node, Object, Output, Value};
use crate::lexer::TokenKind;
use crate::share::percent;

impl Policy {
    /// The fields; none for the default.
    pub fn to_json(&self) -> Object {
        let word = |strength| Object::default().with("strength", Json::text(strength));
        let strength = match self.strength {
            Strength::Hard => word("hard"),
            Strength::Soft { log_weight: None } => Object::default(),
            Strength::Soft { log_weight: Some(weight) } => word("soft").with("weight", Json::Number(weight)),
            Strength::Warn => word("warn"),
            Strength::Fail { above: 0.0 } => word("fail"),
            Strength::Fail { above } => word("fail").with("above", Json::percent(&percent(above))),
        };
        let repair = match &self.repairs {
            Repairs::Any => None,
            Repairs::Only(names) => Some(Json::names(names)),
            Repairs::Never => Some(Json::text("never")),
        };
        strength
            .with_some("repair", repair)
            .with_conditions("where", &self.filter)
            .with_some("because", self.because.as_deref().map(Json::text))
    }
}

/// Reads the policy of a statement.
pub(crate) fn read_json(output: &mut Output, node: &Node) {
    output.object(node, "the policy", "{\"strength\": \"hard\"}", |fields| {
        let strength = fields.choice("strength", &["hard", "soft", "warn", "fail"]);
        if let Some((word, place)) = strength {
            fields.output.word(word, place);
        }
        match strength {
            Some(("soft", _)) => fields.behind(&[], "weight", |output, weight| output.number(weight, "2.5")),
            Some(("fail", _)) => {
                if let Some(above) = fields.get("above") {
                    fields.word("if");
                    fields.sign(TokenKind::Compare(Comparison::Greater));
                    fields.output.percent(above);
                }
            }
            _ => {}
        }
        if let Some(repair) = fields.get("repair") {
            match &repair.value {
                Value::Text(never) if never == "never" => {
                    fields.output.word("never", repair.span);
                    fields.output.word("repair", repair.span);
                }
                Value::List(_) => {
                    fields.word("repair");
                    fields.output.names(repair);
                    fields.word("only");
                }
                _ => fields.output.expected(repair, "`\"never\"` or a list of columns", "[\"COLUMN\"]"),
            }
        }
        fields.behind(&["where"], "where", conditions_from_json);
        fields.behind(&["because"], "because", |output, reason| output.text(reason, "the reason", "\"TEXT\""));
    });
}
