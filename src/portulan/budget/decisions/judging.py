"""What the rows of a sheet of decisions decide of one line, cell by cell, beside what stands.

A cell is judged by what the sheet left as (`core.merge`): what it alone changed is taken, what was
changed here alone stays, and the rest is a question. So is all that differs where nobody knows what
left. Whatever a service would refuse is refused with its cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import partial

from django.core.exceptions import ValidationError

from portulan.budget.attributions.euros import UNIT, share_of_amount
from portulan.budget.attributions.writes import require_sound
from portulan.budget.decisions import findings
from portulan.budget.decisions.cells import Cells, RefusedCellError, refuse
from portulan.budget.decisions.columns import (
    CELLS_OF_ATTRIBUTION,
    CELLS_OF_LINE,
    OF_ATTRIBUTION,
    OF_LINE,
    TITLES,
    Column,
    Left,
    read_left,
)
from portulan.budget.decisions.reading import Said
from portulan.budget.decisions.standing import (
    ActionNames,
    Groups,
    Standing,
    Values,
    counts,
    of_attribution,
)
from portulan.budget.models import Attribution, BudgetLine
from portulan.budget.perimeter.rules import ALL
from portulan.budget.perimeter.verdicts import decided_share
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict
from portulan.core.merge.digests import digest_of
from portulan.core.merge.threeway import (
    Base,
    Cell,
    Choose,
    Rule,
    Same,
    Side,
    at_version,
    judge,
    read_as,
)
from portulan.core.say.text import Problem, ProblemKind

_FIELDS = {
    "action": Column.ACTION,
    "share": Column.SHARE,
    "method": Column.METHOD,
    "reason": Column.REASON,
    "evidence": Column.EVIDENCE,
}
# A new attribution, before its row says anything of it.
_NEW: Values = {
    Column.ACTION: None,
    Column.SHARE: None,
    Column.AMOUNT: None,
    Column.STAGE: None,
    Column.STATUS: AttributionStatus.DECLARED.value,
    Column.METHOD: "",
    Column.REASON: "",
    Column.EVIDENCE: "",
    Column.OUTSIDE: False,
}
# What says nothing in a cell; a status and a verdict always say something.
_NOTHING: Values = _NEW | {Column.REVIEWED: False, Column.STATUS: None}


class Kind(StrEnum):
    """What becomes of a row, the worst last."""

    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    QUESTION = "question"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that both sides changed, by column; `key` names it in a form."""

    key: str
    cell: Column
    here: Values
    there: Values
    chosen: Side | None
    why: ProblemKind


@dataclass(slots=True)
class Outcome:
    """What a row comes to: its line, what it changes of it and of its attribution, or why not.

    `line` and `given` are the values to write, empty where there is none; `before` what stands
    there; `conflicts` the cells that both sides changed; `candidates` the lines among which to
    choose, by identifier.
    """

    said: Said
    kind: Kind = Kind.SAME
    standing: Standing | None = None
    attribution: Attribution | None = None
    line: Values = field(default_factory=dict)
    given: Values = field(default_factory=dict)
    before: Values = field(default_factory=dict)
    problem: Problem | None = None
    conflicts: list[Conflict] = field(default_factory=list)
    candidates: tuple[int, ...] = ()

    @property
    def asks(self) -> list[Conflict]:
        """The conflicts that somebody has to settle."""
        return [one for one in self.conflicts if one.chosen is None]

    def told(self) -> Iterator[Problem]:
        """Yield what is wrong with a row, and what it asks."""
        if self.problem is not None:
            yield self.problem
        name = str(self.standing.line) if self.standing else ""
        for one in self.asks:
            cell, column = self.said.at(one.cell), TITLES[one.cell]
            yield one.why.at(line=self.said.row, cell=cell, column=column, name=name)

    def stop(self, kind: Kind, problem: Problem | None = None) -> None:
        """Say why a row is not taken."""
        self.kind, self.problem = kind, problem
        self.line, self.given = {}, {}

    def becomes(self, kind: Kind) -> None:
        """Say that a row changes something: two things of a row, the worst is said."""
        order = list(Kind)
        self.kind = max(self.kind, kind, key=order.index)


