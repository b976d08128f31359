"""The public files, read with the standard library: one module for each kind."""
