"""Holding approved money back, and learning what became of it."""
