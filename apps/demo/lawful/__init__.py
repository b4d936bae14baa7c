"""Honest customers: who they are, what they bought, what they ask back and why."""
