"""Public contracts (DECP, “données essentielles de la commande publique”): those of IT, by buyer.

The national JSON of 2019 (a list of `marches`) and of 2022 (`marches`, then `marche`), and tables
made of either. An amount is fixed or is the ceiling of a framework agreement, without tax: never
spending. The layout of 2019 says nothing of the environment: that is unknown, and is not “neither
clause nor criterion”. Suppliers are not read, as a SIRET may be a person’s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portulan.budget.contracts.readers import is_it
from portulan.core.folding import fold
from portulan.core.money import to_cents
from portulan.core.say.text import Problems, UnusableInputError
from portulan.observatory.readers.columns import Columns, cell
from portulan.observatory.readers.findings import DUPLICATES, NOT_JSON
from portulan.observatory.readers.records import Contract, Reading
from portulan.observatory.words import Kind

TELECOM = "642"
# What is typed where the amount is not known (seen in the national file), and what no contract is;
# round amounts are typed so too, but true ceilings are round as well.
_FILLS = frozenset({Decimal(399_999_996)})
_TOO_MUCH = Decimal(10) ** 9
_BUYER = (r"acheteur[._ ]?(?:id|siret)", r"(?:id|siret)[._ ]?acheteur", "acheteur")
_CPV = (r"code[._ ]?cpv", "cpv")
_AMOUNT = ("montant", r"montant[._ ]?ht")
_NUMBER = ("id", "uid", r"(?:id|identifiant|numero)[._ ]?(?:du )?marche")
_DAY = (r"date[._ ]?(?:de )?notification",)
_ENVIRONMENT = r"considerations?[._ ]?environnementales?.*"
_UNSAID = frozenset({"", "nc", "null", "none", "[]"})


def recognises(names: frozenset[str]) -> bool:
    """Return whether these columns are those of a table of contracts."""
    return all(
        any(re.fullmatch(pattern, name) for name in names for pattern in patterns)
        for patterns in (_BUYER, _CPV, _AMOUNT)
    )


def read(columns: Columns) -> Reading[Contract]:
    """Read a table, one row for a contract and a supplier."""
    places = {
        "acheteur_id": columns.at(*_BUYER),
        "codecpv": columns.at(*_CPV),
        "montant": columns.at(*_AMOUNT),
        "id": columns.at(*_NUMBER),
        "datenotification": columns.at(*_DAY),
    }
    environment = columns.every(_ENVIRONMENT)
    rows = (
        {name: cell(cells, place) for name, place in places.items()}
        | {"environment": ", ".join(filter(None, (cell(cells, at) for at in environment)))}
        for line, cells in columns.table.rows()
        if line > columns.titles_at and any(cells)
    )
    return _reading(rows, several_rows=True)


def read_document(document: Any) -> Reading[Contract]:
    """Read the national JSON. Raises UnusableInputError when it is something else."""
    try:
        contracts = document["marches"] if isinstance(document, dict) else document
        contracts = contracts["marche"] if isinstance(contracts, dict) else contracts
        if isinstance(contracts, dict):  # the only one of its file
            contracts = [contracts]
        rows = [_row(one.get("marche", one)) for one in contracts]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnusableInputError(NOT_JSON.at()) from None
    if rows and not any(one["codecpv"] or one["acheteur_id"] for one in rows):
        raise UnusableInputError(NOT_JSON.at())  # a list of something else
    return _reading(rows, several_rows=False)


def _row(contract: Mapping[str, object]) -> dict[str, str]:
    buyer = contract.get("acheteur")
    said = contract.get("considerationsEnvironnementales")
    words = said.get("considerationEnvironnementale", said) if isinstance(said, dict) else said
    return {
        "acheteur_id": str(buyer.get("id", "")) if isinstance(buyer, dict) else "",
        "id": str(contract.get("id", "")),
        "codecpv": str(contract.get("codeCPV") or ""),
        "montant": str(contract.get("montant", "")),
        "datenotification": str(contract.get("dateNotification", "")),
        "environment": json.dumps(words, ensure_ascii=False),
    }


def _reading(rows: Iterable[Mapping[str, str]], *, several_rows: bool) -> Reading[Contract]:
    found: dict[tuple[str, str], Contract] = {}
    problems = Problems()
    read = twice = 0
    for row in rows:
        read += 1
        contract = _contract(row)
        if not is_it(contract.cpv) or not contract.buyer:
            continue
        key = (contract.buyer, contract.number)
        twice += key in found
        found.setdefault(key, contract)
    if twice and not several_rows:
        problems.append(DUPLICATES.at(count=twice))
    return Reading(Kind.CONTRACTS, read, list(found.values()), problems)


def _contract(row: Mapping[str, str]) -> Contract:
    words = fold(row["environment"])
    is_said = re.sub(r"[\"' ,]|\[(?!\])|(?<!\[)\]", "", words) not in _UNSAID
    day = row["datenotification"][:10]
    return Contract(
        buyer=re.sub(r"\D", "", row["acheteur_id"])[:14],
        number=row["id"][:60],
        cpv=row["codecpv"].strip()[:10],
        cents=_cents(row["montant"]),
        notified_on=day if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day) else "",
        clause="clause environnementale" in words if is_said else None,
        criterion="critere environnemental" in words if is_said else None,
    )


def _cents(text: str) -> int | None:
    """Return the amount in cents; None for what says none, or fills the cell."""
    try:
        amount = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 < amount < _TOO_MUCH or amount in _FILLS:
        return None
    return int(to_cents(amount).scaleb(2))
