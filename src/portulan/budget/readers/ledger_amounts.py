"""Which columns of a ledger are amounts of which stage: by their arithmetic and place, then words.

A title proposes, the rows decide: a column equal to one divided by another is a ratio, one equal to
the difference of others is what is left, one equal to the sum of others is their total, whole
numbers that rise are identifiers. A column of another year is not of this one. What stays
unexplained and has cents, and two columns that say one amount differently, are questions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from portulan.budget.readers.currencies import is_abroad
from portulan.budget.readers.ledger_columns import AMOUNT_FIELDS, Field, stages_named
from portulan.budget.readers.ledger_mapping import NOT_READ, TOGETHER
from portulan.budget.readers.ledger_measures import (
    LARGEST_RATIO,
    Measured,
    are_beyond,
    code_of,
    is_factor,
    is_identifier,
    is_like_rates,
    is_named_as_piece,
    is_numbered,
    is_ordered,
    is_ratio,
    is_running,
    is_sum,
    numbers_pieces,
)
from portulan.budget.readers.ledger_parts import Parts, Plan, said_as
from portulan.budget.readers.ledger_questions import (
    ALL_THAT_IS_LEFT,
    AMBIGUOUS,
    NO_STAGE,
    NUMBERS,
    SEVERAL_YEARS,
    TAX_BASIS,
    UNEXPLAINED,
)
from portulan.budget.readers.lines import Answer, Question
from portulan.core.folding import fold

_MOST_COLUMNS = 24  # compared with each other
_OF_TIME = re.compile(r"\b(?:exercices?|annees?|an|anterieurs?|years?|avant|depuis|fin)\b")


@dataclass(frozen=True, slots=True)
class Years:
    """The fiscal years that a file says outside its columns, and the one that is asked for."""

    asked: int | None = None
    stated: int | None = None  # by the preamble
    hinted: int | None = None  # by the sheet or the name of the file

    @property
    def outside(self) -> int | None:
        """What the file says outside its columns."""
        return self.stated or self.hinted


class _Settling(Parts):
    """The choice of the columns of one ledger."""

    def __init__(
        self,
        columns: list[Measured],
        years: Years,
        said: Mapping[Field, int | None],
        basis: str | None,
        answers: Mapping[str, str],
    ) -> None:
        super().__init__(columns[:_MOST_COLUMNS], said, basis, answers)
        self._years = years

    def settle(self) -> Plan:
        self._leave_what_is_no_amount()
        self._leave_other_years()
        if self.plan.questions:
            return self.plan
        for stage, at in self._said.items():
            if at is not None:
                self.plan.stages[stage] = [at]
        for stage in AMOUNT_FIELDS:
            if stage not in self._said:
                self._settle(stage)
            else:
                for column in self._of(stage):
                    if self._said[stage] != column.at:
                        self._leave(column, "asked")
        if not self.plan.questions:
            self._settle_credits()
            self._settle_parts()
            self._settle_carried()
        if not self.plan.questions:
            self._settle_the_rest()
        self._answer_together()
        return self.plan

    def _answer_together(self) -> None:
        """Add to the first of several questions the answers that say them all at once.

        Columns that nothing explains are left together; those of several stages that say one
        amount are chosen by their rank, or added.
        """
        if len(self.plan.questions) < 2:
            return
        first = self.plan.questions[0]
        codes = {question.problem.kind.code for question in self.plan.questions}
        lists = [question.answers for question in self.plan.questions]
        joint: list[Answer] = []
        if codes == {UNEXPLAINED.code}:
            titles = [str(answers[-1].mapping["ignore"]) for answers in lists]
            joint = [_ignoring(TOGETHER["ignore"].join(titles))]
        elif codes in ({AMBIGUOUS.code}, {TAX_BASIS.code}):
            chosen = [[a for a in answers if "added" not in a.mapping] for answers in lists]
            if len(set(map(len, chosen))) == 1:
                for ranked in zip(*chosen, strict=True):
                    joint.append(Answer({k: v for a in ranked for k, v in a.mapping.items()}))
                stages = [stage for (answer, *_) in chosen for stage in answer.mapping]
                if codes == {AMBIGUOUS.code}:
                    joint.append(Answer({"added": ",".join(stages)}))
        self.plan.questions[0] = Question(first.problem, (*joint, *first.answers))

    # What is no amount of this year

    def _leave_what_is_no_amount(self) -> None:
        for column in self._open():
            others = [other for other in self._open() if other is not column]
            if is_ratio(column, others):
                self._leave(column, "ratio")
            elif column.said.kind in ("count", "right"):
                self._leave(column, column.said.kind)
            elif is_abroad(column.title) and not all(is_abroad(c.title) for c in self._columns):
                self._leave(column, "currency")
        amounts = self._open()  # which have cents, and ratios have no say in it
        for column in amounts:
            others = [other for other in amounts if other is not column]
            if is_identifier(column, others):
                self._leave(column, "identifier")
            elif is_named_as_piece(column) and numbers_pieces(column, others):
                rivals = [c for c in others if c.said.stage == column.said.stage]
                if rivals or is_numbered(column.title) or are_beyond(column, others):
                    self._leave(column, "identifier")
                else:
                    self._ask_if_pieces(column)
            elif column.said.kind == "stage" and is_like_rates(column, others):
                self._ask_if_pieces(column)

    def _ask_if_pieces(self, column: Measured) -> None:
        """Ask of a column that its title says to be amounts, and its values to be numbers."""
        title = said_as(column, self._columns)
        stage = column.said.stage or "realised"
        amounts = [
            Answer({"ignore": title, stage: said_as(other, self._columns)})
            for other in self._open()
            if other.said.kind is None and other.has_cents
        ]
        answers = (Answer({stage: title}), *(amounts or [_ignoring(title)]))
        self.plan.questions.append(Question(NUMBERS.at(title=column.title), answers))

    def _leave_other_years(self) -> None:
        stages: dict[int, set[object]] = {}
        chosen = [column for column in self._columns if column.at in self._said.values()]
        for column in (*self._open(), *chosen):
            year = column.said.year
            is_read = column in chosen or column.said.kind in ("stage", "credit")
            if year is not None and year > 1900 and is_read:
                stages.setdefault(year, set()).add(column.said.stage)
        year = self._target(stages)
        if year is None and stages:
            years = sorted({*stages, *filter(None, [self._years.stated])})
            self.plan.questions.append(
                Question(
                    SEVERAL_YEARS.at(years=", ".join(map(str, years))),
                    tuple(Answer({"year": year}) for year in years),
                )
            )
            return
        self.plan.year = year
        for column in self._open():
            said = column.said.year
            if said is None or column.said.part == "carried_in":
                continue
            if said < 1900:
                if said != 0:
                    self._leave(column, "year")
            elif year is not None and said != year:
                self._leave(column, "year")

    def _target(self, stages: dict[int, set[object]]) -> int | None:
        """Return the year that is read, of those that the titles say with their stages."""
        asked, stated = self._years.asked, self._years.stated
        if asked is not None and (asked in stages or (not stages and stated in (None, asked))):
            return asked if stages or stated else self._years.hinted or None
        if stated is not None:
            undated = any(c.said.kind == "stage" and c.said.year is None for c in self._open())
            return stated if stated in stages or not stages or undated else None
        if stages:
            first, *others = stages.values()
            if len(stages) == 1 or any(other != first for other in others):
                return max(stages)
            return None
        return self._years.hinted

    # One stage at a time

    def _settle(self, stage: Field) -> None:
        mains = self._of(stage) or self._of(stage, "of")
        if not mains:
            return
        chosen = self._one_of(stage, mains)
        if chosen is None:
            return
        self.plan.stages[stage] = [chosen.at]
        for column in mains:
            if column is not chosen:
                self._leave(column, "same")

    def _one_of(self, stage: Field, mains: list[Measured]) -> Measured | None:
        """Return the column of a stage; None once it is asked about."""
        if len(mains) == 1:
            return mains[0]
        parts = [
            column
            for column in self._open()
            if column.said.stage == stage
            or column.said.kind in ("month", "part", "tax", None)
            or (stage == "committed" and column.said.stage == "realised")
        ]
        bases = {column.said.basis for column in mains}
        if {"ht", "ttc"} <= bases:
            kept = [c for c in mains if c.said.basis == self._basis] if self._basis else []
            if len(kept) == 1:
                return kept[0]
            self._ask(TAX_BASIS, stage, mains)
            return None
        for column in mains:
            others = [other for other in mains if other is not column]
            if all(other.values == column.values for other in others):
                return column
            extras = [part for part in parts if part not in mains]
            if self._is_whole(column, others, extras):
                if not any(map(_is_of_time, others)) or _is_of_time(column):
                    return column
                self._ask(AMBIGUOUS, stage, mains)
                return None
        if self._answers.get("added") and stage in self._answers["added"].split(","):
            self._add(stage, mains)
            return None
        best = min(column.said.rank for column in mains)
        first = [column for column in mains if column.said.rank == best]
        if len(first) == 1 and best < 99 and is_ordered(first[0], mains):
            return first[0]
        self._ask(AMBIGUOUS, stage, mains, or_added=not all(is_ordered(c, mains) for c in mains))
        return None

    @staticmethod
    def _is_whole(column: Measured, others: Sequence[Measured], extras: Sequence[Measured]) -> bool:
        """Return whether a column is others and some more together, or one less another."""
        if is_sum(column, others):
            return True
        held = [extra for extra in extras if extra.said.part != "undone"]
        for count in (1, 2):
            for more in combinations(held, count):
                if any(is_sum(column, [other, *more]) for other in others):
                    return True
        return any(
            is_sum(column, [other], [less])
            for other in others
            for less in extras
            if less.said.part == "undone"
        )

    # Credits that say no stage, and parts of a stage

    def _settle_credits(self) -> None:
        unsaid = [column for column in self._open() if column.said.kind == "credit"]
        if not unsaid:
            return
        taken = set(self.plan.stages) | set(self._said)
        if len(unsaid) == 1 and len(taken & {"voted", "opened"}) == 1:
            other: Field = "opened" if "voted" in taken else "voted"
            if other == "opened":
                self.plan.stages[other] = [unsaid[0].at]
                return
        if {"voted", "opened"} <= taken:
            for column in unsaid:
                self._leave(column, "same")
            return
        for column in unsaid:
            answers = tuple(
                Answer({stage: said_as(column, self._columns)}) for stage in ("voted", "opened")
            )
            self.plan.questions.append(Question(NO_STAGE.at(title=column.title), answers))

    def _settle_carried(self) -> None:
        """Ask of what is carried over, where it is all that was opened and not spent."""
        chosen = self.plan.stages.get("carried_over")
        if not chosen or "carried_over" in self._said:
            return
        column = next(column for column in self._columns if column.at == chosen[0])
        of = {name: self._read(name) for name in ("opened", "committed", "realised")}
        spent = [of[name] for name in ("committed", "realised") if of[name]]
        if of["opened"] and any(is_sum(column, of["opened"], less) for less in spent):
            answers = (
                Answer({"carried_over": NOT_READ}),
                Answer({"carried_over": said_as(column, self._columns)}),
            )
            self.plan.questions.append(Question(ALL_THAT_IS_LEFT.at(title=column.title), answers))

    # What is left

    def _settle_the_rest(self) -> None:
        taken = self.plan.columns
        if not taken:
            return
        for column in self._open():
            if column.at in taken:
                continue
            others = [other for other in self._columns if other is not column]
            reason = self._why_left(column, others)
            if reason is not None:
                self._leave(column, reason)
            elif column.largest > LARGEST_RATIO:
                self._ask_unexplained(column)
            else:  # too small to be what a department spends
                self.plan.left[column.at] = "count"

    def _ask_unexplained(self, column: Measured) -> None:
        title = said_as(column, self._columns)
        stages = [stage for stage in AMOUNT_FIELDS if stage not in self.plan.stages]
        first = column.said.stage
        stages.sort(key=lambda stage: stage != first)
        answers = (*(Answer({stage: title}) for stage in stages), _ignoring(title))
        self.plan.questions.append(Question(UNEXPLAINED.at(title=column.title), answers))

    def _why_left(self, column: Measured, others: Sequence[Measured]) -> str | None:
        """Return why a column gives no stage; None where nothing tells."""
        kind, stage = column.said.kind, column.said.stage
        if kind == "tax":
            return kind
        if self._is_explained(column):
            return "difference"
        if self._is_beside_parts(column):
            return "part"
        if kind == "difference" and not self._names_unread(column):
            return kind
        if kind == "part" and (stage is None or stage in self.plan.stages or not column.total):
            return "part"
        if is_running(column, others):
            return "running"
        if is_factor(column, others):
            return "count"
        return None if column.has_cents else code_of(column)

    def _names_unread(self, column: Measured) -> bool:
        """Return whether a title that says a difference names a stage that no column gives."""
        stages = stages_named(column.title)
        return len(stages) == 1 and stages[0] not in self.plan.stages

    def _is_explained(self, column: Measured) -> bool:
        """Return whether a column is the sum or the difference of two that are known.

        The sum of two stages is none of them: it may be the one that was meant.
        """
        known = [other for other in self._columns if other is not column and self._is_known(other)]
        return any(other.values == column.values for other in known) or any(
            is_sum(column, [one], [two])
            or is_sum(column, [two], [one])
            or is_sum(one, [two, column])
            or is_sum(two, [one, column])
            or (self._is_part(one, two) and is_sum(column, [one, two]))
            for one, two in combinations(known, 2)
        )

    def _is_beside_parts(self, column: Measured) -> bool:
        """Return whether a column and those beside it that say no stage add up to one read."""
        if column.said.kind is not None:
            return False
        run = [other for other in self._columns if other.said.kind is None]
        parts = [other for other in run if other.at not in self.plan.columns]
        read = [other for other in self._columns if other.at in self.plan.columns]
        return len(parts) > 1 and any(is_sum(whole, parts) for whole in read)

    def _is_known(self, column: Measured) -> bool:
        """Return whether a column is read, or is what its title says without being a rest."""
        reason = self.plan.left.get(column.at)
        return (
            column.at in self.plan.columns
            or column.said.kind in ("part", "tax", "month")
            or reason in ("year", "part", "same", "asked", "remaining")
        )

    def _is_part(self, one: Measured, two: Measured) -> bool:
        return not {one.at, two.at} <= self.plan.columns or one.said.stage == two.said.stage


def _is_of_time(column: Measured) -> bool:
    """Return whether a title says a year, or which part of the years it is of."""
    return column.said.year is not None or _OF_TIME.search(fold(column.title)) is not None


def _ignoring(title: int | str) -> Answer:
    return Answer({"ignore": title})


def settle(
    columns: list[Measured],
    years: Years,
    *,
    said: Mapping[Field, int | None],
    basis: str | None = None,
    ignored: Collection[int] = (),
    answers: Mapping[str, str] | None = None,
    sides: Collection[int] = (),
) -> Plan:
    """Return which columns are read at which stage; `said` are those a person chose.

    `sides` are a debit and a credit, read as realised unless another column is.
    """
    gone = {*ignored, *sides}
    columns = [column for column in columns if column.at not in gone]
    plan = _Settling(columns, years, said, basis, answers or {}).settle()
    plan.unread = [
        column
        for column in columns
        if column.at not in plan.left
        and (column.has_cents or (column.largest > LARGEST_RATIO and code_of(column) is None))
    ]
    plan.left |= dict.fromkeys(ignored, "asked")
    return plan


def impossible_orders(totals: Mapping[str, Decimal]) -> tuple[str, str] | None:
    """Return two stages whose totals cannot both be: more realised than committed."""
    committed, realised = totals.get("COMMITTED"), totals.get("REALISED")
    if committed is not None and realised is not None and realised > committed > -realised:
        return "COMMITTED", "REALISED"
    return None
