//! Keys in, screen out.

use lustrate::{AttributeId, Column, LabelProposal, Question, RowId, Said, Sheet, Table};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::desk::{Desk, Effect};
use super::draw::{draw, progress_words};

const ID: [AttributeId; 1] = [AttributeId(0)];

fn table() -> Table {
    let columns = [
        ("id", ["7", "8", "9"]),
        ("city", ["Rom", "東京", "a\x1b[31m\nb"]),
        (
            "a long name of a column",
            ["x", "", "a value that is much longer than there is room for on any narrow terminal"],
        ),
    ];
    let column = |cells: [&'static str; 3]| {
        cells.iter().map(|cell| Some(*cell).filter(|cell| !cell.is_empty())).collect::<Column>()
    };
    Table::new(columns.into_iter().map(|(name, cells)| (name.to_owned(), column(cells))).collect()).unwrap()
}

fn sheet(table: &Table) -> Sheet {
    let question = |row, city: Option<&str>| Question {
        row: RowId(row),
        why: "1 cell would be changed".to_owned(),
        proposals: city
            .map(|city| LabelProposal {
                attribute: AttributeId(1),
                value: Some(city.to_owned()),
                confidence: 0.978,
                reason: "12 rows with the same zip have it".to_owned(),
            })
            .into_iter()
            .collect(),
    };
    Sheet::new(table, vec![question(0, Some("Rome")), question(1, None), question(2, Some("ab"))], None)
}

/// Presses keys: letters, and names of others in `<>`. What the last one came to.
fn press(desk: &mut Desk<'_>, keys: &str) -> Effect {
    let mut effect = Effect::Nothing;
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        let name = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
        let code = match name {
            Some(("Up", _)) => KeyCode::Up,
            Some(("Down", _)) => KeyCode::Down,
            Some(("Enter", _)) => KeyCode::Enter,
            Some(("Esc", _)) => KeyCode::Esc,
            Some(("Back", _)) => KeyCode::Backspace,
            Some((other, _)) => panic!("no key {other}"),
            None => KeyCode::Char(first),
        };
        rest = name.map_or(&rest[first.len_utf8()..], |(_, rest)| rest);
        effect = desk.press(KeyEvent::new(code, KeyModifiers::NONE));
    }
    effect
}

