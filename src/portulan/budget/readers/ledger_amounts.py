"""Which columns of a ledger are amounts of which stage: by their arithmetic and place, then words.

A title proposes, the rows decide: a column equal to one divided by another is a ratio, one equal to
the difference of others is what is left, one equal to the sum of others is their total, whole
numbers that rise are identifiers. A column of another year is not of this one. What stays
unexplained and has cents, and two columns that say one amount differently, are questions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, pairwise

from portulan.budget.readers.ledger_columns import AMOUNT_FIELDS, Field
from portulan.budget.readers.ledger_mapping import NOT_READ
from portulan.budget.readers.ledger_measures import (
    LARGEST_RATIO,
    Measured,
    is_factor,
    is_identifier,
    is_ratio,
    is_running,
    is_sum,
)
from portulan.budget.readers.ledger_questions import (
    ADDED,
    ALL_THAT_IS_LEFT,
    AMBIGUOUS,
    ATTACHED,
    LEFT,
    NO_STAGE,
    NO_STAGE_OF_MONTHS,
    REASONS,
    SEVERAL_YEARS,
    STAGES,
    TAX_BASIS,
    UNEXPLAINED,
)
from portulan.budget.readers.lines import Answer, Question
from portulan.core.say.text import Problem, ProblemKind

_MOST_COLUMNS = 24  # compared with each other


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


@dataclass(slots=True)
class Plan:
    """What is read of the columns of amounts: those of each stage, which are added."""

    stages: dict[Field, list[int]] = field(default_factory=dict)
    year: int | None = None
    notes: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    left: dict[int, str] = field(default_factory=dict)  # columns that are not read, and why

    @property
    def columns(self) -> set[int]:
        return {at for places in self.stages.values() for at in places}


class _Settling:
    """The choice of the columns of one ledger."""

    def __init__(
        self,
        columns: list[Measured],
        years: Years,
        said: Mapping[Field, int | None],
        basis: str | None,
        attached: str | None,
        months: str | None,
    ) -> None:
        self.plan = Plan()
        self._months = months  # whether they are added, as a person says
        self._columns = columns[:_MOST_COLUMNS]
        self._years = years
        self._said = said
        self._basis = basis
        self._attached = attached  # whether it is added, as a person says
        self._left: set[int] = set()

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
        return self.plan

    # What is no amount of this year

    def _leave(self, column: Measured, reason: str) -> None:
        if column.at in self._left:
            return
        self._left.add(column.at)
        self.plan.left[column.at] = reason
        if column.title:
            self.plan.notes.append(LEFT.at(title=column.title, reason=REASONS[reason]))

    def _open(self) -> list[Measured]:
        """The columns not left, nor read by somebody who said so."""
        said = set(self._said.values())
        return [column for column in self._columns if column.at not in self._left | said]

    def _of(self, stage: Field, part: str | None = None) -> list[Measured]:
        return [
            column
            for column in self._open()
            if column.said.stage == stage
            and column.said.part == part
            and column.said.kind in ("stage", "part")
        ]

    def _leave_what_is_no_amount(self) -> None:
        for column in self._open():
            others = [other for other in self._open() if other is not column]
            if is_ratio(column, others):
                self._leave(column, "ratio")
            elif column.said.kind in ("count", "right"):
                self._leave(column, column.said.kind)
        amounts = self._open()  # which have cents, and ratios have no say in it
        for column in amounts:
            if is_identifier(column, [other for other in amounts if other is not column]):
                self._leave(column, "identifier")

    def _leave_other_years(self) -> None:
        stages: dict[int, set[object]] = {}
        chosen = [column for column in self._columns if column.at in self._said.values()]
        for column in (*self._open(), *chosen):
            year = column.said.year
            if year is not None and year > 1900 and column.said.kind in ("stage", "credit"):
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
        mains = self._of(stage)
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
                return column
        best = min(column.said.rank for column in mains)
        first = [column for column in mains if column.said.rank == best]
        if len(first) == 1 and best < 99:
            return first[0]
        self._ask(AMBIGUOUS, stage, mains)
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

    def _ask(self, kind: ProblemKind, stage: Field, columns: Sequence[Measured]) -> None:
        titles = ", ".join(column.title for column in columns)
        answers = tuple(Answer({stage: said_as(column, columns)}) for column in columns)
        self.plan.questions.append(Question(kind.at(titles=titles), answers))

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

    def _settle_parts(self) -> None:
        self._settle_opened()
        self._settle_realised()
        self._settle_committed()

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

    def _read(self, stage: Field) -> list[Measured]:
        places = self.plan.stages.get(stage, ())
        return [column for column in self._columns if column.at in places]

    def _settle_opened(self) -> None:
        parts = [*self._of("opened", "amended"), *self._of("opened", "carried_in")]
        if not parts:
            return
        voted = [c for c in self._columns if [c.at] == self.plan.stages.get("voted")]
        if "opened" not in self.plan.stages and "opened" not in self._said and voted:
            added = [voted[0], *parts]
            self.plan.stages["opened"] = [column.at for column in added]
            titles = " + ".join(column.title for column in added)
            self.plan.notes.append(ADDED.at(titles=titles, stage=STAGES["opened"]))
            self._left.update(column.at for column in parts)
        for column in parts:
            self._leave(column, "part")

    def _settle_realised(self) -> None:
        self._settle_months()
        self._settle_whole()
        chosen = self.plan.stages.get("realised")
        attached = self._of("realised", "attached")
        for column in (*self._of("realised", "period"), *self._of("realised", "of attached")):
            if chosen:
                self._leave(column, "part")
        if chosen and len(attached) == 1 and "realised" not in self._said:
            main = next(column for column in self._columns if column.at == chosen[0])
            part = attached[0]
            if self._attached == NOT_READ or self._contains(main, part):
                self._leave(part, "part")
            elif self._attached or self._balances([main, part]):
                self._add("realised", [main, part])
            elif self._balances([main]) or not part.total:
                self._leave(part, "part")
            else:
                title = said_as(part, self._columns)
                question = ATTACHED.at(main=main.title, part=part.title)
                answers = (Answer({"attached": title}), Answer({"attached": NOT_READ}))
                self.plan.questions.append(Question(question, answers))
        undone = self._of("realised", "undone")
        for column in undone:
            others = [c for c in self._columns if c is not column]
            if chosen and any(
                is_sum(main, [gross], [column])
                for main in others
                if main.at == chosen[0]
                for gross in others
                if gross is not main
            ):
                self._leave(column, "part")

    def _settle_whole(self) -> None:
        """Take for what is realised a column without a stage that is it and what is attached."""
        chosen, attached = self.plan.stages.get("realised"), self._of("realised", "attached")
        if not chosen or len(attached) != 1 or "realised" in self._said or self._attached:
            return
        main = next(column for column in self._columns if column.at == chosen[0])
        wholes = [
            column
            for column in self._open()
            if column.said.stage is None and is_sum(column, [main, attached[0]])
        ]
        if len(wholes) == 1:
            self.plan.stages["realised"] = [wholes[0].at]
            for column in (main, attached[0]):
                self._leave(column, "part")

    def _settle_months(self) -> None:
        months = [c for c in self._open() if c.said.kind == "month"]
        if not months:
            return
        chosen = self.plan.stages.get("realised")
        if chosen or "realised" in self._said:
            for column in months:
                self._leave(column, "part")
            return
        whole = [c for c in self._open() if c not in months and is_sum(c, months)]
        if len(whole) == 1 and whole[0].said.stage is None:
            self.plan.stages["realised"] = [whole[0].at]
            for column in months:
                self._leave(column, "part")
            return
        if self._months:
            self._add("realised", months)
            return
        titles = ", ".join(column.title for column in months)
        answers = [Answer({"realised": said_as(column, months)}) for column in months]
        if len(months) > 1:
            place = len(answers) if _are_cumulated(months) else 0
            answers.insert(place, Answer({"months": "added"}))
        self.plan.questions.append(Question(NO_STAGE_OF_MONTHS.at(titles=titles), tuple(answers)))

    def _settle_committed(self) -> None:
        remaining = self._of("committed", "remaining")
        chosen = self.plan.stages.get("committed")
        for column in remaining:
            self._leave(column, "remaining")
        realised = self.plan.stages.get("realised")
        if not chosen or not realised or "committed" in self._said:
            return
        main = next(column for column in self._columns if column.at == chosen[0])
        paid = [column for column in self._columns if column.at in realised]
        if not self._balances([main]) and self._balances([main, *paid]):
            self._add("committed", [main, *paid])

    def _contains(self, main: Measured, part: Measured) -> bool:
        """Return whether a column is another one and this part."""
        return any(
            is_sum(main, [other, part]) for other in self._columns if other not in (main, part)
        )

    def _balances(self, spent: Sequence[Measured]) -> bool:
        """Return whether what is left is what was opened less these, and perhaps less carried."""
        opened = [c for c in self._columns if c.at in self.plan.stages.get("opened", ())]
        carried = [c for c in self._columns if c.at in self.plan.stages.get("carried_over", ())]
        if len(opened) != 1:
            return False
        lefts = [c for c in self._columns if c.said.kind == "difference"]
        return any(
            is_sum(left, opened, [*spent, *more]) for left in lefts for more in ([], carried)
        )

    def _add(self, stage: Field, columns: Sequence[Measured]) -> None:
        self.plan.stages[stage] = [column.at for column in columns]
        titles = " + ".join(column.title for column in columns)
        self.plan.notes.append(ADDED.at(titles=titles, stage=STAGES[stage]))
        self._left.update(column.at for column in columns)

    # What is left

    def _settle_the_rest(self) -> None:
        taken = self.plan.columns
        if not taken:
            return
        for column in self._open():
            if column.at in taken:
                continue
            kind = column.said.kind
            if kind in ("difference", "tax"):
                self._leave(column, kind)
            elif kind == "part":
                self._leave(column, "part")
            elif self._is_explained(column):
                self._leave(column, "difference")
            elif is_running(column, [other for other in self._columns if other is not column]):
                self._leave(column, "running")
            elif is_factor(column, [other for other in self._columns if other is not column]):
                self._leave(column, "count")
            elif column.has_cents and column.largest > LARGEST_RATIO and self._is_filled(column):
                title = said_as(column, self._columns)
                stages = [stage for stage in AMOUNT_FIELDS if stage not in self.plan.stages]
                answers = [Answer({stage: title}) for stage in stages] + [Answer({"ignore": title})]
                self.plan.questions.append(
                    Question(UNEXPLAINED.at(title=column.title), tuple(answers))
                )

    @staticmethod
    def _is_filled(column: Measured) -> bool:
        return sum(value is not None for value in column.values) * 2 > len(column.values)

    def _is_explained(self, column: Measured) -> bool:
        """Return whether a column is the sum or the difference of two others."""
        others = [other for other in self._columns if other is not column]
        return any(
            is_sum(column, [one, two])
            or is_sum(column, [one], [two])
            or is_sum(column, [two], [one])
            or is_sum(one, [two, column])
            or is_sum(two, [one, column])
            for one, two in combinations(others, 2)
        ) or any(other.values == column.values for other in others)


def _are_cumulated(months: Sequence[Measured]) -> bool:
    """Return whether each month holds those before it: no amount ever goes down."""
    rows = list(zip(*(column.values for column in months), strict=True))
    return all(
        before <= after
        for row in rows
        for before, after in pairwise([value for value in row if value is not None])
    )


def said_as(column: Measured, among: Sequence[Measured]) -> int | str:
    """Return how a person names a column: its title, its place where two have the same."""
    same = [other for other in among if other.title == column.title]
    return column.title if column.title and len(same) == 1 else column.at


def settle(
    columns: list[Measured],
    years: Years,
    *,
    said: Mapping[Field, int | None],
    basis: str | None = None,
    ignored: Collection[int] = (),
    attached: str | None = None,
    months: str | None = None,
    sides: Collection[int] = (),
) -> Plan:
    """Return which columns are read at which stage; `said` are those a person chose.

    `sides` are a debit and a credit, read as realised unless another column is.
    """
    gone = {*ignored, *sides}
    columns = [column for column in columns if column.at not in gone]
    plan = _Settling(columns, years, said, basis, attached, months).settle()
    plan.left |= dict.fromkeys(ignored, "asked")
    return plan


def impossible_orders(totals: Mapping[str, Decimal]) -> tuple[str, str] | None:
    """Return two stages whose totals cannot both be: more realised than committed."""
    committed, realised = totals.get("COMMITTED"), totals.get("REALISED")
    if committed is not None and realised is not None and realised > committed > -realised:
        return "COMMITTED", "REALISED"
    return None
