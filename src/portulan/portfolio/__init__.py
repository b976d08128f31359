"""Arbitration: which actions, when, at which level, for how much (`engine`, pure)."""
