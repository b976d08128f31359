"""What a workbook left as: a hidden sheet of digests under a key, by which it comes back.

A row for each thing that the workbook is of (an action, a part of a line): its key, by which names
it may be found, a digest of each of its fields, and a seal of all that. Whoever holds the workbook
can neither guess a value from its digest nor make one: the key is this place’s. A digest answers
one question, whether a value is still the one that left, and a sheet may then be sorted, cut or
filled in by anybody (docs/adr/0115-what-a-workbook-left-as.md).
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portulan.core.say.text import Language, Text
from portulan.core.sheet_layout import HIDDEN
from portulan.core.spreadsheet import Cell
from portulan.core.tables.cells import text_of
from portulan.core.tables.tabular import Table
from portulan.core.workbooks import Sheet

FORMAT = "portulan-left-as/1"
TITLE = Text("Portulan (ne pas modifier)", "Portulan (leave as it is)")
ABOUT = Text(
    "Cette feuille garde l’état du classeur à son départ\u00a0: n’y touchez pas. Elle permet"
    " de reprendre vos changements sans défaire ceux des autres.",
    "This sheet keeps the state of the workbook when it left: do not touch it. It lets your"
    " changes come back without undoing those of others.",
)
_DIGEST, _SEAL = 6, 12  # bytes: a digest is worth nothing out of its sealed row
_NOTHING = "-"  # the digest of what says nothing: half of a sheet
_OR = "/"  # between the digest of a value and that of its cell as it is read back


@dataclass(frozen=True, slots=True)
class Left:
    """One thing as it left: its key, and the digests of its fields."""

    key: str
    digests: Mapping[str, str]
    digest_of: Callable[[str, str, str], str] = field(repr=False, compare=False)

    def __contains__(self, name: str) -> bool:
        return name in self.digests

    def base(self, name: str) -> Callable[[str], bool] | None:
        """Return the predicate of a field, whether a value is what left; None when unknown."""
        known = self.digests.get(name)
        if known is None:
            return None
        among = known.split(_OR)
        return lambda value: self.digest_of(self.key, name, value) in among


@dataclass(frozen=True, slots=True)
class LeftAs:
    """All that a workbook left as, by key; `by_name` has its things by the digests of names."""

    rows: Mapping[str, Left]
    by_name: Mapping[str, Sequence[Left]]
    name: Callable[[str, str], str] = field(repr=False, compare=False)

    def named(self, kind: str, text: str) -> Sequence[Left]:
        """Return the things that left under a name."""
        return self.by_name.get(self.name(kind, text), ()) if text else ()


class Leaving:
    """The digests of a workbook that leaves, or comes back: `scope` is what it is of.

    `key` is this place’s (`secret.key_for`); `compared` returns a value of a field so that two that
    say the same are one.
    """

    def __init__(
        self,
        scope: str,
        key: bytes,
        compared: Callable[[str, str], str] = lambda _name, value: value,
    ) -> None:
        self.scope, self._key, self._compared = scope, key, compared

    def digest(self, key: str, name: str, value: str) -> str:
        """Return the digest of the value of a field of a thing."""
        text = self._compared(name, value)
        return self._keyed(_DIGEST, key, name, text) if text else _NOTHING

    def name(self, kind: str, text: str) -> str:
        """Return the digest of a name by which a thing may be found."""
        return self.digest("", kind, text)

    def _keyed(self, size: int, *parts: str) -> str:
        said = "\0".join((self.scope, *parts)).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(said, key=self._key, digest_size=size).digest()
        return urlsafe_b64encode(digest).decode()

    def sheet(self, columns: Mapping[str, str], rows: Iterable[Row], language: Language) -> Sheet:
        """Return the hidden sheet of a workbook; `rows` are asked for when it is written.

        `columns` are the title of each field.
        """
        cells = self._cells(columns, rows, ABOUT.say(language))
        return Sheet(TITLE.say(language), cells, HIDDEN)

    def _cells(
        self, columns: Mapping[str, str], rows: Iterable[Row], about: str
    ) -> Iterator[list[Cell]]:
        fields, names = [*columns], " ".join(columns)
        yield [FORMAT, self.scope, names, about, *columns.values()]
        for row in rows:
            digests = " ".join(self._both(row, name) for name in fields)
            known = " ".join(self.name(kind, text) for kind, text in row.names.items())
            seal = self._keyed(_SEAL, "row", row.key, names, known, digests)
            yield [row.key, known, digests, seal]

    def _both(self, row: Row, name: str) -> str:
        stands = self.digest(row.key, name, row.values.get(name, ""))
        if name not in row.read_back:
            return stands
        return f"{stands}{_OR}{self.digest(row.key, name, row.read_back[name])}"

    def read(self, rows: Sequence[Sequence[str]]) -> LeftAs | None:
        """Return what a workbook left as (`rows_of`), None when nothing of it is ours.

        A row that somebody changed, of another thing or of another place, is not there.
        """
        if not rows or tuple(rows[0][:2]) != (FORMAT, self.scope):
            return None
        names = rows[0][2]
        found: dict[str, Left] = {}
        by_name: dict[str, list[Left]] = {}
        for key, known, digests, seal, *_more in rows[1:]:
            sealed = self._keyed(_SEAL, "row", key, names, known, digests)
            if not hmac.compare_digest(sealed.encode(), seal.encode("utf-8", "replace")):
                continue
            each = dict(zip(names.split(" "), digests.split(" "), strict=False))
            left = found[key] = Left(key, each, self.digest)
            for name in known.split(" "):
                if name != _NOTHING:
                    by_name.setdefault(name, []).append(left)
        if not found:
            return None
        return LeftAs(found, by_name, self.name)


@dataclass(frozen=True, slots=True)
class Row:
    """A thing that leaves: its key, the values of its fields, the names it may be found by.

    `read_back` are the fields whose cell is not read as what stands: what it is read as.
    """

    key: str
    values: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    read_back: Mapping[str, str] = field(default_factory=dict)


def rows_of(tables: Iterable[Table]) -> list[list[str]]:
    """Return the rows of the sheet that says what a workbook left as, empty without one.

    `tables` are the hidden sheets, first, and the others: some tools show what was hidden.
    """
    for table in tables:
        if is_one(table):
            rows = ([text_of(cell) for cell in cells] for _row, cells in table.rows())
            return [[*row, *[""] * (4 - len(row))] for row in rows]
    return []


def titles_of(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the title that each field left under."""
    return dict(zip(rows[0][2].split(" "), rows[0][4:], strict=False)) if rows else {}


def is_one(table: Table) -> bool:
    """Tell whether a sheet says what a workbook left as."""
    first = table.head[0][1] if table.head else ()
    return bool(first) and text_of(first[0]) == FORMAT
