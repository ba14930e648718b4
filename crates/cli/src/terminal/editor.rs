//! One line that is being written.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A text and where the next letter goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Editor {
    letters: Vec<char>,
    cursor: usize,
}

impl Editor {
    /// Begins with a text, the cursor behind it.
    pub(super) fn new(text: &str) -> Editor {
        let letters: Vec<char> = text.chars().collect();
        Editor { cursor: letters.len(), letters }
    }

    /// What is written.
    pub(super) fn text(&self) -> String {
        self.letters.iter().collect()
    }

    /// What is written before the cursor.
    pub(super) fn before_cursor(&self) -> String {
        self.letters[..self.cursor].iter().collect()
    }

    /// Writes where the cursor is.
    pub(super) fn insert(&mut self, text: &str) {
        for letter in text.chars() {
            self.letters.insert(self.cursor, letter);
            self.cursor += 1;
        }
    }

    /// Does what a key says.
    pub(super) fn press(&mut self, key: KeyEvent) {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('u') if is_control => {
                self.letters.drain(..self.cursor);
                self.cursor = 0;
            }
            KeyCode::Char('k') if is_control => self.letters.truncate(self.cursor),
            KeyCode::Char('a') if is_control => self.cursor = 0,
            KeyCode::Char('e') if is_control => self.cursor = self.letters.len(),
            KeyCode::Char(letter) if !is_control => self.insert(letter.encode_utf8(&mut [0; 4])),
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(self.letters.len()),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.letters.len(),
            KeyCode::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.letters.remove(self.cursor);
            }
            KeyCode::Delete if self.cursor < self.letters.len() => {
                self.letters.remove(self.cursor);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_write_move_and_delete() {
        let mut editor = Editor::new("Röm");
        let keys = [
            KeyCode::Backspace,
            KeyCode::Char('a'),
            KeyCode::Home,
            KeyCode::Delete,
            KeyCode::Char('東'),
            KeyCode::Left,
            KeyCode::Left,
            KeyCode::Backspace,
        ];
        keys.into_iter().for_each(|code| editor.press(KeyEvent::new(code, KeyModifiers::NONE)));
        assert_eq!((editor.text().as_str(), editor.before_cursor().as_str()), ("東öa", ""));
        editor.press(KeyEvent::new(KeyCode::End, KeyModifiers::NONE));
        editor.press(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
        assert_eq!(editor.text(), "");
    }
}
