"""Telling people: what, where, when; and sending it."""
