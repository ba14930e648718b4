//! The sections of the page.
//!
//! A new section is one file with what it shows, how that is drawn and its tests, and one line in [`SECTIONS`].

mod columns;
mod confidence;
mod dependencies;
mod errors;
mod examples;
mod explanations;
mod overview;
mod profile;
mod review;
mod rules;
mod run;
mod truth;

use serde::Serialize;

use super::Subject;
use super::html::Html;

/// All sections, in the order of the page.
pub(crate) static SECTIONS: &[Section] = &[
    section::<overview::Overview>("overview"),
    section::<errors::Errors>("errors"),
    section::<examples::Examples>("examples"),
    section::<confidence::Confidence>("confidence"),
    section::<truth::Truth>("truth"),
    section::<rules::Rules>("rules"),
    section::<dependencies::Dependencies>("dependencies"),
    section::<profile::Profile>("profile"),
    section::<columns::Columns>("columns"),
    section::<review::Review>("review"),
    section::<explanations::Explanations>("explanations"),
    section::<run::Made>("run"),
];

/// A section as the page sees it.
pub(crate) struct Section {
    /// Its name in links; that of its file.
    pub(crate) id: &'static str,
    /// Its heading.
    pub(crate) title: &'static str,
    /// Its content below the heading; `None` where it has nothing to show.
    pub(crate) draw: fn(&Subject<'_>) -> Option<Html>,
}

/// What a section shows: plain data, from which other forms can be made as well.
pub(crate) trait Content: Serialize + Sized {
    /// The heading.
    const TITLE: &'static str;

    /// What it shows of a run; `None` where that is nothing.
    fn of(subject: &Subject<'_>) -> Option<Self>;

    /// How it is drawn.
    fn html(&self) -> Html;
}

const fn section<C: Content>(id: &'static str) -> Section {
    Section { id, title: C::TITLE, draw: |subject| C::of(subject).map(|content| content.html()) }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_a_section() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/page/sections");
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        let mut ids: Vec<_> = SECTIONS.iter().map(|section| section.id.to_owned()).collect();
        files.sort();
        ids.sort();
        assert_eq!(ids, files);
    }
}
