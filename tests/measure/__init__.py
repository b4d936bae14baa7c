"""Measurements on data with labels; printed, never asserted."""
