//! Find and repair the wrong cells of a table, by probability.
