//! Finds and splits the literate cases of testdata.
