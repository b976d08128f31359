"""What is wrong with a declaration of article 58: first by its public schema, then by good sense.

The first pass says what frictionless says of the same file. The second sees what no schema can:
parts beyond their whole, two years, a SIRET whose key is wrong. Neither says that a law is kept.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from portulan.budget.purchases import schema
from portulan.core.say.country import is_siret
from portulan.core.say.text import Problem, ProblemKind, Problems, UnusableInputError

# By the schema, under the names that frictionless gives.
SEPARATOR = ProblemKind(
    "separator",
    "error",
    fr="Les colonnes sont séparées par «\u00a0{text}\u00a0»\u00a0: le schéma veut des virgules.",
    en="Columns are separated by “{text}”: the schema wants commas.",
)
MISSING_LABEL = ProblemKind(
    "missing-label",
    "error",
    fr="La colonne {name} manque.",
    en="The column {name} is missing.",
)
INCORRECT_LABEL = ProblemKind(
    "incorrect-label",
    "error",
    fr="À la place de la colonne {name}, le fichier a «\u00a0{text}\u00a0».",
    en="Instead of the column {name}, the file has “{text}”.",
)
EXTRA_LABEL = ProblemKind(
    "extra-label",
    "error",
    fr="La colonne «\u00a0{text}\u00a0» est en trop.",
    en="The column “{text}” is one too many.",
)
NO_YEAR = ProblemKind(
    "type-error",
    "error",
    fr="{name}\u00a0: «\u00a0{text}\u00a0» n’est pas une année en quatre chiffres.",
    en="{name}: “{text}” is not a year of four digits.",
)
NO_AMOUNT = ProblemKind(
    "type-error",
    "error",
    fr="{name}\u00a0: «\u00a0{text}\u00a0» n’est pas un nombre à point décimal, sans autre signe.",
    en="{name}: “{text}” is not a number with a decimal point, without spaces or unit.",
)
REQUIRED = ProblemKind(
    "constraint-error",
    "error",
    fr="{name}\u00a0: la case est vide. Zéro s’écrit 0.",
    en="{name}: the cell is empty. Zero is written 0.",
)
PATTERN = ProblemKind(
    "constraint-error",
    "error",
    fr="{name}\u00a0: «\u00a0{text}\u00a0» n’a pas quatorze chiffres à la suite.",
    en="{name}: “{text}” is not fourteen digits in a row.",
)
NOT_LISTED = ProblemKind(
    "constraint-error",
    "error",
    fr="{name}\u00a0: «\u00a0{text}\u00a0» n’est pas, à la lettre, un type de produit du schéma.",
    en="{name}: “{text}” is not, to the letter, a type of product of the schema.",
)
CELLS = ProblemKind(
    "missing-cell",
    "error",
    fr="Ce rang a {found} cases, il en faut {wanted}.",
    en="This row has {found} cells, {wanted} are needed.",
)
BLANK_ROW = ProblemKind("blank-row", "error", fr="Ce rang est vide.", en="This row is empty.")
FORMER_NAME = ProblemKind(
    "former-name",
    "warning",
    fr="«\u00a0{text}\u00a0» est un ancien nom de {name}, sous le même numéro de version.",
    en="“{text}” is a former name of {name}, under the same version number.",
)
NOT_A_CSV = ProblemKind(
    "not-a-csv",
    "error",
    fr="Ce fichier n’est pas un CSV en UTF-8.",
    en="This file is not a CSV in UTF-8.",
)
# By good sense.
BEYOND = ProblemKind(
    "part-beyond-total",
    "error",
    fr="{name}\u00a0: {part} dépasse montant_total, {total}.",
    en="{name}: {part} exceeds montant_total, {total}.",
)
NEGATIVE = ProblemKind(
    "negative", "error", fr="{name}\u00a0: {text} est négatif.", en="{name}: {text} is negative."
)
NOT_FINITE = ProblemKind(
    "not-a-number",
    "error",
    fr="{name}\u00a0: «\u00a0{text}\u00a0» n’est pas un montant.",
    en="{name}: “{text}” is not an amount.",
)
TWICE = ProblemKind(
    "category-twice",
    "error",
    fr="«\u00a0{text}\u00a0» est déclaré deux fois pour une même année et un même SIRET.",
    en="“{text}” is declared twice for one year and one SIRET.",
)
YEARS = ProblemKind(
    "several-years",
    "error",
    fr="Une déclaration est d’une seule année\u00a0: celle-ci en a {count}.",
    en="A declaration is of one year: this one has {count}.",
)
SIRETS = ProblemKind(
    "several-sirets",
    "error",
    fr="Une déclaration est d’un seul acheteur\u00a0: celle-ci a {count} SIRET.",
    en="A declaration is of one buyer: this one has {count} SIRETs.",
)
NAMES = ProblemKind(
    "several-names",
    "error",
    fr="Le SIRET {text} a {count} raisons sociales.",
    en="The SIRET {text} has {count} names.",
)
KEY = ProblemKind(
    "siret-key",
    "error",
    fr="Le SIRET {text} n’existe pas\u00a0: ses chiffres ne vont pas ensemble.",
    en="The SIRET {text} does not exist: its digits do not go together.",
)

type Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of a file: by the schema, by good sense, and remarks; with its rows.

    `rows` are pairs of a line of the file and its cells by column, empty if the file has no table.
    """

    by_schema: tuple[Problem, ...]
    by_sense: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    rows: tuple[tuple[int, Row], ...]

    @property
    def fits(self) -> bool:
        """Whether the file has the shape that the public schema wants."""
        return not self.by_schema

    def sums(self) -> dict[str, Decimal]:
        """Return what each column of amounts adds up to, of the cells that are numbers."""
        found = dict.fromkeys(
            (schema.TOTAL, schema.REUSE, schema.GIFTS, schema.RECYCLED), Decimal()
        )
        for _line, row in self.rows:
            for name in found:
                found[name] += _number(row.get(name, "")) or 0
        return found


