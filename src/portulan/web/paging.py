"""The page that one asks for, and pages of places: of a list too long to be fetched whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


def page_of[T](
    request: HttpRequest, rows: Sequence[T] | QuerySet[Any, T], per_page: int
) -> Page[T]:
    """Return the page of rows that an address asks for."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def places(page: Page[int]) -> range:
    """Return the places (from 0) that a page of `Paginator(range(count), …)` shows."""
    return range(max(page.start_index() - 1, 0), page.end_index())
