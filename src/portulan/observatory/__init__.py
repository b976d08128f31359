"""The public accounts of every local body: what they say of IT for certain, and of its place."""
