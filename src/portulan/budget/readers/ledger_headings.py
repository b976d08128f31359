"""The headings between the rows of a ledger that say whose the lines below are, or of which year.

A file may have the accounts of several towns, budgets or years one under another, each below its
heading: one is read, and which is asked.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from portulan.budget.readers.ledger_entities import SEVERAL
from portulan.budget.readers.ledger_mapping import TOGETHER
from portulan.budget.readers.ledger_questions import SEVERAL_YEARS, Asked
from portulan.budget.readers.ledger_scan import Scan
from portulan.budget.readers.ledger_titles import Titles
from portulan.budget.readers.ledger_words import Whose, whose
from portulan.budget.readers.lines import Answer, Question
from portulan.core.folding import fold

_FEW = 4  # budgets that one body reads together

type _Heading = tuple[int, Whose, str]


@dataclass(slots=True)
class Below:
    """What headings part: the rows that are not read, or the questions that tell which are."""

    others: list[tuple[int, int, str]] = field(default_factory=list)  # first and last, and why
    questions: list[Question] = field(default_factory=list)
    year: int | None = None
    body: str | None = None  # or budget, as a person says it


def under_headings(scanned: Scan, titles: Titles, asked: Asked, year: int | None) -> Below:
    """Return what the headings part, by what a person or the year that is read says."""
    found = Below()
    blocks = _blocks(scanned, titles)
    if not blocks:
        return found
    said = _asked_of(blocks, asked, year)
    unsaid = {kind for _, kind, _ in blocks} - said.keys()
    found.questions += [_which_of(blocks, kind) for kind in sorted(unsaid)]
    found.others = _others(blocks, said) if said else []
    found.year = int(next(iter(said["year"]))) if "year" in said else None
    found.body = next(iter(said.get("body") or said.get("budget") or ()), None)
    return found


def _blocks(scanned: Scan, titles: Titles) -> list[_Heading]:
    """Return the headings that part the rows between years, bodies or budgets: two at least."""
    every = [(titles.first_row, kind, said) for kind, said in whose(titles.above)]
    every += [(max(row, titles.first_row), kind, said) for row, kind, said in scanned.headings]
    values: dict[Whose, set[str]] = {}
    for _, kind, said in every:
        values.setdefault(kind, set()).add(fold(said))
    parted = {kind for kind, found in values.items() if len(found) > 1}
    return [heading for heading in every if heading[1] in parted]


def _asked_of(
    blocks: Sequence[_Heading], asked: Asked, year: int | None
) -> dict[Whose, dict[str, None]]:
    """Return what a person, or the year that is read, chooses of what headings say, in order."""
    found: dict[Whose, dict[str, None]] = {}
    for _, kind, said in blocks:
        if kind == "year":
            if said == str(asked.year or year):
                found[kind] = {said: None}
        elif any(fold(said) in {fold(body), fold(its)} for body, its in map(_parts, asked.entity)):
            found.setdefault(kind, {})[fold(said)] = None
    return found


def _parts(entity: str) -> tuple[str, str]:
    body, _, budget = entity.partition(":")
    return body, budget


def _which_of(blocks: Sequence[_Heading], kind: Whose) -> Question:
    values = list(dict.fromkeys(said for _, its, said in blocks if its == kind))
    if kind == "year":
        answers = tuple(Answer({"year": int(value)}) for value in values)
        return Question(SEVERAL_YEARS.at(years=", ".join(values)), answers)
    option = "{}" if kind == "body" else ":{}"
    named = [option.format(value) for value in values]
    answers = tuple(Answer({"entity": name}) for name in named)
    if kind == "budget" and len(named) <= _FEW:  # of one body: they may be read together
        answers += (Answer({"entity": TOGETHER["entity"].join(named)}),)
    return Question(SEVERAL.at(names=", ".join(values)), answers)


def _others(
    blocks: Sequence[_Heading], said: Mapping[Whose, Collection[str]]
) -> list[tuple[int, int, str]]:
    """Return the first and the last rows below headings that say another year, body or budget."""
    edges = sorted({row for row, _, _ in blocks})
    now: dict[Whose, str] = {}
    ranges = []
    for row, after in pairwise([*edges, sys.maxsize]):
        now |= {kind: fold(value) for at, kind, value in blocks if at == row}
        if any(kind in now and now[kind] not in values for kind, values in said.items()):
            year = "year" in said and now.get("year") not in said["year"]
            ranges.append((row, after - 1, "other-year" if year else "other-entity"))
    return ranges
