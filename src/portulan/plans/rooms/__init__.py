"""A workshop whose room answers on its phones."""
