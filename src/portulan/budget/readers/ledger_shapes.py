"""The rows of a ledger written otherwise before they are read, where their cells say two things.

A letter before an account is its direction (`D6156`, `R7088`). The same expense on several rows,
one a kind (committed and paid, budget and realised), is a dimension: one kind is read, or each at
its stage. An amount that words surround (`env. 1 200`) is read without them, once a person says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from portulan.budget.readers.ledger_columns import (
    AMOUNT_FIELDS,
    GENERIC_AMOUNTS,
    Field,
    phrase_of,
    said_by,
    unit_of,
)
from portulan.budget.readers.ledger_mapping import BAD_MAPPING, TOGETHER, place_of
from portulan.budget.readers.ledger_questions import KINDS, UNREADABLE, Asked
from portulan.budget.readers.ledger_signs import MOST_WORDS
from portulan.budget.readers.ledger_titles import Titles
from portulan.budget.readers.ledger_words import FLOWS, is_of_order, sign_of
from portulan.budget.readers.lines import Answer, Question
from portulan.core.folding import fold
from portulan.core.say.text import UnusableInputError
from portulan.core.spreadsheet import digits
from portulan.core.tables.amounts import DecimalMark, NotAnAmountError
from portulan.core.tables.cells import amount_of, is_total, text_of
from portulan.core.tables.tabular import Row
from portulan.core.tables.workbooks import Cell

_LETTERED = re.compile(r"([DR])[FI]?[ ./-]?([0-9]{2,}.*)", re.IGNORECASE)
_NUMBERS = re.compile(
    r"[-+(]?(?:[0-9]{1,3}(?:[ \u00a0\u202f.,'’][0-9]{3})+|[0-9]+)(?:[.,][0-9]{1,2})?\)?"
)
_GROUPED = re.compile(r"[0-9][ \u00a0\u202f.,'’][0-9]{3}(?![0-9])|[0-9][.,][0-9]{2}(?![0-9])")
_MOST_AROUND = 10  # characters around an amount
_MANY = 8  # lines whose kinds would not be in one order by chance
_FEW = 3  # lines that have several kinds
_LEAST = 0.2  # of the larger kind, what the smaller is at the least
_MOST_PERIODS = 13
_EVERY = 16  # one line in so many may be out of order
_ADDED, _STAGES = "added", "stages"


@dataclass(slots=True)
class Shape:
    """How rows are written otherwise: columns are changed in place, others added at the end."""

    width: int
    bare: list[int] = field(default_factory=list)
    letters_at: int | None = None
    kinds_at: int | None = None
    kept: str | None = None  # the kind that is read, folded
    places: Mapping[str, int] = field(default_factory=dict)  # of each kind, its column
    amount_at: int | None = None
    more: int = 0
    mark: DecimalMark | None = None

    @property
    def is_plain(self) -> bool:
        """Whether rows are read as they stand."""
        are_all_read = self.kept is None and not self.places
        return not self.bare and self.letters_at is None and are_all_read

    def leaves(self, cells: Sequence[Cell]) -> bool:
        """Return whether a row is of a kind that is not read."""
        if self.kinds_at is None or self.kinds_at >= len(cells):
            return False
        kind = fold(text_of(cells[self.kinds_at]))
        if self.places and self.amount_at is not None:  # a kind that has no stage of its own
            is_blank = self.amount_at >= len(cells) or not text_of(cells[self.amount_at])
            return kind not in self.places and not is_blank
        return self.kept is not None and kind not in ("", self.kept)

    def rows(self, rows: list[Row]) -> list[Row]:
        """Return the rows that are read, as they are."""
        if self.is_plain:
            return rows
        return [(row, self.of(cells)) for row, cells in rows if not self.leaves(cells)]

    def of(self, cells: Sequence[Cell]) -> Sequence[Cell]:
        """Return a row as it is read."""
        if len(cells) > self.width and any(map(text_of, cells[self.width :])):
            return cells  # too long: it is refused
        row = [*cells[: self.width], *[""] * (self.width + self.more - len(cells))]
        for at in self.bare:
            row[at] = _bared(row[at], self.mark)
        if self.letters_at is not None:
            found = _LETTERED.fullmatch(text_of(row[self.letters_at]))
            if found is not None:
                row[self.letters_at], row[self.width] = found[2], found[1].upper()
        if self.places and self.kinds_at is not None and self.amount_at is not None:
            place = self.places.get(fold(text_of(row[self.kinds_at])))
            if place is not None:
                row[place], row[self.amount_at] = row[self.amount_at], ""
        return row


def _bared(cell: Cell, mark: DecimalMark | None) -> Cell:
    """Return the number that a cell has among words, the cell itself where it has none or two.

    Its words may say a unit: 12,5 k€.
    """
    if not isinstance(cell, str):
        return cell
    found = _NUMBERS.findall(cell)
    if len(found) != 1:
        return cell
    unit = unit_of(cell.replace(found[0], " "))
    amount = None if unit == 1 else amount_of(found[0], mark)
    return found[0] if amount is None else digits(amount * unit).replace(".", mark or ".")


def shaped(
    titles: Titles,
    sample: Sequence[Row],
    keys: Mapping[Field, int],
    mark: DecimalMark | None,
    asked: Asked,
    but: Sequence[int] = (),
) -> tuple[Titles, Shape, list[Question]]:
    """Return the titles as they are read, how rows are, and what must be asked before.

    `but` are columns that say whose the rows are, and of which year. Raises UnusableInputError for
    a column that is not there.
    """
    shape = Shape(len(titles.titles), mark=mark)
    questions: list[Question] = []
    for named in filter(None, asked.answers.get("bare", "").split(TOGETHER["bare"])):
        if (at := place_of(titles.titles, named)) is not None:
            shape.bare.append(at)
    if not asked.is_whole:
        questions += _unreadable(titles, sample, keys, mark, asked, shape.bare)
    if "account" in keys and _are_lettered(sample, keys["account"]):
        shape.letters_at, shape.more = keys["account"], 1
        titles = _with(titles, ["Sens"], {"flow": shape.width})
    if only := asked.answers.get("only"):
        named, _equals, word = only.rpartition("=")
        if (at := place_of(titles.titles, named)) is None:
            raise UnusableInputError(BAD_MAPPING.at(column=named, field="only"))
        shape.kinds_at, shape.kept = at, fold(word)
        return titles, shape, questions
    kinds = None if questions else kinds_of(titles, sample, keys, mark, but)
    if kinds is not None:
        said = asked.answers.get("kinds")
        if said is None:
            questions.append(kinds.question(titles))
        elif said == _STAGES:
            titles = _as_stages(titles, shape, kinds)
        else:
            shape.kinds_at, shape.kept = kinds.at, None if said == _ADDED else fold(said)
    return titles, shape, questions


def _with(titles: Titles, more: Sequence[str], fields: Mapping[Field, int]) -> Titles:
    guess = replace(titles.guess, fields={**titles.guess.fields, **fields})
    return replace(titles, titles=(*titles.titles, *more), guess=guess)


def _are_lettered(sample: Sequence[Row], at: int) -> bool:
    texts = [t for _, cells in sample if at < len(cells) and (t := text_of(cells[at]))]
    codes = [text for text in texts if any(map(str.isdigit, text)) and not is_total(text)]
    return len(codes) >= _FEW and all(map(_LETTERED.fullmatch, codes))


# Amounts among words


def _unreadable(
    titles: Titles,
    sample: Sequence[Row],
    keys: Mapping[Field, int],
    mark: DecimalMark | None,
    asked: Asked,
    bare: Sequence[int],
) -> Iterator[Question]:
    """Yield what is asked of columns that look like money and whose cells are no amounts."""
    ignored = asked.answers.get("ignore", "").split(TOGETHER["ignore"])
    for at, title in enumerate(titles.titles):
        said = said_by(title)
        if at in keys.values() or at in bare or title in ignored:
            continue
        if said.kind not in (None, "stage", "part", "credit", "month"):
            continue
        texts = [t for _, cells in sample if at < len(cells) and (t := text_of(cells[at]))]
        wrong = [text for text in texts if not _is_amount(text, mark)]
        like = [text for text in wrong if _is_like_money(text, is_known=said.kind is not None)]
        if len(like) < _FEW or len(like) * 2 < len(texts) or len(like) * 5 < len(wrong) * 4:
            continue
        stages = [said.stage] if said.stage and said.kind == "stage" else list(AMOUNT_FIELDS)
        if said.kind in ("part", "month"):
            answers = [Answer({"bare": title})]
        else:
            answers = [Answer({"bare": title, stage: title}) for stage in stages]
        problem = UNREADABLE.at(title=title, text=like[0])
        yield Question(problem, (*answers, Answer({"ignore": title})))


def _is_amount(text: str, mark: DecimalMark | None) -> bool:
    try:
        amount_of(text, mark)
    except NotAnAmountError:
        return False
    return True


def _is_like_money(text: str, *, is_known: bool) -> bool:
    """Return whether a text is one number and few signs around it."""
    found = _NUMBERS.findall(text)
    if len(found) != 1 or len(text) - len(found[0]) > _MOST_AROUND or "%" in text:
        return False
    return is_known or _GROUPED.search(text) is not None


# Kinds of rows


@dataclass(frozen=True, slots=True)
class Kinds:
    """A column whose words part the rows into several measures of the same lines."""

    at: int
    words: tuple[str, ...]
    amounts: tuple[int, ...]  # the columns of numbers

    @property
    def stages(self) -> dict[str, Field] | None:
        """The stage that each word names; None where one names none, or two the same."""
        found = {fold(word): said_by(word).stage for word in self.words}
        stages = [stage for stage in found.values() if stage is not None]
        if len(stages) < len(found) or len(set(stages)) < len(stages) or len(self.amounts) > 1:
            return None
        return {word: stage for word, stage in found.items() if stage is not None}

    def question(self, titles: Titles) -> Question:
        """Return what is asked: one kind, each at its stage, or all of them added."""
        generic = None
        if not titles.guess.amounts and len(self.amounts) == 1:
            generic = titles.titles[self.amounts[0]]
        answers = []
        for word in self.words:
            said: dict[str, int | str] = {"kinds": word}
            stage = said_by(word).stage
            if generic:
                said[stage or "realised"] = generic
            answers.append(Answer(said))
        if self.stages:
            answers.append(Answer({"kinds": _STAGES}))
        answers.append(Answer({"kinds": _ADDED}))
        words = ", ".join(self.words)
        return Question(KINDS.at(title=titles.titles[self.at], words=words), tuple(answers))


_TITLE_OF: dict[Field, str] = {
    "voted": "Voté",
    "opened": "Ouvert",
    "committed": "Engagé",
    "realised": "Mandaté",
    "carried_over": "Restes à réaliser",
}


def _as_stages(titles: Titles, shape: Shape, kinds: Kinds) -> Titles:
    """Return titles with a column for each kind, at the end."""
    stages = kinds.stages or {}
    first = shape.width + shape.more
    shape.kinds_at, (shape.amount_at, *_) = kinds.at, kinds.amounts
    shape.places = {word: first + rank for rank, word in enumerate(stages)}
    shape.more += len(stages)
    at = shape.amount_at
    kept = {name: place for name, place in titles.guess.fields.items() if place != at}
    bare = replace(
        titles,
        titles=tuple("" if place == at else title for place, title in enumerate(titles.titles)),
        guess=replace(titles.guess, fields=kept, generic=None),
    )
    fields: dict[Field, int] = {stages[word]: place for word, place in shape.places.items()}
    return _with(bare, [_TITLE_OF[stage] for stage in stages.values()], fields)


type _Group = dict[str, int]  # by word, the amount


def kinds_of(
    titles: Titles,
    sample: Sequence[Row],
    keys: Mapping[Field, int],
    mark: DecimalMark | None,
    but: Sequence[int] = (),
) -> Kinds | None:
    """Return the column whose words are kinds of the same lines; None without one."""
    names: tuple[Field, ...] = ("account", "label", "service", "manager", "supplier", "contract")
    of = [keys[name] for name in names if name in keys]
    taken = {at for name, at in keys.items() if name != "flow"} | {*but}
    amounts = [
        at
        for at in range(len(titles.titles))
        if at not in taken and _numbers(titles.titles[at], sample, at, mark)
    ]
    if not amounts or not of:
        return None
    for at in range(len(titles.titles)):
        if at in taken or at in amounts:
            continue
        words = _words(sample, at, of)
        if words and _are_kinds(words, _groups(sample, at, of, amounts[0], mark)):
            return Kinds(at, words, tuple(amounts))
        if last := _last_of_sums(_groups(sample, at, of, amounts[0], mark)):
            word = next(t for _, cells in sample if fold(t := text_of(cells[at])) == last)
            return Kinds(at, (word,), tuple(amounts))
    return None


def _last_of_sums(groups: Sequence[_Group]) -> str | None:
    """Return the last of the periods at which lines say what was spent since the first; None.

    All lines have the same periods, and no amount is ever less than at the period before: among
    lines that say what each period spent, one in so many would.
    """
    full = max(groups, key=len, default={})
    if not _FEW <= len(full) <= _MOST_PERIODS or len(groups) < _FEW:
        return None
    totals = {word: sum(group.get(word, 0) for group in groups) for word in full}
    ranked = sorted(full, key=lambda word: totals[word])
    for group in groups:
        amounts = [group[word] for word in ranked if word in group]
        if len(amounts) * 2 < len(full) or amounts != sorted(amounts):
            return None
    return ranked[-1] if totals[ranked[0]] * 2 < totals[ranked[-1]] else None


def _numbers(title: str, sample: Sequence[Row], at: int, mark: DecimalMark | None) -> bool:
    """Return whether a column has amounts: with cents, or under a title that says them."""
    texts = [text for _, cells in sample if at < len(cells) and (text := text_of(cells[at]))]
    right = [text for text in texts if _is_amount(text, mark)]
    if not right or len(right) * 2 < len(texts):
        return False
    if all(len(text) < _FEW and text.isdecimal() for text in right):
        return False  # months, ranks
    kind = said_by(title).kind
    if kind is None:
        return (phrase_of(title) or "-") in GENERIC_AMOUNTS or any(map(_GROUPED.search, right))
    return kind in ("stage", "part", "credit")


def _words(sample: Sequence[Row], at: int, of: Sequence[int]) -> tuple[str, ...]:
    """Return the two to five words of a column on the lines; nothing where they are others."""
    found: dict[str, str] = {}
    for _, cells in sample:
        if at < len(cells) and any(place < len(cells) and cells[place] != "" for place in of):
            text = text_of(cells[at])
            if text and not is_total(text):
                found.setdefault(fold(text), text)
        if len(found) > MOST_WORDS:
            return ()
    undone = [word for word in found if sign_of(word) == -1 and said_by(word).kind is None]
    ordered = all(is_of_order(word) is not None for word in found)
    if len(found) < 2 or undone or ordered or found.keys() <= FLOWS.keys():
        return ()
    return tuple(found.values())


def _groups(
    sample: Sequence[Row], at: int, of: Sequence[int], amount_at: int, mark: DecimalMark | None
) -> list[_Group]:
    """Return the amounts of the lines by kind, in hundredths."""
    groups: dict[tuple[str, ...], _Group] = {}
    for _, cells in sample:
        if max(at, amount_at, *of) >= len(cells):
            continue
        try:
            amount = amount_of(cells[amount_at], mark)
        except NotAnAmountError:
            continue
        word = fold(text_of(cells[at]))
        if amount is None or not word:
            continue
        group = groups.setdefault(tuple(text_of(cells[place]) for place in of), {})
        group[word] = group.get(word, 0) + int(amount * 100)
    return list(groups.values())


def _are_kinds(words: Sequence[str], groups: Sequence[_Group]) -> bool:
    """Return whether words are measures of the same lines, and not lines of their own.

    They name two stages; or most lines have several of them, always in the same order of size.
    """
    named = {said.stage for word in words if (said := said_by(word)).kind == "stage"}
    rights = [word for word in words if said_by(word).kind in ("right", "credit")]
    if len(named) > 1 or (named and rights):
        return True
    twins = [group for group in groups if len(group) > 1]
    if len(twins) < _FEW or len(twins) * 2 < len(groups):
        return False
    if len(rights) == len(words):
        return True
    return _are_ordered([fold(word) for word in words], twins)


def _are_close(pairs: Sequence[tuple[int, int]]) -> bool:
    """Return whether no amount is less than half of the one that it is beside."""
    return all(low * 2 >= high for high, low in pairs)


def _are_ordered(words: Sequence[str], twins: Sequence[_Group]) -> bool:
    """Return whether one kind is always more than the next, of the same size, and seldom equal."""
    totals = {word: sum(group.get(word, 0) for group in twins) for word in words}
    ranked = sorted(words, key=lambda word: -totals[word])
    for more, less in pairwise(ranked):
        pairs = [(g[more], g[less]) for g in twins if more in g and less in g]
        if len(pairs) < _FEW or (len(pairs) < _MANY and not _are_close(pairs)):
            return False
        out = sum(high < low for high, low in pairs)
        equal = sum(high == low for high, low in pairs)
        shares = [low / high for high, low in pairs if high > 0]
        if out * _EVERY > len(pairs) or equal * 2 > len(pairs):
            return False
        if not shares or median(shares) < _LEAST:
            return False
    return True
