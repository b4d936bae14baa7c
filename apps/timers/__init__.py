"""Due work: one way to work it off, what it was late by, and what could not be done."""
