"""The made table as one dated file: what an instance without the national files can take in.

A ZIP of tables with a manifest: when it was made, of which files (name, digest, rows), under which
licence. Loading is all or nothing; a budget of the pack replaces the same one of the table.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, get_type_hints

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from portulan.accounts.words import LegalForm
from portulan.core.say.text import ProblemKind, UnusableInputError
from portulan.observatory import models
from portulan.observatory.readers.balances import add_account
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

FORMAT = "portulan-observatory/1"
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
# Tables that the first packs did not have.
_SINCE = (Kind.SHARES, Kind.LEVELS)
# What is kept of each table: what can be computed again from the rest is not.
_ACCOUNTS = (
    *("id", "file_id", "year", "siren", "budget", "ident", "name", "nomenclature", "form"),
    *("department", "region", "rows", "whole", "operating", "equipment"),
    *("paid_to_grouping", "received_by_grouping"),
)
_TEXTS = ("siren", "budget", "ident", "name", "nomenclature", "department", "region")
_LINES = ("accounts_id", "account", "debit", "credit", "order_debit", "order_credit")
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
            rows = models.PublicAccounts.objects.order_by("file_id", "pk").values_list(*_ACCOUNTS)
            _write(archive, "accounts", rows.iterator(_EACH))
            lines = models.PublicAccountLine.objects.order_by(
                "accounts__file_id", "accounts_id", "account"
            )
            _write(archive, "lines", lines.values_list(*_LINES).iterator(_EACH))
            for kind, model, value in _OTHERS:
                fields = ("file_id", *value._fields)
                found = model._default_manager.order_by("pk").values_list(*fields)
                _write(archive, kind, found.iterator(_EACH))
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


def _write(archive: zipfile.ZipFile, name: str, rows: Iterable[Sequence[Any]]) -> None:
    with (
        archive.open(f"{name}.csv", "w", force_zip64=True) as member,
        io.TextIOWrapper(member, "utf-8", newline="") as text,
    ):
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        for row in rows:
            writer.writerow(["" if cell in (0, None, False) else _plain(cell) for cell in row])


def _plain(cell: object) -> object:
    return 1 if cell is True else cell


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
                names = archive.namelist()
                for kind, _model, value in _OTHERS:
                    if kind in _SINCE and f"{kind}.csv" not in names:
                        continue
                    _load(archive, kind, files, _maker(value), taken)
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
    lines = groupby(_rows(archive, "lines"), itemgetter(0))
    waiting = next(lines, None)

    def make(row: list[str]) -> Accounts:
        nonlocal waiting
        accounts = _accounts(row)
        sums = (accounts.operating, accounts.equipment)
        paid, received = accounts.paid_to_grouping, accounts.received_by_grouping
        if waiting is not None and waiting[0] == row[0]:
            for _, account, *cells in waiting[1]:
                add_account(accounts, account, *(int(cell or 0) for cell in cells))
            waiting = next(lines, None)
        accounts.operating, accounts.equipment = sums
        accounts.paid_to_grouping, accounts.received_by_grouping = paid, received
        return accounts

    _load(archive, "accounts", files, make, taken, kind=Kind.BALANCES, file_at=1)
    if waiting is not None:
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
        if hint is bool:
            return cell == "1"
        return None if hint is not int and not cell else int(cell or 0)

    return lambda row: value(*map(read, value._fields, row[1:]))


def _load(
    archive: zipfile.ZipFile,
    table: str,
    files: dict[str, models.PublicFile],
    make: Callable[[list[str]], Any],
    taken: Taken,
    *,
    kind: Kind | None = None,
    file_at: int = 0,
) -> None:
    for file_id, rows in groupby(_rows(archive, table), itemgetter(file_at)):
        for some in batched(rows, _EACH):
            found = [make(row) for row in some]
            taken.rows += len(found)
            write_found(kind or Kind(table), files[file_id], found, taken)


def _rows(archive: zipfile.ZipFile, table: str) -> Iterator[list[str]]:
    with archive.open(f"{table}.csv") as member:
        yield from csv.reader(io.TextIOWrapper(member, "utf-8", newline=""), delimiter=";")
