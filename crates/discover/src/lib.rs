//! Approximate dependencies and derived columns of a table.
