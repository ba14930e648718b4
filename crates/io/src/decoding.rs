//! The text of a file, taken in piece by piece.

use std::io::{ErrorKind, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use lustrate_table::Encoding;

/// The bytes of a file on their way to text.
pub(crate) struct Decoding<R> {
    input: R,
    /// `None` for UTF-8, whose bytes are the text.
    decoder: Option<Decoder>,
    /// The start of a character of UTF-8 whose rest is still to come.
    torn: Vec<u8>,
    bytes: u64,
    last: bool,
}

/// Why text cannot be taken in.
#[derive(Debug)]
pub(crate) enum DecodeError {
    /// The file cannot be read.
    Io(std::io::Error),
    /// The bytes are no text of the encoding.
    NoText,
}

impl<R: Read> Decoding<R> {
    /// At the place to which `input` has been read, which is no place within a character.
    pub(crate) fn new(input: R, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf8 => None,
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
            Encoding::Windows1252 => Some(WINDOWS_1252.new_decoder_without_bom_handling()),
        };
        Decoding { input, decoder, torn: Vec::new(), bytes: 0, last: false }
    }

    /// Whether the bytes of the file are its text, so that nobody need keep both.
    pub(crate) fn is_verbatim(&self) -> bool {
        self.decoder.is_none()
    }

    /// How many bytes have been taken in.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether all of the file has been.
    pub(crate) fn is_last(&self) -> bool {
        self.last
    }

    /// Puts so many bytes more behind `raw`, and what they are behind `text`; of UTF-8 the text only. On an error neither is
    /// of use any more.
    pub(crate) fn read(&mut self, wanted: usize, raw: &mut Vec<u8>, text: &mut String) -> Result<(), DecodeError> {
        let Some(decoder) = &mut self.decoder else { return self.read_verbatim(wanted, text) };
        let from = raw.len();
        self.last = take(&mut self.input, wanted, raw)?;
        let new = &raw[from..];
        self.bytes += new.len() as u64;
        text.reserve(decoder.max_utf8_buffer_length(new.len()).ok_or(DecodeError::NoText)?);
        // UTF-16 that is cut within a character is read with a replacement for it.
        let (_, _, _) = decoder.decode_to_string(new, text, self.last);
        Ok(())
    }

    fn read_verbatim(&mut self, wanted: usize, text: &mut String) -> Result<(), DecodeError> {
        let mut bytes = std::mem::take(text).into_bytes();
        bytes.append(&mut self.torn);
        let from = bytes.len();
        self.last = take(&mut self.input, wanted, &mut bytes)?;
        self.bytes += (bytes.len() - from) as u64;
        if !self.last {
            self.torn = bytes.split_off(bytes.len() - torn(&bytes));
        }
        *text = String::from_utf8(bytes).map_err(|_| DecodeError::NoText)?;
        Ok(())
    }
}

/// Reads so many bytes, or all that are left; tells whether these were all.
fn take(input: &mut impl Read, wanted: usize, bytes: &mut Vec<u8>) -> Result<bool, DecodeError> {
    let from = bytes.len();
    bytes.reserve(wanted);
    let mut limited = input.take(wanted as u64);
    while let Err(error) = limited.read_to_end(bytes) {
        if error.kind() != ErrorKind::Interrupted {
            return Err(DecodeError::Io(error));
        }
    }
    Ok(bytes.len() - from < wanted)
}

/// How many bytes at the end are the start of a character of UTF-8 that goes on behind it.
pub(crate) fn torn(bytes: &[u8]) -> usize {
    let lengths = (1..=bytes.len().min(3)).rev();
    let is_torn = |&length: &usize| {
        std::str::from_utf8(&bytes[bytes.len() - length..])
            .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    lengths.into_iter().find(is_torn).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::torn;

    #[test]
    fn only_the_start_of_a_character_is_torn() {
        assert_eq!([b"a".as_slice(), b"", "é".as_bytes(), "𝄞".as_bytes(), b"\xff", b"\x80"].map(torn), [0; 6]);
        assert_eq!([&"xé".as_bytes()[..2], &"x€".as_bytes()[..3], &"𝄞".as_bytes()[..3]].map(torn), [1, 2, 3]);
        assert_eq!(torn(b"\xe2\xe2\x82"), 2);
    }
}
