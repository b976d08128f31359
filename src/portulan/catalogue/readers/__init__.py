"""Readers of catalogues: one pure module per format, and their registry. No Django here."""
