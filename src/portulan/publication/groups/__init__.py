"""A group and its members: what a member shares is a dated copy, made by its own services."""
