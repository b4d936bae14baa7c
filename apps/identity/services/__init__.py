"""What can be done with the people behind accounts."""
