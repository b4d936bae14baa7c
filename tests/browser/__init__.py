"""Journeys in Chromium, against the product's own server."""
