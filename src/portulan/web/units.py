"""The units of an organisation in a form, however many: a page of them, found by their name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.core.paginator import Page

from portulan.accounts.models import Unit
from portulan.core.folding import fold
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest

# Fewer than the lines of a table: each has its label and its fields.
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Sought:
    """A page of the units whose name holds the words sought, and all units."""

    page: Page[Unit]
    q: str
    units: list[Unit]


def sought_units(request: OrganisationRequest, first: Collection[int] = ()) -> Sought:
    """Return the page of units that a form shows: those of `first`, then by name (one query)."""
    q = request.GET.get("q", "").strip()[:100]
    units = list(request.organisation.units.all())
    kept = [unit for unit in units if all(word in fold(unit.name) for word in fold(q).split())]
    kept.sort(key=lambda unit: (unit.pk not in first, fold(unit.name)))
    page = page_of(request, kept, PER_PAGE)
    return Sought(page, q, units)
