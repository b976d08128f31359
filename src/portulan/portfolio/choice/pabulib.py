"""Pabulib files: an election of participatory budgeting as text (pure).

Format: D. Stolicki, S. Szufa, N. Talmon, “Pabulib: A Participatory Budgeting Library”, 2020.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from portulan.core.documents import EMPTY_FILE, NOT_TEXT, TOO_BIG
from portulan.core.say.text import Problem, Problems, UnusableInputError
from portulan.portfolio.choice import findings
from portulan.portfolio.choice.election import Election, election

MOST_BYTES = 64 * 2**20
_SECTIONS = {"META": "value", "PROJECTS": "cost", "VOTES": "vote"}
_APPROVED, _POINTS = ("approval", "choose-1"), ("cumulative", "scoring")
_NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,6})?", re.ASCII)

type _Row = tuple[int, Mapping[str, str]]
type _Vote = dict[int, Fraction | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """The election of a file, and what was found wrong; votes at fault are left out."""

    election: Election
    problems: tuple[Problem, ...]


def read(content: bytes) -> Reading:
    """Return the election of a Pabulib file; UnusableInputError where it holds none."""
    if len(content) > MOST_BYTES:
        raise UnusableInputError(TOO_BIG.at(limit=MOST_BYTES))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableInputError(NOT_TEXT.at()) from None
    if not text.strip():
        raise UnusableInputError(EMPTY_FILE.at())
    return _Reader(_sections(text)).reading()


def _sections(text: str) -> dict[str, list[_Row]]:
    """Return the rows of each section by the names of its columns, with their lines."""
    found: dict[str, list[_Row]] = {}
    rows: list[_Row] | None = None
    head: list[str] | None = None
    for line, row in _rows(text):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        name = cells[0].upper()
        if name in _SECTIONS and not any(cells[1:]):
            if name in found:
                raise UnusableInputError(findings.SECTION_TWICE.at(line=line, section=name))
            section, head, rows = name, None, found.setdefault(name, [])
        elif rows is None:
            raise UnusableInputError(findings.STRAY.at(line=line, text=cells[0]))
        elif head is None:
            head = [cell.lower() for cell in cells]
            asked = _SECTIONS[section]
            if asked not in head[1:]:
                raise UnusableInputError(
                    findings.NO_COLUMN.at(line=line, section=section, column=asked)
                )
            head[0] = ""  # the first column is the key, whatever its name
        else:
            rows.append((line, dict(zip(head, cells, strict=False))))
    for name in _SECTIONS:
        if name not in found:
            raise UnusableInputError(findings.NO_SECTION.at(section=name))
    return found


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(MOST_BYTES)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            raise UnusableInputError(findings.NOT_CSV.at(line=rows.line_num)) from None
        yield rows.line_num, row


def _number(text: str) -> Fraction | None:
    return Fraction(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


class _RefusedError(Exception):
    """A vote that is not counted."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind.code)
        self.problem = problem


class _Reader:
    def __init__(self, sections: Mapping[str, list[_Row]]) -> None:
        self._problems = Problems()
        self._sections = sections
        self._meta = {row[""].lower(): row.get("value", "") for _line, row in sections["META"]}
        self._places: dict[str, int] = {}

    def reading(self) -> Reading:
        budget = _number(self._meta.get("budget", ""))
        if not budget:
            text = self._meta.get("budget", "")
            raise UnusableInputError(findings.NO_BUDGET.at(text=text))
        kind = self._meta.get("vote_type", "").lower()
        if kind not in _APPROVED + _POINTS:
            known = ", ".join(_APPROVED + _POINTS)
            raise UnusableInputError(findings.UNKNOWN_VOTES.at(text=kind, known=known))
        projects = [self._project(line, row) for line, row in self._sections["PROJECTS"]]
        if not projects:
            raise UnusableInputError(findings.NO_PROJECT.at())
        points = kind in _POINTS
        votes = list(self._votes(points=points))
        if not votes:
            raise UnusableInputError(findings.NO_VOTE.at())
        self._count("num_projects", len(projects))
        self._count("num_votes", len(self._sections["VOTES"]))
        found = election(projects, budget, votes, "points" if points else "approval")
        return Reading(found, self._problems.told())

    def _project(self, line: int, row: Mapping[str, str]) -> tuple[str, Fraction, str]:
        project = row[""]
        if not project or "," in project:
            raise UnusableInputError(findings.NO_ID.at(line=line))
        if project in self._places:
            raise UnusableInputError(findings.TWICE.at(line=line, project=project))
        cost = _number(row.get("cost", ""))
        if cost is None:
            text = row.get("cost", "")
            raise UnusableInputError(findings.BAD_COST.at(line=line, project=project, text=text))
        self._places[project] = len(self._places)
        return project, cost, row.get("name", "")

    def _votes(self, *, points: bool) -> Iterator[_Vote]:
        seen: set[str] = set()
        for line, row in self._sections["VOTES"]:
            voter = row[""]
            if voter and voter in seen:
                self._problems.append(findings.VOTER_TWICE.at(line=line, voter=voter))
                continue
            seen.add(voter)
            try:
                vote = self._vote(line, row, points=points)
            except _RefusedError as error:
                self._problems.append(error.problem)
                continue
            self._judge(line, vote)
            yield vote

    def _vote(self, line: int, row: Mapping[str, str], *, points: bool) -> _Vote:
        named = _parts(row.get("vote", ""))
        given: list[Fraction | None] = [None] * len(named)
        if points:
            told = _parts(row.get("points", ""))
            if len(told) != len(named):
                raise _RefusedError(
                    findings.BAD_POINTS.at(line=line, projects=len(named), points=len(told))
                )
            for at, text in enumerate(told):
                if (number := _number(text)) is None:
                    raise _RefusedError(findings.BAD_POINT.at(line=line, text=text))
                given[at] = number
        vote: _Vote = {}
        for project, number in zip(named, given, strict=True):
            if (place := self._places.get(project)) is None:
                raise _RefusedError(findings.UNKNOWN_PROJECT.at(line=line, project=project))
            if place in vote:
                raise _RefusedError(findings.NAMED_TWICE.at(line=line, project=project))
            vote[place] = number
        return vote

    def _judge(self, line: int, vote: _Vote) -> None:
        """Say where a vote has more than META allows: the election counted it, so do we."""
        rules: tuple[tuple[str, Callable[[Iterable[Fraction]], Fraction | int]], ...] = (
            ("max_length", lambda _points: len(vote)),
            ("max_sum_points", lambda points: sum(points)),
            ("max_points", lambda points: max(points, default=0)),
        )
        given = [one for one in vote.values() if one is not None]
        for rule, measure in rules:
            most, found = _number(self._meta.get(rule, "")), measure(given)
            if most is not None and found > most:
                self._problems.append(
                    findings.OVER_THE_RULE.at(
                        line=line, rule=rule, found=f"{float(found):g}", most=f"{float(most):g}"
                    )
                )

    def _count(self, name: str, found: int) -> None:
        said = self._meta.get(name, "")
        if said and said != str(found):
            self._problems.append(findings.OTHER_COUNT.at(name=name, said=said, found=found))


def _parts(text: str) -> list[str]:
    if not text or text.lower() == "none":
        return []
    return [part.strip() for part in text.split(",")]
