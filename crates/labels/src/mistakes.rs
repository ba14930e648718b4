//! What is wrong with a label file, so that one slip in every line is not told for every line.

use std::collections::BTreeMap;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText, Span};

/// So many messages of one kind are told of a file in full.
const TOLD: usize = 10;

/// The mistakes in one file so far.
pub(crate) struct Mistakes<'a> {
    source: &'a Arc<SourceText>,
    counts: BTreeMap<&'static str, usize>,
    told: Diagnostics,
}

/// What is wrong at a place.
pub(crate) struct Mistake {
    /// The stable short name.
    pub(crate) code: &'static str,
    /// What is wrong, behind file and line.
    pub(crate) what: String,
    /// What is at the place.
    pub(crate) label: String,
    /// What to write instead.
    pub(crate) help: String,
}

impl<'a> Mistakes<'a> {
    /// None so far.
    pub(crate) fn new(source: &'a Arc<SourceText>) -> Self {
        Mistakes { source, counts: BTreeMap::new(), told: Diagnostics::new() }
    }

    /// Adds one about a place.
    pub(crate) fn push(&mut self, span: Span, mistake: Mistake) {
        let Mistake { code, what, label, help } = mistake;
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= TOLD {
            let title = format!("`{}`, line {}: {what}", self.source.name, self.source.place(span.start).0);
            self.told.push(Diagnostic::error(code, title).at(self.source, span, label).help(help));
        }
    }

    /// Adds one about the whole file.
    pub(crate) fn push_whole(&mut self, diagnostic: Diagnostic) {
        self.told.push(diagnostic);
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// The messages by place, and behind them how many there are besides of each kind.
    pub(crate) fn finish(mut self) -> Diagnostics {
        self.told.sort();
        for (code, count) in self.counts.into_iter().filter(|&(_, count)| count > TOLD) {
            let more = count - TOLD;
            let lines = if more == 1 { "line has" } else { "lines have" };
            let title = format!("`{}`: {more} more {lines} the mistake `{code}`", self.source.name);
            self.told.push(Diagnostic::error(code, title).help("mend them as those above"));
        }
        self.told
    }
}

/// What a value is called in messages.
pub(crate) fn shown(value: Option<&str>) -> String {
    value.map_or("nothing (missing)".to_owned(), |text| format!("`{}`", text.escape_debug()))
}
