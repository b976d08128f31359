"""The rules of commitments and the derived states (pure)."""