def judge(content: bytes) -> Judged:
    """Judge a declaration. Raises UnusableInputError for what is no CSV in UTF-8."""
    try:
        text = content.decode("utf-8-sig")
        table = [
            (number, row)
            for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1)
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnusableInputError(NOT_A_CSV.at()) from error
    heads = table[0][1] if table else []
    if len(heads) <= 1 and (mark := re.search("[;\t|]", heads[0] if heads else "")):
        return Judged((SEPARATOR.at(line=1, text=mark[0]),), (), (), ())
    by_schema = Problems()
    by_schema.extend(_labels(heads))
    rows = []
    for line, cells in table[1:]:
        if not any(cells):
            by_schema.append(BLANK_ROW.at(line=line))
            continue
        if len(cells) != len(heads):
            by_schema.append(CELLS.at(line=line, found=len(cells), wanted=len(heads)))
        row = dict(zip(schema.names(), cells, strict=False))
        by_schema.extend(_cells(line, row))
        rows.append((line, row))
    by_sense = Problems()
    by_sense.extend(_sense(rows))
    return Judged(by_schema.told(), by_sense.told(), tuple(_remarks(heads)), tuple(rows))


def _labels(heads: list[str]) -> Iterator[Problem]:
    names = schema.names()
    for name, head in zip(names, heads, strict=False):
        if head != name:
            yield INCORRECT_LABEL.at(line=1, name=name, text=head)
    yield from (MISSING_LABEL.at(line=1, name=name) for name in names[len(heads) :])
    yield from (EXTRA_LABEL.at(line=1, text=head) for head in heads[len(names) :])


def _remarks(heads: list[str]) -> Iterator[Problem]:
    for head in heads:
        if (name := schema.FORMER_NAMES.get(head)) is not None:
            yield FORMER_NAME.at(line=1, text=head, name=name)


def _cells(line: int, row: Row) -> Iterator[Problem]:
    for field in schema.fields():
        text = row.get(field["name"])
        if text is None:
            continue
        kind = _of_type(field, text) if text else None
        kind = kind or _of_constraints(field, text)
        if kind is not None:
            yield kind.at(line=line, name=field["name"], text=text)


def _of_type(field: dict[str, Any], text: str) -> ProblemKind | None:
    """Judge a cell as frictionless reads one: Python's own whole and decimal numbers."""
    if field["type"] == "year":
        return None if _is_year(text) else NO_YEAR
    return NO_AMOUNT if field["type"] == "number" and _number(text) is None else None


def _is_year(text: str) -> bool:
    try:
        return len(text) == 4 and int(text) >= 0
    except ValueError:
        return False


def _of_constraints(field: dict[str, Any], text: str) -> ProblemKind | None:
    rules = field["constraints"]
    if not text:
        return REQUIRED if rules.get("required") else None
    if "pattern" in rules and not re.match(rules["pattern"], text):
        return PATTERN
    return NOT_LISTED if text not in rules.get("enum", (text,)) else None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _sense(rows: list[tuple[int, Row]]) -> Iterator[Problem]:
    """Yield what does not hold of the cells that the schema lets through: nothing twice."""
    names: dict[str, set[str]] = defaultdict(set)
    seen: set[tuple[str, str, str]] = set()
    for line, row in rows:
        yield from _amounts(line, row)
        siret = row.get(schema.SIRET, "")
        if re.fullmatch("[0-9]{14}", siret) and not is_siret(siret):
            yield KEY.at(line=line, text=siret)
        elif is_siret(siret):
            names[siret].add(row.get(schema.NAME, ""))
        key = (row.get(schema.YEAR, ""), siret, row.get(schema.CATEGORY, ""))
        if all(key) and key in seen:
            yield TWICE.at(line=line, text=key[2])
        seen.add(key)
    years = {year for year, _siret, _category in seen if _is_year(year)}
    if len(years) > 1:
        yield YEARS.at(count=len(years))
    if len(names) > 1:
        yield SIRETS.at(count=len(names))
    for siret, said in names.items():
        if len(said - {""}) > 1:
            yield NAMES.at(text=siret, count=len(said - {""}))


def _amounts(line: int, row: Row) -> Iterator[Problem]:
    names = (schema.TOTAL, schema.REUSE, schema.GIFTS, schema.RECYCLED)
    amounts = {name: _number(row.get(name, "")) for name in names}
    for name, amount in amounts.items():
        if amount is not None and not amount.is_finite():
            yield NOT_FINITE.at(line=line, name=name, text=row[name])
            return
        if amount is not None and amount < 0:
            yield NEGATIVE.at(line=line, name=name, text=row[name])
    total = amounts[schema.TOTAL]
    for name in (schema.REUSE, schema.RECYCLED):
        part = amounts[name]
        if total is not None and part is not None and 0 <= total < part:
            yield BEYOND.at(line=line, name=name, part=row[name], total=row[schema.TOTAL])
