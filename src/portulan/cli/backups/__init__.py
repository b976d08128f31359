"""Backups: one archive with the database, the files received, and the sums of all of it."""
