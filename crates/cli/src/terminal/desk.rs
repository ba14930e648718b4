//! What a person does with a sheet, key by key.

use lustrate::{AttributeId, LabelProposal, Said, Sheet, SheetRow, Table};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::editor::Editor;

/// A sheet, and where a person is in it.
pub(crate) struct Desk<'a> {
    pub(super) table: &'a Table,
    pub(super) ids: &'a [AttributeId],
    sheet: Sheet,
    who: Option<String>,
    row: usize,
    cell: usize,
    pub(super) mode: Mode,
    history: Vec<Before>,
    /// What is told of the last key.
    pub(super) told: Option<&'static str>,
}

/// What keys do at the moment.
pub(super) enum Mode {
    /// They move and decide.
    Looking,
    /// They write the value of a cell.
    Editing(Editor),
    /// They close the list of keys.
    Help,
}

/// What a key came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The sheet is as it was.
    Nothing,
    /// The sheet should be saved.
    Changed,
    /// The person has finished.
    Quit,
}

/// A row before something was done to it.
struct Before {
    row: usize,
    cell: usize,
    content: SheetRow,
}

/// How much is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The rows that were looked at.
    pub(crate) rows: usize,
    /// All rows.
    pub(crate) of: usize,
    /// The cells of them that read otherwise now.
    pub(crate) corrected: usize,
}

