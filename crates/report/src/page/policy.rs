//! The style and the script of the page, and the policy that allows these and nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::html::{Html, tag};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The style.
pub(crate) fn style() -> Html {
    tag("style").with(Html::own(STYLE)).into()
}

/// The script.
pub(crate) fn script() -> Html {
    tag("script").with(Html::own(SCRIPT)).into()
}

/// The content security policy: this very style and this very script, and nothing from anywhere.
pub(crate) fn policy() -> Html {
    let (style, script) = (source(STYLE), source(SCRIPT));
    let policy = format!(
        "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'; object-src 'none'"
    );
    tag("meta").attr("http-equiv", "Content-Security-Policy").attr("content", policy).into()
}

fn source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_allowed_by_its_hash() {
        // The hash of `alert('Hello, world.');` in the recommendation "Content Security Policy Level 2", 7.17.1.
        assert_eq!(source("alert('Hello, world.');"), "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='");
    }

    #[test]
    fn neither_ends_its_element_nor_loads_anything() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--"), "it would end the element");
            assert!(
                !text.contains("http") && !text.contains("url(") && !text.contains("@import"),
                "it would load something"
            );
        }
    }
}
