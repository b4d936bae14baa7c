"""How much a key may ask, and how often somebody may come with none that is right."""
