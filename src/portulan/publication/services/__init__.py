"""The digital services of an organisation, and how each stands to the RGESN."""
