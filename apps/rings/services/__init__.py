"""Finding rings, and what supervisors make of them."""
