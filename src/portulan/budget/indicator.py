"""The share of the IT budget dedicated to NR (pure)."""
