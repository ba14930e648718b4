//! The few colours of our texts.

use anstyle::{AnsiColor, Style};
use lustrate::Colour;

/// What a colour stands for.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    /// The word that says what a line is about.
    Label,
    /// A value that is wrong.
    Wrong,
    /// A value that is right.
    Right,
    /// What matters less than the rest of its line.
    Aside,
}

/// The text in the colour of its role, or as it is.
pub(crate) fn paint(text: &str, role: Role, colour: Colour) -> String {
    let style = match role {
        Role::Label => Style::new().bold(),
        Role::Wrong => AnsiColor::Red.on_default(),
        Role::Right => AnsiColor::Green.on_default(),
        Role::Aside => Style::new().dimmed(),
    };
    match colour {
        Colour::Off => text.to_owned(),
        Colour::On => format!("{style}{text}{style:#}"),
    }
}
