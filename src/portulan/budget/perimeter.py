"""Which lines are IT spending, and for what share (pure)."""
