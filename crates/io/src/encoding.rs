//! Bytes to text and back, so that text positions lead back to byte positions.
//!
//! Every character of the text stands for a number of bytes that depends on the character and the encoding only
//! ([`width`]). So a writer that walks over the text knows which bytes of the file it passes, whatever they are.

use std::borrow::Cow;
use std::io::Read;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::Encoding;

use crate::ReadError;
use crate::source::Source;
use crate::survey::{BadPlace, Survey};

/// How much of a file is looked at to guess how it is written.
pub(crate) const SAMPLE: usize = 1 << 16;

/// What a file is encoded as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detected {
    pub(crate) encoding: Encoding,
    pub(crate) bom: bool,
}

/// What a file is read as whose encoding nothing tells, until it turns out to be none.
pub(crate) const UTF_8: Detected = Detected { encoding: Encoding::Utf8, bom: false };

/// Finds the encoding by the first bytes: by the byte order mark, else as asked for, else by zeros. `None` where these tell
/// nothing: then it is UTF-8, if all of the bytes are, and else what [`no_utf8`] says.
pub(crate) fn detect(start: &[u8], asked: Option<Encoding>) -> Option<Detected> {
    for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
        if asked.is_none_or(|asked| asked == encoding) && start.starts_with(bom(encoding)) {
            return Some(Detected { encoding, bom: true });
        }
    }
    let encoding = asked.or_else(|| utf16_by_zeros(start))?;
    Some(Detected { encoding, bom: false })
}

/// What bytes are that turned out to be no UTF-8; what they are taken for instead is noted.
///
/// # Errors
/// When they had to be UTF-8, by what was detected.
pub(crate) fn no_utf8(
    name: &str,
    source: &Source<'_>,
    detected: Option<Detected>,
    notes: &mut Diagnostics,
) -> Result<Detected, ReadError> {
    let mut input = source.open()?;
    let mark = if detected.is_some_and(|detected| detected.bom) { bom(Encoding::Utf8) } else { b"" };
    let survey = input.read_exact(&mut vec![0; mark.len()]).and_then(|()| Survey::of(input));
    let survey = survey.map_err(|error| source.failed(&error))?;
    if detected.is_some() {
        return Err(wrong_encoding(name, survey.first.line, survey.first.column));
    }
    let note = match nearly_utf8(name, &survey) {
        Some(warning) => warning,
        None => guessed(name, source, survey.first)?,
    };
    notes.push(note);
    Ok(Detected { encoding: Encoding::Windows1252, bom: false })
}

/// The byte order mark of an encoding; empty where there is none.
pub(crate) fn bom(encoding: Encoding) -> &'static [u8] {
    match encoding {
        Encoding::Utf8 => b"\xef\xbb\xbf",
        Encoding::Utf16Le => b"\xff\xfe",
        Encoding::Utf16Be => b"\xfe\xff",
        Encoding::Windows1252 => b"",
    }
}

/// The text of a file's bytes after the byte order mark.
///
/// # Errors
/// When the encoding is UTF-8 and the bytes are not. The other encodings give every byte a character.
pub(crate) fn decode<'b>(name: &str, bytes: &'b [u8], from: Detected) -> Result<Cow<'b, str>, ReadError> {
    let bytes = if from.bom { &bytes[bom(from.encoding).len()..] } else { bytes };
    match from.encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
            let (line, column) = place(bytes, error.valid_up_to());
            wrong_encoding(name, line as u64, column as u64)
        }),
        Encoding::Utf16Le => Ok(UTF_16LE.decode_without_bom_handling(bytes).0),
        Encoding::Utf16Be => Ok(UTF_16BE.decode_without_bom_handling(bytes).0),
        Encoding::Windows1252 => Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0),
    }
}

/// The bytes of a text; `Err` with the first character that the encoding lacks.
pub(crate) fn encode(text: &str, encoding: Encoding) -> Result<Cow<'_, [u8]>, char> {
    match encoding {
        Encoding::Utf8 => Ok(Cow::Borrowed(text.as_bytes())),
        Encoding::Utf16Le => Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().into()),
        Encoding::Utf16Be => Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>().into()),
        Encoding::Windows1252 => match text.chars().find(|&c| is_unmappable(c)) {
            Some(lacking) => Err(lacking),
            None => Ok(WINDOWS_1252.encode(text).0),
        },
    }
}

fn is_unmappable(c: char) -> bool {
    !c.is_ascii() && WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).2
}

/// The number of bytes in the file that a decoded text stands for.
///
/// A lone surrogate or odd last byte of UTF-16 decodes to one replacement character, which has the width of one unit
/// like the surrogate; what the odd byte lacks is behind all text.
pub(crate) fn width(text: &str, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => text.len(),
        Encoding::Utf16Le | Encoding::Utf16Be => 2 * text.chars().map(char::len_utf16).sum::<usize>(),
        Encoding::Windows1252 => text.chars().count(),
    }
}

/// Line and byte in the line, both from 1.
pub(crate) fn place(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = &bytes[..at];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    (memchr::memchr_iter(b'\n', before).count() + 1, at - line_start + 1)
}

