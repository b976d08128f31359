"""What a sheet of decisions would change, row by row, beside what stands now.

Nothing is written here. What is decided of a line is judged as one value, and so is each
attribution: the states that the sheet was sent with tell what was read (`core.merge`). Whatever a
service would refuse is refused with its cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import batched

from django.core.exceptions import ValidationError

from portulan.budget.attributions.euros import UNIT, share_of_amount
from portulan.budget.attributions.writes import require_sound
from portulan.budget.decisions import findings
from portulan.budget.decisions.cells import (
    RefusedCellError,
    amount_said,
    has_percents,
    refuse,
    share_said,
    text_said,
)
from portulan.budget.decisions.columns import OF_ATTRIBUTION, OF_LINE, Column
from portulan.budget.decisions.reading import Said
from portulan.budget.decisions.standing import (
    NO_ATTRIBUTION,
    ActionNames,
    Standing,
    Values,
    counts,
    keys_of,
    of_attribution,
    standings,
)
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import Attribution, BudgetLine, FiscalYear
from portulan.budget.perimeter.rules import ALL
from portulan.budget.perimeter.verdicts import decided_share
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict
from portulan.core.folding import fold
from portulan.core.merge.threeway import Base, at_version, judge
from portulan.core.say.text import Problem

_CHUNK = 500
_AT_LARGE = frozenset({"", "-", "nr", "nr en general", "nr at large"})
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


class Kind(StrEnum):
    """What becomes of a row, the worst last."""

    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    QUESTION = "question"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(slots=True)
class Outcome:
    """What a row comes to: its line, what it changes of it and of its attribution, or why not.

    `line` and `given` are the values to write, empty where there is none; `before` what stands
    there; `candidates` the lines among which to choose, by identifier.
    """

    said: Said
    kind: Kind = Kind.SAME
    standing: Standing | None = None
    attribution: Attribution | None = None
    line: Values = field(default_factory=dict)
    given: Values = field(default_factory=dict)
    before: Values = field(default_factory=dict)
    problem: Problem | None = None
    candidates: tuple[int, ...] = ()

    def stop(self, kind: Kind, problem: Problem) -> None:
        """Say why a row is not taken."""
        self.kind, self.problem = kind, problem
        self.line, self.given = {}, {}

    def becomes(self, kind: Kind) -> None:
        """Say that a row changes something: two things of a row, the worst is said."""
        order = list(Kind)
        self.kind = max(self.kind, kind, key=order.index)


def compare(
    fiscal_year: FiscalYear,
    rows: list[Said],
    columns: Collection[Column],
    *,
    answers: Mapping[int, int],
    again: bool = False,
) -> list[Outcome]:
    """Return what each row comes to (six queries, and three by 500 lines).

    `answers` says which line a row of the sheet is about, by their numbers, where its key fits
    several; `again` that an attribution just like another is meant.
    """
    outcomes = [Outcome(said) for said in rows]
    for outcome in outcomes:
        if outcome.said.problems:
            outcome.stop(Kind.REFUSED, outcome.said.problems[0])
    _find_lines(fiscal_year, outcomes, answers)
    by_line: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.standing is not None and outcome.problem is None:
            by_line[outcome.standing.line.pk].append(outcome)
    percents = {column: has_percents(rows, column) for column in (Column.SHARE, Column.IT_SHARE)}
    reader = _Cells(columns, ActionNames(fiscal_year.organisation_id), percents)
    for some in by_line.values():
        _Line(some, reader, again=again).compare()
    return outcomes


def _find_lines(
    fiscal_year: FiscalYear, outcomes: list[Outcome], answers: Mapping[int, int]
) -> None:
    """Find the line of each row by its key, or say that there is none, or several."""
    keys = keys_of(fiscal_year)
    wanted: dict[int, list[Outcome]] = defaultdict(list)
    doubtful = []
    for outcome in outcomes:
        if outcome.problem is not None:
            continue
        said = outcome.said
        found = keys.get(said.text(Column.KEY), [])
        asked = answers.get(said.row) or said.number(Column.LINE)
        if len(found) == 1 or asked in found:
            wanted[found[0] if len(found) == 1 else found[found.index(asked or 0)]].append(outcome)
        elif found:
            outcome.candidates = tuple(found)
            doubtful.append(outcome)
        else:
            told = {"cell": said.at(Column.KEY), "text": said.text(Column.KEY)}
            outcome.stop(Kind.REFUSED, findings.NO_LINE.at(line=said.row, **told))
    _by_row_of_file(doubtful, wanted)
    for chunk in batched(wanted, _CHUNK):
        for standing in standings(lines_in_force(fiscal_year).filter(pk__in=chunk)):
            for outcome in wanted[standing.line.pk]:
                outcome.standing = standing


def _by_row_of_file(doubtful: list[Outcome], wanted: dict[int, list[Outcome]]) -> None:
    """Tell lines that look alike by their row of the file, else ask."""
    pks = {pk for outcome in doubtful for pk in outcome.candidates}
    rows = {
        pk: (name, row)
        for pk, name, row in BudgetLine.objects.filter(pk__in=pks).values_list(
            "pk", "batch__file_name", "row"
        )
    }
    for outcome in doubtful:
        said = outcome.said
        here = (said.text(Column.FILE), said.number(Column.ROW))
        same = [pk for pk in outcome.candidates if rows[pk] == here]
        if len(same) == 1:
            wanted[same[0]].append(outcome)
            continue
        count = len(outcome.candidates)
        problem = findings.WHICH_LINE.at(line=said.row, cell=said.at(Column.KEY), count=count)
        outcome.stop(Kind.QUESTION, problem)


class _Cells:
    """Reads the cells of a row beside what stands; a column that is absent says what stands."""

    def __init__(
        self, columns: Collection[Column], names: ActionNames, percents: Mapping[Column, bool]
    ) -> None:
        self.columns, self.names, self._percents = columns, names, percents

    def read(self, said: Said, stands: Values, columns: Iterable[Column]) -> Values:
        """Return what a row says of these columns. Raises RefusedCellError."""
        return {
            column: self._value(said, column, stands[column])
            if column in self.columns
            else stands[column]
            for column in columns
        }

    def _value(self, said: Said, column: Column, stands: object) -> object:
        match column:
            case Column.SHARE | Column.IT_SHARE:
                known = stands if isinstance(stands, Decimal) else None
                return share_said(said, column, known, percents=self._percents[column])
            case Column.AMOUNT:
                return amount_said(said, column)
            case Column.REVIEWED | Column.OUTSIDE:
                return bool(said.values.get(column))
            case Column.VERDICT | Column.STATUS | Column.METHOD | Column.STAGE:
                return said.text(column) or stands
            case Column.ACTION:
                return self._action(said, stands)
            case _:
                return text_said(said, column, str(stands or ""))

    def _action(self, said: Said, stands: object) -> object:
        text = said.text(Column.ACTION)
        if fold(text) in _AT_LARGE:
            return None
        named = self.names.named(text)
        if not named:
            raise refuse(said, Column.ACTION, findings.NO_ACTION, text=text)
        if len(named) > 1 and stands not in named:
            names = ", ".join(map(self.names.said, named))
            raise refuse(said, Column.ACTION, findings.WHICH_ACTION, text=text, names=names)
        return stands if stands in named else named[0]


class _Line:
    """The rows of one line, compared with it."""

    def __init__(self, rows: list[Outcome], cells: _Cells, *, again: bool) -> None:
        self._rows, self._cells, self._again = rows, cells, again
        standing = rows[0].standing
        if standing is None:
            raise ValueError(rows)
        self._standing, self._line = standing, standing.line

    def compare(self) -> None:
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

    def _try[**P](self, outcome: Outcome, read: object, *args: object) -> None:
        try:
            read(outcome, *args)  # type: ignore[operator]
        except RefusedCellError as refused:
            outcome.stop(Kind.REFUSED, refused.problem)

    def _say(self, outcome: Outcome, kind: Kind, found: object, column: Column) -> None:
        told = {"cell": outcome.said.at(column), "name": str(self._line)}
        outcome.stop(kind, found.at(line=outcome.said.row, **told))  # type: ignore[attr-defined]

    def _state(self, outcome: Outcome) -> tuple[str, str]:
        line, _dash, given = outcome.said.text(Column.STATE).partition("-")
        return line, given

    # What is decided of the line.

    def _of_line(self, outcome: Outcome) -> None:
        stands = self._standing.of_line()
        said = self._cells.read(outcome.said, stands, OF_LINE)
        state = self._state(outcome)[0]
        untouched = not (state or stands[Column.VERDICT_REASON] or stands[Column.REVIEWED])
        unsaid = said[Column.IT_SHARE] is None or self._standing.state_of_line(stands) != state
        if unsaid and said[Column.VERDICT] != Verdict.MIXED:
            shared = said | {Column.IT_SHARE: stands[Column.IT_SHARE]}
            if shared == stands:
                return  # the share of a line that is all in, or all out, goes without saying

        def read(values: Values) -> bool:
            return self._standing.state_of_line(values) == state or (untouched and values is stands)

        cell = judge(Column.VERDICT, stands, said, read)
        if cell.is_conflict:
            self._say(outcome, Kind.CONFLICT, findings.CONFLICT, Column.VERDICT)
        elif cell.is_taken:
            outcome.line = self._verdict(outcome.said, said, stands)
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
        found, is_known = self._found(outcome)
        if not is_known:
            self._say(outcome, Kind.CONFLICT, findings.GONE, Column.ATTRIBUTION)
            return
        stands = of_attribution(found) if found else dict(_NEW)
        said = self._cells.read(outcome.said, stands, OF_ATTRIBUTION)
        if said[Column.AMOUNT] is None:
            said[Column.STAGE] = None
        cell = judge(Column.SHARE, stands, said, self._sent(outcome, found, stands))
        if not (cell.is_taken or cell.is_conflict):
            return
        said = self._part_said(outcome.said, said, stands, is_new=found is None)
        if not said:
            return
        if cell.is_conflict:
            self._say(outcome, Kind.CONFLICT, findings.CONFLICT, Column.SHARE)
            return
        if found is not None and (other := taken.setdefault(found.pk, outcome)) is not outcome:
            if other.given != said:
                told = {"cell": outcome.said.at(Column.SHARE)}
                told["other"] = other.said.at(Column.SHARE)
                problem = findings.TWO_SAY.at(line=outcome.said.row, **told)
                outcome.stop(Kind.REFUSED, problem)
            return
        outcome.attribution, outcome.given = found, said
        outcome.before = outcome.before | stands
        outcome.becomes(Kind.NEW if found is None else Kind.CHANGED)

    def _part_said(self, row: Said, said: Values, stands: Values, *, is_new: bool) -> Values:
        """Return what a row makes of an attribution, nothing where it gives no more."""
        if is_new and self._is_empty(row, said):
            return {}
        if not is_new and said[Column.STATUS] == AttributionStatus.WITHDRAWN:
            return stands | {Column.STATUS: said[Column.STATUS]}
        self._part(row, said, stands)
        if is_new:
            said[Column.METHOD] = said[Column.METHOD] or self._usual_method(said)
            if any(of_attribution(other) == said for other in self._standing.given):
                return {}  # what a sheet read twice said already
        return said

    def _found(self, outcome: Outcome) -> tuple[Attribution | None, bool]:
        """Return the attribution of a row, None for a new one, and whether it is known which."""
        standing, number = self._standing, outcome.said.number(Column.ATTRIBUTION)
        by_pk = {given.pk: given for given in standing.given}
        if number in by_pk:
            return by_pk[number], True
        if number is None and Column.ATTRIBUTION in self._cells.columns:
            return None, True
        # Copied to the line of a newer file, or without its column: by what it said.
        state = self._state(outcome)[1]
        of = standing.state_of_attribution
        same = [one for one in standing.given if of(of_attribution(one)) == state]
        if len(same) == 1:
            return same[0], True
        return None, number is None and not same

    def _sent(self, outcome: Outcome, found: Attribution | None, stands: Values) -> Base:
        """Return what tells of an attribution whether the sheet was sent with it."""
        given, state = self._standing.given, self._state(outcome)[1]
        of = self._standing.state_of_attribution
        if found is not None:
            return lambda values: of(values) == state
        if state == of(NO_ATTRIBUTION):
            return at_version(not given, stands)
        states = {of(of_attribution(one)) for one in given}
        return at_version(not state or state in states, stands)

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
        final = list(self._final())
        standing = [
            made if made is not None else stands
            for stands, _outcome, made in final
            if (made or stands).status != AttributionStatus.WITHDRAWN  # type: ignore[union-attr]
        ]
        for _stands, outcome, made in final:
            if outcome is not None and made is not None:
                others = [one for one in standing if one is not made and one is not None]
                self._check(outcome, made, others)
        self._check_line(line, [one for one in standing if one is not None])

    def _final(
        self,
    ) -> Iterator[tuple[Attribution | None, Outcome | None, Attribution | None]]:
        """Yield each attribution of the line: as it stands, the row that changes it, what it makes.

        One that nobody changes has no row, a new one stands nowhere yet.
        """
        changed = {
            outcome.attribution.pk: outcome
            for outcome in self._rows
            if outcome.given and outcome.attribution is not None
        }
        names = self._cells.names
        for given in self._standing.given:
            outcome = changed.get(given.pk)
            yield given, outcome, made_of(outcome, names) if outcome else None
        for outcome in self._rows:
            if outcome.given and outcome.attribution is None:
                yield None, outcome, made_of(outcome, names)

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
