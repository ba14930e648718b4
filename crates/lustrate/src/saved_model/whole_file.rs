//! The file of a model: a line that says what it is, the length and the SHA-256 of what follows, and that, packed.
//!
//! ```text
//! lustrate model 1 0.1.0\n      the version of this form, and that of Lustrate
//! 8 bytes                       the length of the rest behind the hash, the low byte first
//! 32 bytes                      the SHA-256 of that
//! …                             CBOR (RFC 8949) in Zstandard (RFC 8878)
//! ```
//!
//! The same model gives the same bytes.

use std::io::{self, BufReader, Write};
use std::path::Path;

use lustrate_io::{Overwrite, Unpacking, too_far, write_file_safely};
use sha2::{Digest, Sha256};

use super::SavedModel;
use super::image::Image;
use crate::Error;

/// The version of the form. It changes where an older Lustrate would misread a file; fields that it skips may come at any time.
const VERSION: u32 = 1;
const MAGIC: &[u8] = b"lustrate model ";
const HASH: usize = 32;
const LENGTH: usize = 8;
/// A first line is no longer.
const LONGEST_LINE: usize = 80;
/// The level of compression: a higher one takes many times as long and saves little.
const LEVEL: i32 = 12;
/// Bytes that any model may be unpacked to, and how many times those of its file: what is unpacked takes many times as much
/// memory as lists of empty texts do, and counts shrink to a twentieth at the most.
const UNPACKED_ALWAYS: u64 = 64 << 20;
const UNPACKED_TIMES: u64 = 50;
/// What to do about a file that is not as it was written.
const AGAIN: &str =
    "copy it again from where it came, or save the model again: `lustrate repair DATA --save-model FILE`";

impl SavedModel {
    /// Writes the model as one file, whole or not at all.
    ///
    /// # Errors
    /// A file that is there already, unless it may be overwritten; a folder that cannot be written to.
    pub fn write(&self, path: impl AsRef<Path>, overwrite: Overwrite) -> Result<(), Error> {
        let bytes = self.to_bytes();
        Ok(write_file_safely(path, overwrite, |out| Ok(out.write_all(&bytes)?))?)
    }

    /// Reads a model.
    ///
    /// # Errors
    /// A file that is missing, no model, of another version, cut off or damaged; each message names the file.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        SavedModel::read_within(path, None)
    }

    /// The same, with a word on how many bytes of memory what is unpacked from it may take. Without one, a small file that stands
    /// for more than 64 MiB, and for more than fifty times its bytes, is refused.
    ///
    /// # Errors
    /// The same; a model that takes more.
    pub fn read_within(path: impl AsRef<Path>, memory: Option<u64>) -> Result<Self, Error> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        let mut model = from_bytes(&path.display().to_string(), &bytes, memory)?;
        model.file = Some(path.to_owned());
        Ok(model)
    }

    /// The bytes of its file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        ciborium::into_writer(&Image::new(self), &mut plain).expect("plain data is written to memory");
        let body = zstd::encode_all(plain.as_slice(), LEVEL).expect("memory is read and written");
        let mut bytes = MAGIC.to_vec();
        bytes.extend(format!("{VERSION} {}\n", env!("CARGO_PKG_VERSION")).bytes());
        bytes.extend((body.len() as u64).to_le_bytes());
        bytes.extend(Sha256::digest(&body));
        bytes.extend(body);
        bytes
    }

    /// The model that a file holds; messages call the file `name`.
    ///
    /// # Errors
    /// Those of [`SavedModel::read`] that are about what is in it.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        from_bytes(name, bytes, None)
    }
}

