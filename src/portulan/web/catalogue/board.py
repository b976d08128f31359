"""The practices of an edition beside what the plan answers to them: rows, counts, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from portulan.catalogue.editions import reads
from portulan.catalogue.models import CatalogueVersion, Practice, Theme
from portulan.plans.choices.reads import NO_ANSWER, Answer, answers_of
from portulan.plans.models import Action, Plan
from portulan.plans.words import Choice
from portulan.web.charts.canvas import Svg
from portulan.web.charts.level_dots import Level, level_dots

UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Row:
    """A practice and the answer of the plan."""

    practice: Practice
    answer: Answer = NO_ANSWER

    @property
    def state(self) -> str:
        """The choice, or "undecided"."""
        return self.answer.choice or UNDECIDED


@dataclass(frozen=True, slots=True)
class Tally:
    """How many practices got each answer."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def decided(self) -> int:
        return self.total - self.counts[UNDECIDED]

    @property
    def left(self) -> int:
        return self.counts[UNDECIDED]

    @property
    def kept(self) -> int:
        return self.counts[Choice.KEEP]

    def by_choice(self) -> list[tuple[Choice, int]]:
        """Every choice with its count, zeros included: the columns of the workshop."""
        return [(choice, self.counts[choice]) for choice in Choice]


@dataclass(frozen=True, slots=True)
class Domain:
    """A theme: its answers, and the live actions that cover it."""

    theme: Theme
    tally: Tally
    covered: int
    actions: tuple[Action, ...]
    first_left: Practice | None

    @property
    def dots(self) -> Svg:
        """One sounding per action: hollow, half or full."""
        return level_dots(cast(Level, action.level) for action in self.actions)


@dataclass(frozen=True, slots=True)
class Board:
    """All the practices of an edition, in order, with the answers of a plan (if there is one)."""

    version: CatalogueVersion
    rows: tuple[Row, ...]

    def tally(self, rows: Iterable[Row] | None = None) -> Tally:
        return Tally(Counter(row.state for row in (self.rows if rows is None else rows)))

    def domains(self) -> list[Domain]:
        groups: dict[int, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(row.practice.theme_id, []).append(row)
        return [self._domain(rows) for rows in groups.values()]

    def _domain(self, rows: Sequence[Row]) -> Domain:
        live = {action.pk: action for row in rows for action in row.answer.live}
        return Domain(
            theme=rows[0].practice.theme,
            tally=self.tally(rows),
            covered=sum(row.answer.covers for row in rows),
            actions=tuple(sorted(live.values(), key=lambda action: action.number)),
            first_left=next((row.practice for row in rows if row.state == UNDECIDED), None),
        )

    def after(
        self, code: str, *, theme: str = "", besides: Practice | None = None
    ) -> Practice | None:
        """Return the next practice to decide after that one, starting again at the end.

        `besides` was just decided: the board was laid before.
        """
        rows = [row for row in self.rows if theme in ("", row.practice.theme.code)]
        codes = [row.practice.code for row in rows]
        start = codes.index(code) + 1 if code in codes else 0
        turned = rows[start:] + rows[:start]
        left = (row.practice for row in turned if row.state == UNDECIDED)
        return next((one for one in left if besides is None or one.pk != besides.pk), None)

    def neighbours(self, code: str) -> tuple[Practice | None, Practice | None]:
        """Return the practices before and after one, in the edition's order."""
        found = [row.practice for row in self.rows]
        place = next(index for index, one in enumerate(found) if one.code == code)
        before = found[place - 1] if place else None
        return before, found[place + 1] if place + 1 < len(found) else None


def lay(version: CatalogueVersion, plan: Plan | None) -> Board:
    """Return the board of an edition for a plan (four queries, whatever the number)."""
    answers = answers_of(plan, version) if plan is not None else {}
    return Board(
        version,
        tuple(
            Row(practice, answers.get(practice.pk, NO_ANSWER))
            for practice in reads.practices(version)
        ),
    )
