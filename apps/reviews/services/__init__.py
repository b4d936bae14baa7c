"""The work of reviewers, by journey."""