class LineJudge:
    """The rows of one line, judged beside it."""

    def __init__(self, rows: list[Outcome], cells: Cells, *, again: bool, choose: Choose) -> None:
        self._rows, self._cells, self._again, self._choose = rows, cells, again, choose
        standing = rows[0].standing
        if standing is None:
            raise ValueError(rows)
        self._standing, self._line = standing, standing.line

    def judge(self) -> None:
        """Say what each row comes to."""
        for outcome in self._rows:
            outcome.before = self._standing.of_line()
            self._try(outcome, self._of_line)
        self._agree()
        final = self._decided()
        taken: dict[int, Outcome] = {}
        for outcome in self._rows:
            if outcome.problem is None:
                self._try(outcome, self._of_attribution, taken)
        self._require_sound(final)
        for outcome in self._rows:
            if outcome.asks:
                outcome.becomes(Kind.CONFLICT)

    def _try[**P](self, outcome: Outcome, read: object, *args: object) -> None:
        try:
            read(outcome, *args)  # type: ignore[operator]
        except RefusedCellError as refused:
            outcome.stop(Kind.REFUSED, refused.problem)

    def _say(self, outcome: Outcome, kind: Kind, found: object, column: Column) -> None:
        told = {"cell": outcome.said.at(column), "name": str(self._line)}
        outcome.stop(kind, found.at(line=outcome.said.row, **told))  # type: ignore[attr-defined]

    # Each cell by itself.

    def _merged(
        self,
        outcome: Outcome,
        groups: Groups,
        stands: Values,
        said: Values,
        left: Mapping[Column, str] | None,
        of: object = None,
    ) -> Values:
        """Return what is to stand of a line, or of an attribution of it (`of`)."""
        merged = dict(stands)
        for name, columns in groups.items():
            here, there = (tuple(values[one] for one in columns) for values in (stands, said))
            known = (left or {}).get(name)
            base = read_as(known, partial(self._standing.digest, name)) if known else None
            cell = self._judged(outcome, columns, here, there, base, of)
            if cell.is_taken:
                merged |= zip(columns, there, strict=True)
        return merged

    def _judged(
        self,
        outcome: Outcome,
        columns: tuple[Column, ...],
        here: tuple[object, ...],
        there: tuple[object, ...],
        base: Base | None,
        of: object,
    ) -> Cell:
        name = columns[0]
        rule = Rule(empty=tuple(_NOTHING.get(one) for one in columns))
        blank = False
        if name is Column.VERDICT:
            # What a rule judged, nobody chose.
            rule, blank = Rule(same=_same_verdict(base)), not outcome.before[Column.VERDICT_REASON]
        key = digest_of([self._line.pk, of, name, [str(one) for one in there]])
        side = self._choose(key)
        cell = judge(name, here, there, base, rule=rule, blank=blank, choose=lambda _name: side)
        if cell.is_conflict:
            mine, theirs = (dict(zip(columns, one, strict=True)) for one in (here, there))
            why = findings.QUESTION if base is None else findings.CONFLICT
            outcome.conflicts.append(Conflict(key, name, mine, theirs, cell.chosen, why))
        return cell

    # What is decided of the line.

    def _of_line(self, outcome: Outcome) -> None:
        stands = self._standing.of_line()
        said = self._cells.read(outcome.said, stands, OF_LINE)
        left = read_left(outcome.said.text(Column.STATE))
        merged = self._merged(outcome, CELLS_OF_LINE, stands, said, left.line)
        if merged != stands:
            outcome.line = self._verdict(outcome.said, merged, stands)
            outcome.becomes(Kind.NEW if stands[Column.IT_SHARE] is None else Kind.CHANGED)

    def _verdict(self, said: Said, values: Values, stands: Values) -> Values:
        """Return what to write of the line: its verdict if a person gives one, and its review."""
        write: Values = {}
        verdict, share = Verdict(str(values[Column.VERDICT])), values[Column.IT_SHARE]
        moved = verdict.value != stands[Column.VERDICT]
        reshared = share != stands[Column.IT_SHARE]
        if moved or reshared or values[Column.VERDICT_REASON] != stands[Column.VERDICT_REASON]:
            write = {
                Column.VERDICT: verdict.value,
                Column.IT_SHARE: self._it_share(said, verdict, share, reshared, moved),
                Column.VERDICT_REASON: values[Column.VERDICT_REASON],
            }
            if not write[Column.VERDICT_REASON]:
                raise refuse(said, Column.VERDICT_REASON, findings.NO_REASON)
        if values[Column.REVIEWED] != stands[Column.REVIEWED]:
            write[Column.REVIEWED] = values[Column.REVIEWED]
        return write

    def _it_share(
        self, said: Said, verdict: Verdict, share: object, reshared: bool, moved: bool
    ) -> Decimal:
        known = share if isinstance(share, Decimal) else None
        if verdict is Verdict.MIXED and (known is None or (moved and not reshared)):
            raise refuse(said, Column.IT_SHARE, findings.NO_IT_SHARE)
        try:
            decided = decided_share(verdict, known)
        except ValidationError as error:
            raise refuse(
                said, Column.VERDICT, findings.REFUSED, why=" ".join(error.messages)
            ) from None
        if reshared and known is not None and known != decided:
            raise refuse(said, Column.IT_SHARE, findings.NO_IT_SHARE)
        return decided

    def _agree(self) -> None:
        """Refuse rows that decide the line in two ways; one decision is written once."""
        first: Outcome | None = None
        for outcome in self._rows:
            if not outcome.line:
                continue
            if first is None:
                first = outcome
            elif outcome.line == first.line:
                outcome.line, outcome.kind = {}, Kind.SAME
            else:
                other = first.said.at(Column.VERDICT)
                told = {"cell": outcome.said.at(Column.VERDICT), "other": other}
                problem = findings.TWO_SAY.at(line=outcome.said.row, **told)
                outcome.stop(Kind.REFUSED, problem)

    def _decided(self) -> BudgetLine:
        """Return the line with what its rows decide of it (not saved)."""
        for outcome in self._rows:
            if Column.VERDICT in outcome.line:
                self._line.verdict = Verdict(str(outcome.line[Column.VERDICT]))
                self._line.it_share = outcome.line[Column.IT_SHARE]  # type: ignore[assignment]
        return self._line

    # What is attributed of it.

    def _of_attribution(self, outcome: Outcome, taken: dict[int, Outcome]) -> None:
        left = read_left(outcome.said.text(Column.STATE))
        found, is_gone = self._found(outcome, left)
        if found is None:
            self._fresh(outcome, left, taken, is_gone=is_gone)
            return
        stands = of_attribution(found)
        said = self._read(outcome, stands)
        if said[Column.STATUS] == AttributionStatus.WITHDRAWN:
            merged = self._withdrawn(outcome, found, stands, left)
        else:
            merged = self._merged(outcome, CELLS_OF_ATTRIBUTION, stands, said, left.given, found.pk)
        self._take(outcome, found, stands, merged, taken)

    def _read(self, outcome: Outcome, stands: Values) -> Values:
        said = self._cells.read(outcome.said, stands, OF_ATTRIBUTION)
        if said[Column.AMOUNT] is None:
            said[Column.STAGE] = None
        return said

    def _take(
        self,
        outcome: Outcome,
        found: Attribution | None,
        stands: Values,
        merged: Values,
        taken: dict[int, Outcome],
    ) -> None:
        if merged == stands:
            return
        if merged[Column.STATUS] != AttributionStatus.WITHDRAWN:
            self._part(outcome.said, merged, stands)
        if found is not None and (other := taken.setdefault(found.pk, outcome)) is not outcome:
            if other.given != merged:
                told = {"cell": outcome.said.at(Column.SHARE)}
                told["other"] = other.said.at(Column.SHARE)
                problem = findings.TWO_SAY.at(line=outcome.said.row, **told)
                outcome.stop(Kind.REFUSED, problem)
            return
        outcome.attribution, outcome.given = found, merged
        outcome.before = outcome.before | stands
        outcome.becomes(Kind.NEW if found is None else Kind.CHANGED)

    def _fresh(
        self, outcome: Outcome, left: Left, taken: dict[int, Outcome], *, is_gone: bool
    ) -> None:
        """Take what a row attributes anew; a question beside what the sheet did not leave with."""
        stands, standing = dict(_NEW), self._standing.given
        made = self._read(outcome, stands)
        if is_gone and self._standing.digests(CELLS_OF_ATTRIBUTION, made) == left.given:
            return
        if self._is_empty(outcome.said, made):
            return
        self._part(outcome.said, made, stands)
        made[Column.METHOD] = made[Column.METHOD] or self._usual_method(made)
        if made in map(of_attribution, standing):
            return  # what a sheet read twice said already
        copied = any(self._digests(one) == left.given for one in standing)
        if len(standing) == 1 and not (copied or is_gone or self._adds(left)):
            # Attributed here since, or in another tool.
            (one,), groups = standing, CELLS_OF_ATTRIBUTION
            stands = of_attribution(one)
            merged = self._merged(outcome, groups, stands, made, left.given, one.pk)
            self._take(outcome, one, stands, merged, taken)
            return
        here = sum((one.share for one in standing), Decimal(0)) or None
        both = ((here,), (made[Column.SHARE],))
        base = at_version(not is_gone and (copied or not standing), both[0])
        of = f"row {outcome.said.row}"
        if self._judged(outcome, (Column.SHARE,), *both, base, of).is_taken:
            self._take(outcome, None, stands, made, taken)

    def _adds(self, left: Left) -> bool:
        """Tell whether a row without a number is another attribution: somebody took it away."""
        return Column.ATTRIBUTION in self._cells.columns and left.given != {}

    def _withdrawn(
        self, outcome: Outcome, found: Attribution, stands: Values, left: Left
    ) -> Values:
        """Return an attribution withdrawn, as one thing: a question if any of it was changed."""
        is_same = self._digests(found) == left.given
        both = (stands[Column.STATUS],), (AttributionStatus.WITHDRAWN.value,)
        base = at_version(is_same, both[0]) if left.given else None
        cell = self._judged(outcome, (Column.STATUS,), *both, base, found.pk)
        return stands | {Column.STATUS: both[1][0]} if cell.is_taken else stands

    def _digests(self, given: Attribution) -> dict[Column, str]:
        return self._standing.digests(CELLS_OF_ATTRIBUTION, of_attribution(given))

    def _found(self, outcome: Outcome, left: Left) -> tuple[Attribution | None, bool]:
        """Return the attribution of a row, None for a new one, and whether one is gone."""
        given, number = self._standing.given, outcome.said.number(Column.ATTRIBUTION)
        by_pk = {one.pk: one for one in given}
        if number in by_pk:
            return by_pk[number], False
        if number is None and self._adds(left):
            return None, False
        # Copied to the line of a newer file, or without its column: by what it said.
        same = [one for one in given if left.given and self._digests(one) == left.given]
        if len(same) == 1:
            return same[0], False
        return None, number is not None

    @staticmethod
    def _is_empty(said: Said, values: Values) -> bool:
        """Tell whether a row attributes nothing. Raises RefusedCellError for half of something."""
        if values[Column.SHARE] or values[Column.AMOUNT]:
            return False
        if any(
            values[column] != _NEW[column]
            for column in (Column.ACTION, Column.METHOD, Column.REASON, Column.EVIDENCE)
        ):
            raise refuse(said, Column.SHARE, findings.NO_PART)
        return True

    def _part(self, said: Said, values: Values, stands: Values) -> None:
        """Make one of the share and the amount of a row follow the other."""
        share, amount = values[Column.SHARE], values[Column.AMOUNT]
        reshared = share != stands[Column.SHARE] and share is not None
        if isinstance(amount, Decimal):
            typed = (Column.AMOUNT, Column.STAGE)
            retyped = any(values[column] != stands[column] for column in typed)
            if reshared and not retyped:
                raise refuse(said, Column.SHARE, findings.BOTH)
            if retyped or share is None:
                stage = Stage(str(values[Column.STAGE]))
                found = share_of_amount(amount, getattr(self._line, stage.column))
                if found is None:
                    raise refuse(said, Column.AMOUNT, findings.NO_AMOUNT)
                if reshared and isinstance(share, Decimal) and abs(share - found) > UNIT * 10:
                    raise refuse(said, Column.SHARE, findings.BOTH)
                values[Column.SHARE] = found
        if not values[Column.SHARE] and amount is None:
            raise refuse(said, Column.SHARE, findings.NO_PART)

    def _usual_method(self, values: Values) -> str:
        whole = values[Column.SHARE] == ALL
        return (Method.WHOLE if whole else Method.KEY).value

    # What would stand.

    def _require_sound(self, line: BudgetLine) -> None:
        """Refuse, with its cell, what no service would write."""
        made = [(one, made_of(one, self._cells.names)) for one in self._rows if one.given]
        changed = {one.attribution.pk for one, _made in made if one.attribution is not None}
        standing = [one for one in self._standing.given if one.pk not in changed]
        standing += [one for _row, one in made if one.status != AttributionStatus.WITHDRAWN]
        for outcome, one in made:
            if not outcome.asks:
                self._check(outcome, one, [other for other in standing if other is not one])
        self._check_line(line, standing)

    def _check(self, outcome: Outcome, made: Attribution, others: list[Attribution]) -> None:
        try:
            require_sound(made, made.line, others)
            made.clean_fields(exclude=["line", "recorded_at", "action", "rule"])
        except ValidationError as error:
            name = next(iter(getattr(error, "error_dict", {})), "")
            column = _FIELDS.get(name, Column.SHARE)
            told = {"cell": outcome.said.at(column), "why": " ".join(error.messages)}
            outcome.stop(Kind.REFUSED, findings.REFUSED.at(line=outcome.said.row, **told))
            return
        same = (made.action_id, made.share, made.outside_it)
        if (
            not self._again
            and outcome.attribution is None
            and any(same == (one.action_id, one.share, one.outside_it) for one in others)
        ):
            self._say(outcome, Kind.QUESTION, findings.AGAIN, Column.SHARE)

    def _check_line(self, line: BudgetLine, standing: list[Attribution]) -> None:
        """Refuse a verdict without room for what is attributed, or 0 % of what is."""
        for outcome in self._rows:
            if outcome.asks:
                continue
            if Column.VERDICT in outcome.line and line.it_share is not None:
                for outside, room in ((False, line.it_share), (True, ALL - line.it_share)):
                    shares = [one.share for one in standing if one.outside_it == outside]
                    if sum(shares, Decimal(0)) > room:
                        self._refuse_room(outcome)
            if outcome.line.get(Column.REVIEWED) and (
                line.it_share is None or any(counts(one) for one in standing)
            ):
                told = {"cell": outcome.said.at(Column.REVIEWED)}
                problem = findings.NOT_ZERO.at(line=outcome.said.row, **told)
                outcome.stop(Kind.REFUSED, problem)

    def _refuse_room(self, outcome: Outcome) -> None:
        told = {"cell": outcome.said.at(Column.IT_SHARE), "name": str(self._line)}
        outcome.stop(Kind.REFUSED, findings.NO_ROOM.at(line=outcome.said.row, **told))


