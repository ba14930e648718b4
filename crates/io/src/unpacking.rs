//! Files that stand for far more than they hold: small ones that are made to fill the memory are not unpacked to their end.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use lustrate_diagnostic::Diagnostic;

/// Bytes that any file may stand for.
const ALWAYS: u64 = 1 << 30;

/// How many times its own bytes a file may stand for. Text shrinks to a fifth or a tenth, that of one value to a two hundredth;
/// gzip gets to a thousandth at the most, and Zstandard far beyond.
const TIMES: u64 = 200;

/// What is unpacked from a file, up to what it may be. Beyond that reading fails, with an error that [`too_far`] knows.
#[derive(Debug)]
pub struct Unpacking<R> {
    input: R,
    most: u64,
    read: u64,
}

impl<R: Read> Unpacking<R> {
    /// What is unpacked from so many bytes: no more than a gibibyte, or 200 times as much where that is more. Where it is said
    /// how much memory may be taken, it may be so many bytes instead.
    pub fn new(input: R, packed: u64, memory: Option<u64>) -> Self {
        Unpacking { input, most: may_stand_for(packed, memory), read: 0 }
    }
}

/// The bytes that a file of so many may stand for, where nobody says how much memory may be taken.
pub(crate) fn may_stand_for(packed: u64, memory: Option<u64>) -> u64 {
    memory.unwrap_or_else(|| ALWAYS.max(packed.saturating_mul(TIMES)))
}

impl<R: Read> Read for Unpacking<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(bytes)?;
        self.read += read as u64;
        if self.read > self.most {
            return Err(io::Error::other(TooFar { most: self.most }));
        }
        Ok(read)
    }
}

/// More was unpacked than may be.
#[derive(Clone, Copy, Debug)]
struct TooFar {
    most: u64,
}

impl fmt::Display for TooFar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it stands for more than {} bytes", self.most)
    }
}

impl std::error::Error for TooFar {}

/// The message for a file from which more was unpacked than may be; `None` where reading failed for another reason.
pub fn too_far(path: &Path, error: &io::Error) -> Option<Diagnostic> {
    let TooFar { most } = error.get_ref()?.downcast_ref::<TooFar>()?;
    Some(stands_for_more(path, most.div_ceil(1 << 20)))
}

/// The message for a file that stands for more than so many mebibytes.
pub(crate) fn stands_for_more(path: &Path, most: u64) -> Diagnostic {
    let shown = path.display();
    let title =
        format!("`{shown}` is small and stands for more than {most} MiB, as files do that are made to fill the memory");
    let help = "if it comes from where it should, say how much memory it may take, such as `--memory 16GiB`";
    Diagnostic::error("too-large", title).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(bytes: u64, packed: u64, memory: Option<u64>) -> io::Result<u64> {
        io::copy(&mut Unpacking::new(io::repeat(b'x').take(bytes), packed, memory), &mut io::sink())
    }

    #[test]
    fn no_more_is_unpacked_than_may_be() {
        let most = 3 << 20;
        assert_eq!(unpacked(most, 7, Some(most)).unwrap(), most);
        let error = unpacked(most + 1, 7, Some(most)).unwrap_err();
        let told = too_far(Path::new("t.csv.gz"), &error).unwrap();
        assert!(told.title.starts_with("`t.csv.gz` is small and stands for more than 3 MiB"), "{}", told.title);
        assert_eq!(too_far(Path::new("t"), &io::Error::other("the disk is gone")), None);
    }

    #[test]
    fn a_large_file_may_stand_for_more_than_a_small_one() {
        let most = |packed| Unpacking::new(io::empty(), packed, None).most;
        assert_eq!((most(0), most(1 << 20), most(1 << 30)), (ALWAYS, ALWAYS, 200 << 30));
        assert_eq!(most(u64::MAX), u64::MAX);
    }
}
