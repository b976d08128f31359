"""Contracts as files say them: the State's open data (DECP), GLPI, somebody's table (pure).

Suppliers are not read, as a SIRET may be a person's, nor prices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from portulan.budget.contracts.contract import (
    IT,
    YEARS,
    Contract,
    Register,
    last_of_each,
)
from portulan.budget.words import Procedure, Renewal
from portulan.core.contracts import load
from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.core.say.text import ProblemKind, Problems, Text, UnusableInputError
from portulan.core.tables.cells import day_of, text_of
from portulan.core.tables.grid import grid_of
from portulan.core.tables.heads import Roles, by_words, titles_of
from portulan.core.tables.sources import Source, Wanted, open_source
from portulan.core.tables.tabular import tables_of

WANTED = Wanted(
    Text("une liste de marchés", "a list of contracts"),
    Text(
        "Donnez les données essentielles (DECP) en JSON, les contrats de GLPI, ou un tableau.",
        "Give the public data of contracts (DECP) as JSON, the contracts of GLPI, or a table.",
    ),
)
NOT_CONTRACTS = ProblemKind(
    "not-contracts",
    "error",
    fr="Aucun marché ne se lit ici. {give}",
    en="No contract can be read here. {give}",
)
PUBLISHED_TWICE = ProblemKind(
    "published-twice",
    "warning",
    fr="Marchés publiés plusieurs fois : {ids}. La dernière publication est gardée.",
    en="Contracts published several times: {ids}. The last publication is kept.",
)
DURATION_TO_ASK = ProblemKind(
    "duration-to-ask",
    "warning",
    fr="Durées à vérifier, trop longues pour des mois, ou inconnues : {ids}.",
    en="Durations to check, too long for months, or unknown: {ids}.",
)
_MOST = Decimal(10) ** 12
_UNSAID = frozenset({"", "nc", "null", "none"})
_TITLES = Roles(
    by_words(
        {
            "id": ("id", "ID", "Numéro", "Number", "N° de marché", "Numéro de marché", "num"),
            "subject": ("objet", "Nom", "Name", "Objet du marché", "Subject"),
            "cpv": ("codeCPV", "CPV", "Code CPV"),
            "starts": (
                "dateNotification", "Date de début", "Start date", "Date de notification", "Début",
                "begin_date",
            ),
            "months": (
                "dureeMois", "Durée", "Durée en mois", "Duration", "Initial contract period",
                "Durée initiale",
            ),
            "notice": ("Préavis", "Notice", "notice"),
            "renewal": ("Renouvellement", "Renewal", "Type de renouvellement"),
            "renewed": ("Périodicité", "Période de renouvellement", "Contract renewal period"),
            "procedure": ("procedure", "Procédure"),
            "ceiling": ("montant", "Montant HT", "Plafond HT", "Montant maximum HT"),
            "environment": ("considerationsEnvironnementales", "Considérations environnementales"),
        }
    ),
    needs=frozenset({"id", "starts", "months"}),
)  # fmt: skip
_PROCEDURES = {
    Procedure.ADAPTED: re.compile(r"adaptee|\bmapa\b|sans publicite|adapted"),
    Procedure.PURCHASING_BODY: re.compile(r"centrale d'achat|ugap|purchasing body"),
    Procedure.FORMAL: re.compile(r"appel d'offres|formalis|concurrentiel|negoci|open|restricted"),
}
_RENEWALS = {
    "0": Renewal.NEVER, "1": Renewal.TACIT, "2": Renewal.EXPRESS, "jamais": Renewal.NEVER,
    "never": Renewal.NEVER, "tacite": Renewal.TACIT, "tacit": Renewal.TACIT,
    "expresse": Renewal.EXPRESS, "express": Renewal.EXPRESS,
}  # fmt: skip


def read(paths: Iterable[object], *, on: date, months: int) -> Register:
    """Return the contracts of files on a day. Raises UnusableInputError."""
    problems = Problems()
    found: list[tuple[str, Contract]] = []
    with ExitStack() as opened:
        for path in paths:
            source = opened.enter_context(open_source(path, wanted=WANTED))  # type: ignore[arg-type]
            found += _read(source)
    kept = last_of_each(found)
    keys = [key for key, _one in found]
    if twice := sorted({one.id for key, one in found if keys.count(key) > 1}):
        problems.append(PUBLISHED_TWICE.at(ids=", ".join(twice)))
    register = Register(on, months, kept)
    if asked := [one.id for one in register.to_ask]:
        problems.append(DURATION_TO_ASK.at(ids=", ".join(asked)))
    return Register(on, months, kept, problems.told())


def _read(source: Source) -> list[tuple[str, Contract]]:
    if source.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b"["}:
        return _table(source)
    rows = _rows(load(source.stream.read()).document)
    if rows and all("dureeMois" in row and "id" in row for row in rows):
        return [_decp(row) for row in rows]
    if rows and all("begin_date" in row or "date_begin" in row for row in rows):
        live = (row for row in rows if not row.get("is_deleted") and not row.get("is_template"))
        return [_glpi(row) for row in live]
    raise UnusableInputError(NOT_CONTRACTS.at(file=source.name, give=WANTED.give))


def _rows(document: Any) -> list[Mapping[str, Any]]:
    """Return the contracts of a document, in either layout of the open data, or of GLPI."""
    if isinstance(document, dict):
        document = document.get("marches")
        document = document.get("marche") if isinstance(document, dict) else document
        document = [document] if isinstance(document, dict) else document
    rows = document if isinstance(document, list) else []
    found = [row.get("marche", row) if isinstance(row, dict) else None for row in rows]
    return [row for row in found if isinstance(row, dict)]


def _decp(row: Mapping[str, Any]) -> tuple[str, Contract]:
    buyer = row.get("acheteur")
    key = f"{buyer.get('id') if isinstance(buyer, dict) else ''}/{row.get('id')}"
    said = row.get("considerationsEnvironnementales")
    words = said.get("considerationEnvironnementale", said) if isinstance(said, dict) else said
    clause, criterion = environment(words if isinstance(words, list) else [words])
    contract = Contract(
        id=str(row.get("id", ""))[:60],
        subject=str(row.get("objet", "")),
        starts=_day(str(row.get("dateNotification") or "")[:10]),
        months=_modified(row),
        is_it=is_it(str(row.get("codeCPV") or "")),
        clause=clause,
        criterion=criterion,
        procedure=procedure(str(row.get("procedure") or "")),
        buyer=str(buyer.get("id") or "")[:14] if isinstance(buyer, dict) else "",
        ceiling=_amount(row),
        is_subsequent=bool(row.get("idAccordCadre")),
    )
    return key, contract


def _modified(row: Mapping[str, Any]) -> int | None:
    """Return the duration in months: that of the last modification that says one is the whole."""
    return _whole(_last_said(row, "dureeMois"))


def _amount(row: Mapping[str, Any]) -> Decimal | None:
    """Return the ceiling HT: a modification’s amount is the new whole."""
    try:
        found = Decimal(str(_last_said(row, "montant")))
    except InvalidOperation:
        return None
    return found.quantize(Decimal("0.01")) if found.is_finite() and 1 <= found < _MOST else None


def _last_said(row: Mapping[str, Any], name: str) -> object:
    """Return what the last modification that says it says, else the contract itself."""
    best, value = -1, row.get(name)
    given = row.get("modifications")
    for one in given if isinstance(given, list) else []:
        change = one.get("modification", one) if isinstance(one, dict) else {}
        number, said = _whole(change.get("id")) or 0, change.get(name)
        if _whole(said) is not None and number > best:
            best, value = number, said
    return value


def is_it(cpv: str) -> bool:
    """Tell whether a code of the common vocabulary is of IT or telecommunications."""
    return cpv.strip().startswith(IT)


def procedure(text: str) -> Procedure:
    folded = fold(text)
    found = (one for one, words in _PROCEDURES.items() if words.search(folded))
    return next(found, Procedure.UNKNOWN)


def environment(words: Iterable[object]) -> tuple[bool | None, bool | None]:
    """Return whether there is a clause, and a criterion; None twice where nothing is said."""
    said = [fold(str(word)) for word in words if word is not None]
    if all(word in _UNSAID for word in said):
        return None, None
    return (
        any("clause environnementale" in word for word in said),
        any("critere environnemental" in word for word in said),
    )


def _glpi(row: Mapping[str, Any]) -> tuple[str, Contract]:
    name = str(row.get("id", ""))
    renewal = str(row.get("renewal", row.get("renewal_type", 0)))
    return name, Contract(
        id=name,
        subject=str(row.get("name", "")),
        starts=_day(str(row.get("begin_date") or row.get("date_begin") or "")[:10]),
        months=_whole(row.get("duration")) or None,
        is_it=True,  # what an IT department keeps in its own tool
        renewal=_RENEWALS.get(renewal, Renewal.NEVER),
        renewed_for=_whole(row.get("periodicity", row.get("renewal_period"))) or 0,
        notice=_whole(row.get("notice", row.get("notice_period"))) or 0,
    )


def _table(source: Source) -> list[tuple[str, Contract]]:
    for table in tables_of(source).by_name.values():
        grid = grid_of(table)
        titles = titles_of(grid, _TITLES)
        if titles is None:
            continue
        at = titles.fields
        rows = (cells for number, cells in grid.rows if number > titles.row)
        return [
            _row({role: cells[index] for role, index in at.items() if index < len(cells)})
            for cells in rows
        ]
    raise UnusableInputError(NOT_CONTRACTS.at(file=source.name, give=WANTED.give))


def _row(cells: Mapping[str, Any]) -> tuple[str, Contract]:
    def word(role: str) -> str:
        return text_of(cells.get(role, "")).strip()

    clause, criterion = environment([word("environment")])
    name = word("id")
    return name, Contract(
        id=name,
        subject=word("subject"),
        starts=_day(cells.get("starts", "")),
        months=_whole(word("months")),
        is_it=is_it(word("cpv")) if "cpv" in cells else True,
        clause=clause,
        criterion=criterion,
        renewal=_RENEWALS.get(fold(word("renewal")), Renewal.NEVER),
        renewed_for=_whole(word("renewed")) or 0,
        notice=_whole(word("notice")) if "notice" in cells else None,
        procedure=procedure(word("procedure")),
        ceiling=_euros(word("ceiling")),
    )


def _euros(text: str) -> Decimal | None:
    """Return an amount of a table, None where it is none or could be two."""
    for language in ("fr", "en"):
        try:
            found = numbers.parse(text, language, units=("€", "EUR"), decimals=2)
        except numbers.MistypedError:
            continue
        return found if found is not None and 0 < found < _MOST else None
    return None


def _day(value: Any) -> date | None:
    """Return the day that begins a contract, None where its year was mistyped: it is asked."""
    found = day_of(value)
    return found if found is not None and found.year in YEARS else None


def _whole(value: Any) -> int | None:
    """Return a number of months, None where none is written: “36”, “36 mois”."""
    found = re.match(r"\s*([0-9]{1,6})(?:[.,]0+)?\b", str(value))
    return int(found[1]) if found else None
