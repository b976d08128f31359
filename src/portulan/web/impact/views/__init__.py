"""The screens of estimates, factors and social effects."""
