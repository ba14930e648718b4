//! How values are written otherwise, learned from examples of what was written and what was meant.
