"""The columns of a sheet of decisions, and their titles in both languages (pure).

One sheet is the lines of a year, the register of attributions and the queue: a row for each
attribution, and one for a line that has none. What is decided of a line is on each of its rows.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import batched
from typing import NamedTuple

from portulan.core.folding import fold
from portulan.core.say.text import Text


class Column(StrEnum):
    KEY = "key"
    LINE = "line"
    STATE = "state"
    FILE = "file"
    ROW = "row"
    BUDGET = "budget"
    LABEL = "label"
    NATURE = "nature"
    SECTION = "section"
    CHAPTER = "chapter"
    FUNCTION = "function"
    OPERATION = "operation"
    SERVICE = "service"
    MANAGER = "manager"
    SUPPLIER = "supplier"
    CONTRACT = "contract"
    ORDER = "order"
    LINE_AMOUNT = "line_amount"
    POST = "post"
    USE = "use"
    RULE = "rule"
    VERDICT = "verdict"
    IT_SHARE = "it_share"
    VERDICT_REASON = "verdict_reason"
    REVIEWED = "reviewed"
    DECIDED_ON = "decided_on"
    DECIDED_BY = "decided_by"
    ATTRIBUTION = "attribution"
    ACTION = "action"
    SHARE = "share"
    AMOUNT = "amount"
    STAGE = "stage"
    STATUS = "status"
    METHOD = "method"
    REASON = "reason"
    EVIDENCE = "evidence"
    OUTSIDE = "outside"
    KEPT = "kept"
    KEPT_AMOUNT = "kept_amount"
    PROPOSED_AMOUNT = "proposed_amount"
    RECORDED_ON = "recorded_on"
    AUTHOR = "author"


TITLES: dict[Column, Text] = {
    Column.KEY: Text("Clé de ligne", "Line key"),
    Column.LINE: Text("Numéro de ligne", "Line number"),
    Column.STATE: Text("État à l’envoi", "State when sent"),
    Column.FILE: Text("Fichier", "File"),
    Column.ROW: Text("Ligne du fichier", "Row of the file"),
    Column.BUDGET: Text("Budget", "Budget"),
    Column.LABEL: Text("Libellé", "Label"),
    Column.NATURE: Text("Compte", "Account"),
    Column.SECTION: Text("Section", "Section"),
    Column.CHAPTER: Text("Chapitre", "Chapter"),
    Column.FUNCTION: Text("Fonction", "Function"),
    Column.OPERATION: Text("Opération", "Operation"),
    Column.SERVICE: Text("Service", "Department"),
    Column.MANAGER: Text("Gestionnaire", "Manager"),
    Column.SUPPLIER: Text("Fournisseur", "Supplier"),
    Column.CONTRACT: Text("Marché", "Contract"),
    Column.ORDER: Text("Engagement", "Order"),
    Column.LINE_AMOUNT: Text("Montant de la ligne", "Amount of the line"),
    Column.POST: Text("Poste", "Post"),
    Column.USE: Text("Exploitation ou projet", "Run or build"),
    Column.RULE: Text("Jugée par", "Judged by"),
    Column.VERDICT: Text("Périmètre", "Perimeter"),
    Column.IT_SHARE: Text("Part informatique", "IT share"),
    Column.VERDICT_REASON: Text("Motif du verdict", "Reason of the verdict"),
    Column.REVIEWED: Text("Examinée, 0 %", "Reviewed, 0%"),
    Column.DECIDED_ON: Text("Décidée le", "Decided on"),
    Column.DECIDED_BY: Text("Décidée par", "Decided by"),
    Column.ATTRIBUTION: Text("Numéro de fléchage", "Attribution number"),
    Column.ACTION: Text("Action", "Action"),
    Column.SHARE: Text("Part dédiée au NR", "Share dedicated to NR"),
    Column.AMOUNT: Text("Montant fléché", "Amount attributed"),
    Column.STAGE: Text("Stade du montant", "Stage of the amount"),
    Column.STATUS: Text("Statut", "Status"),
    Column.METHOD: Text("Méthode", "Method"),
    Column.REASON: Text("Motif", "Reason"),
    Column.EVIDENCE: Text("Preuve", "Evidence"),
    Column.OUTSIDE: Text("Hors du budget de la DSI", "Outside the IT budget"),
    Column.KEPT: Text("Part retenue", "Share retained"),
    Column.KEPT_AMOUNT: Text("Montant retenu", "Amount retained"),
    Column.PROPOSED_AMOUNT: Text("Montant proposé", "Amount proposed"),
    Column.RECORDED_ON: Text("Fléchée le", "Attributed on"),
    Column.AUTHOR: Text("Auteur", "Author"),
}
# What comes back of a line, and of an attribution; the others are read to find them, or not at all.
OF_LINE = (Column.VERDICT, Column.IT_SHARE, Column.VERDICT_REASON, Column.REVIEWED)
OF_ATTRIBUTION = (
    *(Column.ACTION, Column.SHARE, Column.AMOUNT, Column.STAGE, Column.STATUS),
    *(Column.METHOD, Column.REASON, Column.EVIDENCE, Column.OUTSIDE),
)
# What is judged as one value, under the name of its first column: a verdict goes with its share and
# its reason, a share with its amount and the stage of that.
CELLS_OF_LINE = {Column.VERDICT: OF_LINE[:3], Column.REVIEWED: OF_LINE[3:]}
CELLS_OF_ATTRIBUTION = {Column.SHARE: (Column.SHARE, Column.AMOUNT, Column.STAGE)} | {
    column: (column,)
    for column in OF_ATTRIBUTION
    if column not in (Column.SHARE, Column.AMOUNT, Column.STAGE)
}
BY_TITLE = {fold(text): column for column, words in TITLES.items() for text in words}

# What makes the key of a line: what its file says of it, but its amounts, and its supplier, whose
# name never leaves by default, not even sealed.
KEYED = (
    *("budget", "section", "chapter", "nature", "function", "operation", "service", "manager"),
    *("order_ref", "contract_ref", "label"),
)
_DIGITS = 12
_STATE, _BETWEEN, _SIGNS = "k", ".", 4  # of a cell that says what a row left as


def line_key(said: Iterable[object]) -> str:
    """Return the key of a line from what it says (`KEYED`): the same in the next file of its tool.

    It starts with a letter: a spreadsheet takes 12e45678 for a number.
    """
    return f"L{hashlib.sha256(_json(list(said))).hexdigest()[:_DIGITS]}"


def left_as(line: str, cell: Column, values: Iterable[object], *, key: bytes) -> str:
    """Return the digest of a cell of a line, by its key, in four signs.

    Under the `key` of this place nobody makes one, nor guesses from one what was decided.
    """
    said = _json([line, cell, *values])
    digest = hashlib.blake2b(said, key=key, digest_size=_SIGNS * 3 // 4).digest()
    return urlsafe_b64encode(digest).decode()


class Left(NamedTuple):
    """What a row left as: the digest of each cell; `given` is None where nobody knows."""

    line: Mapping[Column, str]
    given: Mapping[Column, str] | None

    def state(self) -> str:
        """Return it in one cell of a sheet; `read_left` reads it."""
        parts = ("".join(some.values()) for some in (self.line, self.given or {}))
        return _STATE + _BETWEEN.join(parts)


UNKNOWN = Left({}, None)


def read_left(state: str) -> Left:
    """Return what a row left as, `UNKNOWN` where its cell is another thing."""
    line, _between, given = state.removeprefix(_STATE).partition(_BETWEEN)
    sizes = (len(CELLS_OF_LINE) * _SIGNS, len(CELLS_OF_ATTRIBUTION) * _SIGNS)
    if not state.startswith(_STATE) or len(line) != sizes[0] or len(given) not in (0, sizes[1]):
        return UNKNOWN
    return Left(_digests(CELLS_OF_LINE, line), _digests(CELLS_OF_ATTRIBUTION, given))


def _digests(cells: Iterable[Column], text: str) -> dict[Column, str]:
    each = ("".join(signs) for signs in batched(text, _SIGNS))
    return dict(zip(cells, each, strict=False))


def _json(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
