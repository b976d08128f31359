"""The pure calculator: a baseline against a scenario, with its uncertainty and its explanation.

`reckoning.reckon(request, figures)` gives everything the command line prints; the standard library
is enough. See docs/adr/0011-impact-factors-and-uncertainty.md.
"""
