"""What can be done with refunds, by journey."""
