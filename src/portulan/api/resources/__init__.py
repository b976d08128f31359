"""What the API can do, one module a subject."""
