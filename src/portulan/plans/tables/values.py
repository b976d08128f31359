"""What a cell of a table says, as a person spelled it: words, dates, amounts, codes (pure).

Every value is a text in one canonical form, the same that `reads` gives of an action, so that a
file, what it said last time and what stands here are compared as texts: a date is `2026-12-31`, an
amount `12000.00` or `unknown`, a level its number, a progress its word of code.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from portulan.core.folding import fold, squeeze
from portulan.core.money import as_text
from portulan.core.say.numbers import MONTHS
from portulan.core.say.text import Text
from portulan.core.tables.amounts import DecimalMark, NotAnAmountError, from_float, parse
from portulan.core.tables.cells import day_of
from portulan.core.tables.workbooks import UNCOMPUTED, Cell
from portulan.plans.words import CommitmentLevel, Progress

UNKNOWN_AMOUNT = "unknown"


class NotUnderstoodError(ValueError):
    """A cell that says nothing we know."""


# --- levels and progress ----------------------------------------------------------------------

_LEVELS = {
    CommitmentLevel.STUDY: re.compile(r"\b(reflexions?|reflechir|etudes?|etudier|study)\b"),
    CommitmentLevel.EXPERIMENT: re.compile(
        r"\b(experimentations?|experimenter|experiment|essai|essayer|test|tester)\b"
    ),
    CommitmentLevel.IMPLEMENTATION: re.compile(
        r"\b(realisations?|realiser|mise en (oe|œ)uvre|implementation|deploiement|deployer)\b"
    ),
}


def level(cell: str) -> str:
    """Return a level of commitment; the word of another scale is none. Raises NotUnderstoodError.

    “Réalisé” says how far an action is, never how firmly one commits to it.
    """
    text = fold(cell)
    found = [one for one, words in _LEVELS.items() if words.search(text)]
    if len(found) != 1:
        raise NotUnderstoodError(cell)
    return str(int(found[0]))


_STEPS: dict[Progress, str] = {
    Progress.TODO: "a faire|a venir|non commence|pas commence|non demarre|pas demarre|a lancer"
    "|a demarrer|planifie|prevu|a planifier|programme|to do|todo|not started|planned|a discuter"
    "|non realise|non debute|en attente",
    Progress.IN_PROGRESS: "en cours|demarre|commence|lance|engage|in progress|started|under way"
    "|en cours realisation|partiellement realise|debute",
    Progress.DONE: "fini|termine|realise|fait|acheve|cloture|clos|livre|done|completed|complete"
    "|finished|closed|solde",
    Progress.ONGOING: "en suivi|suivi|perenne|permanent|en continu|continu|follow up|followed up"
    "|ongoing",
    Progress.PAUSED: "en pause|pause|suspendu|reporte|ajourne|on hold|paused|gele",
    Progress.DROPPED: "abandonne|annule|supprime|dropped|cancelled|canceled|abandon|abandoned",
}
_ENDING = re.compile(r"(ees|ee|es|e|s)$")
_LATE = frozenset({"en retard", "retard", "late"})
_BLOCKED = frozenset({"bloque", "blocked"})
_PERCENT = re.compile(r"([0-9]{1,3})(?:[.,][0-9]+)? ?%").fullmatch


def _root(text: str) -> str:
    return " ".join(_ENDING.sub("", word) for word in re.findall(r"[^\W_]+", fold(text)))


_ROOTS = {_root(word): step for step, words in _STEPS.items() for word in words.split("|")}
_LATE_ROOTS, _BLOCKED_ROOTS = {_root(word) for word in _LATE}, {_root(word) for word in _BLOCKED}


class Step(NamedTuple):
    """How far an action is said to be; `late` is derived and never typed, `blocked` is kept."""

    progress: Progress
    late: bool = False
    blocked: bool = False


def progress(cell: Cell) -> Step:
    """Return how far an action is: a word, or a share done. Raises NotUnderstoodError."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Step(_share_done(float(cell) * (100 if 0 < cell <= 1 else 1), str(cell)))
    text = squeeze(str(cell))
    if found := _PERCENT(text):
        return Step(_share_done(float(found[1]), text))
    root = _root(text)
    if root in _LATE_ROOTS:
        return Step(Progress.IN_PROGRESS, late=True)
    if root in _BLOCKED_ROOTS:
        return Step(Progress.IN_PROGRESS, blocked=True)
    if root not in _ROOTS:
        raise NotUnderstoodError(text)
    return Step(_ROOTS[root])


