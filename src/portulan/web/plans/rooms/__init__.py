"""The room of a workshop: its screen, and its phones."""
