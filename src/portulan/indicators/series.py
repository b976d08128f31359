"""Trajectories of indicators (pure)."""
