"""What public files say, as values: the accounts of a budget, the people of a body (pure).

Amounts are whole cents, so that a sum is the same in any order and on any engine.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import NamedTuple, overload

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


_FIELDS = tuple(one.name for one in fields(Accounts))


class Packed(Sequence[Accounts]):
    """Accounts of many budgets, each in some hundred bytes until it is asked for.

    A country has a hundred thousand budgets a year: as values they weigh seven times more.
    """

    __slots__ = ("_kept",)

    def __init__(self, found: Iterable[Accounts] = ()) -> None:
        self._kept = [_packed(one) for one in found]

    def append(self, one: Accounts) -> None:
        self._kept.append(_packed(one))

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, at: int) -> Accounts: ...
    @overload
    def __getitem__(self, at: slice) -> list[Accounts]: ...
    def __getitem__(self, at: int | slice) -> Accounts | list[Accounts]:
        if isinstance(at, slice):
            return [_unpacked(one) for one in self._kept[at]]
        return _unpacked(self._kept[at])


def _packed(one: Accounts) -> bytes:
    said = {name: getattr(one, name) for name in _FIELDS}
    said["form"] = one.form.value
    for name in ("certain", "mixed"):
        said[name] = {account: tuple(moved) for account, moved in said[name].items()}
    return marshal.dumps(tuple(said.values()))


def _unpacked(kept: bytes) -> Accounts:
    said = dict(zip(_FIELDS, marshal.loads(kept), strict=True))  # noqa: S302 - written just above
    said["form"] = LegalForm(said["form"])
    for name in ("certain", "mixed"):
        said[name] = {account: Movements(*moved) for account, moved in said[name].items()}
    return Accounts(**said)


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
