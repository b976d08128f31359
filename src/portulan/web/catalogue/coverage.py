"""The practices of an edition beside what the plan answers to them: rows, counts, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from portulan.catalogue.editions import reads
from portulan.catalogue.models import CatalogueVersion, Practice, Theme
from portulan.charts.canvas import Svg
from portulan.charts.level_dots import Level, level_dots
from portulan.plans.choices.reads import NO_ANSWER, Answer, answers_of
from portulan.plans.models import Action, Plan
from portulan.plans.words import Choice

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


@dataclass(frozen=True)
class Board:
    """The practices of an edition, or of one of its themes, in order, with a plan's answers.

    Without a plan none is answered.
    """

    version: CatalogueVersion
    rows: tuple[Row, ...]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many practices got each answer, or none."""
        return Counter(row.state for row in self.rows)

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def left(self) -> int:
        return self.counts[UNDECIDED]

    @property
    def decided(self) -> int:
        return self.total - self.left

    @property
    def kept(self) -> int:
        return self.counts[Choice.KEEP]

    def by_choice(self) -> list[tuple[Choice, int]]:
        """Every choice with its count, zeros included: the columns of the workshop."""
        return [(choice, self.counts[choice]) for choice in Choice]

    @cached_property
    def domains(self) -> list[Board]:
        """The themes of the edition, one by one."""
        groups: dict[int, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(row.practice.theme_id, []).append(row)
        return [Board(self.version, tuple(rows)) for rows in groups.values()]

    # Of a theme

    @property
    def theme(self) -> Theme:
        return self.rows[0].practice.theme

    @property
    def covered(self) -> int:
        return sum(row.answer.covers for row in self.rows)

    @cached_property
    def actions(self) -> list[Action]:
        """The live actions that cover it."""
        live = {action.pk: action for row in self.rows for action in row.answer.live}
        return sorted(live.values(), key=lambda action: action.number)

    @property
    def dots(self) -> Svg:
        """One sounding per action: hollow, half or full."""
        return level_dots(cast(Level, action.level) for action in self.actions)

    # From practice to practice

    @property
    def opens(self) -> Practice:
        """Where it is opened: what is to be decided first, else its first practice."""
        return self.first_left or self.rows[0].practice

    @property
    def first_left(self) -> Practice | None:
        return self.after("")

    def after(
        self, code: str, *, theme: str = "", besides: Collection[int] = ()
    ) -> Practice | None:
        """Return the next practice to decide after that one, starting again at the end.

        `besides` were just decided: the board was laid before.
        """
        rows = [row for row in self.rows if theme in ("", row.practice.theme.code)]
        codes = [row.practice.code for row in rows]
        start = codes.index(code) + 1 if code in codes else 0
        turned = rows[start:] + rows[:start]
        left = (row.practice for row in turned if row.state == UNDECIDED)
        return next((one for one in left if one.pk not in besides), None)

    def neighbours(self, code: str) -> tuple[Practice | None, Practice | None]:
        """Return the practices before and after one, in the edition's order."""
        found = [row.practice for row in self.rows]
        place = next(index for index, one in enumerate(found) if one.code == code)
        before = found[place - 1] if place else None
        return before, found[place + 1] if place + 1 < len(found) else None


def lay(version: CatalogueVersion, plan: Plan | None) -> Board:
    """Return the board of an edition for a plan (four queries, whatever the number)."""
    answers = answers_of(plan, version) if plan is not None else {}
    rows = (Row(one, answers.get(one.pk, NO_ANSWER)) for one in reads.practices(version))
    return Board(version, tuple(rows))
