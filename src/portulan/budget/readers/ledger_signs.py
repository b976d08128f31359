"""The columns of two to five words that say the sign, the direction or the movement of a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from portulan.budget.readers.ledger_columns import SIDES, Field, said_by
from portulan.budget.readers.ledger_titles import Titles
from portulan.budget.readers.ledger_words import FLOWS, is_of_order, sign_of
from portulan.core.folding import fold
from portulan.core.tables.cells import is_total, text_of
from portulan.core.tables.tabular import Row

# Of a piece: what is not paid may not count.
STATES = re.compile(r"(?:etat|statut|status|state|situation)\b.*")
_SIGN_TITLES = re.compile(
    r"sens|signe|d ?/ ?c|dc|c ?/ ?d|debit ?/ ?credit|(?:type|nature|code)(?: de(?: la)?| d')?"
    r" ?(?:piece|mandat|mouvement|operation|ecriture|bordereau)s?|type|dr ?/ ?cr|cr ?/ ?dr|sign"
)
MOST_WORDS = 5
_MOST_JOURNALS = 40
# What a journal says of what stood before the year.
OPENING = frozenset(
    {"an", "ran", "anv", "anx", "anouv", "ouv", "ouverture", "a nouveau", "a nouveaux"}
    | {"a-nouveau", "a-nouveaux", "report a nouveau", "opening", "opening balance"}
)
CREDITS = frozenset({"c", "cr", "credit"})
DEBITS = frozenset({"d", "dr", "debit"})


def is_explicit(title: str) -> bool:
    """Return whether a title says that its words are signs."""
    words = fold(title)
    return _SIGN_TITLES.fullmatch(words) is not None and words != "type"


def _values(sample: Sequence[Row], at: int, account: int | None) -> set[str]:
    """Return the words of a column on the lines: a row without an account may be a total."""
    return {
        fold(text)
        for _, cells in sample
        if at < len(cells)
        and (account is None or (account < len(cells) and text_of(cells[account])))
        and not is_total(text := text_of(cells[at]))
    } - {""}


def sign_column(
    titles: Titles, sample: Sequence[Row], fields: Mapping[Field, int], kinds_at: int | None = None
) -> int | None:
    """Return the column that says whether a row adds or takes away; that of kinds says neither."""
    taken = {at for name, at in fields.items() if name != "flow"} | {kinds_at}
    for at, title in enumerate(titles.titles):
        if at in taken:
            continue
        values = _values(sample, at, fields.get("account"))
        if SIDES[0] in fields and values & OPENING and 1 < len(values) < _MOST_JOURNALS:
            return at
        if not values or len(values) > MOST_WORDS or any(map(_has_digits, values)):
            continue
        if values <= FLOWS.keys() or all(is_of_order(value) is not None for value in values):
            continue
        if values <= CREDITS | DEBITS:
            return at
        named = _SIGN_TITLES.fullmatch(fold(title)) is not None
        if named or any(sign_of(value) == -1 for value in values):
            return at
        if STATES.fullmatch(fold(title)) and unsaid(values):
            return at
    return None


def unsaid(words: Iterable[str]) -> list[str]:
    """Return the states that say nothing of a payment, beside one that does."""
    found = {word: said_by(word).stage for word in words if word}
    return (
        sorted(word for word, stage in found.items() if stage is None)
        if any(stage == "realised" for stage in found.values())
        else []
    )


def flow_column(titles: Titles, sample: Sequence[Row], fields: Mapping[Field, int]) -> int | None:
    """Return the column whose words are of expenses and of revenue, whatever its title."""
    for at in range(len(titles.titles)):
        if at in fields.values():
            continue
        values = _values(sample, at, fields.get("account"))
        if values <= FLOWS.keys() and len({FLOWS[value] for value in values}) > 1:
            return at
    return None


def _has_digits(text: str) -> bool:
    return any(map(str.isdigit, text))


def movement_column(
    titles: Titles, sample: Sequence[Row], fields: Mapping[Field, int]
) -> int | None:
    """Return the column that says whether a movement is real or of order."""
    for at in range(len(titles.titles)):
        if at in fields.values() and fields.get("flow") != at:
            continue
        values = _values(sample, at, fields.get("account"))
        said = [is_of_order(value) for value in values]
        if values and None not in said and True in said:
            return at
    return None
