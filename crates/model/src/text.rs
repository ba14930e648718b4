//! What the model knows of strings apart from any table: classes of characters, tokens, edit scripts, near strings
//! and the probability of a string in the language of its column.

pub(crate) mod chars;
pub(crate) mod classes;
pub(crate) mod edits;
pub(crate) mod language;
pub(crate) mod near;
