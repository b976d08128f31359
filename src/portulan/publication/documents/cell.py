"""What a document holds, frozen: cells in tables, sentences, sections (pure).

A cell has its value, its unit, where it comes from and its quality. Empty, 0 and unknown are three
things: a cell without value is empty, `UNKNOWN` is said in words and counted on the first page.
Values are kept as plain texts (an exact number, an ISO day): what is kept reads back to the same
document, and the same document is written as the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NamedTuple

from pydantic import TypeAdapter, ValidationError

from portulan.core.amounts import Amount, known
from portulan.core.say.text import Language, ProblemKind, UnusableInputError
from portulan.core.spreadsheet import digits
from portulan.plans.money.funding import together


class Unit(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"  # to the cent, in the currency of the document
    THOUSANDS = "thousands"  # kept to the cent, said in thousands
    PERCENT = "percent"
    RATE = "rate"  # a percentage that somebody typed: without a decimal that it does not have
    DAY = "day"


class Quality(StrEnum):
    """How far a value may be relied upon; nothing is said of a plain text."""

    PLAIN = ""
    MEASURED = "measured"
    COMPUTED = "computed"
    JUSTIFIED = "justified"
    DECLARED = "declared"
    ESTIMATED = "estimated"
    AT_LEAST = "at_least"  # a sum of which a part is unknown
    UNKNOWN = "unknown"
    NOT_GIVEN = "not_given"  # nobody typed it; `value` is another word for it
    NOT_APPLICABLE = "not_applicable"
    TO_WRITE = "to_write"  # a person has to write it; `value` says what, between brackets
    CARRIED = "carried"  # a person wrote it of a past year, and nobody confirmed it


@dataclass(frozen=True, slots=True)
class Cell:
    """One value. `suffix` is a unit of measure in words, `source` where the value comes from."""

    value: str = ""
    unit: Unit = Unit.TEXT
    quality: Quality = Quality.PLAIN
    suffix: str = ""
    source: str = ""

    @property
    def is_unknown(self) -> bool:
        """Whether it is not filled: nobody knows it, or nobody typed it."""
        return self.quality in (Quality.UNKNOWN, Quality.NOT_GIVEN)


EMPTY, UNKNOWN = Cell(), Cell(quality=Quality.UNKNOWN)
NOT_GIVEN = Cell(quality=Quality.NOT_GIVEN)
NOT_APPLICABLE = Cell(quality=Quality.NOT_APPLICABLE)


def text(value: str, *, source: str = "") -> Cell:
    """Return a cell of words; none is unknown, as a required cell has to say so."""
    return Cell(value, source=source) if value else UNKNOWN


def amount(
    value: Decimal | int | None,
    unit: Unit = Unit.MONEY,
    *,
    quality: Quality = Quality.COMPUTED,
    suffix: str = "",
    source: str = "",
) -> Cell:
    """Return a cell of a number, an amount in euros or a percentage; None is unknown."""
    if value is None:
        return Cell(unit=unit, quality=Quality.UNKNOWN, source=source)
    number = value if isinstance(value, Decimal) else Decimal(value)
    return Cell(digits(number), unit, quality, suffix, source)


def cost_of(amounts: Iterable[Amount | None]) -> Cell:
    """Return a cell of what is expected in thousands, empty where nothing is asked."""
    said = [one for one in amounts if one is not None]
    return cost(together(said)) if said else EMPTY


def cost(of: Amount) -> Cell:
    """Return a cell of an amount in thousands, at least its value where a part is unknown."""
    cell = amount(known(of), Unit.THOUSANDS, quality=Quality.DECLARED)
    return replace(cell, quality=Quality.AT_LEAST) if of.is_partial else cell


def day(value: date | None, *, source: str = "") -> Cell:
    if value is None:
        return Cell(unit=Unit.DAY, quality=Quality.UNKNOWN, source=source)
    return Cell(value.isoformat(), Unit.DAY, source=source)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heads, units in them; the first cell of a row names it.

    `numeric` are the columns that stand to the right. `has_total` says that the last row adds up
    the others. `sheet` names it in a workbook, where it stands alone.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_total: bool = False
    sheet: str = ""
    type: Literal["table"] = "table"

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold numbers rather than words, as far as their known cells say."""
        columns = zip(*self.rows, strict=True) if self.rows else ()
        return tuple(map(_is_numeric, columns))


