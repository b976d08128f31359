"""What is asked of the lines of a ledger that no sum decides: after the total, twice, cut short."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import accumulate, pairwise

from portulan.budget.readers.ledger_piece import Piece
from portulan.budget.readers.ledger_questions import (
    AFTER_TOTAL,
    CUT,
    RUNNING,
    SHORT_ROWS,
    TWO_PARTS,
    Asked,
)
from portulan.budget.readers.ledger_totals import figures_of
from portulan.budget.readers.lines import Answer, Question
from portulan.core.folding import fold
from portulan.core.tables.cells import text_of

_SUMS = re.compile(r"\bcumul|\brunning\b|\bytd\b")
_FEW_LINES, _MANY_FIGURES = 4, 7  # lines, and figures that are not equal by chance

FEW_BARE = 4  # below one line in so many, a line without an account is one without an account


class Doubts:
    """The questions that lines raise once the sums among them are known."""

    def __init__(self, piece: Piece, asked: Asked) -> None:
        self._piece, self._scan, self._asked = piece, piece.scan, asked
        self._why: dict[int, str] = {}  # rows that a person leaves out

    def _line(self, at: int) -> int:
        return self._scan.numbers[at]

    def _tell_after(self) -> None:
        """Ask of lines below the total of all those above, of the same accounts or services."""
        found = self._piece.found
        whole = found.whole
        if whole is None or found.contradicted:
            return
        lines = self._piece.lines_at
        after = [at for at in lines if at > whole and not found.covers(at)]
        if not after or self._parted([at for at in lines if at < whole], after):
            return
        said = self._asked.answers.get("after")
        if said == "out":
            self._leave(after, "after-total")
        elif said is None:
            answers = (Answer({"after": "out"}), Answer({"after": "lines"}))
            problem = AFTER_TOTAL.at(
                line=self._line(after[0]), count=len(after), total=self._line(whole)
            )
            self._piece.questions.append(Question(problem, answers))

    def _tell_halves(self) -> None:
        """Ask of two runs of lines that say the same total: a summary, then its detail."""
        lines = self._piece.lines_at
        columns = [[column[at] or 0 for at in lines] for column in self._scan.amounts]
        whole = list(map(sum, columns))
        if len(lines) < _FEW_LINES or figures_of(whole) < _MANY_FIGURES or self._piece.questions:
            return
        halves = [
            {at for at, run in enumerate(accumulate(column), 1) if 2 * run == its}
            for column, its in zip(columns, whole, strict=True)
        ]
        place = min(set.intersection(*halves), default=None)
        if place is None or place == len(lines):
            return
        said = self._asked.answers.get("parts")
        if said in ("first", "second"):
            self._leave(lines[place:] if said == "first" else lines[:place], "total")
        elif said is None:
            answers = tuple(Answer({"parts": part}) for part in ("second", "first", "both"))
            problem = TWO_PARTS.at(line=self._line(lines[place]))
            self._piece.questions.append(Question(problem, answers))

    def _bare_ends(self) -> list[int]:
        """Return the rows without an account before all lines that have one, or after them all."""
        found, scanned = self._piece.found, self._scan
        lines = [at for at in self._piece.lines_at if not found.covers(at)]
        named = [at for at in lines if scanned.accounts[at]]
        if (len(lines) - len(named)) * FEW_BARE >= len(lines):
            return []
        return [at for at in lines if not named[0] < at < named[-1] and at not in named]

    def _tell_running(self) -> None:
        """Ask of amounts that never fall from a row to the next, under a title that says sums."""
        piece = self._piece
        if {"running", "rising"} & self._asked.answers.keys():
            return
        for stage, column in zip(self._scan.stages, self._scan.amounts, strict=True):
            title = piece.layout.titles[piece.layout.fields[stage]]
            values = [column[at] or 0 for at in piece.lines_at]
            rises = len(values) >= _FEW_LINES and all(0 < a <= b for a, b in pairwise(values))
            if rises and _SUMS.search(fold(title)):
                answers = (Answer({"running": title}), Answer({"rising": "amounts"}))
                piece.questions.append(Question(RUNNING.at(title=title), answers))
                return

    def _leave(self, rows: Collection[int], reason: str) -> None:
        self._piece.found.left_out.update(rows)
        self._why |= dict.fromkeys(rows, reason)

    def _parted(self, before: Sequence[int], after: Sequence[int]) -> bool:
        """Return whether lines are of no class, or no group of accounts, that others are of."""
        accounts = self._scan.accounts
        return any(
            {accounts[at][:digits] for at in before}.isdisjoint(
                accounts[at][:digits] for at in after
            )
            for digits in (1, 2)
        )

    def _tell_ends(self) -> None:
        """Ask of rows that are short of cells, and of a last line that has no end."""
        piece, ends = self._piece, self._piece.rows.ends
        if ends is None:
            return
        numbers = {self._line(at) for at in piece.lines_at}
        last = ends.is_cut(piece.table)
        if last is not None and "cut" not in self._asked.answers:
            text = next((text for cell in reversed(last[1]) if (text := text_of(cell))), "")
            answers: tuple[Answer, ...] = (Answer({"cut": "whole"}),)
            piece.questions.append(Question(CUT.at(line=last[0], text=text[:80]), answers))
            return
        rows = ends.shifted(numbers.__contains__, piece.layout.fields)
        said = self._asked.answers.get("short")
        if rows and said == "out":
            gone = {row for row, _ in rows}
            every = enumerate(self._scan.numbers)
            self._leave([at for at, number in every if number in gone], "short")
        elif rows and said is None:
            first, cells = rows[0]
            problem = SHORT_ROWS.at(
                line=first, count=len(rows), found=len(cells), expected=ends.width
            )
            answers = (Answer({"short": "lines"}), Answer({"short": "out"}))
            piece.questions.append(Question(problem, answers))
