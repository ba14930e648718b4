//! What two texts have to do with each other, whatever the rates of noise: computed once for each pair.

use crate::text::edits::{Emission, Workspace};

use super::{reversal, scramble, stray, typo};

/// A text as the channel looks at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strings<'a> {
    /// Its characters.
    pub(crate) chars: &'a [char],
    /// How many of them are distinct.
    pub(crate) distinct: u32,
}

/// How `written` may have come from `meant`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Facts<E = Box<[Emission]>> {
    /// The edit script of a typing error.
    pub(crate) edits: Option<E>,
    /// The log likelihood of a scramble.
    pub(crate) scramble: Option<f64>,
    /// Whether one is the other backwards.
    pub(crate) reversed: bool,
    /// The one character that was added.
    pub(crate) stray: Option<char>,
}

impl<'w> Facts<&'w [Emission]> {
    /// Looks at two different texts.
    pub(crate) fn new(meant: &[char], written: &[char], work: &'w mut Workspace) -> Self {
        Facts {
            edits: typo::edits(meant, written, work),
            scramble: scramble::log_likelihood(meant, written),
            reversed: reversal::is_reversal(meant, written),
            stray: stray::added(meant, written),
        }
    }

    /// The same, to be kept.
    pub(crate) fn kept(self) -> Facts {
        Facts { edits: self.edits.map(Box::from), scramble: self.scramble, reversed: self.reversed, stray: self.stray }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(meant: &str, written: &str) -> Facts {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        Facts::new(&chars(meant), &chars(written), &mut Workspace::default()).kept()
    }

    #[test]
    fn each_kind_of_damage_is_recognised() {
        assert_eq!(facts("boston", "bostЖon").stray, Some('Ж'));
        assert!(facts("boston", "notsob").reversed);
        assert!(facts("boston", "bwsqoi").scramble.is_some());
        assert_eq!(facts("boston", "bostan").edits.as_deref(), Some(&[Emission::Substitute('a')][..]));
        let none = facts("boston", "17");
        assert_eq!((none.stray, none.reversed, none.scramble, none.edits), (None, false, None, None));
    }
}