def _same_verdict(base: Base | None) -> Same:
    """Return what tells verdicts alike: the share of one that is no mix goes without saying."""

    def same(here: tuple[object, ...], there: tuple[object, ...]) -> bool:
        verdict, share, reason = there
        unsaid = share is None or base is None or not base(here)
        bare = verdict != Verdict.MIXED and unsaid and (here[0], here[2]) == (verdict, reason)
        return bare or here == there

    return same


def made_of(outcome: Outcome, names: ActionNames) -> Attribution:
    """Return the attribution that a row makes, or what it makes of one (not saved)."""
    values, old = outcome.given, outcome.attribution
    line = outcome.standing.line if outcome.standing else None
    made = Attribution(line=line)
    if old is not None:
        made.pk, made.rule_id, made.version = old.pk, old.rule_id, old.version
        made.key = old.key if values[Column.SHARE] == old.share else None
    made.action = names.by_pk.get(values[Column.ACTION])  # type: ignore[call-overload]
    made.share, made.amount = values[Column.SHARE], values[Column.AMOUNT]  # type: ignore[assignment]
    made.stage = values[Column.STAGE]  # type: ignore[assignment]
    made.status, made.method = str(values[Column.STATUS]), str(values[Column.METHOD])
    made.reason, made.evidence = str(values[Column.REASON]), str(values[Column.EVIDENCE])
    made.outside_it = bool(values[Column.OUTSIDE])
    return made
