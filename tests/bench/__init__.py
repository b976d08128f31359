"""`make bench`: what the product costs beside the least that could do the same work.

Not a test: nothing here is collected by `make test`, and no test of the suite looks at a clock.
How to read the table: docs/reference/speed.md.
"""
