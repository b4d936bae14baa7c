"""What the risk app does: weighing refunds, and looking at them again."""
