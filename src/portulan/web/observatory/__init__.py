"""The screen of the observatory: what public accounts say of a body, and its place."""
