"""The product on several machines, as far as one machine can show it."""
