"""A directory of what organisations publish: read from their addresses, checked, made a site."""
