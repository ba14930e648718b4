//! What tells two files apart: their length and their SHA-256.

use std::io::{self, Read, Write};
use std::path::Path;

use lustrate_table::Compression;
use sha2::{Digest, Sha256};

use crate::ReadError;
use crate::compression::{compression_of, decompressed, not_decompressed};
use crate::read::{cannot_read, open, start_of};

/// The length and the SHA-256 of a file, in 64 hexadecimal digits as `sha256sum` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Its bytes.
    pub bytes: u64,
    /// Their hash.
    pub sha256: String,
}

/// The fingerprint of a file.
///
/// # Errors
/// When there is no such file, or it cannot be read.
pub fn fingerprint(path: impl AsRef<Path>) -> Result<Fingerprint, ReadError> {
    let path = path.as_ref();
    let mut file = open(path)?;
    Ok(read_through(&mut file).map_err(|error| cannot_read(path, &error))?)
}

/// The fingerprint of what is in a file that is compressed as a whole; `None` for other files.
///
/// # Errors
/// As [`fingerprint`]; when what is in it breaks off or is damaged.
pub fn fingerprint_within(path: impl AsRef<Path>) -> Result<Option<Fingerprint>, ReadError> {
    let path = path.as_ref();
    let (start, file) = start_of(path, path)?;
    let compression = compression_of(&start);
    if compression == Compression::None {
        return Ok(None);
    }
    let print = decompressed(start.as_slice().chain(file), compression).and_then(|mut bytes| read_through(&mut bytes));
    Ok(Some(print.map_err(|error| not_decompressed(path, compression, &error))?))
}

fn read_through(file: &mut impl Read) -> io::Result<Fingerprint> {
    let mut hashing = Hashing::new(io::sink());
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hashing.finish()),
            read => hashing.write_all(&piece[..read])?,
        }
    }
}

/// A writer that takes the fingerprint of what it hands on.
pub struct Hashing<W> {
    out: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    /// A writer that hands on to another.
    pub fn new(out: W) -> Self {
        Hashing { out, hash: Sha256::new(), bytes: 0 }
    }

    /// The fingerprint of all that was written.
    pub fn finish(self) -> Fingerprint {
        let mut sha256 = String::with_capacity(64);
        self.hash.finalize().into_iter().for_each(|byte| push_hex(&mut sha256, byte));
        Fingerprint { bytes: self.bytes, sha256 }
    }
}

/// Writes a byte as two hexadecimal digits.
fn push_hex(text: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    text.push(char::from(DIGITS[usize::from(byte >> 4)]));
    text.push(char::from(DIGITS[usize::from(byte & 15)]));
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compression::write_compressed;

    #[test]
    fn the_hash_is_that_of_sha256sum() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        std::fs::write(&path, "abc").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(fingerprint(&path).unwrap(), Fingerprint { bytes: 3, sha256: expected.into() });
        assert!(fingerprint(folder.path().join("no")).is_err());
        assert_eq!(fingerprint_within(&path).unwrap(), None);
        let packed = folder.path().join("t.gz");
        let bytes = write_compressed(Vec::new(), Compression::Gzip, |out| Ok(out.write_all(b"abc")?)).unwrap();
        std::fs::write(&packed, bytes).unwrap();
        assert_eq!(fingerprint_within(&packed).unwrap(), Some(fingerprint(&path).unwrap()));
    }
}
