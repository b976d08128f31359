"""What bodies declare that they bought from reuse (law AGEC, article 58): nine columns, in order.

The schema that the State publishes cannot see that a part is more than its whole: such a row is
said, and not read.
"""

from __future__ import annotations

from portulan.core.money import to_cents
from portulan.core.say.text import Problem, Problems, Text
from portulan.core.tables.amounts import NotAnAmountError, parse
from portulan.observatory.readers.columns import Columns, cell, siren_of, year_of
from portulan.observatory.readers.findings import NOT_DECLARED
from portulan.observatory.readers.records import Declared, Reading
from portulan.observatory.words import Kind

_PARTS = (
    "montant_total",
    "montant_reemploi_et_reutilisation",
    "montant_produits_issus_don",
    "montant_produits_recycles",
)
_NEEDED = {"annee", "siret", "type_produit_acquis", *_PARTS}
_WHO = Text("année ou SIRET", "year or SIRET")
_AMOUNT = Text("montant", "amount")
_PART = Text("une part dépasse le total", "a part is more than the whole")
_TWICE = Text("catégorie en double", "category there twice")


def recognises(names: frozenset[str]) -> bool:
    """Return whether these columns are those of the declaration."""
    return names >= _NEEDED


def read(columns: Columns) -> Reading[Declared]:
    """Read the declarations; a row that cannot be true is a problem."""
    places = {name: columns.at(name) for name in (*_NEEDED, "raison_sociale")}
    found: dict[tuple[int, str, str], Declared] = {}
    problems = Problems()
    rows = 0
    for line, cells in columns.table.rows():
        if line <= columns.titles_at or not any(cells):
            continue
        rows += 1
        said = _declared({name: cell(cells, place) for name, place in places.items()}, line)
        if isinstance(said, Problem):
            problems.append(said)
        elif (key := (said.year, said.siren, said.category)) in found:
            problems.append(NOT_DECLARED.at(line=line, why=_TWICE))
        else:
            found[key] = said
    return Reading(Kind.REUSE, rows, list(found.values()), problems)


def _declared(said: dict[str, str], line: int) -> Declared | Problem:
    year, siren = year_of(said["annee"]), siren_of(said["siret"])
    if year is None or len(said["annee"]) != 4 or not siren:
        return NOT_DECLARED.at(line=line, why=_WHO)
    try:
        total, reused, given, recycled = (_cents(said[name]) for name in _PARTS)
    except NotAnAmountError:
        return NOT_DECLARED.at(line=line, why=_AMOUNT)
    if not 0 <= max(reused, given, recycled) <= total or min(reused, given, recycled) < 0:
        return NOT_DECLARED.at(line=line, why=_PART)
    category = said["type_produit_acquis"][:120]
    return Declared(
        year, siren, said["raison_sociale"][:200], category, total, reused, given, recycled
    )


def _cents(text: str) -> int:
    amount = parse(text)
    if amount is None or amount < 0:
        raise NotAnAmountError(text)
    return int(to_cents(amount).scaleb(2))