def _share_done(percent: float, text: str) -> Progress:
    if not 0 <= percent <= 100:
        raise NotUnderstoodError(text)
    if percent == 0:
        return Progress.TODO
    return Progress.DONE if percent == 100 else Progress.IN_PROGRESS


# --- dates ------------------------------------------------------------------------------------

_YEARS = range(1990, 2101)
_SHORT = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{2})").fullmatch
_SPELLED = re.compile(r"([0-9]{1,2})(?:er|st|nd|rd|th)? ([a-z]{3,})\.? (20[0-9]{2}|[0-9]{2})")
_MONTH = re.compile(r"([a-z]{3,})\.?[ -]?(20[0-9]{2}|[0-9]{2})").fullmatch
_NUMBERED_MONTH = re.compile(r"([0-9]{1,2})[/.-](20[0-9]{2})").fullmatch
_MONTH_OF_YEAR = re.compile(r"(20[0-9]{2})[/.-]([0-9]{1,2})").fullmatch
_QUARTER = re.compile(
    r"(?:[tq]([1-4])|([1-4])(?:er|e|eme)? ?(?:trimestre|trim\.?|quarter))[ /-]*(20[0-9]{2})"
).fullmatch
_HALF = re.compile(
    r"(?:[sh]([12])|([12])(?:er|e|eme)? ?(?:semestre|sem\.?|half))[ /-]*(20[0-9]{2})"
).fullmatch
_YEAR = re.compile(r"(20[0-9]{2})").fullmatch
_FROM_TO = re.compile(r"(20[0-9]{2}) ?(?:-|–|/|a|au|to) ?(20[0-9]{2})").fullmatch
_EDGE = re.compile(r"(fin|debut|end|early|end of) ?(?:de |d'|of )?(.+)").fullmatch

type Period = tuple[date, date]


def start_of(cell: Cell) -> str:
    """Return the first day that a cell says, as `2026-03-01`. Raises NotUnderstoodError."""
    return _edge(cell, at_end=False)


def end_of(cell: Cell) -> str:
    """Return the last day that a cell says: “T4 2026” ends on 31 December. As `start_of`."""
    return _edge(cell, at_end=True)


def _edge(cell: Cell, *, at_end: bool) -> str:
    if isinstance(cell, datetime | date) or (isinstance(cell, str) and day_of(cell)):
        day = day_of(cell)
        if day is None or day.year not in _YEARS:
            raise NotUnderstoodError(str(cell))
        return day.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_number(cell, at_end=at_end)
    text = fold(str(cell)).strip(" .")
    if found := _EDGE(text):
        # “Fin 2026” is the last day of the year for an end, and no day at all for a start.
        if (found[1] in ("fin", "end", "end of")) != at_end:
            raise NotUnderstoodError(text)
        text = found[2]
    period = _period(text)
    if period is None:
        raise NotUnderstoodError(str(cell))
    return period[at_end].isoformat()


def _of_number(cell: float, *, at_end: bool) -> str:
    if cell == int(cell) and int(cell) in _YEARS:
        return date(int(cell), 12 if at_end else 1, 31 if at_end else 1).isoformat()
    day = day_of(cell)
    if day is None:
        raise NotUnderstoodError(str(cell))
    return day.isoformat()


def _period(text: str) -> Period | None:
    """Return the first and the last day of a day, a month, a quarter, a half, a year or several."""
    if found := _SHORT(text):
        return _day(2000 + int(found[3]), int(found[2]), int(found[1]))
    if found := _SPELLED.fullmatch(text):
        return _day(_year(found[3]), _month_named(found[2]), int(found[1]))
    if found := _MONTH(text):
        return _months(_year(found[2]), _month_named(found[1]), 1)
    if found := _NUMBERED_MONTH(text):
        return _months(int(found[2]), int(found[1]), 1)
    if found := _MONTH_OF_YEAR(text):
        return _months(int(found[1]), int(found[2]), 1)
    if found := _QUARTER(text):
        return _months(int(found[3]), 3 * int(found[1] or found[2]) - 2, 3)
    if found := _HALF(text):
        return _months(int(found[3]), 6 * int(found[1] or found[2]) - 5, 6)
    if found := _YEAR(text):
        return _months(int(found[1]), 1, 12)
    if (found := _FROM_TO(text)) and found[1] <= found[2]:
        return date(int(found[1]), 1, 1), date(int(found[2]), 12, 31)
    return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day(year: int, month: int, day: int) -> Period | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found, found


def _months(year: int, first: int, count: int) -> Period | None:
    last = first + count - 1
    if first < 1 or last > 12:
        return None
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _month_named(name: str) -> int:
    """Return the rank of a month named whole or cut (“sept.”), 0 for another word."""
    for names in MONTHS.values():
        found = [rank for rank, month in enumerate(names, 1) if fold(month).startswith(name)]
        if len(found) == 1:
            return found[0]
    return 0