impl<'a> Desk<'a> {
    /// Begins with the first row that nobody has looked at. The rows that are looked at from now on were so by `who`, if it is
    /// given. A sheet has a row and a column at least.
    pub(crate) fn new(table: &'a Table, ids: &'a [AttributeId], sheet: Sheet, who: Option<String>) -> Desk<'a> {
        let mut desk =
            Desk { table, ids, sheet, who, row: 0, cell: 0, mode: Mode::Looking, history: Vec::new(), told: None };
        desk.row = desk.sheet.rows.iter().position(|row| !row.checked).unwrap_or(0);
        desk.cell = desk.first_doubt();
        desk
    }

    /// The sheet as it is now.
    pub(crate) fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// How much is done.
    pub(crate) fn progress(&self) -> Progress {
        let done = self.sheet.rows.iter().filter(|row| row.checked);
        let corrected =
            done.clone().map(|row| (0..row.cells.len()).filter(|&cell| self.is_corrected(row, cell)).count());
        Progress { rows: done.count(), of: self.sheet.rows.len(), corrected: corrected.sum() }
    }

    /// The row that is shown.
    pub(super) fn shown(&self) -> &SheetRow {
        &self.sheet.rows[self.row]
    }

    /// Its place among the rows, from 1.
    pub(super) fn place(&self) -> usize {
        self.row + 1
    }

    /// The place of the chosen cell among the columns.
    pub(super) fn chosen(&self) -> usize {
        self.cell
    }

    /// What is written in a cell of the row that is shown.
    pub(super) fn written(&self, cell: usize) -> Option<&'a str> {
        self.written_in(self.shown(), cell)
    }

    /// What is proposed for a cell of it.
    pub(super) fn proposal(&self, cell: usize) -> Option<&LabelProposal> {
        let attribute = self.sheet.columns[cell];
        self.shown().question.proposals.iter().find(|proposal| proposal.attribute == attribute)
    }

    fn written_in(&self, row: &SheetRow, cell: usize) -> Option<&'a str> {
        self.table.text(lustrate::CellId { row: row.question.row, attribute: self.sheet.columns[cell] })
    }

    fn is_corrected(&self, row: &SheetRow, cell: usize) -> bool {
        matches!(&row.cells[cell], Said::Value(value) if value.as_deref() != self.written_in(row, cell))
    }

    /// Does what a key says.
    pub(crate) fn press(&mut self, key: KeyEvent) -> Effect {
        self.told = None;
        if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
            return Effect::Quit;
        }
        match &mut self.mode {
            Mode::Looking => self.decide(key),
            Mode::Help => {
                self.mode = Mode::Looking;
                Effect::Nothing
            }
            Mode::Editing(editor) => match key.code {
                KeyCode::Enter => {
                    let said = Said::from_field(&editor.text());
                    self.mode = Mode::Looking;
                    self.say(said)
                }
                KeyCode::Esc => {
                    self.mode = Mode::Looking;
                    Effect::Nothing
                }
                _ => {
                    editor.press(key);
                    Effect::Nothing
                }
            },
        }
    }

    /// Takes a text that was pasted, where one is being written.
    pub(crate) fn paste(&mut self, text: &str) -> Effect {
        if let Mode::Editing(editor) = &mut self.mode {
            editor.insert(text);
        }
        Effect::Nothing
    }

    fn decide(&mut self, key: KeyEvent) -> Effect {
        let last = self.sheet.columns.len() - 1;
        match key.code {
            KeyCode::Up => self.cell = self.cell.saturating_sub(1),
            KeyCode::Down => self.cell = (self.cell + 1).min(last),
            KeyCode::Home => self.cell = 0,
            KeyCode::End => self.cell = last,
            KeyCode::Enter | KeyCode::Char('e') => {
                self.mode = Mode::Editing(Editor::new(&self.shown().cells[self.cell].to_field()));
            }
            KeyCode::Char('a') => match self.proposal(self.cell).map(|proposal| proposal.value.clone()) {
                Some(value) => return self.say(Said::Value(value)),
                None => self.told = Some("nothing is proposed for this cell"),
            },
            KeyCode::Char('r') => return self.say(Said::Value(self.written(self.cell).map(str::to_owned))),
            KeyCode::Char('?') => return self.say(Said::Unknown),
            KeyCode::Char('A') => return self.accept_row(),
            KeyCode::Char('u') => return self.undo(),
            KeyCode::Char('n') | KeyCode::PageDown | KeyCode::Right => self.go(self.row + 1),
            KeyCode::Char('p') | KeyCode::PageUp | KeyCode::Left => self.go(self.row.wrapping_sub(1)),
            KeyCode::Char('s') => self.go_to_open(),
            KeyCode::Char('h') | KeyCode::F(1) => self.mode = Mode::Help,
            KeyCode::Char('q') => return Effect::Quit,
            _ => self.told = Some("no such key; h shows them all"),
        }
        Effect::Nothing
    }

    /// Puts what is said into the chosen cell.
    fn say(&mut self, said: Said) -> Effect {
        if self.shown().cells[self.cell] == said {
            return Effect::Nothing;
        }
        self.remember();
        self.sheet.rows[self.row].cells[self.cell] = said;
        Effect::Changed
    }

    fn accept_row(&mut self) -> Effect {
        self.remember();
        let row = &mut self.sheet.rows[self.row];
        row.checked = true;
        row.who = self.who.clone().or(row.who.take());
        self.go_to_open();
        Effect::Changed
    }

    fn undo(&mut self) -> Effect {
        let Some(Before { row, cell, content }) = self.history.pop() else {
            self.told = Some("there is nothing to undo");
            return Effect::Nothing;
        };
        self.sheet.rows[row] = content;
        (self.row, self.cell) = (row, cell);
        Effect::Changed
    }

    fn remember(&mut self) {
        self.history.push(Before { row: self.row, cell: self.cell, content: self.shown().clone() });
    }

    fn go(&mut self, row: usize) {
        if row < self.sheet.rows.len() {
            self.row = row;
            self.cell = self.first_doubt();
        } else {
            self.told = Some("there is no further row");
        }
    }

    /// Goes to the next row that nobody has looked at, past the end to the first.
    fn go_to_open(&mut self) {
        let rows = self.sheet.rows.len();
        let others = (1..rows).map(|step| (self.row + step) % rows);
        match others.into_iter().find(|&row| !self.sheet.rows[row].checked) {
            Some(row) => self.go(row),
            None if self.shown().checked => self.told = Some("every row was looked at; q ends"),
            None => self.told = Some("this is the last row that is left"),
        }
    }

    /// The first cell of which something is proposed, else the first.
    fn first_doubt(&self) -> usize {
        (0..self.sheet.columns.len()).find(|&cell| self.proposal(cell).is_some()).unwrap_or(0)
    }
}
