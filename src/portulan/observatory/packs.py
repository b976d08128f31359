"""The made table as one dated file: what an instance without the national files can take in.

A ZIP of tables with a manifest: when it was made, of which files (name, digest, rows), under which
licence. A table is written column by column, five thousand rows at a time, the years of a budget
beside one another: like follows like, and fifteen years of the country weigh half as much as row by
row (docs/adr/0092). Loading is all or nothing; a budget of the pack replaces the same one of the
table.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched, islice
from pathlib import Path
from typing import Any, get_type_hints

from django.db import transaction
from django.db.models import Count, Model
from django.utils import timezone

from portulan.accounts.words import LegalForm
from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.observatory import models
from portulan.observatory.readers.balances import add_line
from portulan.observatory.readers.files import Identity, told
from portulan.observatory.readers.records import (
    Accounts,
    Contract,
    Declared,
    Inhabitants,
    Levels,
    Share,
)
from portulan.observatory.words import Kind
from portulan.observatory.writes import Taken, settle, write_found

FORMAT = "portulan-observatory/2"
LICENCE = (
    "Licence Ouverte 2.0 (Etalab). Sources: DGFiP, balances comptables; OFGL, populations; DECP;"
    " déclarations AGEC. Made by Portulan from the files listed."
)
NOT_A_PACK = ProblemKind(
    "not-a-pack",
    "error",
    fr="Ce fichier n’est pas une table d’observatoire de Portulan, ou il est abîmé ({reason}).",
    en="This file is no observatory table of Portulan, or it is damaged ({reason}).",
)
_EACH = 5000
# What is kept of each table: what can be computed again from the rest is not.
_ACCOUNTS = (
    *("file_id", "year", "siren", "budget", "ident", "name", "nomenclature", "form"),
    *("department", "region", "rows", "whole", "operating", "equipment"),
    *("paid_to_grouping", "received_by_grouping"),
)
_ORDER = ("siren", "budget", "ident", "year")
_TEXTS = ("siren", "budget", "ident", "name", "nomenclature", "department", "region")
_LINES = ("account", "debit", "credit", "order_debit", "order_credit")
_OTHERS: tuple[tuple[Kind, type[Model], type[Any]], ...] = (
    (Kind.POPULATION, models.Inhabitants, Inhabitants),
    (Kind.CONTRACTS, models.PublicContract, Contract),
    (Kind.REUSE, models.DeclaredReuse, Declared),
    (Kind.SHARES, models.PublishedShare, Share),
    (Kind.LEVELS, models.PublishedLevels, Levels),
)


def pack(path: Path) -> int:
    """Write the whole table in a file, aside then in its place; return its size in bytes."""
    aside = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_LZMA) as archive:
            archive.writestr("manifest.json", json.dumps(_manifest(), ensure_ascii=False, indent=1))
            _write(archive, "accounts", _budgets())
            _write(archive, "lines", _lines())
            for kind, model, value in _OTHERS:
                fields = ("file_id", *value._fields)
                found = model._default_manager.order_by(*_order_of(model), "pk")
                _write(archive, kind, found.values_list(*fields).iterator(_EACH))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path.stat().st_size


def _manifest() -> dict[str, Any]:
    fields = ("id", "name", "sha256", "size", "kind", "rows")
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "licence": LICENCE,
        "files": [
            {name: getattr(file, name) for name in fields} | {"read_at": file.read_at.isoformat()}
            for file in models.PublicFile.objects.order_by("pk")
        ],
    }


def _budgets() -> Iterator[Sequence[Any]]:
    """Yield the budgets, each with how many lines it has."""
    counted = models.PublicAccounts.objects.annotate(count=Count("lines")).order_by(*_ORDER)
    return counted.values_list("count", *_ACCOUNTS).iterator(_EACH)


def _lines() -> Iterator[Sequence[Any]]:
    """Yield the lines of the budgets, which stand in the same order."""
    every = models.PublicAccounts.objects.order_by(*_ORDER).values_list("pk", flat=True)
    for pks in batched(every.iterator(_EACH), 500):
        lines = models.PublicAccountLine.objects.filter(accounts__in=pks).order_by("account")
        its: dict[int, list[Sequence[Any]]] = defaultdict(list)
        for accounts, *line in lines.values_list("accounts_id", *_LINES):
            its[accounts].append(line)
        for pk in pks:
            yield from its[pk]


def _order_of(model: type[Model]) -> list[str]:
    """Return the columns by which the rows of a body stand together."""
    names = {field.name for field in model._meta.fields}
    return [name for name in ("siren", "buyer", "number", "year") if name in names]


def _write(archive: zipfile.ZipFile, name: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write a table: for each five thousand rows, a record for each column."""
    with (
        archive.open(f"{name}.csv", "w", force_zip64=True) as member,
        io.TextIOWrapper(member, "utf-8", newline="") as text,
    ):
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        for some in batched(rows, _EACH):
            for column in zip(*some, strict=True):
                writer.writerow(map(_plain, column))


