"""The three techniques, each with all that is varied in it."""
