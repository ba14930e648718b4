//! Spaces too many or too few: `New York` becomes `New  York`, `NewYork`, or gets one at an end.
//!
//! Invisible on paper, and unequal to every program.

use rand::RngExt;

use super::{Example, Kind, Plant, Stream};

pub(super) const KIND: Kind = Kind {
    name: "white_space",
    summary: "spaces too many or too few",
    example: Example { before: "New York", after: "New  York" },
    plant: Plant::Text(plant),
};

fn plant(text: &str, stream: &mut Stream) -> Option<String> {
    let spaces = text.matches(' ').count();
    let changed = match stream.random_range(0..4) {
        0 => format!(" {text}"),
        1 => format!("{text} "),
        which if spaces > 0 => {
            let at = text.match_indices(' ').nth(stream.random_range(0..spaces))?.0;
            let between = if which == 2 { "  " } else { "" };
            [&text[..at], between, &text[at + 1..]].concat()
        }
        _ => format!("{text} "),
    };
    Some(changed)
}