def _plain(cell: object) -> object:
    if isinstance(cell, bool):
        return int(cell)
    return "" if cell in (0, None) else cell


def load(path: Path, identity: Identity) -> Taken:
    """Take a pack into the table, all of it or nothing. Raises UnusableInputError."""
    with told(identity.name), zipfile.ZipFile(path) as archive:
        taken = Taken(identity)
        try:
            manifest = json.loads(archive.read("manifest.json"))
            if manifest["format"] != FORMAT:
                raise UnusableInputError(NOT_A_PACK.at(reason=str(manifest["format"])))
            with transaction.atomic():
                files = {str(one["id"]): _file(one) for one in manifest["files"]}
                _load_accounts(archive, files, taken)
                for kind, _model, value in _OTHERS:
                    rows = _rows(archive, kind, 1 + len(value._fields))
                    _load(kind, ((row[0], _maker(value)(row[1:])) for row in rows), files, taken)
                settle(taken.years)
        except (KeyError, ValueError, TypeError, IndexError, csv.Error) as error:
            raise UnusableInputError(NOT_A_PACK.at(reason=str(error)[:80])) from None
    return taken


def _file(said: dict[str, Any]) -> models.PublicFile:
    fields = {name: said[name] for name in ("name", "size", "kind", "rows")}
    read_at = datetime.fromisoformat(said["read_at"])
    found, _made = models.PublicFile.objects.get_or_create(
        sha256=said["sha256"], defaults=fields | {"read_at": read_at}
    )
    return found


def _load_accounts(
    archive: zipfile.ZipFile, files: dict[str, models.PublicFile], taken: Taken
) -> None:
    """Read the budgets with their lines, which stand in the same order."""
    lines = _rows(archive, "lines", len(_LINES))

    def made() -> Iterator[tuple[str, Accounts]]:
        for count, *row in _rows(archive, "accounts", 1 + len(_ACCOUNTS)):
            accounts = _accounts(row)
            its = list(islice(lines, int(count or 0)))
            if len(its) != int(count or 0):
                raise ValueError("accounts without their lines")
            for account, *cells in its:
                add_line(accounts, account, *(int(cell or 0) for cell in cells))
            yield row[0], accounts

    _load(Kind.BALANCES, made(), files, taken)
    if next(lines, None) is not None:
        raise ValueError("lines of no accounts")


def _accounts(row: list[str]) -> Accounts:
    said = dict(zip(_ACCOUNTS, row, strict=True))
    numbers: dict[str, Any] = {name: int(said[name] or 0) for name in _ACCOUNTS[-4:]}
    texts: dict[str, Any] = {name: said[name] for name in _TEXTS}
    return Accounts(
        year=int(said["year"]),
        form=LegalForm(said["form"]),
        rows=int(said["rows"] or 0),
        whole=said["whole"] == "1",
        **texts,
        **numbers,
    )


def _maker(value: type[Any]) -> Callable[[list[str]], Any]:
    """Return what makes a value of a row, but for its file: numbers, booleans, what is unknown."""
    hints = get_type_hints(value)

    def read(name: str, cell: str) -> object:
        hint = hints[name]
        if hint is str:
            return cell
        if hint is bool or (hint == bool | None and cell):
            return cell == "1"
        return None if hint is not int and not cell else int(cell or 0)

    return lambda row: value(*map(read, value._fields, row))


def _load(
    kind: Kind, made: Iterable[tuple[str, Any]], files: dict[str, models.PublicFile], taken: Taken
) -> None:
    """Write values, each with the file that it comes from."""
    for some in batched(made, _EACH):
        of: dict[str, list[Any]] = defaultdict(list)
        for file_id, one in some:
            of[file_id].append(one)
        for file_id, found in of.items():
            taken.rows += len(found)
            write_found(kind, files[file_id], found, taken)


def _rows(archive: zipfile.ZipFile, table: str, width: int) -> Iterator[list[str]]:
    """Yield the rows of a table of that many columns."""
    with archive.open(f"{table}.csv") as member:
        records = csv.reader(io.TextIOWrapper(member, "utf-8", newline=""), delimiter=";")
        while columns := list(islice(records, width)):
            if len(columns) != width:
                raise ValueError("a table is cut")
            for row in zip(*columns, strict=True):
                yield list(row)
