"""What a page may weigh: the one place for the numbers of its gates.

In bytes as transferred cold, in requests, in nodes (neither `<option>` nor the inside of SVG). The
browser holds all three on every screen of the demonstration (`tests/e2e/test_gates.py`); tests of a
page hold the nodes on towns larger than it.
"""

MOST_BYTES = 40_000
MOST_REQUESTS = 8
MOST_NODES = 370
