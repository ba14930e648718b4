//! Letter case as a column declares it.

/// How the letters of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterCase {
    /// `NY`
    Upper,
    /// `ny`
    Lower,
    /// `New York`
    Title,
}

impl LetterCase {
    /// The text in this case.
    pub fn apply(self, text: &str) -> String {
        match self {
            LetterCase::Upper => text.to_uppercase(),
            LetterCase::Lower => text.to_lowercase(),
            LetterCase::Title => {
                let mut inside = false;
                let mut out = String::with_capacity(text.len());
                for c in text.chars() {
                    if inside {
                        out.extend(c.to_lowercase());
                    } else {
                        out.extend(c.to_uppercase());
                    }
                    inside = c.is_alphanumeric() || c == '\'';
                }
                out
            }
        }
    }
}