/// UTF-16 without a byte order mark: text in it has a zero in nearly every second byte, wherever it is ASCII.
fn utf16_by_zeros(bytes: &[u8]) -> Option<Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let pairs = sample.len() / 2;
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if pairs < 4 {
        None
    } else if 10 * odd > 4 * pairs && 50 * even < pairs {
        Some(Encoding::Utf16Le)
    } else if 10 * even > 4 * pairs && 50 * odd < pairs {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

fn wrong_encoding(name: &str, line: u64, column: u64) -> ReadError {
    let title = format!("`{name}`, line {line}, byte {column}: the bytes are no UTF-8");
    Diagnostic::error("wrong-encoding", title).help("read it as windows-1252, or convert it to UTF-8").into()
}

/// The warning for a file that is UTF-8 but for a few bytes: not rarer than those are characters of several bytes, which
/// the bytes of another encoding seldom form by chance.
fn nearly_utf8(name: &str, survey: &Survey) -> Option<Diagnostic> {
    let Survey { good, bad, first: BadPlace { line, column, .. } } = survey;
    if good < bad {
        return None;
    }
    let title = match bad {
        1 => format!("`{name}` is UTF-8 but for line {line}, byte {column}, and was read as windows-1252"),
        _ => format!(
            "`{name}` is UTF-8 but for {bad} places, the first at line {line}, byte {column}, and was read as windows-1252"
        ),
    };
    let help = "letters beyond ASCII look wrong so: mend the file there, or if it is windows-1252 after all, say so with \
                `--encoding windows-1252`";
    Some(Diagnostic::warning("guessed-encoding", title).help(help))
}

fn guessed(name: &str, source: &Source<'_>, first: BadPlace) -> Result<Diagnostic, ReadError> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // The first byte that is no UTF-8 may come late; what is before it says nothing.
    let start = first.at.saturating_sub(SAMPLE as u64 / 2);
    detector.feed(&source.part(start, SAMPLE)?, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let BadPlace { line, column, .. } = first;
    let title = format!("`{name}` is no UTF-8 (line {line}, byte {column}) and was read as windows-1252");
    if guess == WINDOWS_1252 {
        return Ok(Diagnostic::note("guessed-encoding", title));
    }
    let help = format!("it looks like {}: if letters look wrong, convert it to UTF-8 first", guess.name());
    Ok(Diagnostic::warning("guessed-encoding", title).help(help))
}

#[cfg(test)]
mod tests {
    use lustrate_diagnostic::Severity;

    use super::*;

    fn detect(bytes: &[u8]) -> (Detected, Diagnostics) {
        let mut notes = Diagnostics::new();
        let detected = match super::detect(bytes, None) {
            None if std::str::from_utf8(bytes).is_err() => {
                no_utf8("t.csv", &Source::Bytes(bytes), None, &mut notes).unwrap()
            }
            detected => detected.unwrap_or(UTF_8),
        };
        (detected, notes)
    }

    #[test]
    fn a_byte_order_mark_decides() {
        for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
            let mut bytes = bom(encoding).to_vec();
            bytes.extend_from_slice(&encode("a,é\n", encoding).unwrap());
            let (detected, notes) = detect(&bytes);
            assert_eq!((detected, notes.is_empty()), (Detected { encoding, bom: true }, true));
            assert_eq!(decode("t.csv", &bytes, detected).unwrap(), "a,é\n");
        }
    }

    #[test]
    fn utf16_is_found_without_a_byte_order_mark() {
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            let bytes = encode("name,city\nZoë,Köln\n", encoding).unwrap();
            assert_eq!(detect(&bytes).0, Detected { encoding, bom: false });
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_read_as_windows_1252_with_a_note() {
        let (detected, notes) = detect(b"name\nM\xfcller caf\xe9\n");
        assert_eq!(detected.encoding, Encoding::Windows1252);
        let title = &notes.iter().next().unwrap().title;
        assert_eq!(title, "`t.csv` is no UTF-8 (line 2, byte 2) and was read as windows-1252");
    }

    #[test]
    fn a_bad_byte_in_a_file_that_is_utf8_otherwise_is_warned_of_with_its_line() {
        let bytes = [b"name\n", "Müller\nZoë\n".as_bytes(), b"caf\xe9\n", "Köln\n".as_bytes()].concat();
        let (detected, notes) = detect(&bytes);
        assert_eq!(detected.encoding, Encoding::Windows1252);
        let warning = notes.iter().next().unwrap();
        assert_eq!((warning.severity, notes.len()), (Severity::Warning, 1));
        assert_eq!(warning.title, "`t.csv` is UTF-8 but for line 4, byte 4, and was read as windows-1252");
        assert!(warning.help.as_ref().unwrap().contains("mend the file there"));
        let text = decode("t.csv", &bytes, detected).unwrap();
        assert_eq!(encode(&text, Encoding::Windows1252).unwrap(), bytes, "the fall-back keeps every byte");

        let (_, notes) = detect(&["é\né\né\n".as_bytes(), b"\xe9\n\xff\n"].concat());
        let title = &notes.iter().next().unwrap().title;
        assert!(title.starts_with("`t.csv` is UTF-8 but for 2 places, the first at line 4, byte 1,"), "{title}");
    }

    #[test]
    fn a_pair_of_bytes_that_is_utf8_by_chance_does_not_make_a_file_utf8() {
        let (_, notes) = detect(b"M\xfcller caf\xe9 na\xefve \xc3\xa9 K\xf6ln\n");
        assert!(notes.iter().next().unwrap().title.contains("is no UTF-8 (line 1, byte 2)"));
    }

    #[test]
    fn every_byte_has_a_character_in_windows_1252() {
        let bytes: Vec<u8> = (0..=255).collect();
        let detected = Detected { encoding: Encoding::Windows1252, bom: false };
        let text = decode("t.csv", &bytes, detected).unwrap();
        assert_eq!(encode(&text, Encoding::Windows1252).unwrap(), bytes);
        assert_eq!(width(&text, Encoding::Windows1252), 256);
        assert_eq!(encode("a漢", Encoding::Windows1252), Err('漢'));
    }
}
