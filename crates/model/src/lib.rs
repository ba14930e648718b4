//! What the value of a cell should be: candidates, context, noise, posterior.
