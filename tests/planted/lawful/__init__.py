"""Lawful people, many of whom look like something else."""
