//! The full screen in which a person fills in a sheet, one row at a time.
//!
//! [`Desk`] says what each key does and knows no screen; `draw` draws a desk and changes nothing; this file joins both to the terminal.

mod desk;
mod draw;
mod editor;
#[cfg(test)]
mod tests;
mod text;

use std::io::{self, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use lustrate::{Diagnostic, Sheet};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyEventKind};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};

pub(crate) use desk::Desk;
use desk::Effect;
pub(crate) use draw::progress_words;

use crate::failure::Failure;

/// Whether the terminal is ours.
static OPEN: AtomicBool = AtomicBool::new(false);

/// Refuses to go on where there is no terminal to draw on and to read keys from.
///
/// # Errors
/// One message, which says what to do instead.
pub(crate) fn check_terminal() -> Result<(), Diagnostic> {
    let lacking = match (io::stdin().is_terminal(), io::stdout().is_terminal()) {
        (true, true) => return Ok(()),
        (false, _) => "standard input",
        (true, false) => "standard output",
    };
    let title = format!("`--terminal` needs a terminal, and {lacking} is none");
    let help = "leave `--terminal` out, and fill in the file that is written with an editor or a spreadsheet";
    Err(Diagnostic::error("no-terminal", title).help(help))
}

/// Lets a person fill in the sheet of a desk. It is saved after every change, so that nothing is lost however the program ends.
///
/// # Errors
/// A terminal that fails, and those of saving. The terminal is as it was before in any case.
pub(crate) fn fill_in(desk: &mut Desk<'_>, save: &mut dyn FnMut(&Sheet) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut screen = Screen::open()?;
    loop {
        screen.terminal.draw(|frame| draw::draw(frame, desk))?;
        let effect = match event::read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => desk.press(key),
            Event::Paste(text) => desk.paste(&text),
            _ => Effect::Nothing,
        };
        match effect {
            Effect::Nothing => {}
            Effect::Changed => save(desk.sheet())?,
            Effect::Quit => return Ok(()),
        }
    }
}

/// The terminal while it is ours; it is given back when this is dropped.
struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    fn open() -> io::Result<Screen> {
        OPEN.store(true, Ordering::SeqCst);
        let opened = enable_raw_mode()
            .and_then(|()| execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste))
            .and_then(|()| Terminal::new(CrosstermBackend::new(io::stdout())));
        match opened {
            Ok(terminal) => Ok(Screen { terminal }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back, if it is ours: before a message of a panic, and before a signal ends the program.
pub(crate) fn restore() {
    if OPEN.swap(false, Ordering::SeqCst) {
        // There is nothing left to do with a terminal that does not take these.
        let _ = disable_raw_mode();
        let _ = execute!(io::stdout(), DisableBracketedPaste, LeaveAlternateScreen, Show);
        let _ = io::stdout().flush();
    }
}
