"""What an organisation is alerted of, by thresholds of its own (pure).

Derived from facts, never typed. A share alerts once it is under its ambition by more than so many
points; a coverage once it is under so many percent; a day once it comes within so many days, or, of
evidence, is past. Without a threshold, nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.catalogue.obligations import Obligation, Threshold
from portulan.core.say import numbers
from portulan.core.say.text import Language, Problem, ProblemKind, Text
from portulan.core.say.values import Count, Day
from portulan.steering.dates import PlanDate
from portulan.steering.words import AlertKind, DateKind

if TYPE_CHECKING:
    from portulan.sources.models import Source

_SHARE = ProblemKind(
    "share-under-ambition",
    "warning",
    fr="La part {year} est de {now}, sous l’ambition de {limit}.",
    en="The share of {year} is {now}, under the ambition of {limit}.",
)
_COVERAGE = ProblemKind(
    "coverage-under",
    "warning",
    fr="{now} des montants candidats de {year} sont qualifiés, moins que les {limit} voulus.",
    en="{now} of the candidate amounts of {year} are qualified, less than the {limit} wanted.",
)
_LAW = ProblemKind(
    "law-soon",
    "warning",
    fr="Dès le {day:fr}, {name}\u00a0: {asks}.",
    en="From {day:en}, {name}: {asks}.",
)
_LEGAL = ProblemKind(
    "legal-threshold-soon",
    "warning",
    fr="Dès le {day:fr}, le seuil légal de «\u00a0{title}\u00a0» s’applique.",
    en="From {day:en}, the legal threshold of “{title}” holds.",
)
_DUE = {
    DateKind.ACTION: ProblemKind(
        "action-due", "warning", fr="Fin prévue le {day:fr}.", en="Planned end on {day:en}."
    ),
    DateKind.MILESTONE: ProblemKind(
        "milestone-due",
        "warning",
        fr="Jalon «\u00a0{title}\u00a0» prévu le {day:fr}.",
        en="Milestone “{title}” due on {day:en}.",
    ),
    DateKind.DELIVERABLE: ProblemKind(
        "deliverable-due",
        "warning",
        fr="Livrable «\u00a0{title}\u00a0» attendu le {day:fr}.",
        en="Deliverable “{title}” due on {day:en}.",
    ),
}
_EXPIRES = ProblemKind(
    "evidence-expires", "warning", fr="Valable jusqu’au {day:fr}.", en="Valid until {day:en}."
)
_EXPIRED = ProblemKind(
    "evidence-expired",
    "warning",
    fr="N’est plus valable depuis le {day:fr}.",
    en="Not valid any more since {day:en}.",
)


_SOURCE_LATE = ProblemKind(
    "source-late",
    "warning",
    fr="Attendue le {day:fr}, elle n’est pas venue\u00a0: son chiffre vieillit.",
    en="Expected on {day:en}, it has not come: its figure grows old.",
)
_SOURCE_FAILS = ProblemKind(
    "source-fails",
    "warning",
    fr="Sa dernière lecture a échoué\u00a0: la photographie d’avant reste.",
    en="Its last reading failed: the snapshot before it stays.",
)
_SOURCE_STOPPED = ProblemKind(
    "source-stopped",
    "warning",
    fr="Elle est arrêtée\u00a0: plus rien n’y entre.",
    en="It is stopped: nothing comes in any more.",
)


_SOURCE_WAITS = ProblemKind(
    "source-waits",
    "warning",
    fr="{count:relevé proposé attend|relevés proposés attendent} une réponse.",
    en="{count:proposed reading waits|proposed readings wait} for an answer.",
)


@dataclass(frozen=True, slots=True)
class Levels:
    """The thresholds, as the organisation chose them: points, percents, days; None is none."""

    share: Decimal | None = Decimal(0)
    coverage: Decimal | None = Decimal(80)
    law_days: int | None = 180
    due_days: int | None = 30
    evidence_days: int | None = 60


class SourceStanding(Protocol):
    """How a source stands, as `sources.reads` says it."""

    @property
    def due_on(self) -> date | None: ...
    @property
    def is_late(self) -> bool: ...
    @property
    def failure(self) -> str: ...
    @property
    def stopped(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that needs attention: one line of “À faire”, wherever that list is read.

    `key` says what it is about; `gesture` what is done about it, `title` what it is of, "" where
    its sentence says it; `page` and `arguments` are the way to it. `on` is by when, None for now.
    Whose it is: of `pilot`, of who may do `whose`, of who sits as one of `functions`. It is shown
    to who may `need` alone (to its pilot alone, if it is private), never to who may `unless`: they
    have another, of more facts.
    """

    kind: AlertKind
    key: str
    said: Problem
    title: str = ""
    gesture: Text | None = None
    page: str = ""
    arguments: tuple[object, ...] = ()
    on: date | None = None
    action: int | None = None
    pilot: int | None = None
    whose: Operation | None = None
    functions: tuple[str, ...] = ()
    need: Operation = Operation.READ_PLAN
    unless: Operation | None = None
    is_private: bool = False
    more: tuple[Problem, ...] = ()
    parts: int = 0

    def say(self, lang: Language) -> str:
        """Return it in one line, with what it is about."""
        sentence = self.sentence(lang)
        if self.gesture is not None and not self.title:
            return f"{self.gesture.say(lang)}. {sentence}"
        return f"{self.title}. {sentence}" if self.title else sentence

    def sentence(self, lang: Language) -> str:
        """Return its facts alone."""
        return self.said.message(lang)

    def days_late(self, today: date) -> int:
        return 0 if self.on is None else max(0, (today - self.on).days)

    def may_open(self, actor: Actor) -> bool:
        if self.is_private and (self.pilot is None or self.pilot != actor.person_id):
            return False
        return actor.may(self.need) and not (self.unless and actor.may(self.unless))

    def is_of(self, actor: Actor) -> bool:
        """Tell whether somebody is asked to do something about it."""
        if self.pilot is not None and self.pilot == actor.person_id:
            return True
        if self.whose is not None and actor.holds(self.whose):
            return True
        return bool(actor.label) and actor.label in self.functions


