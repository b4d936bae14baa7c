"""Whole journeys, with time moved by argument."""
