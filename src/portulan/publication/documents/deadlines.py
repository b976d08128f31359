"""The legal dates of documents, for the years that have accounts here: those to come, those missed.

What was made elsewhere is not known here: a date stands until its document is produced here, once
its year is over. A draft of a year under way meets no date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db import models

from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import Bound
from portulan.publication.documents.asking import Kind
from portulan.publication.documents.registry import KINDS
from portulan.publication.models import KeptDocument


class Deadline(NamedTuple):
    """A legal date that a document not produced yet has: of which year, by when."""

    kind: Kind
    year: int
    on: date

    def days_late(self, today: date) -> int:
        return max(0, (today - self.on).days)


def bound_to(kind: Kind, place: Organisation) -> Bound | None:
    """Tell whether the law asks the organisation at work for a document, None of one by choice."""
    return kind.binds(LegalForm(place.legal_form), place.population) if kind.binds else None


def deadlines(place: Organisation, years: Iterable[int], today: date) -> Iterator[Deadline]:
    """Yield the dates of documents of those years, up to the one under way (a query at most)."""
    dated = [kind for kind in KINDS.values() if kind.due and bound_to(kind, place) != Bound.NO]
    if not dated or place.country != "FRA":
        return
    kept = KeptDocument.objects.filter(
        organisation=place, kind__in=[kind.name for kind in dated], on__year__gt=models.F("year")
    )
    made = set(kept.values_list("kind", "year"))
    for kind in dated:
        for year in sorted(one for one in years if one <= today.year):
            on = kind.due(year) if kind.due and (kind.name, year) not in made else None
            if on is not None:
                yield Deadline(kind, year, on)
