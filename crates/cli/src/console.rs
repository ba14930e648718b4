//! Standard output and standard error.

use std::io::{self, IsTerminal, Write};

use lustrate::{Colour, Diagnostic, Diagnostics};

use crate::failure::Failure;
use crate::meter::Meter;

/// Messages that are shown at once; the rest is counted.
const MOST_MESSAGES: usize = 30;

/// Where results (standard output) and messages (standard error) go, and whether they may be in colour there.
pub(crate) struct Console {
    results: Colour,
    messages: Colour,
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Shown,
    Hidden,
}

impl Console {
    /// The console of this process.
    pub(crate) fn new() -> Self {
        let is_terminal = io::stderr().is_terminal();
        Console {
            results: colour(io::stdout().is_terminal()),
            messages: colour(is_terminal),
            progress: if is_terminal { Progress::Shown } else { Progress::Hidden },
        }
    }

    /// Whether messages may be in colour.
    pub(crate) fn message_colour(&self) -> Colour {
        self.messages
    }

    /// Whether results may be in colour.
    pub(crate) fn colour(&self) -> Colour {
        self.results
    }

    /// Writes results.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        Ok(out.write_all(text.as_bytes()).and_then(|()| out.flush())?)
    }

    /// Writes results that are told beside others, which have standard output to themselves.
    pub(crate) fn print_aside(&self, text: &str) {
        // There is nowhere left to tell that standard error cannot be written to.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Writes messages, sorted by place, with a blank line below each.
    pub(crate) fn tell(&self, mut diagnostics: Diagnostics) {
        diagnostics.sort();
        let mut text = String::new();
        for diagnostic in diagnostics.iter().take(MOST_MESSAGES) {
            text += &diagnostic.render(self.messages);
            text.push('\n');
        }
        if diagnostics.len() > MOST_MESSAGES {
            let title = format!("{} more messages are not shown", diagnostics.len() - MOST_MESSAGES);
            text += &Diagnostic::note("more", title).render(self.messages);
            text.push('\n');
        }
        // There is nowhere left to tell that standard error cannot be written to.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// A meter that shows how far the work has come, on a terminal.
    pub(crate) fn meter(&self) -> Meter {
        match self.progress {
            Progress::Shown => Meter::after_a_while(),
            Progress::Hidden => Meter::hidden(),
        }
    }
}

/// Colours are for terminals that have them and people who want them (see no-color.org).
fn colour(is_terminal: bool) -> Colour {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let dumb = set("TERM").is_some_and(|terminal| terminal == "dumb");
    if is_terminal && !dumb && set("NO_COLOR").is_none() { Colour::On } else { Colour::Off }
}
