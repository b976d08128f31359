"""What a person says of the columns of a ledger, field by field, checked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from decimal import Decimal

from portulan.budget.readers.ledger_columns import (
    ALIASES,
    Field,
    Wanted,
    check_sides,
    gives_amounts,
)
from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, UnusableInputError

BAD_MAPPING = ProblemKind(
    "bad-mapping",
    "error",
    fr="La colonne « {column} » demandée pour « {field} » n’existe pas dans le tableau.",
    en="The column “{column}” asked for “{field}” does not exist in the table.",
)
UNKNOWN_FIELD = ProblemKind(
    "unknown-field",
    "error",
    fr="« {field} » n’est pas un champ d’un grand livre. Les champs : {fields}.",
    en="“{field}” is not a field of a ledger. The fields: {fields}.",
)
NO_AMOUNT_CHOSEN = ProblemKind(
    "no-amount-column",
    "error",
    fr="Aucune colonne de montant n’est choisie : voté, ouvert, engagé, mandaté, restes à"
    " réaliser, ou débit et crédit.",
    en="No column of amounts is chosen: voted, opened, committed, realised, carried over, or debit"
    " and credit.",
)
BAD_KIND = ProblemKind(
    "bad-kind",
    "error",
    fr="Une table se lit comme un grand livre (ledger) ou comme des commandes (orders), pas comme"
    " « {kind} ».",
    en="A table is read as a ledger or as orders, not as “{kind}”.",
)
BAD_UNIT = ProblemKind(
    "bad-unit",
    "error",
    fr="« {unit} » n’est pas une unité. Les unités, en euros : {units}.",
    en="“{unit}” is not a unit. The units, in euros: {units}.",
)


# What a mapping may say besides columns: answers to what a file does not say.
OPTIONS = frozenset(
    {"as", "sheet", "unit", "year", "entity", "sign", "totals", "twins", "parents", "debt"}
    | {"attached", "ignore", "worded", "negative", "months", "void", "remaining", "undone"}
    | {"basis", "bases", "bare", "kinds", "short", "after", "cut", "mark", "sheets", "parts"}
    | {"added", "table", "running", "rising", "only"}
)
# Of these, what is said of one file and not of the tool that writes it.
OF_ONE_FILE = frozenset(
    {
        "sheet",
        "year",
        "entity",
        "totals",
        "twins",
        "parents",
        "worded",
        "short",
        "after",
        "cut",
        "parts",
        "table",
    }
)
# Those that several answers say together, and what parts them.
TOGETHER = {
    **dict.fromkeys(("entity", "ignore", "bare", "sheet", "sheets"), "\n"),
    **dict.fromkeys(("sign", "added"), ","),
}
NOT_READ = "-"  # a stage that no column gives
KINDS = ("ledger", "orders")
UNITS = ("1", "1000", "1000000", "0.01")
FIELDS: dict[str, Field] = {field: field for field in ALIASES}
_NUMBERS = re.compile(r"[0-9]+")


def place_of(titles: Sequence[str], wanted: str) -> int | None:
    """Return the index of the column of a title, None when there is none or two are as likely."""
    folded = [fold(title) for title in titles]
    if fold(wanted) in folded:
        return folded.index(fold(wanted))
    keys = [_NUMBERS.sub("#", title) for title in folded]
    key = _NUMBERS.sub("#", fold(wanted))
    return keys.index(key) if keys.count(key) == 1 else None


def have_all(titles: Sequence[str], wanted: Sequence[str]) -> bool:
    """Return whether each title wanted is there."""
    return all(place_of(titles, title) is not None for title in wanted)


def said(given: str) -> tuple[str, int | str] | None:
    """Return a field and its column, as FIELD=COLUMN says it; None when it says none.

    A number is the place of a column from 0, where a column is expected.
    """
    field, equals, column = given.partition("=")
    if not (field and equals and column):
        return None
    is_place = column.isascii() and column.isdigit() and field not in OPTIONS
    return field, int(column) if is_place else column


def answered(mapping: Wanted, options: Iterable[str]) -> dict[str, int | str]:
    """Return a mapping with answers added to it, as options of the command line say them."""
    found = dict(mapping)
    together: dict[str, list[str]] = {}
    for option in options:
        words = shlex.split(option)
        for name, given in zip(words[::2], words[1::2], strict=True):
            pair = said(given) if name == "--column" else (name.removeprefix("--"), given)
            if pair is None:
                continue
            field, value = pair
            if field in TOGETHER:
                together.setdefault(field, []).append(str(value))
            else:
                found[field] = int(value) if field == "year" else value
    if "sheets" in together:  # all of them: none is chosen among them
        together.pop("sheet", None)
    for field, values in together.items():
        # Columns not read are asked of one by one, bodies and words all at once.
        before = (
            [str(found[field])] if field in ("ignore", "bare", "added") and field in found else []
        )
        found[field] = TOGETHER[field].join([*before, *values])
    return found


def mapped(titles: Sequence[str], asked: Wanted) -> dict[Field, int]:
    """Return the columns a person chose. Raises UnusableInputError for one that is not there."""
    fields: dict[Field, int] = {}
    for name, column in asked.items():
        field = FIELDS.get(name)
        if field is None:
            raise UnusableInputError(UNKNOWN_FIELD.at(field=name, fields=", ".join(ALIASES)))
        place = place_of(titles, column) if isinstance(column, str) else column
        if place is None or not 0 <= place < len(titles):
            raise UnusableInputError(BAD_MAPPING.at(column=column, field=name))
        fields[field] = place
    check_sides(fields)
    if not gives_amounts(fields):
        raise UnusableInputError(NO_AMOUNT_CHOSEN.at())
    return fields


def kind_asked(asked: Wanted) -> str:
    """Return the reader of a table whose columns are said. Raises UnusableInputError."""
    kind = str(asked.get("as", KINDS[0]))
    if kind not in KINDS:
        raise UnusableInputError(BAD_KIND.at(kind=kind))
    return kind


def unit_asked(asked: dict[str, int | str]) -> Decimal | None:
    """Take the unit out of a mapping: by what amounts are multiplied to be in euros."""
    unit = asked.pop("unit", None)
    if unit is None:
        return None
    if str(unit) not in UNITS:
        raise UnusableInputError(BAD_UNIT.at(unit=unit, units=", ".join(UNITS)))
    return Decimal(str(unit))