@dataclass(frozen=True, slots=True)
class YearShare:
    """The figure of a year, in percent; None is not known."""

    year: int
    share: Decimal | None = None
    ambition: Decimal | None = None
    coverage: Decimal | None = None


def of_the_year(facts: YearShare, levels: Levels) -> Iterator[Alert]:
    """Yield what the figure of a year alerts of."""
    year, share, ambition, coverage = facts.year, facts.share, facts.ambition, facts.coverage
    wanted = None if ambition is None or levels.share is None else ambition - levels.share
    if share is not None and ambition is not None and wanted is not None and share < wanted:
        said = _percents(_SHARE, year, share, ambition)
        yield _of_year(AlertKind.SHARE, f"share:{year}", said, year)
    if levels.coverage is not None and coverage is not None and coverage < levels.coverage:
        said = _percents(_COVERAGE, year, coverage, levels.coverage)
        yield _of_year(AlertKind.COVERAGE, f"coverage:{year}", said, year)


def _of_year(kind: AlertKind, key: str, said: Problem, year: int) -> Alert:
    need = Operation.READ_BUDGET
    return Alert(kind, key, said, page="budget:year", arguments=(year,), need=need)


def of_the_law(binding: Iterable[Obligation], levels: Levels, today: date) -> Iterator[Alert]:
    """Yield what the law asks more of, from a day that comes: thresholds begin with a year."""
    for one in binding if levels.law_days is not None else ():
        for threshold in one.thresholds:
            day = date(threshold.since, 1, 1)
            if _comes(day, today, levels.law_days):
                said = _LAW.at(day=Day(day), name=one.name, asks=_asks(one, threshold))
                yield Alert(AlertKind.LAW, f"law:{one.key}:{threshold.since}", said, on=day)


