"""What supervisors and operators do with clients and their keys; each in one transaction with its record."""
