"""Pages of places: a list too long to be fetched is cut by places, and only those are asked for."""

from __future__ import annotations

from django.core.paginator import Page


def places(page: Page[int]) -> range:
    """Return the places (from 0) that a page of `Paginator(range(count), …)` shows."""
    return range(max(page.start_index() - 1, 0), page.end_index())
