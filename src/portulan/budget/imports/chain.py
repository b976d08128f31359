"""From the budget voted to the accounts: what each document makes of the opened credits (pure).

    opened = primary budget + what is carried over from the year before
             + amending decisions and supplementary budget, each a change, in the order of the votes

Then the accounts of the year (CA, CFU) close it, and say themselves what was opened: the two must
agree. Source: docs/reference/truths.md, case 7 of the indicator. Amounts are real expenses, in
euros, by section.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from portulan.budget.words import Act, Stage
from portulan.core.money import ZERO


class Sections(NamedTuple):
    """Operating and investment, in euros."""

    operating: Decimal = ZERO
    investment: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.operating + self.investment

    def plus(self, other: Sections, sign: int = 1) -> Sections:
        return Sections(
            self.operating + sign * other.operating, self.investment + sign * other.investment
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a year: its amounts at the stages it gives, and what it says it starts from.

    `it` is its part of the IT budget at the stage opened, None where nothing is opened.
    """

    key: int
    name: str
    act: Act | None
    read_at: datetime
    number: str = ""
    voted_on: date | None = None
    amounts: Mapping[Stage, Sections] | None = None
    before: Sections | None = None
    it: Decimal | None = None

    def at(self, stage: Stage) -> Sections | None:
        """Return its amounts at a stage, None where it gives none."""
        return (self.amounts or {}).get(stage)

    @property
    def is_delta(self) -> bool:
        return self.act is not None and self.act.is_delta

    @property
    def is_account(self) -> bool:
        """Whether it closes the year; a ledger says the year so far, from its vote on."""
        return self.act is Act.CLOSING

    @property
    def opened(self) -> Sections:
        """What it opens, or changes of it; what is voted is opened when it says no more."""
        return self.at(Stage.OPENED) or self.at(Stage.VOTED) or Sections()

    @property
    def carried_in(self) -> Sections:
        """What it opens beyond what it votes: what is carried over from the year before.

        Of a ledger, which no vote made: all that changed since the vote that it tells.
        """
        voted = self.at(Stage.VOTED)
        return Sections() if voted is None else self.opened.plus(voted, -1)


@dataclass(frozen=True, slots=True)
class Step:
    """A document in the chain, and the opened credits once it is there.

    `gap`: what its file says it starts from, less what stands before it; None when they agree or
    it does not say. `it` is what is opened of the IT budget.
    """

    document: Document
    after: Sections
    it: Decimal
    gap: Sections | None = None

    @property
    def has_carried(self) -> bool:
        return any(self.document.carried_in)

    @property
    def voted(self) -> Sections:
        """What the document adds, apart from what is carried over."""
        return self.document.opened.plus(self.document.carried_in, -1)

    @property
    def after_vote(self) -> Sections:
        """What is opened once it is voted, before what is carried over."""
        return self.after.plus(self.document.carried_in, -1)


@dataclass(frozen=True, slots=True)
class Chain:
    """The documents of one budget in the order of their votes, and what was carried out of it.

    `account` closes the year (CA, CFU); while it runs, it is the ledger that says what is spent.
    """

    steps: tuple[Step, ...]
    account: Document | None

    @property
    def opened(self) -> Sections | None:
        """What the chain opens in all, None without a budget to start from."""
        return self.steps[-1].after if self.steps else None

    @property
    def gap(self) -> Sections | None:
        """What the accounts say was opened, less the chain; None while one of them is missing."""
        if self.account is None or not self.account.is_account:
            return None
        said = self.account.at(Stage.OPENED)
        return said.plus(self.opened, -1) if said and self.opened else None

    @property
    def disagrees(self) -> bool:
        """Whether the accounts open something else than the chain: a decision is missing."""
        return self.gap is not None and any(self.gap)


def chain_of(documents: Iterable[Document]) -> Chain:
    """Put the documents of one budget in order and add them up.

    The last budget read is the one to start from; a decision whose vote has no date comes after
    those that have one, by its number, then as it was read. Decisions without a budget open
    nothing that could be known: they start from what the first of them says, if it does.
    """
    documents = sorted(documents, key=lambda document: (document.read_at, document.key))
    accounts = [document for document in documents if document.is_account]
    budgets = [document for document in documents if not (document.is_account or document.is_delta)]
    changes = sorted((document for document in documents if document.is_delta), key=_order)
    steps: list[Step] = []
    if budgets:
        first = budgets[-1]
        steps.append(Step(first, first.opened, first.it or ZERO))
    elif not changes or changes[0].before is None:
        changes = []
    for change in changes:
        stood = steps[-1].after if steps else change.before or Sections()
        it = (steps[-1].it if steps else ZERO) + (change.it or ZERO)
        gap = change.before.plus(stood, -1) if change.before else None
        steps.append(Step(change, stood.plus(change.opened), it, gap if gap and any(gap) else None))
    running = [budget for budget in budgets if budget.at(Stage.REALISED) is not None]
    return Chain(tuple(steps), next(reversed([*running, *accounts]), None))


def _order(document: Document) -> tuple[date, int, datetime, int]:
    number = int(document.number) if document.number.isdecimal() else 0
    return (document.voted_on or date.max, number, document.read_at, document.key)
