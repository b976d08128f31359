"""All that an organisation owns, as files that are read without Portulan."""
