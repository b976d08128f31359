"""The pure calculator: a baseline against a scenario, with its uncertainty and its explanation.

`reckoning.reckon(request, figures)` gives everything the command line prints; the standard library
is enough. See docs/adr/0014-impact-factors-and-uncertainty.md.
"""

# Kept with every estimate: to be raised when the same request may give other numbers.
VERSION = "2"
