"""The legal dates of documents, for the years that have accounts here: those to come, those missed.

What was made elsewhere is not known here: a date stands until its document is produced here, once
its year is over. A draft of a year under way meets no date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.db import models

from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.budget.indicator.facts import YearFacts
from portulan.catalogue.obligations import Bound
from portulan.core.say.text import ProblemKind
from portulan.core.say.values import Count, Day
from portulan.publication.documents.asking import Kind
from portulan.publication.documents.registry import KINDS
from portulan.publication.models import KeptDocument
from portulan.steering.alerts.rules import Alert, Levels
from portulan.steering.words import AlertKind

_SOON = ProblemKind(
    "document-due",
    "warning",
    fr="{name}, {year}\u00a0: à publier avant le {day:fr}.",
    en="{name}, {year}: to be published before {day:en}.",
)
_LATE = ProblemKind(
    "document-late",
    "warning",
    fr="{name}, {year}\u00a0: en retard de {days:jour|jours}, pour le {day:fr}.",
    en="{name}, {year}: {days:day|days} late, due by {day:en}.",
)


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


def alerts_of_documents(
    place: Organisation, levels: Levels, today: date, known: YearFacts
) -> Iterator[Alert]:
    """Yield the legal dates that come soon, or were missed, of what the law asks for."""
    if levels.law_days is None:
        return
    for one in deadlines(place, known.years, today):
        if bound_to(one.kind, place) is not Bound.YES:
            continue
        days = one.days_late(today)
        if days or one.on <= today + timedelta(days=levels.law_days):
            said = (_LATE if days else _SOON).at(
                name=one.kind.title, year=str(one.year), day=Day(one.on), days=Count(days)
            )
            key = f"law:{said.kind.code}:{one.kind.name}:{one.year}"
            yield Alert(AlertKind.LAW, key, said, year=one.year, document=one.kind.name)
