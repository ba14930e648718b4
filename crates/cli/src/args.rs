//! Arguments that several commands take.

use clap::{Args, ValueEnum};
use lustrate::{CsvOptions, Encoding, Formulas, Overwrite, Reach};

/// How a delimited text file is read. Parquet files need none of it.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct TextOptions {
    /// The character between fields, or `tab` [default: detected]
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// The character encoding [default: detected]
    #[arg(long, value_name = "NAME", ignore_case = true)]
    encoding: Option<EncodingName>,
}

impl TextOptions {
    /// The options as the library takes them.
    pub(crate) fn options(&self) -> CsvOptions {
        CsvOptions {
            delimiter: self.delimiter,
            encoding: self.encoding.map(EncodingName::encoding),
            ..CsvOptions::default()
        }
    }
}

/// Which part of a workbook is read.
#[derive(Args, Clone, Debug)]
pub(crate) struct SheetOption {
    /// The sheet of a workbook, by its name, or its number from 1 [default: the first]
    #[arg(long, value_name = "NAME|N")]
    pub(crate) sheet: Option<String>,
}

/// What is written for spreadsheets.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct FormulasOption {
    /// Put a `'` before fields that a spreadsheet would take for formulas, as a table from a stranger may hold them: in CSV that
    /// is written for people, never in tables
    #[arg(long)]
    escape_formulas: bool,
}

impl FormulasOption {
    /// As the library takes it.
    pub(crate) fn formulas(self) -> Formulas {
        if self.escape_formulas { Formulas::Escaped } else { Formulas::AsTheyAre }
    }
}

/// Where the files may lie that rules name.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct ReachOption {
    /// Let rules name files (`lookup`, `use`, `in`) that lie outside the folder of the rule file; without this they are refused,
    /// as rules from a stranger could read any file
    #[arg(long)]
    allow_outside: bool,
}

impl ReachOption {
    /// As the library takes it.
    pub(crate) fn reach(self) -> Reach {
        if self.allow_outside { Reach::Anywhere } else { Reach::Folder }
    }
}

/// The names of the encodings.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum EncodingName {
    #[value(name = "utf-8", alias = "utf8")]
    Utf8,
    #[value(name = "utf-16le", alias = "utf16le")]
    Utf16Le,
    #[value(name = "utf-16be", alias = "utf16be")]
    Utf16Be,
    #[value(name = "windows-1252", aliases = ["cp1252", "latin-1", "latin1", "iso-8859-1"])]
    Windows1252,
}

impl EncodingName {
    fn encoding(self) -> Encoding {
        match self {
            EncodingName::Utf8 => Encoding::Utf8,
            EncodingName::Utf16Le => Encoding::Utf16Le,
            EncodingName::Utf16Be => Encoding::Utf16Be,
            EncodingName::Windows1252 => Encoding::Windows1252,
        }
    }
}

/// The form of results on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Lines for people
    Text,
    /// One object for programs
    Json,
}

/// What `--force` stands for.
pub(crate) fn overwrite(force: bool) -> Overwrite {
    if force { Overwrite::Yes } else { Overwrite::No }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        &[byte] if byte.is_ascii() => Ok(byte),
        _ => Err("write one ASCII character, or `tab`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_one_character_or_the_name_of_one() {
        assert_eq!(delimiter(";"), Ok(b';'));
        assert_eq!(delimiter("tab"), Ok(b'\t'));
        assert_eq!(delimiter("\\t"), Ok(b'\t'));
        assert!(delimiter("").is_err() && delimiter("::").is_err() && delimiter("é").is_err());
    }
}