fn from_bytes(name: &str, bytes: &[u8], memory: Option<u64>) -> Result<SavedModel, Error> {
    let Header { version, lustrate, rest } = Header::read(name, bytes)?;
    if version != VERSION {
        let title = format!(
            "the model `{name}` has version {version} of its form, written by Lustrate {lustrate}; this Lustrate ({}) reads \
                 version {VERSION}",
            env!("CARGO_PKG_VERSION")
        );
        return Err(Error::model(
            "other-version",
            title,
            "take the Lustrate that wrote it, or save the model again with this one",
        ));
    }
    let cut_off = |there: usize, of: u64| {
        let title = format!("the model `{name}` is cut off: {there} of its {of} bytes are there");
        Error::model("cut-off", title, AGAIN)
    };
    let damaged = |what: &str| Error::model("damaged", format!("the model `{name}` is damaged: {what}"), AGAIN);
    let before = (bytes.len() - rest.len() + LENGTH + HASH) as u64;
    let Some((length, rest)) = rest.split_at_checked(LENGTH) else { return Err(cut_off(bytes.len(), before)) };
    let length = u64::from_le_bytes(length.try_into().expect("so many bytes were taken"));
    let whole = before.saturating_add(length);
    let Some((hash, body)) = rest.split_at_checked(HASH) else { return Err(cut_off(bytes.len(), whole)) };
    match (body.len() as u64).cmp(&length) {
        std::cmp::Ordering::Less => return Err(cut_off(bytes.len(), whole)),
        std::cmp::Ordering::Greater => return Err(damaged("there is something behind its end")),
        std::cmp::Ordering::Equal => {}
    }
    if Sha256::digest(body)[..] != *hash {
        return Err(damaged("its SHA-256 is not that with which it was written"));
    }
    let plain = zstd::stream::read::Decoder::new(body).map_err(|error| damaged(&error.to_string()))?;
    // It is read as it is unpacked: what is made to fill the memory is left before it does.
    let most = memory.unwrap_or_else(|| UNPACKED_ALWAYS.max(length.saturating_mul(UNPACKED_TIMES)));
    let plain = BufReader::new(Unpacking::new(plain, length, Some(most)));
    let image: Image = ciborium::from_reader(plain).map_err(|error| match error {
        ciborium::de::Error::Io(error) => match too_far(Path::new(name), &error) {
            Some(told) => Error::Model(Box::new(told)),
            None => damaged(&error.to_string()),
        },
        error => damaged(&error.to_string()),
    })?;
    image.model().map_err(|what| damaged(&what))
}

/// What the first line says.
struct Header<'a> {
    version: u32,
    lustrate: &'a str,
    rest: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(name: &str, bytes: &'a [u8]) -> Result<Self, Error> {
        let no_model = || {
            let title = format!("`{name}` is no saved model");
            Error::model("no-model", title, "name a file that `lustrate repair DATA --save-model FILE` wrote")
        };
        if !bytes.is_empty() && MAGIC.starts_with(bytes) {
            let title = format!("the model `{name}` is cut off: only {} bytes are there", bytes.len());
            return Err(Error::model("cut-off", title, AGAIN));
        }
        let line = bytes.strip_prefix(MAGIC).ok_or_else(no_model)?;
        let Some(end) = line.iter().take(LONGEST_LINE).position(|&byte| byte == b'\n') else {
            let title = format!("the model `{name}` is cut off: only {} bytes are there", bytes.len());
            return Err(if line.len() < LONGEST_LINE { Error::model("cut-off", title, AGAIN) } else { no_model() });
        };
        let words =
            std::str::from_utf8(&line[..end]).ok().and_then(|line| line.split_once(' ')).ok_or_else(no_model)?;
        let version = words.0.parse().map_err(|_| no_model())?;
        Ok(Header { version, lustrate: words.1, rest: &line[end + 1..] })
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    let shown = path.display();
    let (title, help) = match error.kind() {
        io::ErrorKind::NotFound => (
            format!("there is no model `{shown}`"),
            "check the path, or save one: `lustrate repair DATA --save-model FILE`",
        ),
        io::ErrorKind::IsADirectory => (format!("the model `{shown}` is a folder"), "name a file in it"),
        _ => (format!("cannot read the model `{shown}`: {error}"), "check that you may read it"),
    };
    Error::model("model-file", title, help)
}
