"""What a REEN strategy and its yearly report are made of, read once for all its headings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Case, Q, When

from portulan.budget.funding.by_section import Held, held_by_section
from portulan.budget.funding.plan_rows import plan_rows
from portulan.budget.models import CoFunding, StaffTime
from portulan.core.models import AuditEntry
from portulan.core.say.country import tax_words
from portulan.core.say.text import Text
from portulan.indicators.models import Indicator, Measurement
from portulan.indicators.reads import IndicatorLine
from portulan.indicators.series import Reading, Series
from portulan.indicators.words import Knowledge
from portulan.plans.actions.reads import Row
from portulan.plans.models import (
    CommitmentDecision,
    Deliverable,
    Goal,
    Milestone,
    Plan,
    PlannedMoney,
)
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import Cell, Table
from portulan.publication.documents.headings import by_heading, headings_of

type Cells = tuple[Cell, ...]
type Goals = Mapping[int, tuple[str, ...]]


class Told(NamedTuple):
    """Where a reading comes from, and whether it was said to have no object."""

    source: str
    no_object: bool


@dataclass(frozen=True)
class Strategy:
    """The plan of the year asked for, as the document sees it; without a plan, it has no action.

    `day` is the last day told: today, or the last of a year that is over.
    """

    asked: Asked
    rows: tuple[Row, ...]
    followed: Mapping[int, tuple[IndicatorLine, ...]]  # by action, the main one first

    @classmethod
    def of(cls, asked: Asked) -> Strategy:
        if asked.found_plan is None:
            return cls(asked, (), {})
        kept = plan_rows(asked.found_plan, asked.today, asked.known)
        followed = {pk: around.indicators for pk, around in kept.read.around.items()}
        return cls(asked, kept.rows, followed)

    @property
    def plan(self) -> Plan | None:
        return self.asked.found_plan

    @property
    def day(self) -> date:
        return min(self.asked.today, date(self.asked.year, 12, 31))

    @cached_property
    def by_heading(self) -> Mapping[int | None, list[Row]]:
        """The actions under each heading, each once, then those outside (None)."""
        return by_heading(self.rows)

    def also_under(self, place: int | None) -> list[Row]:
        """Return the actions that bear on a heading too, and are told in full under another."""
        return [row for row in self.rows if place in headings_of(row)[1:]]

    def table(
        self,
        caption: Text,
        heads: Iterable[Text],
        rows: Iterable[Cells],
        *,
        sheet: str = "",
        total: bool = False,
    ) -> Table:
        """Return a table whose words may name the year, the one before and the tax basis."""
        said = tuple(self.words(head) for head in heads)
        return Table(self.words(caption), said, tuple(rows), has_total=total, sheet=sheet)

    def words(self, words: Text) -> str:
        named = {"year": self.asked.year, "before": self.asked.year - 1, "basis": self.basis}
        return self.asked.say(words).format(**named)

    @property
    def basis(self) -> str:
        year = self.asked.fiscal_year
        return tax_words(year.tax_basis if year else "TTC", self.asked.language)

    @property
    def _pks(self) -> list[int]:
        return [row.action.pk for row in self.rows]

    @cached_property
    def goals(self) -> Goals:
        """The common goals that each action serves, in the order of the plan."""
        through = Goal.actions.through.objects.filter(action__in=self._pks)
        found: dict[int, tuple[str, ...]] = defaultdict(tuple)
        named = through.order_by("goal__order", "goal_id").values_list("action_id", "goal__title")
        for action, title in named:
            found[action] += (title,)
        return found

    @cached_property
    def indicators(self) -> Mapping[int, Indicator]:
        return Indicator.objects.in_bulk(
            {line.pk for lines in self.followed.values() for line in lines}
        )

    def series(self, row: Row) -> list[tuple[IndicatorLine, Series]]:
        """Return the indicators of an action with what was read of them."""
        lines = self.followed.get(row.action.pk, ())
        return [(line, one.series) for line, one in zip(lines, row.followed, strict=True)]

    @cached_property
    def _told(self) -> Mapping[tuple[int, date, str, int | None], Told]:
        """What was said of each day, in its role, by its unit: what is known after the rest."""
        found = Measurement.objects.filter(
            indicator__in=self.indicators, withdrawn_at=None, refused_why=""
        )
        columns = ("indicator_id", "on", "role", "unit_id", "source", "knowledge")
        is_known = Case(When(knowledge=Knowledge.KNOWN, then=1), default=0)
        return {
            tuple(key): Told(source, knowledge == Knowledge.NOT_APPLICABLE)
            for *key, source, knowledge in found.order_by(is_known, "pk").values_list(*columns)
        }

    def told(self, line: IndicatorLine, reading: Reading) -> Told:
        key = line.pk, reading.on, reading.role.value, reading.unit
        return self._told.get(key, Told("", no_object=False))

    @cached_property
    def held(self) -> Held:
        """What the lines of the year give to each action, by stage and section."""
        return held_by_section(self.asked.fiscal_year, self.asked.known)

    @cached_property
    def planned(self) -> Mapping[int, list[PlannedMoney]]:
        found: dict[int, list[PlannedMoney]] = defaultdict(list)
        asked = PlannedMoney.objects.filter(action__in=self._pks, year=self.asked.year)
        for one in asked.order_by("section", "pk"):
            found[one.action_id].append(one)
        return found

    @cached_property
    def days(self) -> Mapping[int, list[StaffTime]]:
        found: dict[int, list[StaffTime]] = defaultdict(list)
        for one in StaffTime.objects.filter(action__in=self._pks, year=self.asked.year):
            found[one.action_id].append(one)
        return found

    @cached_property
    def funders(self) -> Mapping[int, list[CoFunding]]:
        found: dict[int, list[CoFunding]] = defaultdict(list)
        given = CoFunding.objects.filter(action__in=self._pks, year=self.asked.year)
        for one in given.order_by("funder"):
            found[one.action_id].append(one)
        return found

    @cached_property
    def decisions(self) -> Mapping[int, list[list[CommitmentDecision]]]:
        """The decisions on each action: the records of each, the one in force last."""
        chains: dict[int, list[CommitmentDecision]] = defaultdict(list)
        made = CommitmentDecision.everything.filter(action__in=self._pks).order_by("pk")
        for one in made:
            chains[one.corrects_id or one.pk].append(one)
        found: dict[int, list[list[CommitmentDecision]]] = defaultdict(list)
        for chain in chains.values():
            found[chain[0].action_id].append(chain)
        return found

    @cached_property
    def milestones(self) -> Mapping[int, list[Milestone]]:
        found: dict[int, list[Milestone]] = defaultdict(list)
        reached = Milestone.objects.filter(
            action__in=self._pks, reached_on__year=self.asked.year, reached_on__lte=self.day
        )
        for one in reached.order_by("reached_on", "pk"):
            found[one.action_id].append(one)
        return found

    @cached_property
    def deliverables(self) -> Mapping[int, list[Deliverable]]:
        found: dict[int, list[Deliverable]] = defaultdict(list)
        handed = Deliverable.objects.filter(
            action__in=self._pks, delivered_on__year=self.asked.year, delivered_on__lte=self.day
        )
        for one in handed.order_by("delivered_on", "pk"):
            found[one.action_id].append(one)
        return found

    @cached_property
    def trail(self) -> Mapping[int, list[AuditEntry]]:
        """The entries that moved the progress or the end of each action, the oldest first."""
        found: dict[int, list[AuditEntry]] = defaultdict(list)
        moved = AuditEntry.objects.filter(
            Q(changes__has_key="progress") | Q(changes__has_key="due_on"),
            subject_type="action",
            subject_id__in=self._pks,
        )
        for one in moved.order_by("pk"):
            found[one.subject_id].append(one)
        return found


def named(row: Row) -> str:
    """Return an action by its number and its name, as rows are called."""
    return f"{row.action.called}. {row.action.short_title or row.action.title}"


def total_of(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