# --- amounts ----------------------------------------------------------------------------------

_NOT_COSTED = frozenset(
    {"?", "??", "???", "inconnu", "inconnue", "a chiffrer", "a definir", "a estimer", "a preciser"}
    | {"non chiffre", "non connu", "nc", "n.c.", "nd", "n.d.", "unknown", "tbd", "to be costed"}
    | {"non chiffree", "a determiner", "en attente de devis", "devis en cours", "not costed"}
)
_NOTHING = frozenset({"gratuit", "sans cout", "neant", "aucun", "zero", "nul", "free", "none"})
_UNIT = re.compile(
    r"(?P<number>[^a-z€]*[0-9][^a-z€]*?) ?(?P<scale>k|m|mille|milliers?|millions?)? ?"
    r"(?P<euro>€|e|euros?|eur)? ?(?:ttc|ht)?"
).fullmatch
_OF = re.compile(r"\b(d'|de )")
_SCALES = {"k": 1000, "m": 1_000_000, "mille": 1000}


def amount(cell: Cell, *, scale: int = 1, mark: DecimalMark | None = None) -> str:
    """Return an amount in euros to the cent, or `unknown` where the cell says that it is not known.

    `scale` is the title’s (1 000 for k€) unless the cell says its own: “12 k€”, “€12k”. An
    amount that is only about something is none. Raises NotUnderstoodError.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _euros(_exact(cell) * scale, str(cell))
    text = fold(str(cell))
    if text in _NOT_COSTED:
        return UNKNOWN_AMOUNT
    if text in _NOTHING:
        return _euros(Decimal(0), text)
    if text.startswith("€"):  # as English writes it: “€12k”
        text = f"{text[1:].strip()}€"
    found = _UNIT(_OF.sub("", text))
    if found is None or not isinstance(cell, str):
        raise NotUnderstoodError(str(cell))
    word = found["scale"]
    if word:
        scale = _SCALES.get(word) or (1000 if word.startswith("millier") else 1_000_000)
    elif found["euro"]:
        scale = 1
    try:
        value = parse(found["number"].strip(), mark)
    except NotAnAmountError:
        raise NotUnderstoodError(cell) from None
    if value is None:
        raise NotUnderstoodError(cell)
    return _euros(value * scale, cell)


def number(cell: Cell) -> str:
    """Return a number without needless zeros. Raises NotUnderstoodError."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        value: Decimal | None = _exact(cell)
    else:
        try:
            value = parse(str(cell).strip())
        except NotAnAmountError:
            raise NotUnderstoodError(str(cell)) from None
    if value is None:
        raise NotUnderstoodError(str(cell))
    return format(value.normalize(), "f")


def step(text: str, words: Mapping[Any, Text]) -> str:
    """Return the key of a step by its word in either language. Raises NotUnderstoodError."""
    for key, word in words.items():
        if fold(text) in {fold(word.fr), fold(word.en)}:
            return str(key.value)
    raise NotUnderstoodError(text)


def _exact(cell: float) -> Decimal:
    try:
        return Decimal(cell) if isinstance(cell, int) else from_float(cell)
    except NotAnAmountError:
        raise NotUnderstoodError(str(cell)) from None


def _euros(value: Decimal, text: str) -> str:
    """Return an amount that a plan may ask for: not under nothing, and of twelve digits at most."""
    if value < 0 or value >= 10**12:
        raise NotUnderstoodError(text)
    return as_text(value)


# --- codes and lines --------------------------------------------------------------------------

_CODE = re.compile(r"\b[a-z0-9]{1,12}(?:[.-][0-9]{1,3})+\b", re.IGNORECASE)


def codes(text: str) -> tuple[str, ...]:
    """Return the codes of practices that a cell names, in order: “a.5, d.2”, “BP a.5 : budget”."""
    found = [code.lower() for code in _CODE.findall(text)]
    parts = (squeeze(part) for part in re.split(r"[,;/\n|]", text))
    return tuple(dict.fromkeys(found or [part.lower() for part in parts if part]))


def is_written(cell: Cell) -> bool:
    """Tell whether a cell says anything: a lone dash says nothing."""
    if isinstance(cell, str):
        return cell.strip() not in {"", "-", "–", "—", UNCOMPUTED}
    return True


def joined(texts: Iterable[str]) -> str:
    """Return the distinct texts, one a line."""
    return "\n".join(dict.fromkeys(text for text in texts if text))
