"""The parts of a stage of a ledger: attached, undone, remaining, amended; its months, its tax.

A part is added, left, or in the column already: what is left of the credits (`_balances`), the
whole that another column gives and the rate of the tax tell. Where no identity does, it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from portulan.budget.readers.ledger_columns import Field
from portulan.budget.readers.ledger_mapping import NOT_READ
from portulan.budget.readers.ledger_measures import Measured, is_sum, is_taxed
from portulan.budget.readers.ledger_questions import (
    ADDED,
    ATTACHED,
    LEFT,
    NO_STAGE_OF_MONTHS,
    REASONS,
    REMAINING,
    STAGES,
    TAX_APART,
    TAXED_TWICE,
    UNDONE_APART,
)
from portulan.budget.readers.lines import Answer, Question
from portulan.core.say.text import Problem, ProblemKind


@dataclass(slots=True)
class Plan:
    """What is read of the columns of amounts: those of each stage, which are added.

    A column that is taken away is said by the complement of its place (`~at`).
    """

    stages: dict[Field, list[int]] = field(default_factory=dict)
    year: int | None = None
    notes: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    left: dict[int, str] = field(default_factory=dict)  # columns that are not read, and why
    unread: list[Measured] = field(default_factory=list)  # those that may be amounts
    basis: str | None = None  # of what is read, where the titles alone do not say it

    @property
    def columns(self) -> set[int]:
        every = (at for places in self.stages.values() for at in places)
        return {~at if at < 0 else at for at in every}


class Parts:
    """The columns of one ledger, what a person says of them, and the parts of each stage."""

    def __init__(
        self,
        columns: list[Measured],
        said: Mapping[Field, int | None],
        basis: str | None,
        answers: Mapping[str, str],
    ) -> None:
        self.plan = Plan()
        self._columns = columns
        self._said = said
        self._basis = basis
        self._answers = answers
        self._left: set[int] = set()

    def _leave(self, column: Measured, reason: str) -> None:
        if column.at in self._left:
            return
        self._left.add(column.at)
        self.plan.left[column.at] = reason
        if column.title and reason != "code":
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

    def _ask(
        self,
        kind: ProblemKind,
        stage: Field,
        columns: Sequence[Measured],
        *,
        or_added: bool = False,
    ) -> None:
        titles = ", ".join(column.title for column in columns)
        answers = tuple(Answer({stage: said_as(column, columns)}) for column in columns)
        answers += (Answer({"added": stage}),) * or_added
        self.plan.questions.append(Question(kind.at(titles=titles), answers))

    def _read(self, stage: Field) -> list[Measured]:
        places = self.plan.stages.get(stage, ())
        return [column for column in self._columns if column.at in places]

    def _add(
        self, stage: Field, columns: Sequence[Measured], less: Sequence[Measured] = ()
    ) -> None:
        """Read a stage as the sum of some columns, less others."""
        self.plan.stages[stage] = [c.at for c in columns] + [~c.at for c in less]
        titles = " − ".join((" + ".join(c.title for c in columns), *(c.title for c in less)))
        self.plan.notes.append(ADDED.at(titles=titles, stage=STAGES[stage]))
        self._left.update(column.at for column in (*columns, *less))

    def _either(
        self, option: str, problem: Problem, added: str = "added", left: str = NOT_READ
    ) -> None:
        """Ask whether a part is added, or left."""
        answers = (Answer({option: added}), Answer({option: left}))
        self.plan.questions.append(Question(problem, answers))

    def _contains(self, main: Measured, part: Measured) -> bool:
        """Return whether a column is another one and this part."""
        return any(
            is_sum(main, [other, part]) for other in self._columns if other not in (main, part)
        )

    def _balances(self, spent: Sequence[Measured], undone: Sequence[Measured] = ()) -> bool:
        """Return whether what is left is what was opened less these, and perhaps less carried."""
        opened = [c for c in self._columns if c.at in self.plan.stages.get("opened", ())]
        carried = [c for c in self._columns if c.at in self.plan.stages.get("carried_over", ())]
        if len(opened) != 1:
            return False
        lefts = [c for c in self._columns if c.said.kind == "difference"]
        return any(
            is_sum(left, [*opened, *undone], [*spent, *more])
            for left in lefts
            for more in ([], carried)
        )

    def _settle_parts(self) -> None:
        self._settle_opened()
        self._settle_months()
        self._settle_net()
        self._settle_whole()
        self._settle_attached()
        self._settle_committed()
        self._settle_tax()

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

    def _settle_months(self) -> None:
        months = [c for c in self._open() if c.said.kind == "month"]
        if not months:
            return
        for column in self._quarters(months):
            months.remove(column)
            self._leave(column, "part")
        if "realised" in self.plan.stages or "realised" in self._said:
            for column in months:
                self._leave(column, "part")
            return
        whole = [c for c in self._open() if c not in months and is_sum(c, months)]
        if len(whole) == 1 and whole[0].said.stage is None:
            self.plan.stages["realised"] = [whole[0].at]
            for column in months:
                self._leave(column, "part")
        elif self._answers.get("months"):
            self._add("realised", months)
        else:
            self._ask_months(months)

    def _ask_months(self, months: Sequence[Measured]) -> None:
        titles = ", ".join(column.title for column in months)
        answers = [Answer({"realised": said_as(column, months)}) for column in months]
        if len(months) > 1:
            place = len(answers) if _are_cumulated(months) else 0
            answers.insert(place, Answer({"months": "added"}))
        self.plan.questions.append(Question(NO_STAGE_OF_MONTHS.at(titles=titles), tuple(answers)))

    @staticmethod
    def _quarters(months: Sequence[Measured]) -> list[Measured]:
        """Return the columns that are the sum of those beside them: quarters, halves, a year."""
        found: list[Measured] = []
        for at, column in enumerate(months):
            for others in (months[:at], list(reversed(months[at + 1 :]))):
                single = [other for other in others if other not in found]
                runs = (single[start:] for start in range(len(single) - 1))
                if any(is_sum(column, run) for run in runs):
                    found.append(column)
                    break
        return found

    def _settle_net(self) -> None:
        """Take for what is realised what is net of a column that is undone."""
        undone = self._of("realised", "undone")
        if len(undone) != 1 or "realised" in self._said:
            return
        (less,) = undone
        chosen = self._read("realised")
        open_ones = self._open()
        nets = [
            (gross, net)
            for gross in self._columns
            for net in self._columns
            if (net in open_ones or net in chosen)
            and less not in (gross, net)
            and gross is not net
            and _is_net(net, gross, less)
        ]
        tops = [pair for pair in nets if not chosen or chosen[0] in pair]
        if len(tops) > 1:
            tops = [pair for pair in tops if self._balances([pair[1]])]
        if len(tops) == 1:
            gross, net = tops[0]
            self.plan.stages["realised"] = [net.at]
            for column in (gross, less):
                self._leave(column, "part")
        elif nets and not chosen:
            columns = list(
                {column.at: column for pair in nets for column in reversed(pair)}.values()
            )
            self._ask(UNDONE_APART, "realised", columns)
        elif len(chosen) == 1 and less.total:
            self._settle_undone(chosen[0], less)

    def _settle_undone(self, main: Measured, less: Measured) -> None:
        """Take what is undone away from what is realised, if that is what leaves the rest."""
        said = self._answers.get("undone")
        if said == NOT_READ or self._balances([main]):
            self._leave(less, "part")
        elif said or self._balances([main], [less]):
            plus, minus = ([main, less], []) if less.total < 0 else ([main], [less])
            self._add("realised", plus, minus)
        else:
            self._either("undone", UNDONE_APART.at(titles=f"{main.title}, {less.title}"))

    def _settle_whole(self) -> None:
        """Take for what is realised a column without a stage that is it and what is attached."""
        chosen, attached = self._read("realised"), self._of("realised", "attached")
        if not chosen or len(attached) != 1 or "realised" in self._said:
            return
        if self._answers.get("attached"):
            return
        wholes = [
            column
            for column in self._open()
            if column.said.stage is None and is_sum(column, [chosen[0], attached[0]])
        ]
        if len(wholes) == 1:
            self.plan.stages["realised"] = [wholes[0].at]
            for column in (chosen[0], attached[0]):
                self._leave(column, "part")

    def _settle_attached(self) -> None:
        chosen, attached = self._read("realised"), self._of("realised", "attached")
        for column in (*self._of("realised", "period"), *self._of("realised", "of attached")):
            if chosen:
                self._leave(column, "part")
        if not chosen or len(attached) != 1 or "realised" in self._said:
            return
        main, part = chosen[0], attached[0]
        said = self._answers.get("attached")
        if said == NOT_READ or self._contains(main, part):
            self._leave(part, "part")
        elif said or self._balances([main, part]):
            self._add("realised", [main, part])
        elif self._balances([main]) or not part.total:
            self._leave(part, "part")
        else:
            title = str(said_as(part, self._columns))
            self._either("attached", ATTACHED.at(main=main.title, part=part.title), title)

    def _settle_committed(self) -> None:
        remaining = self._of("committed", "remaining")
        paid, chosen = self._read("realised"), self._read("committed")
        if chosen and paid and "committed" not in self._said:
            if not self._balances(chosen) and self._balances([*chosen, *paid]):
                self._add("committed", [*chosen, *paid])
        elif len(remaining) == 1 and paid and "committed" not in self._said:
            (part,) = remaining
            said = self._answers.get("remaining")
            if said != NOT_READ and (said or self._balances([*paid, part])):
                self._add("committed", [*paid, part])
            elif said is None and part.total:
                self._either("remaining", REMAINING.at(title=part.title))
        for column in remaining:
            self._leave(column, "remaining")

    def _settle_tax(self) -> None:
        """Add the tax to amounts without it, where the accounts are kept with it."""
        taxes = [column for column in self._open() if column.said.kind == "tax"]
        read = {s: places[0] for s, places in self.plan.stages.items() if len(places) == 1}
        bases = {c.at: c.said.basis for c in self._columns if c.at in read.values()}
        if {"ht", "ttc"} <= set(bases.values()) and self._answers.get("bases") is None:
            self._ask_bases(read, bases)
        for tax in taxes:
            taxed = [
                (stage, column)
                for stage, at in read.items()
                for column in self._columns
                if column.at == at and column.said.basis != "ttc" and is_taxed(column, tax)
            ]
            if len(taxed) != 1 or self._basis == "ht":
                continue
            ((stage, column),) = taxed
            if stage in self._said and any(is_sum(c, [column, tax]) for c in self._columns):
                continue  # chosen beside the one that has the tax
            # Who said the column of a stage saw its total without the tax: that is asked.
            if self._basis == "ttc" and (stage not in self._said or "basis" in self._answers):
                self._add(stage, [column, tax])
                self.plan.basis = "ttc"
            else:
                problem = TAX_APART.at(title=column.title, tax=tax.title)
                self._either("basis", problem, "ttc", "ht")

    def _ask_bases(self, read: Mapping[Field, int], bases: Mapping[int, str | None]) -> None:
        """Ask which to read of stages of which some are with the tax, and others without it."""
        titles = ", ".join(c.title for c in self._columns if bases.get(c.at))
        answers = [
            Answer({stage: NOT_READ for stage, at in read.items() if bases[at] == other})
            for other in ("ht", "ttc")
        ]
        answers.append(Answer({"bases": "both"}))
        self.plan.questions.append(Question(TAXED_TWICE.at(titles=titles), tuple(answers)))


def _is_net(net: Measured, gross: Measured, less: Measured) -> bool:
    """Return whether a column is another one less what was undone, whatever its sign."""
    if not less.total:
        return net.values == gross.values and "net" in net.title.lower()
    return is_sum(net, [gross, less]) if less.total < 0 else is_sum(net, [gross], [less])


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
