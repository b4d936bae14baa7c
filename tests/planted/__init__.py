"""A made-up platform: lawful trade in all its odd forms, and the three techniques planted among it, with labels."""
