"""Keeping what customers send, showing it, and forgetting what nobody refers to."""