fn screen(desk: &Desk<'_>, wide: u16, high: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(wide, high)).unwrap();
    terminal.draw(|frame| draw(frame, desk)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let line = |y: u16| {
        let mut text = String::new();
        let mut x = 0;
        while x < wide {
            let symbol = buffer[(x, y)].symbol();
            text += symbol;
            // A wide letter takes the places behind it.
            x += (super::text::width(symbol) as u16).max(1);
        }
        text.trim_end().to_owned() + "\n"
    };
    (0..high).map(line).collect()
}

fn after(keys: &str, wide: u16, high: u16) -> String {
    let table = table();
    let mut desk = Desk::new(&table, &ID, sheet(&table), Some("ann".to_owned()));
    press(&mut desk, keys);
    screen(&desk, wide, high)
}

#[track_caller]
fn shows(keys: &str, wide: u16, high: u16, expected: &str) {
    let shown = after(keys, wide, high);
    assert!(shown == expected, "after `{keys}`:\n{shown}");
}

#[test]
fn a_row_is_shown_with_what_is_proposed_how_sure_that_is_and_why() {
    shows(
        "",
        80,
        14,
        "\
1 of 3: row 1 (7)                                       0 of 3 rows, 0 corrected
1 cell would be changed
  column                  original                    proposed
  id                      7
>*city                    Rom                         Rome (0.97)
  a long name of a column x


 city ──────────────────────────────────────────────────────────────────────────
original: Rom
proposed: Rome (0.97)
because:  12 rows with the same zip have it

h help  q quit  A accept row  e edit  a take  r keep  ? unknown  s skip  u undo
",
    );
}

#[test]
fn a_narrow_terminal_shows_what_cells_read_now() {
    shows(
        "A",
        30,
        8,
        "\
2 of 3: row 2 (8)
1 cell would be changed
  column     proposed
> id         8
  city       東京
  a long na… (missing)

h help  q quit  A accept row …
",
    );
}

#[test]
fn control_characters_and_long_values_stay_in_their_places() {
    shows(
        "nn<Down>eX<Enter>",
        60,
        16,
        "\
3 of 3: row 3 (9)                   0 of 3 rows, 0 corrected
1 cell would be changed
  column               original           proposed
  id                   9
 *city                 a␛[31m␊b           ab (0.97)
>*a long name of a co… a value that is m… a value that is m…




 a long name of a column ───────────────────────────────────
original: a value that is much longer than there is room for
on any narrow terminal
now:      a value that is much longer than there is room for
on any narrow terminalX
h help  q quit  A accept row  e edit  a take  r keep  ? unk…
",
    );
}

#[test]
fn any_size_can_be_drawn() {
    let table = table();
    for keys in ["", "n", "nn", "h", "e", "nne"] {
        for wide in [1, 2, 3, 7, 20, 31, 49, 50, 51, 80] {
            for high in [1, 2, 3, 4, 5, 8, 12, 13, 22, 40] {
                let mut desk = Desk::new(&table, &ID, sheet(&table), None);
                press(&mut desk, keys);
                let shown = screen(&desk, wide, high);
                assert!(!shown.contains('\x1b'), "{shown}");
            }
        }
    }
}

#[test]
fn what_keys_do_is_in_the_sheet() {
    let table = table();
    let mut desk = Desk::new(&table, &ID, sheet(&table), Some("ann".to_owned()));
    let text = |text: &str| Said::Value(Some(text.to_owned()));
    let cell = |desk: &Desk<'_>, row: usize, cell: usize| desk.sheet().rows[row].cells[cell].clone();

    assert_eq!(press(&mut desk, "r"), Effect::Changed);
    assert_eq!(cell(&desk, 0, 1), text("Rom"));
    assert_eq!(press(&mut desk, "a"), Effect::Changed);
    assert_eq!(press(&mut desk, "a"), Effect::Nothing, "it is so already");
    assert_eq!(press(&mut desk, "<Enter><Back>a<Esc>"), Effect::Nothing);
    assert_eq!(cell(&desk, 0, 1), text("Rome"), "what was given up is not taken");
    assert_eq!(press(&mut desk, "e<Back>a<Enter>"), Effect::Changed);
    assert_eq!(press(&mut desk, "<Down>?"), Effect::Changed);
    assert_eq!((cell(&desk, 0, 1), cell(&desk, 0, 2)), (text("Roma"), Said::Unknown));
    assert_eq!(press(&mut desk, "e<Back><Enter>"), Effect::Changed);
    assert_eq!(cell(&desk, 0, 2), Said::Value(None));

    assert_eq!(press(&mut desk, "A"), Effect::Changed);
    let row = &desk.sheet().rows[0];
    assert_eq!((row.checked, row.who.as_deref(), desk.place()), (true, Some("ann"), 2));
    assert_eq!(progress_words(desk.progress()), "1 of 3 rows, 2 corrected");
    assert_eq!(press(&mut desk, "q"), Effect::Quit);
}

#[test]
fn undo_goes_back_to_the_beginning() {
    let table = table();
    let before = sheet(&table);
    let mut desk = Desk::new(&table, &ID, before.clone(), Some("ann".to_owned()));
    press(&mut desk, "r<Down>?AeX<Enter>A?A");
    assert!(desk.sheet().rows.iter().all(|row| row.checked));
    assert_eq!(press(&mut desk, "u"), Effect::Changed);
    assert_eq!((desk.place(), desk.sheet().rows[2].checked), (3, false));
    press(&mut desk, "uuuuuu");
    assert_eq!(*desk.sheet(), before);
    assert_eq!(press(&mut desk, "u"), Effect::Nothing);
    assert!(screen(&desk, 60, 10).contains("there is nothing to undo"));
}

#[test]
fn rows_that_were_looked_at_are_not_shown_again_at_first() {
    let table = table();
    let mut sheet = sheet(&table);
    sheet.rows[0].checked = true;
    let mut desk = Desk::new(&table, &ID, sheet, None);
    assert_eq!(desk.place(), 2);
    press(&mut desk, "s");
    assert_eq!(desk.place(), 3);
    press(&mut desk, "s");
    assert_eq!(desk.place(), 2, "what was skipped comes again");
    press(&mut desk, "AA");
    assert!(screen(&desk, 60, 10).contains("every row was looked at; q ends"));
    press(&mut desk, "pp");
    assert!(screen(&desk, 60, 10).contains("looked at"));
}

#[test]
fn a_control_key_ends_wherever_one_is() {
    let table = table();
    let mut desk = Desk::new(&table, &ID, sheet(&table), None);
    press(&mut desk, "e");
    assert_eq!(desk.press(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)), Effect::Quit);
}

#[test]
fn pasted_text_goes_where_one_is_being_written() {
    let table = table();
    let mut desk = Desk::new(&table, &ID, sheet(&table), None);
    desk.paste("ignored");
    press(&mut desk, "e");
    desk.paste("\n\x1b[0m");
    assert!(screen(&desk, 60, 10).contains("should read: Rome␊␛[0m"));
    press(&mut desk, "<Esc>h");
    assert!(screen(&desk, 70, 20).contains("take what is proposed"));
}
