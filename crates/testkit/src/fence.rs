//! Fenced blocks of Markdown.

use std::ops::Range;

/// One fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The first word after the opening fence; empty where there is none.
    pub info: String,
    /// The lines between the fences, each with its line end.
    pub text: String,
    /// The bytes of `text` in the file.
    pub(crate) span: Range<usize>,
}

/// The fenced blocks of a text in order. A fence is three backticks or more at the start of a line, and the block ends
/// at a line of at least as many.
///
/// # Errors
/// The line, from 1, of a fence that is never closed.
pub(crate) fn blocks(text: &str) -> Result<Vec<Block>, usize> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, usize, Block)> = None;
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = at + line.len();
        let ticks = line.bytes().take_while(|&byte| byte == b'`').count();
        let rest = line[ticks..].trim();
        open = match open {
            None if ticks >= 3 => {
                let info = rest.split_whitespace().next().unwrap_or_default().to_owned();
                Some((number + 1, ticks, Block { info, text: String::new(), span: end..end }))
            }
            Some((_, fence, mut block)) if ticks >= fence && rest.is_empty() => {
                block.span.end = at;
                block.text = text[block.span.clone()].to_owned();
                blocks.push(block);
                None
            }
            other => other,
        };
        at = end;
    }
    match open {
        Some((line, ..)) => Err(line),
        None => Ok(blocks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_what_stands_between_its_fences() {
        let text = "# t\n\n```csv extra\na,b\n\n1,2\n```\n\n````\n```\n````\n```output\n```\n";
        let found = blocks(text).unwrap();
        let shown: Vec<_> = found.iter().map(|block| (block.info.as_str(), block.text.as_str())).collect();
        assert_eq!(shown, [("csv", "a,b\n\n1,2\n"), ("", "```\n"), ("output", "")]);
        assert!(found.iter().all(|block| text[block.span.clone()] == block.text));
    }

    #[test]
    fn an_open_fence_is_an_error_with_its_line() {
        assert_eq!(blocks("a\n```csv\n1\n"), Err(2));
    }
}
