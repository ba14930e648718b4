//! Where bytes are no UTF-8.

use std::io::{self, Read};

use crate::decoding::torn;

/// How much is read at a time.
const PIECE: usize = 1 << 18;

/// Bytes held against UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Survey {
    /// The characters of several bytes.
    pub(crate) good: u64,
    /// The places where the bytes are no character.
    pub(crate) bad: u64,
    /// The first of these.
    pub(crate) first: BadPlace,
}

/// A place in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BadPlace {
    /// How many bytes are before it.
    pub(crate) at: u64,
    /// Its line, from 1.
    pub(crate) line: u64,
    /// The byte in its line, from 1.
    pub(crate) column: u64,
}

impl Survey {
    /// Reads to the end.
    pub(crate) fn of(input: impl Read) -> io::Result<Self> {
        Self::in_pieces(input, PIECE)
    }

    fn in_pieces(mut input: impl Read, piece: usize) -> io::Result<Self> {
        let (mut survey, mut bytes) = (Survey::default(), Vec::new());
        let (mut before, mut lines, mut line_start) = (0_u64, 0_u64, 0_u64);
        loop {
            let read = (&mut input).take(piece as u64).read_to_end(&mut bytes)?;
            // A character that the piece cuts in two is looked at with the next one.
            let cut = if read == 0 { 0 } else { torn(&bytes) };
            let whole = &bytes[..bytes.len() - cut];
            let mut at = 0;
            for chunk in whole.utf8_chunks() {
                survey.good += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
                at += chunk.valid().len();
                if chunk.invalid().is_empty() {
                    continue;
                }
                if survey.bad == 0 {
                    let passed = &whole[..at];
                    let start = memchr::memrchr(b'\n', passed).map_or(line_start, |end| before + end as u64 + 1);
                    let line = lines + memchr::memchr_iter(b'\n', passed).count() as u64 + 1;
                    let at = before + at as u64;
                    survey.first = BadPlace { at, line, column: at - start + 1 };
                }
                survey.bad += 1;
                at += chunk.invalid().len();
            }
            if read == 0 {
                return Ok(survey);
            }
            lines += memchr::memchr_iter(b'\n', whole).count() as u64;
            line_start = memchr::memrchr(b'\n', whole).map_or(line_start, |end| before + end as u64 + 1);
            before += whole.len() as u64;
            bytes.drain(..bytes.len() - cut);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_the_pieces_does_not_show() {
        let bytes = b"a\xc3\xa9\n\xe2\x82\xac \xf0\x9d\x84\x9e\nx\xff\n\xe2\x82\xc3\xa9\xe2\x82";
        let survey = Survey { good: 4, bad: 3, first: BadPlace { at: 14, line: 3, column: 2 } };
        for piece in 1..=bytes.len() + 1 {
            assert_eq!(Survey::in_pieces(&bytes[..], piece).unwrap(), survey, "{piece}");
        }
    }
}