def _is_numeric(column: tuple[Cell, ...]) -> bool:
    numbers = sum(cell.unit not in (Unit.TEXT, Unit.DAY) for cell in column)
    words = sum(cell.unit in (Unit.TEXT, Unit.DAY) and bool(cell.value) for cell in column)
    return bool(numbers) and numbers >= words


@dataclass(frozen=True, slots=True)
class Prose:
    """A sentence or several: said first ("lede"), as it comes, small, or one of a list.

    Typed by a person it is "author", "carried" from a past year as long as nobody confirms it, and
    "blank" where somebody has to write it.
    """

    text: str
    style: Literal["lede", "text", "small", "item", "author", "carried", "blank"] = "text"
    type: Literal["prose"] = "prose"


AUTHORED = ("author", "carried", "blank")
_VIEW = re.compile(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as it is drawn on screens, in SVG without colours of its own; said in words too.

    Its data stand in a table beside it.
    """

    caption: str
    svg: str
    description: str
    type: Literal["chart"] = "chart"

    @property
    def centimetres(self) -> tuple[float, float]:
        """Its width and its height on paper, by its own units: its letters keep one size."""
        found = _VIEW.search(self.svg)
        width, height = (float(found[1]), float(found[2])) if found else (600.0, 300.0)
        scale = min(14 / 600, 17 / width)
        return round(width * scale, 2), round(height * scale, 2)


type Block = Table | Prose | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document with its title: a page of the preview."""

    title: str
    blocks: tuple[Table | Prose | Chart, ...]

    @property
    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))


class Counted(NamedTuple):
    """How many things of a document are not known, have to be written, have to be confirmed."""

    unknown: int = 0
    to_write: int = 0
    carried: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A document of an organisation, as known at a date, in one language.

    `notices` stand on the first page: what it is, what binds, what it cannot say. `body` are the
    facts of the cover, as pairs of a name and a cell.
    """

    kind: str
    title: str
    organisation: str
    year: int
    on: date
    language: Language
    country: str
    currency: str
    sections: tuple[Section, ...]
    notices: tuple[str, ...] = ()
    cover: tuple[tuple[str, Cell], ...] = field(default=())
    is_draft: bool = False

    @property
    def tables(self) -> Iterator[Table]:
        return (table for section in self.sections for table in section.tables)

    @property
    def cells(self) -> Iterator[Cell]:
        yield from (cell for table in self.tables for row in table.rows for cell in row)
        yield from (cell for _name, cell in self.cover)

    @property
    def authored(self) -> Iterator[tuple[str, Prose]]:
        """What a person typed, or has to, each with the title of its section."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Prose) and block.style in AUTHORED:
                    yield section.title, block

    @property
    def unknown(self) -> int:
        """How many cells say that they are not known, or not given."""
        return sum(cell.is_unknown for cell in self.cells)

    @property
    def counted(self) -> Counted:
        styles = Counter(block.style for _title, block in self.authored)
        qualities = Counter(cell.quality for cell in self.cells)
        return Counted(
            self.unknown,
            styles["blank"] + qualities[Quality.TO_WRITE],
            styles["carried"] + qualities[Quality.CARRIED],
        )


_SHAPE: TypeAdapter[Document] = TypeAdapter(Document)


def kept(document: Document) -> str:
    """Return a document as it is kept: one line of JSON, fields in their order."""
    return _SHAPE.dump_json(document, warnings=False).decode()


NEWER = ProblemKind(
    "newer-document",
    "error",
    fr="Ce document a été produit par une version plus récente, que celle-ci ne lit pas\u00a0:"
    " il reste conservé.",
    en="This document was produced by a newer version, which this one does not read: it"
    " stays kept.",
)


def read_back(text: str) -> Document:
    """Return a document that was kept. Raises UnusableInputError: a newer version kept it."""
    try:
        return _SHAPE.validate_json(text)
    except ValidationError as error:
        raise UnusableInputError(NEWER.at()) from error


def digest(document: Document) -> str:
    """Return the seal of a document: whatever it holds changes it."""
    return hashlib.sha256(kept(document).encode()).hexdigest()
