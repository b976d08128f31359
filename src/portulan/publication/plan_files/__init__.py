"""A plan as a folder of texts that git compares and people edit (docs/reference/plan-files.md)."""
