//! Violations of constraints and suspect cells, on codes.
