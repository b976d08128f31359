"""What public files say, as values: the accounts of a budget, the people of a body (pure).

Amounts are whole cents, so that a sum is the same in any order and on any engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from portulan.accounts.words import LegalForm
from portulan.core.say.text import Problems
from portulan.observatory.words import Kind


class Movements(NamedTuple):
    """The movements of an account in the year, in cents, and what it spent of them."""

    debit: int
    credit: int
    order_debit: int
    order_credit: int
    spent: int


@dataclass(slots=True, kw_only=True)
class Accounts:
    """The accounts of one budget of one body for one year, of which IT and a few sums are kept."""

    year: int
    siren: str
    budget: str  # CBUDG
    ident: str  # SIRET, which tells the annexes of a body apart
    name: str
    nomenclature: str
    form: LegalForm
    department: str
    region: str
    rows: int = 0
    whole: bool = True  # debits equal credits, and no row was lost
    moved: int = 0  # what debits are over credits, of all movements: 0 where none is lost
    closed: int = 0  # and of closing balances
    certain: dict[str, Movements] = field(default_factory=dict)
    mixed: dict[str, Movements] = field(default_factory=dict)
    operating: int = 0
    equipment: int = 0
    paid_to_grouping: int = 0
    received_by_grouping: int = 0


class Inhabitants(NamedTuple):
    """The population of a body in a year; None and "" are what the file does not say."""

    year: int
    siren: str
    people: int | None
    name: str
    grouping: str
    department: str
    region: str


class Contract(NamedTuple):
    """A public contract: its buyer, and whether the environment has a clause or a criterion.

    None is a contract whose file says nothing of the environment (layout of 2019, “NC”).
    """

    buyer: str  # SIRET
    number: str
    cpv: str
    cents: int | None  # fixed, or the ceiling of a framework agreement: never spending
    notified_on: str
    clause: bool | None
    criterion: bool | None


class Declared(NamedTuple):
    """What a body declares that it bought, and of it from reuse, in a category (law AGEC)."""

    year: int
    siren: str
    name: str
    category: str
    total: int
    reused: int
    given: int
    recycled: int


class Share(NamedTuple):
    """A share of the IT budget that an organisation published; percentages are in ten-thousandths.

    Two shares compare at the same stage, under the same definition (tax basis and form of the
    perimeter): both go with it.
    """

    year: int
    siren: str
    name: str
    stage: str
    share: int
    lower: int | None
    upper: int | None
    coverage: int | None
    basis: str
    perimeter: str  # the edition of the IT perimeter that it was computed under
    published_on: str


class Levels(NamedTuple):
    """How many published actions of a theme stand at a level of commitment, on a day."""

    siren: str
    name: str
    theme: str
    level: str
    actions: int
    published_on: str

    @property
    def year(self) -> int:
        return int(self.published_on[:4])


@dataclass(slots=True)
class Reading[T]:
    """All that one file says, and what is wrong with it."""

    kind: Kind
    rows: int
    found: Sequence[T]
    problems: Problems
