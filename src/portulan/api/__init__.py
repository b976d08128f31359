"""The HTTP API, version 1, over the same reads, writes and rights as the screens.

It is loaded by the first request that asks for it: pages never pay for it (docs/adr/0076).
"""
