"""One ring for each technique that turns credit into cash."""
