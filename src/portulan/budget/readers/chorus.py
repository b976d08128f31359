"""What the State commits, as Chorus extracts it (jp51): one row for each movement of an engagement.

The type of amount says what a row is. 100 (original), 150 (modification), 500 (adjustment), 600 and
650 (charged elsewhere, from and to) add up to what the year committed. 200 (reduction) is a payment
that consumes it: adding it would empty the commitments. 350 (carried over) is what earlier years
committed, no commitment of this one. Both are left out and told. Source: the columns and types that
a State service documents (docs/reference/truths.md, Accounts); to be confirmed with a user of
Chorus.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from portulan.budget.readers.facts import Facts
from portulan.budget.readers.ledger import table_reading
from portulan.budget.readers.ledger_columns import Field
from portulan.budget.readers.ledger_titles import Titles, title_blocks
from portulan.budget.readers.lines import Header, Reading, SourceLine
from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, Text
from portulan.core.say.values import Amount
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import Table, tables_of

NAME = "chorus"
FACTS = Facts(
    label=Text(fr="Engagements de l’État (Chorus)", en="State commitments (Chorus)"),
    dropped={"no-commitment": Text(fr="paiements et reports", en="payments and carried over")},
)

PAYMENTS = ProblemKind(
    "payments-apart",
    "warning",
    fr="{count} lignes de réduction (200), {amount:fr} : des paiements qui consomment les"
    " engagements, pas des engagements. Elles ne sont pas lues.",
    en="{count} rows of reduction (200), {amount:en}: payments that consume commitments, and no"
    " commitments. They are not read.",
)
CARRIED = ProblemKind(
    "carried-commitments",
    "warning",
    fr="{count} lignes de report (350), {amount:fr} : engagées une autre année. Elles ne sont pas"
    " lues.",
    en="{count} rows carried over (350), {amount:en}: committed in another year. They are not"
    " read.",
)
UNKNOWN_TYPE = ProblemKind(
    "unknown-type",
    "error",
    fr="« {text} » n’est pas un type de montant connu (100, 150, 200, 350, 500, 600, 650).",
    en="“{text}” is no known type of amount (100, 150, 200, 350, 500, 600, 650).",
)

_TYPE, _AMOUNT = "type de montant", "montant a controler"
_KEYS: dict[str, Field] = {
    _AMOUNT: "committed",
    # Where the type stands until the row is told from the others.
    _TYPE: "contract",
    "compte general": "account",
    "texte": "label",
    "domaine fonctionnel": "function",
    "activite": "operation",
    "centre financier": "service",
    "centre de couts": "manager",
    "fournisseur": "supplier",
    "no piece de reference": "order",
}
_COMMITTED = frozenset({"100", "150", "500", "600", "650"})
_APART = {"200": PAYMENTS, "350": CARRIED}
_CODE = re.compile(r"0*([0-9]{3})(?:\D.*)?")


def recognises(source: Source) -> bool:
    """Return whether a table has the amounts to check of an engagement, with their types."""
    return _found(source) is not None


def open_reading(source: Source, *, mapping: Mapping[str, int | str] | None = None) -> Reading:
    """Open the extract: each row kept is a commitment of the year."""
    found = _found(source)
    assert found is not None, "open_reading comes after recognises"  # noqa: S101
    table, titles = found
    header = Header(format=NAME, nomenclature="LOLF")
    reading = table_reading(source, table, titles, _fields(titles), [], header=header)
    return reading.sifted_by(_Sieve())


@dataclass(slots=True)
class _Sieve:
    """Tells commitments of the year from the other movements, which it adds up."""

    apart: dict[str, tuple[int, Decimal]] = field(default_factory=dict)

    def line(self, reading: Reading, line: SourceLine) -> SourceLine | None:
        """Return the line of a commitment, None once another movement is counted."""
        code = _CODE.fullmatch(line.contract or "")
        kind = code[1] if code else ""
        if kind in _COMMITTED:
            return line._replace(contract=None)
        if kind in _APART:
            count, amount = self.apart.get(kind, (0, Decimal(0)))
            self.apart[kind] = (count + 1, amount + (line.committed or Decimal(0)))
            reading.drop("no-commitment")
            return None
        reading.reject(UNKNOWN_TYPE.at(line=line.row, text=line.contract or ""))
        return None

    def end(self, reading: Reading) -> None:
        """Tell what was left out."""
        for kind, (count, amount) in sorted(self.apart.items()):
            reading.report(_APART[kind].at(count=count, amount=Amount(amount)))


def _found(source: Source) -> tuple[Table, Titles] | None:
    for table in tables_of(source).by_name.values():
        for titles in title_blocks(table):
            if {_TYPE, _AMOUNT} <= {_name(title) for title in titles.titles}:
                return table, titles
    return None


def _fields(titles: Titles) -> dict[Field, int]:
    places = {_name(title): at for at, title in reversed(list(enumerate(titles.titles)))}
    return {known: places[name] for name, known in _KEYS.items() if name in places}


def _name(title: str) -> str:
    return fold(title).replace("n° ", "no ").replace("n°", "no ").replace("numero de ", "no ")
