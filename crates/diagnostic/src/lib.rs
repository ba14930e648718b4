//! A message about user input, with its place, its cause and its mend.
