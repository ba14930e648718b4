//! What is said behind a statement: how strongly it is meant, and why.

use std::fmt;

use lustrate_diagnostic::Diagnostic;

use crate::Strength;
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::name::quoted;

/// The policy of a rule. Without one a rule is soft and its weight is learned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy {
    /// How strongly the rule is meant.
    pub strength: Strength,
    /// Why the rule holds; explanations show it.
    pub because: Option<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Policy { strength: Strength::Soft { log_weight: None }, because: None }
    }
}

impl Policy {
    /// Reads the policy behind a statement: `hard`, `soft`, `soft 0.5`, `because "…"`, each once at most.
    pub fn parse(cursor: &mut Cursor<'_>) -> Result<Policy, Diagnostic> {
        let mut strength = None;
        let mut because = None;
        loop {
            let again = cursor.expected("one policy of a kind").help("leave the second out");
            if cursor.accept_word("hard") {
                if strength.replace(Strength::Hard).is_some() {
                    return Err(again);
                }
            } else if cursor.accept_word("soft") {
                let log_weight = weight(cursor)?;
                if strength.replace(Strength::Soft { log_weight }).is_some() {
                    return Err(again);
                }
            } else if cursor.accept_word("because") {
                let reason = reason(cursor)?;
                if because.replace(reason).is_some() {
                    return Err(again);
                }
            } else {
                return Ok(Policy { strength: strength.unwrap_or(Policy::default().strength), because });
            }
        }
    }
}

fn reason(cursor: &mut Cursor<'_>) -> Result<String, Diagnostic> {
    let text = cursor.text("the reason in double quotes");
    text.map_err(|diagnostic| diagnostic.help("write `because \"TEXT\"`"))
}

fn weight(cursor: &mut Cursor<'_>) -> Result<Option<f64>, Diagnostic> {
    let Some(TokenKind::Number(number)) = cursor.peek() else { return Ok(None) };
    let weight = number.parse().ok().filter(|&weight: &f64| weight.is_finite() && weight > 0.0);
    if weight.is_none() {
        let help = "write `soft` for a weight that is learned, or leave the rule out";
        return Err(cursor.expected("a weight above 0").help(help));
    }
    cursor.advance();
    Ok(weight)
}

/// The policy with a space before each part; nothing for the default.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.strength {
            Strength::Hard => f.write_str(" hard")?,
            Strength::Soft { log_weight: Some(weight) } => write!(f, " soft {weight}")?,
            Strength::Soft { log_weight: None } => {}
            Strength::Warn => f.write_str(" warn")?,
            Strength::Fail { above } if above == 0.0 => f.write_str(" fail")?,
            Strength::Fail { above } => write!(f, " fail if > {}%", above * 100.0)?,
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

    use crate::parse;

    fn helps(rule: &str) -> Vec<String> {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rule)));
        parsed.diagnostics.iter().map(|diagnostic| diagnostic.help.clone().unwrap_or_default()).collect()
    }

    #[test]
    fn a_policy_is_said_once() {
        assert_eq!(helps("fd x -> y hard soft"), ["leave the second out"]);
        assert_eq!(helps("fd x -> y because \"u\" because \"v\""), ["leave the second out"]);
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
        assert_eq!(helps("fd x -> y because z"), ["write `because \"TEXT\"`"]);
    }
}
