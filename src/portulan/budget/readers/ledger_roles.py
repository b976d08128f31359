"""What the rows of a ledger are, once its columns are known: lines, sums, twins, criteria.

The totals decide, where there are some: whether rows written twice count twice, which words of a
column take amounts away, whether a parent holds its children. Where there are none, it is asked.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise, product
from typing import cast

from portulan.budget.readers.ledger_amounts import impossible_orders
from portulan.budget.readers.ledger_columns import SIDES
from portulan.budget.readers.ledger_doubts import FEW_BARE, Doubts
from portulan.budget.readers.ledger_mapping import NOT_READ
from portulan.budget.readers.ledger_piece import Piece
from portulan.budget.readers.ledger_questions import (
    ALL_NEGATIVE,
    CONTRADICTED,
    IMPOSSIBLE,
    NOT_AN_ACCOUNT,
    OF_WHICH,
    OTHER_TITLES,
    PARENTS,
    PARTS_REPEATED,
    STAGES,
    SUBTOTAL,
    TWINS,
    TWINS_LEFT,
    UNDONE,
    UNEXPLAINED_ROW,
    UNKNOWN_SIGN,
    Asked,
)
from portulan.budget.readers.ledger_signs import (
    CREDITS,
    DEBITS,
    MOST_WORDS,
    OPENING,
    STATES,
    is_explicit,
    unsaid,
)
from portulan.budget.readers.ledger_totals import WORD, Found, find_sums, is_coarse, ranks
from portulan.budget.readers.ledger_totals import Row as Sums
from portulan.budget.readers.ledger_trees import repeated, sums_of_tree
from portulan.budget.readers.ledger_words import FLOWS, sign_of
from portulan.budget.readers.lines import (
    Answer,
    Control,
    Question,
    TotalRow,
)
from portulan.budget.words import Stage
from portulan.core.folding import fold
from portulan.core.say.values import Number

# Rows that are no lines.
LEFT_OUT = ("total", "twin", "not-an-account", "criteria", "of-which", "short", "after-total")
_row = cast("Callable[[Iterable[object]], Sums]", partial(tuple.__new__, Sums))

_FEW_BELOW, _MOST_BELOW = 3, 5  # negative expenses, and all but one line in so many


class Explaining(Doubts):
    """What the rows of a piece are, once its columns are known."""

    def __init__(self, piece: Piece, asked: Asked) -> None:
        super().__init__(piece, asked)
        scanned = piece.scan
        self._ranks = ranks(scanned.accounts, scanned.shapes, scanned.words)
        self._parts, self._unsure_parts = self._find_parts()
        self._twins = self._find_twins()
        self._end = self._criteria() if scanned.retitled is None else self._retitled()

    def explain(self) -> None:
        piece = self._piece
        if self._scan.retitled is not None:
            if self._asked.answers.get("table") != "first":
                problem = OTHER_TITLES.at(line=self._scan.retitled)
                piece.questions.append(Question(problem, (Answer({"table": "first"}),)))
                return
            piece.rows.leave([(self._scan.retitled, sys.maxsize, "criteria")])
        signs = self._signs()
        if signs is None:
            return
        piece.layout = replace(piece.layout, signs=signs)
        self._tell_twins()
        self._tell_parents()
        self._tell_contradicted()
        self._tell_words()
        self._tell_after()
        self._tell_halves()
        self._tell_ends()
        self._tell_running()
        self._tell_sums()
        piece.layout = replace(piece.layout, dropped=self._dropped(), inherited=self._inherited())
        if not piece.questions:
            self._tell_impossible()
            self._tell_negative()

    # Signs

    def _signs(self) -> dict[str, int] | None:
        """Return the sign of each word of the column that says one; None once it is asked."""
        scanned, piece = self._scan, self._piece
        if piece.layout.sign_at is None and not scanned.signs:
            piece.found = self._sums({})
            return {}
        title = self._sign_title()
        words = Counter(
            word for word, is_word in zip(scanned.signs, scanned.words, strict=True) if not is_word
        )
        said = self._asked.answers.get("sign")
        if said is not None:
            undone = {fold(word) for word in said.split(",")}
            void = filter(None, self._asked.answers.get("void", "").split(","))
            out = set(map(fold, void))
            signs = {word: 0 if word in out else -1 if word in undone else 1 for word in words}
            piece.found = self._sums(signs)
            return signs
        known, guess = self._guessed(words)
        opening = sorted(words.keys() & OPENING) if SIDES[0] in piece.layout.fields else []
        if opening or STATES.fullmatch(fold(title)) or piece.layout.sign_at is None:
            return self._unproven_signs(title, guess, opening)
        unknown = [word for word, sign in known.items() if sign is None]
        if len(unknown) == len(words) and not is_explicit(title) and not self._mirrored():
            unknown = []
        best = self._try(guess, unknown)
        if best is None and unknown and len(words) > 1:
            answers = tuple(Answer({"sign": word}) for word in (*unknown, NOT_READ))
            shown = ", ".join(word or "…" for word in words)
            piece.questions.append(Question(UNKNOWN_SIGN.at(title=title, words=shown), answers))
            return None
        signs = best or guess
        piece.found = self._sums(signs)
        if taken := sorted(word for word, sign in signs.items() if sign < 0):
            piece.problems.append(UNDONE.at(words=", ".join(taken), title=title))
        return signs

    def _guessed(self, words: Counter[str]) -> tuple[dict[str, int | None], dict[str, int]]:
        """Return the sign that each word says, and the one to try first."""
        known: dict[str, int | None] = {word: sign_of(word) for word in words}
        if words.keys() <= FLOWS.keys() | {""}:
            known = dict.fromkeys(words, 1)
        if words.keys() <= CREDITS | DEBITS | {""}:
            known = {word: -1 if word in CREDITS else 1 for word in words}
        guess = {word: sign or 1 for word, sign in known.items()}
        if self._is_signed_already(guess):
            guess = dict.fromkeys(guess, 1)
        if self._is_of_one_sign_each(words):
            guess = dict.fromkeys(words, 1)
            known = {**guess}
        return known, guess

    def _sign_title(self) -> str:
        at = self._piece.layout.sign_at
        if at is not None:
            return self._piece.titles.titles[at]
        return next(filter(None, self._scan.signs), "")

    def _unproven_signs(
        self, title: str, guess: dict[str, int], opening: Sequence[str]
    ) -> dict[str, int] | None:
        """Return the signs of words that may take away, leave out or change nothing: as totals say.

        They are those of a state (Annulé), or of a heading above lines (Annulations).
        """
        piece = self._piece
        undone = sorted(word for word, sign in guess.items() if sign < 0) or list(opening)
        if not undone and STATES.fullmatch(fold(title)):
            undone = unsaid(guess)
        if not undone:
            piece.found = self._sums({})
            return {}
        fitting = []
        for sign in (1, 0, -1) if any(self._scan.words) else ():
            signs = {word: sign if word in undone else 1 for word in guess}
            found = self._sums(signs)
            if not found.contradicted and found.whole is not None:
                fitting.append(signs)
        if len(fitting) == 1:
            piece.found = self._sums(fitting[0])
            piece.problems.append(UNDONE.at(words=", ".join(undone), title=title))
            return fitting[0]
        words = ",".join(undone)
        answers = (
            Answer({"sign": words}),
            Answer({"sign": NOT_READ, "void": words}),
            Answer({"sign": NOT_READ}),
        )
        problem = UNKNOWN_SIGN.at(title=title, words=", ".join(word or "…" for word in guess))
        piece.questions.append(Question(problem, answers))
        return None

    def _try(self, guess: dict[str, int], unknown: list[str]) -> dict[str, int] | None:
        """Return the signs with which the totals hold; None when none or several do."""
        words = list(guess)
        if len(words) > MOST_WORDS or not any(self._scan.words):
            return None
        first = self._sums(guess)
        if not first.contradicted and first.whole is not None and not unknown:
            return guess
        fitting = []
        for signs in product((1, -1), repeat=len(words)):
            tried = dict(zip(words, signs, strict=True))
            if 1 not in signs:
                continue
            found = self._sums(tried)
            if not found.contradicted and found.whole is not None:
                fitting.append(tried)
        return fitting[0] if len(fitting) == 1 else None

    def _mirrored(self) -> bool:
        """Return whether all the rows of a word say again the amounts of others: they undo them."""
        scanned = self._scan
        rows = list(zip(scanned.accounts, *scanned.amounts, strict=True))
        words = [None if is_word else word for word, is_word in zip(
            scanned.signs, scanned.words, strict=True
        )]  # fmt: skip
        for word in set(words) - {None}:
            others = {row for row, own in zip(rows, words, strict=True) if own != word}
            if others and all(
                row in others for row, own in zip(rows, words, strict=True) if own == word
            ):
                return True
        return False

    def _is_signed_already(self, guess: Mapping[str, int]) -> bool:
        """Return whether the rows to be taken away have their sign in their amounts."""
        scanned = self._scan
        for at, word in enumerate(scanned.signs):
            if guess.get(word, 1) < 0:
                for column in scanned.amounts:
                    if (column[at] or 0) < 0:
                        return True
        return False

    def _is_of_one_sign_each(self, words: Collection[str]) -> bool:
        """Return whether all the amounts of some words are below zero, and of the others above."""
        scanned, below = self._scan, dict[str, set[bool]]()
        for at, word in enumerate(scanned.signs):
            if not scanned.words[at]:
                given = (value for column in scanned.amounts if (value := column[at]))
                below.setdefault(word, set()).update(value < 0 for value in given)
        signs = [below[word] for word in words if word and below.get(word)]
        return {True} in signs and {False} in signs and {True, False} not in signs

    def _sums(self, signs: Mapping[str, int]) -> Found:
        scanned = self._scan
        minus = {word: sign for word, sign in signs.items() if sign < 1}
        if not any(self._ranks) and any(scanned.accounts) and not scanned.indents:
            return Found(left_out=set(self._left_out()))
        vectors = list(zip(*scanned.amounts, strict=True))
        if minus:
            vectors = [
                tuple(None if x is None else minus[word] * x for x in vector)
                if word in minus and not is_word
                else vector
                for vector, word, is_word in zip(vectors, scanned.signs, scanned.words, strict=True)
            ]
        facts = zip(vectors, scanned.accounts, self._ranks, scanned.shapes, strict=True)
        rows = list(map(_row, facts))
        known = sums_of_tree(scanned.indents, rows, scanned.words, scanned.unit)
        return find_sums(
            rows,
            unit=scanned.unit,
            twins=self._twins,
            left_out=self._left_out(),
            within=lambda: repeated(rows),
            end=self._end,
            known=known,
        )

    def _left_out(self) -> list[int]:
        twins = self._twins if self._asked.answers.get("twins") == "once" else []
        return [*twins, *self._parts]

    # Parts of the row above

    def _find_parts(self) -> tuple[list[int], list[int]]:
        """Return the rows that are in the one above as they say, and those too large for it."""
        scanned = self._scan
        said = set(scanned.parts)
        sure: list[int] = []
        unsure: list[int] = []
        for at in scanned.parts:
            above = next((row for row in range(at - 1, -1, -1) if row not in said), None)
            fits = above is not None and all(
                column[at] is None or abs(column[at] or 0) <= abs(column[above] or 0)
                for column in scanned.amounts
            )
            (sure if fits else unsure).append(at)
        if self._asked.answers.get("worded") == "lines":
            return [], []
        return sure, unsure

    def _criteria(self) -> int | None:
        """Return the index of the first row of the criteria of the selection, if they are said."""
        scanned = self._scan
        if scanned.criteria is None:
            return None
        for at in range(len(scanned.numbers) - 1, -1, -1):
            if scanned.numbers[at] < scanned.criteria or scanned.accounts[at]:
                return at + 1 if at + 1 < len(scanned.numbers) else None
        return None

    def _retitled(self) -> int:
        """Return the index of the first row below other titles."""
        return bisect_left(self._scan.numbers, self._scan.retitled or 0)

    # Twins, parents

    def _find_twins(self) -> list[int]:
        hashes = self._scan.hashes
        if len(set(hashes)) == len(hashes):
            return []
        seen: set[int] = set()
        twins = []
        for at, key in enumerate(hashes):
            if key and any(column[at] for column in self._scan.amounts):
                if key in seen:
                    twins.append(at)
                seen.add(key)
        return twins

    def _tell_twins(self) -> None:
        piece = self._piece
        found = piece.found
        left = [at for at in self._twins if at in found.left_out]
        if left and self._asked.answers.get("twins") is None:
            piece.problems.append(TWINS_LEFT.at(line=self._line(left[0]), count=len(left)))
        if "twins" in self._asked.answers or found.contradicted:
            return
        unsure = [
            at
            for at in self._twins
            if at not in found.left_out and at not in found.sums and not found.covers(at)
        ]
        if unsure:
            answers = tuple(Answer({"twins": said}) for said in ("both", "once"))
            problem = TWINS.at(line=self._line(unsure[0]), count=len(unsure))
            piece.questions.append(Question(problem, answers))

    def _tell_parents(self) -> None:
        piece, found = self._piece, self._piece.found
        found.parents.update(self._alone_below())
        unsure = [
            at
            for at in found.parents
            if at not in found.sums and at not in found.left_out and not found.covers(at)
        ]
        if not unsure or found.contradicted or "parents" in self._asked.answers:
            if self._asked.answers.get("parents") == "out":
                found.left_out.update(unsure)
            elif self._asked.answers.get("parents") == "alone":
                found.left_out.update(self._below(unsure))
            return
        accounts, names = self._scan.accounts, self._scan.names
        # Others are sums of their children, or each holds more than they do.
        holding = [at for at in unsure if accounts[at] and self._holds(at)]
        are_holding = len(holding) > 1 or any(is_coarse(accounts[at]) for at in holding)
        if any(accounts[at] for at in found.sums) or not any(accounts) or are_holding:
            first = min(unsure)
            code = accounts[first] or names.get(first, "")
            problem = PARENTS.at(line=self._line(first), code=code)
            said = ("out", "alone", "lines") if holding else ("lines", "out")
            answers = tuple(Answer({"parents": one}) for one in said)
            piece.questions.append(Question(problem, answers))

    def _below(self, parents: Collection[int]) -> list[int]:
        """Return the lines whose accounts begin as those of some rows just above them."""
        accounts, lines = self._scan.accounts, self._piece.lines_at
        found, head = [], ""
        for at in lines:
            if at in parents:
                head = accounts[at]
            elif head and accounts[at].startswith(head):
                found.append(at)
            else:
                head = ""
        return found

    def _holds(self, at: int) -> bool:
        """Return whether a row is at each stage at least what the lines that it begins are."""
        below = self._below([at])
        return bool(below) and all(
            (column[at] or 0) >= sum(column[row] or 0 for row in below) > 0
            for column in self._scan.amounts
            if any(column[row] for row in below)
        )

    def _alone_below(self) -> list[int]:
        """Return the rows equal to the one below, where others without an account head theirs."""
        scanned, found = self._scan, self._piece.found
        if not (found.heads or found.parents) or any(scanned.accounts):
            return []
        lines = self._piece.lines_at
        return [
            at
            for at, below in pairwise(lines)
            if below == at + 1
            and any(column[at] for column in scanned.amounts)
            and all(column[at] == column[below] for column in scanned.amounts)
        ]

    # Totals

    def _tell_contradicted(self) -> None:
        piece, found = self._piece, self._piece.found
        if not found.contradicted or self._scan.unread or self._asked.entity:
            return
        if self._asked.answers.get("totals") == "counted":
            for at in [at for at in found.contradicted if not self._scan.words[at]]:
                found.contradicted.pop(at)
        for at, read in found.contradicted.items():
            self._keep_control(at, read, holds=False)
            self._keep_row(at)
        if self._asked.answers.get("totals") == "lines" or not found.contradicted:
            return
        at = max(found.contradicted)
        wrong = [control for control in piece.controls if control.line == self._line(at)]
        worst = next((one for one in wrong if one.printed != one.read), None)
        if worst is None:
            return
        problem = CONTRADICTED.at(
            line=worst.line,
            printed=Number(worst.printed),
            read=Number(worst.read),
            stage=STAGES[worst.stage.column],
        )
        answers: tuple[Answer, ...] = (Answer({"totals": "lines"}),)
        if not all(self._scan.words[at] for at in found.contradicted):
            answers += (Answer({"totals": "counted"}),)
        piece.questions.append(Question(problem, answers))

    def _tell_sums(self) -> None:
        found = self._piece.found
        told = 0
        for at in sorted(found.sums):
            self._keep_control(at, found.sums[at], holds=True)
            self._keep_row(at)
            if self._ranks[at] != WORD and told <= 100:
                told += 1
                code = self._scan.accounts[at] or self._scan.names.get(at) or "…"
                self._piece.problems.append(SUBTOTAL.at(line=self._line(at), code=code))
        self._piece.controls.sort(key=lambda control: control.line)
        self._piece.sums.sort(key=lambda row: row.line)

    def _keep_row(self, at: int) -> None:
        scanned, piece = self._scan, self._piece
        of = piece.found.of.get(at)
        first, last = (None, None) if of is None else map(self._line, of)
        label = scanned.names.get(at) or scanned.accounts[at]
        piece.sums.append(TotalRow(self._line(at), label, first, last))

    def _keep_control(self, at: int, read: Sequence[int | None], *, holds: bool) -> None:
        scanned, piece = self._scan, self._piece
        for place, stage in enumerate(scanned.stages):
            printed, said = scanned.amounts[place][at], read[place]
            if stage in SIDES or printed is None or said is None:
                continue
            piece.controls.append(
                Control(
                    self._line(at),
                    Stage[stage.upper()],
                    piece._euros(stage, printed),
                    piece._euros(stage, said),
                    holds=holds,
                )
            )

    def _tell_words(self) -> None:
        """Leave rows whose account is a word, that no total covers; ask when they may be money."""
        piece, found, scanned = self._piece, self._piece.found, self._scan
        said = self._asked.answers.get("worded")
        unsaid = [] if said else list(self._unsure_parts)
        found.left_out.update(self._unsure_parts)
        if self._parts:
            first = self._line(self._parts[0])
            piece.problems.append(OF_WHICH.at(line=first, count=len(self._parts)))
        if found.parts:
            first = self._line(min(found.parts))
            piece.problems.append(PARTS_REPEATED.at(line=first, count=len(found.parts)))
        if "account" in piece.layout.fields and any(scanned.accounts):
            unsaid += self._unsaid_words(said)
            ends = [at for at in self._bare_ends() if at not in found.left_out]
            found.left_out.update(ends if said == "out" else ())
            unsaid += [at for at in ends if not said and at not in unsaid]
        if unsaid:
            first, answers = unsaid[0], (Answer({"worded": "lines"}), Answer({"worded": "out"}))
            text = scanned.worded.get(first) or scanned.names.get(first) or scanned.accounts[first]
            problem = UNEXPLAINED_ROW.at(line=self._line(first), text=text, count=len(unsaid))
            piece.questions.append(Question(problem, answers))

    def _unsaid_words(self, said: str | None) -> list[int]:
        """Leave the rows whose account is a word; return those that may be money."""
        piece, found, scanned = self._piece, self._piece.found, self._scan
        unsaid = []
        for at, name in scanned.worded.items():
            if at in found.sums or at in found.left_out or at in found.contradicted:
                continue
            if found.covers(at) or said == "lines":
                continue
            given = [value for column in scanned.amounts if (value := column[at]) is not None]
            found.left_out.add(at)
            if len(given) == 1 and given[0] % 100 == 0 and abs(given[0]) < 1_000_000:
                piece.problems.append(NOT_AN_ACCOUNT.at(line=self._line(at), text=name))
            elif said is None:
                unsaid.append(at)
        return unsaid

    def _tell_impossible(self) -> None:
        piece = self._piece
        if not {"committed", "realised"} <= piece.layout.fields.keys():
            return
        given = dict(zip(self._scan.stages, self._scan.amounts, strict=True))
        if "committed" in given and not given["committed"].given:
            return  # a column that is blank is unknown, and no zero
        totals = {stage.upper(): amount for stage, amount in piece.totals().items()}
        if impossible_orders(totals) is None or self._asked.is_whole:
            return
        if {"committed", "realised"} & self._asked.fields.keys():
            return
        if piece.titles.guess.is_of_orders:  # what was ordered in other years is paid in this one
            return
        problem = IMPOSSIBLE.at(
            committed=Number(totals["COMMITTED"]), realised=Number(totals["REALISED"])
        )
        answers = (Answer({"committed": NOT_READ}), Answer({"realised": NOT_READ}))
        piece.questions.append(Question(problem, answers))

    def _tell_negative(self) -> None:
        """Ask where most expenses are negative: a tool that spends so, or revenue."""
        piece, scanned = self._piece, self._scan
        known = {"flow", *SIDES} & piece.layout.fields.keys()
        if known or piece.layout.default_flow is not None or self._asked.answers.get("negative"):
            return
        if not any(column.are_mostly_negative() for column in scanned.amounts):
            return
        kept = [at for at in piece.lines_at if not scanned.accounts[at].startswith("7")]
        for column in scanned.amounts:
            given = [value for at in kept if (value := column[at])]
            below = sum(value < 0 for value in given)
            if below >= _FEW_BELOW and below * _MOST_BELOW > len(given) * (_MOST_BELOW - 1):
                answers = (Answer({"negative": "spent"}), Answer({"negative": "kept"}))
                problem = ALL_NEGATIVE.at(count=below, lines=len(given))
                piece.questions.append(Question(problem, answers))
                return

    # The second reading

    def _dropped(self) -> dict[int, str]:
        found = self._piece.found
        numbers = self._scan.numbers
        gone = {numbers[at]: "total" for at in (*found.sums, *found.contradicted)}
        twins = set(self._twins)
        worded = self._scan.worded
        for at in found.left_out:
            reason = self._why.get(at) or (
                "total"
                if self._scan.words[at]
                else "of-which"
                if at in self._parts or at in found.parts
                else "twin"
                if at in twins
                else "not-an-account"
                if at in worded
                else "criteria"
            )
            gone[numbers[at]] = reason
        return gone | dict.fromkeys(self._scan.empty, "total")

    def _inherited(self) -> dict[int, str]:
        """Return the account of the rows that have none, below the account that heads them."""
        scanned, found = self._scan, self._piece.found
        bare = sum(not scanned.accounts[at] for at in self._piece.lines_at)
        if not any(scanned.accounts) or bare * FEW_BARE < len(scanned.accounts):
            return {}
        given: dict[int, str] = {}
        account, until = "", -1
        for at, own in enumerate(scanned.accounts):
            if own:
                account = own
                until = found.heads.get(at, -1) if at in found.sums else len(scanned.accounts)
            elif at in found.sums or at in found.contradicted or scanned.words[at]:
                account = "" if at not in found.heads else account
            elif account and at <= until and at not in scanned.worded:
                given[scanned.numbers[at]] = account
        return given
