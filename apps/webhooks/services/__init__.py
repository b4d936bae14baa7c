"""The outbox and its way to the receivers, by journey."""
