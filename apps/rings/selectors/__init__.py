"""Reading, set-wise, what the searches look at. Heavy work, never done at intake."""
