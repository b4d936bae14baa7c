"""What happened since the mall sends its refunds here: played through the real services, moment by moment."""
