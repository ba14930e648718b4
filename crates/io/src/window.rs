//! A file of text, a part of it at a time.

use std::io::Read;

use lustrate_table::Encoding;

use crate::decoding::{DecodeError, Decoding};

/// How much is read at a time, where a record is not longer.
pub(crate) const STEP: usize = 1 << 18;

/// A part of a file as bytes and as text, which moves from the start of the file to its end. It is as long as the
/// longest record and one step, however long the file is.
pub(crate) struct Window<R> {
    decoding: Decoding<R>,
    /// Empty where the text is all that the file has.
    raw: Vec<u8>,
    text: String,
    step: usize,
}

impl<R: Read> Window<R> {
    /// An empty part at the place to which `input` has been read, which is no place within a character; it is read on in
    /// steps of so many bytes.
    pub(crate) fn new(input: R, encoding: Encoding, step: usize) -> Self {
        Window { decoding: Decoding::new(input, encoding), raw: Vec::new(), text: String::new(), step }
    }

    /// The bytes: those that the text stands for, and behind them those of a character that is not whole yet, or at the
    /// end of the file never will be.
    pub(crate) fn raw(&self) -> &[u8] {
        if self.decoding.is_verbatim() { self.text.as_bytes() } else { &self.raw }
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it reaches to the end of the file.
    pub(crate) fn is_last(&self) -> bool {
        self.decoding.is_last()
    }

    /// Leaves out the start: so many bytes of the text, and the bytes of the file that they stand for.
    pub(crate) fn advance(&mut self, text: usize, raw: usize) {
        self.text.drain(..text);
        if !self.decoding.is_verbatim() {
            self.raw.drain(..raw);
        }
    }

    /// What is still to come of the file, and the text from a place on.
    pub(crate) fn into_rest(mut self, from: usize) -> (Decoding<R>, String) {
        self.text.drain(..from);
        (self.decoding, self.text)
    }

    /// Takes in more of the file, at least as much as it holds, so that a long record is not looked at too often.
    pub(crate) fn fill(&mut self) -> Result<(), DecodeError> {
        let wanted = self.step.max(self.raw().len());
        self.decoding.read(wanted, &mut self.raw, &mut self.text)
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
        assert!(matches!(Window::new(&b"a\xff"[..], Encoding::Utf8, STEP).fill(), Err(DecodeError::NoText)));
    }
}
