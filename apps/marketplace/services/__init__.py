"""What can be done with what clients tell of their platform."""
