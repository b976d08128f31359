"""What is known of the exercices of an organisation: read once, when first asked, and handed down.

A page, a document, the API and the public page ask the same of the years: their stages, their
figures, whether they compare. `year_facts` is the one door: what it returns serves a whole reading,
and others after it until the trail of the organisation has a new entry
(docs/adr/0120-a-page-asks-once.md). A service writes one in the transaction of what it changes:
whoever writes asks for facts anew afterwards. Where its new entries are all of deeds that change
one action each, what accounts alone say stays (docs/adr/0129-a-deed-leaves-what-it-cannot-move.md).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import F

from portulan.budget.indicator.reads import (
    YearFigure,
    YearStages,
    default_stage,
    last_published,
    stages_in_force,
    year_figure,
)
from portulan.budget.lines.kept_sums import sums_of
from portulan.budget.lines.sums import Sums, total_of
from portulan.budget.models import Ambition, FiscalYear, IndicatorRun
from portulan.budget.words import Stage
from portulan.budget.years.calendar import Span, year_of
from portulan.core.kept import Kept, Version
from portulan.core.models import AuditEntry
from portulan.core.trail import version_of
from portulan.indicators.verbs import Verb as IndicatorVerb
from portulan.plans.verbs import Verb

MOST_ORGANISATIONS = 8
# What changes nothing of other actions than the one it is done to, or than those that its
# indicator follows. What is not here has everything read again.
OF_ONE: Mapping[str, frozenset[str]] = {
    "action": frozenset(
        {
            *(Verb.UPDATED, Verb.UPDATE_UNDONE, Verb.EDITED, Verb.RESTORED, Verb.PILOT_ASSIGNED),
            *(Verb.POST_VACANT, Verb.MONEY_PLANNED, Verb.NOTED, Verb.NOTE_REMOVED, Verb.DECIDED),
            *(Verb.DELIVERABLE_ADDED, Verb.DELIVERABLE_EDITED, Verb.DELIVERABLE_REMOVED),
            *(Verb.MILESTONE_ADDED, Verb.MILESTONE_EDITED, Verb.MILESTONE_REMOVED),
            *(Verb.INDICATOR_ADDED, Verb.INDICATOR_REMOVED, Verb.MAIN_INDICATOR),
            *(Verb.EVIDENCE_GIVEN, Verb.EVIDENCE_TAKEN_BACK),
        }
    ),
    "indicator": frozenset(set(IndicatorVerb)),
}
# More than these changed: reading everything costs no more.
MOST_AGAIN = 200
# What is drawn of accounts, of what was decided of their lines, of ambitions and prices alone.
_OF_ACCOUNTS = {
    *("years", "stages", "shown", "figures", "figure", "sums", "published", "runs", "ambitions"),
    *("imports", "sources", "obstacles", "compared", "prices", "alerts", "queue"),
}

type Written = tuple[str, int, str]  # subject, its identifier, verb


@dataclass(frozen=True)
class YearFacts:
    """The exercices of an organisation as they stand; nobody changes what it returns.

    `version` is the last entry of the trail when it was asked for, None where none can be told.
    """

    organisation_id: int
    version: Version | None = None
    _drawn: dict[Hashable, Any] = field(default_factory=dict)

    def once[T](self, name: Hashable, make: Callable[[], T]) -> T:
        """Return what is drawn from the years, made once: neither rights nor language in it."""
        if name not in self._drawn:
            self._drawn[name] = make()
        found: T = self._drawn[name]
        return found

    def written_since(self, since: Version) -> list[Written] | None:
        """Return what was written after an entry, if it is not too much (one query).

        None too where that entry is not there: another trail, of a backup, may have its number.
        """
        return self.once(("written", since), lambda: _written(self.organisation_id, since))

    def keep(self, before: YearFacts, since: Version) -> None:
        """Take what was drawn of accounts before, where nothing written since may move it."""
        written = self.written_since(since)
        if written is None or any(verb not in OF_ONE.get(of, ()) for of, _pk, verb in written):
            return
        for name, value in list(before._drawn.items()):
            if (name[0] if isinstance(name, tuple) else name) in _OF_ACCOUNTS:
                self._drawn[name] = value
        for name in _OF_ACCOUNTS & before.__dict__.keys():
            self.__dict__[name] = before.__dict__[name]

    @cached_property
    def years(self) -> Mapping[int, FiscalYear]:
        """The exercices by their year, the oldest first, with their perimeters (one query)."""
        found = FiscalYear.objects.filter(organisation=self.organisation_id)
        return {one.year: one for one in found.select_related("judged_under").order_by("year")}

    @cached_property
    def stages(self) -> Mapping[int, YearStages]:
        """The stages that accounts give, by fiscal year's id (one query)."""
        return stages_in_force(self.organisation_id)

    def stages_of(self, fiscal_year: FiscalYear) -> YearStages:
        return self.stages.get(fiscal_year.pk, YearStages())

    @cached_property
    def ambitions(self) -> list[Ambition]:
        """The ambitions of all plans, those of the plan adopted last at the end (one query)."""
        found = Ambition.objects.filter(plan__organisation=self.organisation_id)
        order = F("plan__adopted_on").asc(nulls_first=True)
        return list(found.select_related("plan").order_by(order, "plan_id"))

    @cached_property
    def shown(self) -> Mapping[int, Stage]:
        """The stage shown first of each year with accounts."""
        asked = {
            number: default_stage(year, self.stages_of(year)) for number, year in self.years.items()
        }
        return {number: stage for number, stage in asked.items() if stage is not None}

    @cached_property
    def figures(self) -> Mapping[int, YearFigure]:
        """The figure shown first of each year with accounts, by year (three queries)."""
        self.read_sums((self.years[number], stage) for number, stage in self.shown.items())
        years = self.years
        return {number: self.figure(years[number], stage) for number, stage in self.shown.items()}

    def figure(self, fiscal_year: FiscalYear, stage: Stage) -> YearFigure:
        """Return the figure of a year at a stage, as the lines say now (a query at most)."""

        def make() -> YearFigure:
            whole = total_of(self.sums(fiscal_year, stage).values())
            return year_figure(fiscal_year, stage, fiscal_year.judged_under, whole)

        return self.once(("figure", fiscal_year.year, stage), make)

    def by_stage(self, fiscal_year: FiscalYear) -> Mapping[Stage, YearFigure]:
        """Return the figure of a year at each stage that its accounts give (a query at most)."""
        given = self.stages_of(fiscal_year).given
        self.read_sums((fiscal_year, stage) for stage in given)
        return {stage: self.figure(fiscal_year, stage) for stage in given}

    def published(self, fiscal_year: FiscalYear, stage: Stage) -> IndicatorRun | None:
        """Return the run last published for a year and stage (a query at most)."""
        name = "published", fiscal_year.year, stage
        return self.once(name, lambda: last_published(fiscal_year, stage))

    def sums(self, fiscal_year: FiscalYear, stage: Stage) -> Mapping[int, Sums]:
        """Return the sums at a stage of each import in force of a year, by its id."""
        self.read_sums([(fiscal_year, stage)])
        found: Mapping[int, Sums] = self._drawn["sums", fiscal_year.year, stage]
        return found

    def read_sums(self, asked: Iterable[tuple[FiscalYear, Stage]]) -> None:
        """Read the sums of several years or stages together (one query)."""
        missing = {
            ("sums", year.year, stage): self.stages_of(year).batches
            for year, stage in asked
            if ("sums", year.year, stage) not in self._drawn
        }
        pairs = [(pk, stage) for (_, _, stage), batches in missing.items() for pk in batches]
        read = sums_of(pairs) if pairs else {}
        for key, batches in missing.items():
            self._drawn[key] = {pk: read[pk, key[2]] for pk in batches}

    def at(self, day: date) -> int:
        """Return the exercice that a day is in, by the years’ own dates."""
        return year_of(day, self.spans)

    @property
    def spans(self) -> list[Span]:
        return [Span(one.year, one.starts_on, one.ends_on) for one in self.years.values()]


_kept: Kept[YearFacts] = Kept(MOST_ORGANISATIONS)


def year_facts(organisation_id: int, last: Version | None = None) -> YearFacts:
    """Return what is known of the exercices of an organisation (one query, where nothing moved).

    None, where the `last` entry of its trail was just read.
    """
    version = version_of(organisation_id, last)
    key = (connection.settings_dict["NAME"], organisation_id)
    before = _kept.last(key)
    if before is not None and before[0] == version:
        return before[1]
    made = YearFacts(organisation_id, version)
    if before is not None and version is not None:
        made.keep(before[1], before[0])
    return _kept.put(key, version, made)


def _written(organisation_id: int, since: Version) -> list[Written] | None:
    entries = AuditEntry.objects.filter(organisation_id=organisation_id, id__gte=since[0])
    columns = ("id", "at", "subject_type", "subject_id", "verb")
    found = list(entries.order_by("id").values_list(*columns)[: MOST_AGAIN + 2])
    if not found or found[0][:2] != since or not 1 < len(found) <= MOST_AGAIN + 1:
        return None
    return [entry[2:] for entry in found[1:]]


def forget() -> None:
    """Keep nothing any more (for who writes beneath the services)."""
    _kept.clear()