def of_legal_targets(
    targets: Iterable[tuple[int, str, date]], levels: Levels, today: date
) -> Iterator[Alert]:
    """Yield the legal thresholds of indicators that come into force soon: id, name, day."""
    for pk, title, day in targets if levels.law_days is not None else ():
        if _comes(day, today, levels.law_days):
            said = _LEGAL.at(day=Day(day), title=title)
            yield Alert(AlertKind.LAW, f"law:target:{pk}", said, on=day)


def of_dates(dates: Iterable[PlanDate], levels: Levels, today: date) -> Iterator[Alert]:
    """Yield what is due soon, of what is neither done nor given up; what is late is a state."""
    if levels.due_days is None:
        return
    for one in dates:
        kind = _DUE.get(one.kind)
        if kind is None or one.is_done or one.is_cancelled:
            continue
        if today <= one.on <= today + timedelta(days=levels.due_days):
            yield Alert(
                AlertKind.DUE,
                f"due:{one.kind}:{one.pk}:{one.on.isoformat()}",
                kind.at(day=Day(one.on), title=one.title),
                title=f"{one.called}. {one.action_title}",
                page="plans:action",
                arguments=(one.plan, one.action),
                on=one.on,
                action=one.action,
                pilot=one.pilot,
            )


def of_evidence(
    pieces: Iterable[tuple[int, str, date]], levels: Levels, today: date
) -> Iterator[Alert]:
    """Yield the pieces that are no longer valid, or soon not: identifier, title, last day."""
    for pk, title, day in pieces if levels.evidence_days is not None else ():
        if day <= today + timedelta(days=levels.evidence_days or 0):
            said = (_EXPIRED if day < today else _EXPIRES).at(day=Day(day))
            key = f"evidence:{pk}:{day.isoformat()}"
            yield Alert(
                AlertKind.EVIDENCE,
                key,
                said,
                title=title,
                page="evidence:piece",
                arguments=(pk,),
                on=day,
                whose=Operation.EDIT_PLAN,
            )


def of_sources(found: Iterable[tuple[Source, int, SourceStanding]]) -> Iterator[Alert]:
    """Yield the sources that ask for a gesture, and the readings that they propose."""
    for source, waiting, one in found:
        if one.stopped:
            said = _SOURCE_STOPPED.at()
        elif one.failure:
            said = _SOURCE_FAILS.at()
        elif one.is_late and one.due_on is not None:
            said = _SOURCE_LATE.at(day=Day(one.due_on))
        elif waiting:
            said = _SOURCE_WAITS.at(count=Count(waiting))
        else:
            continue
        yield Alert(
            AlertKind.SOURCE,
            f"source:{source.pk}:{said.kind.code}",
            said,
            title=source.name,
            page="sources:source",
            arguments=(source.pk,),
            on=one.due_on if said.kind is _SOURCE_LATE else None,
            pilot=source.person_id,
            whose=Operation.SOURCE,
        )


def _comes(day: date, today: date, within: int | None) -> bool:
    return today < day <= today + timedelta(days=within or 0)


def _percents(kind: ProblemKind, year: int, now: Decimal, limit: Decimal) -> Problem:
    """Say both with one decimal, or with as many as tell them apart."""
    said = ((_percent(now, places), _percent(limit, places)) for places in range(1, 7))
    apart = (pair for pair in said if pair[0] != pair[1])
    one, other = next(apart, (_percent(now), _percent(limit)))
    return kind.at(year=year, now=one, limit=other)


def _percent(value: Decimal | None, decimals: int = 1) -> Text:
    return Text(
        numbers.percent(value, "fr", decimals=decimals),
        numbers.percent(value, "en", decimals=decimals),
    )


def _asks(one: Obligation, threshold: Threshold) -> Text:
    percent = _percent(threshold.percent, 0)
    return Text(one.asks.fr.format(percent=percent.fr), one.asks.en.format(percent=percent.en))
