//! What a table does to a model, as text for people and as lines for programs.

mod active;
mod boosted;
mod curve;
mod groups;
mod labels;
mod sanitized;
mod tabular;

pub use active::{ActiveEnd, ActiveFiles, active_json, active_text, is_picture};
pub use boosted::{boosted_json, boosted_text};
pub use curve::curve_svg;
pub use labels::{checked_labels_json, checked_labels_text};
pub use sanitized::{sanitized_json, sanitized_text};

/// A share as a percentage: `84.9 %`.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// A share with its standard error: `84.9 % ± 0.2`.
fn with_error(share: f64, error: f64) -> String {
    format!("{:.1} % ± {:.1}", 100.0 * share, 100.0 * error)
}

/// What a share rises by in points, with its standard error: `+1.2 ± 0.3 points`.
fn gain(gain: f64, error: f64) -> String {
    format!("{:+.1} ± {:.1} points", 100.0 * gain, 100.0 * error)
}
