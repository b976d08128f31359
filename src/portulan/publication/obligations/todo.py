"""The obligations that are due or late, as items of “À faire”."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from portulan.accounts.access import Operation
from portulan.accounts.actors import command_line
from portulan.accounts.features import Feature
from portulan.accounts.models import Organisation
from portulan.budget.indicator.facts import YearFacts
from portulan.core.say.text import ProblemKind
from portulan.core.say.values import Count, Day
from portulan.publication.documents.asking import Asked
from portulan.publication.obligations.laws import OBLIGATIONS, Law, State
from portulan.publication.obligations.reads import Facts
from portulan.steering.alerts.rules import Alert, Levels
from portulan.steering.words import AlertKind

_SOON = ProblemKind(
    "obligation-due",
    "warning",
    fr="{name}, {year}\u00a0: avant le {day:fr}.",
    en="{name}, {year}: before {day:en}.",
)
_LATE = ProblemKind(
    "obligation-late",
    "warning",
    fr="{name}, {year}\u00a0: en retard de {days:jour|jours}, pour le {day:fr}.",
    en="{name}, {year}: {days:day|days} late, due by {day:en}.",
)


def obligations_due(
    place: Organisation, levels: Levels, today: date, known: YearFacts
) -> Iterator[Alert]:
    """Yield what the law asks by a day that comes soon, or was missed (three queries).

    Contracts have items of their own. Before anything is known of its years, a body is told of none
    that ended: it is new here, not late.
    """
    put_away = Feature.DOCUMENTS in place.put_away
    if levels.law_days is None or place.country != "FRA" or put_away:
        return
    last = today + timedelta(days=levels.law_days)
    facts = Facts(Asked(command_line(place.pk), place, today.year, today, "fr", years=known))
    for law in OBLIGATIONS:
        if law.law is Law.CONTRACTS:
            continue
        for year in facts.years_of(law):
            _bound, state, on, _reference = facts.standing(law, year)
            if state not in (State.LATE, State.BEFORE) or on is None or on > last:
                continue
            if state is State.LATE and law.lasts is None and year not in known.years:
                continue
            said = (_LATE if state is State.LATE else _SOON).at(
                name=law.title, year=str(year), day=Day(on), days=Count((today - on).days)
            )
            page = "documents:preview" if law.document else "documents:obligations"
            yield Alert(
                AlertKind.LAW,
                f"law:{said.kind.code}:{law.law}:{year}",
                said,
                page=page,
                arguments=(law.document, year) if law.document else (),
                on=on,
                whose=Operation.PUBLISH_PLAN,
                need=Operation.READ_BUDGET,
            )
