"""Pages: one function per page and per verb."""
