//! A file of text, a part of it at a time.

use std::io::{ErrorKind, Read};

use encoding_rs::{Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use lustrate_table::Encoding;

/// How much is read at a time, where a record is not longer.
pub(crate) const STEP: usize = 1 << 18;

/// A part of a file as bytes and as text, which moves from the start of the file to its end. It is as long as the
/// longest record and one step, however long the file is.
pub(crate) struct Window<R> {
    input: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: String,
    last: bool,
    step: usize,
}

/// Why a window cannot go on.
#[derive(Debug)]
pub(crate) enum WindowError {
    /// The file cannot be read.
    Io(std::io::Error),
    /// The bytes are no text of the encoding.
    NoText,
}

impl<R: Read> Window<R> {
    /// An empty part at the place to which `input` has been read, which is no place within a character; it is read on in
    /// steps of so many bytes.
    pub(crate) fn new(input: R, encoding: Encoding, step: usize) -> Self {
        let encoding = match encoding {
            Encoding::Utf8 => UTF_8,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
            Encoding::Windows1252 => WINDOWS_1252,
        };
        let decoder = encoding.new_decoder_without_bom_handling();
        Window { input, decoder, raw: Vec::new(), text: String::new(), last: false, step }
    }

    /// The bytes: those that the text stands for, and behind them those of a character that is not whole yet, or at the
    /// end of the file never will be.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it reaches to the end of the file.
    pub(crate) fn is_last(&self) -> bool {
        self.last
    }

    /// Leaves out the start: so many bytes of the text, and the bytes of the file that they stand for.
    pub(crate) fn advance(&mut self, text: usize, raw: usize) {
        self.text.drain(..text);
        self.raw.drain(..raw);
    }

    /// Takes in more of the file, at least as much as it holds, so that a long record is not looked at too often.
    pub(crate) fn fill(&mut self) -> Result<(), WindowError> {
        let from = self.raw.len();
        let wanted = self.step.max(from);
        let mut limited = (&mut self.input).take(wanted as u64);
        while let Err(error) = limited.read_to_end(&mut self.raw) {
            if error.kind() != ErrorKind::Interrupted {
                return Err(WindowError::Io(error));
            }
        }
        let new = &self.raw[from..];
        self.last = new.len() < wanted;
        let room = self.decoder.max_utf8_buffer_length(new.len()).ok_or(WindowError::NoText)?;
        self.text.reserve(room);
        let (_, _, replaced) = self.decoder.decode_to_string(new, &mut self.text, self.last);
        // UTF-16 that is cut within a character is read with a replacement for it; so were the rows.
        if replaced && self.decoder.encoding() == UTF_8 { Err(WindowError::NoText) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::{Detected, decode, encode, width};

    /// The text and the bytes of a file, read in steps, of which three quarters are left behind after each.
    fn walked(bytes: &[u8], encoding: Encoding, step: usize) -> (String, Vec<u8>) {
        let mut window = Window::new(bytes, encoding, step);
        let (mut text, mut raw) = (String::new(), Vec::new());
        loop {
            window.fill().unwrap();
            let done = if window.is_last() { window.text().len() } else { window.text().len() * 3 / 4 };
            let done = window.text().floor_char_boundary(done);
            let bytes = width(&window.text()[..done], encoding).min(window.raw().len());
            text.push_str(&window.text()[..done]);
            raw.extend_from_slice(&window.raw()[..bytes]);
            window.advance(done, bytes);
            if window.is_last() {
                raw.extend_from_slice(window.raw());
                return (text, raw);
            }
        }
    }

    #[test]
    fn steps_of_any_length_give_the_text_and_the_bytes_of_the_whole() {
        let text = "a,é€𝄞\r\nx,\"漢\n\"\n";
        for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
            let bytes = encode(text, encoding).unwrap();
            for step in 1..=bytes.len() + 1 {
                assert_eq!(walked(&bytes, encoding, step), (text.to_owned(), bytes.to_vec()), "{encoding:?}, {step}");
            }
        }
        // Lone surrogates, and an odd last byte behind one.
        let torn = b"a\0\x00\xd8b\0\x00\xdc\x00\xd8c";
        let whole = decode("t", torn, Detected { encoding: Encoding::Utf16Le, bom: false }).unwrap();
        for step in 1..=torn.len() + 1 {
            assert_eq!(walked(torn, Encoding::Utf16Le, step), (whole.to_string(), torn.to_vec()), "{step}");
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_told() {
        assert!(matches!(Window::new(&b"a\xff"[..], Encoding::Utf8, STEP).fill(), Err(WindowError::NoText)));
    }
}
