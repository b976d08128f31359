"""A table enters a plan, whole or not at all, and leaves it in one act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core.batches import tried
from portulan.core.merge.digests import digest_of
from portulan.core.merge.judgement import Judgement, errors_first
from portulan.core.merge.threeway import Cell, Choose, Side, nobody
from portulan.core.models import AuditEntry
from portulan.core.proposals import require_seen
from portulan.core.say.language import spoken_language
from portulan.core.say.text import Language, Problem
from portulan.indicators.measurements import refresh_used
from portulan.plans.access import check_plan
from portulan.plans.actions.writes import is_pointed_to
from portulan.plans.computed import NAMES
from portulan.plans.models import Action, Plan, TableImport, TableLine
from portulan.plans.plan import create_plan
from portulan.plans.tables.applying import Applier, Change, New, free_number
from portulan.plans.tables.cells import Line
from portulan.plans.tables.findings import (
    CHANGED_SINCE,
    CONFLICT,
    DAY_ALONE,
    GONE,
    NEW_NUMBER,
    QUESTION,
    REFUSED,
)
from portulan.plans.tables.merging import Matched, Merge, Standing, matched, matched_left, merge
from portulan.plans.tables.reading import TableReading, key_of, told_apart
from portulan.plans.tables.reads import leaving, standing_actions
from portulan.plans.tables.resolving import Names
from portulan.plans.tables.vocabulary import Field, name_of
from portulan.plans.verbs import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Judgement[Merge]):
    """What a table does to a plan: each line with its fate, and all that is wrong."""

    reading: TableReading

    def report(
        self, language: Language, file: str = "", *, written: bool = False
    ) -> dict[str, object]:
        """Return the document of the command line (docs/reference/commands.md)."""
        problems = (replace(problem, file=file or None) for problem in self.problems)
        return {
            "file": file,
            "format": self.reading.format,
            "rows": self.counts,
            "columns": dict(self.reading.columns),
            "unread": list(self.reading.unread),
            "cells_left": [one._asdict() for one in self.reading.cells_left],
            "written": written,
            "problems": [problem.as_json(language) for problem in problems],
        }


_MOST_LEFT = 500  # cells that are kept with an import


class RefusedTableError(Exception):
    """Rows of the table are in error: nothing is written."""

    def __init__(self, judged: Judged) -> None:
        super().__init__()
        self.judged = judged


def judge(actor: Actor, *, plan: Plan, reading: TableReading) -> Judged:
    """Return what a table would do to a plan; nothing is written. Raises DeniedError."""
    actor.require(Operation.EDIT_PLAN)
    return _judged(plan, reading, Names(actor, plan, proposes=reading.proposes))


def key_of_cell(row: int, name: str) -> str:
    """Return what names a cell of a table in a form."""
    return digest_of([row, name])


def _chosen(choose: Choose, row: int, name: str) -> Side | None:
    return choose(key_of_cell(row, name))


def _judged(plan: Plan, reading: TableReading, names: Names, choose: Choose = nobody) -> Judged:
    problems = list(reading.problems)
    lines = []
    for line, told in names.resolved(reading.lines):
        lines.append(line)
        problems += told
    actions = standing_actions(plan)
    matches, told = _matched(plan, lines, actions, reading)
    problems += told
    merges = []
    by_title = {key_of(action.title): action for action in actions}
    for match in matches:
        chosen = partial(_chosen, choose, match.line.row)
        found = merge(match.line, match.action, left=match.left, choose=chosen)
        merges.append(found)
        problems += [_conflict(found, one, names) for one in found.conflicts if not one.is_taken]
        problems += _about_new(found, by_title.get(key_of(match.line.title)))
    return Judged(rows=tuple(merges), problems=errors_first(problems), reading=reading)


def _matched(
    plan: Plan, lines: Sequence[Line], actions: Sequence[Standing], reading: TableReading
) -> tuple[Iterable[Matched], list[Problem]]:
    """Return each line with its action; what a workbook of this plan left as, if it says it."""
    left = leaving(plan).read(reading.left)
    if left is not None:
        return matched_left(lines, actions, left)
    apart, problems = told_apart(lines) if reading.left else (list(lines), [])
    return (Matched(line, action) for line, action in matched(apart, actions)), problems


def _about_new(found: Merge, like: Standing | None) -> Iterator[Problem]:
    """Yield what is told of a line that is no action of the plan, or of a day alone."""
    line = found.line
    if found.has_lone_day:
        yield DAY_ALONE.at(line=line.row, cell=line.cell(Field.LEVEL_DATE))
    if found.is_gone and found.differs:
        yield GONE.at(line=line.row, row=line.row, number=line.number or line.title)
    elif found.is_new and like is not None and not line.refused:
        yield NEW_NUMBER.at(line=line.row, cell=line.cell(Field.TITLE), number=like.called)


def _conflict(found: Merge, one: Cell, names: Names) -> Problem:
    here, there = one.here, one.there
    if one.name == Field.PERSON:
        here, there = names.called(here), names.called(there)
    kind = QUESTION
    if found.left is not None and one.name in found.left:
        kind = CHANGED_SINCE
    elif found.action is not None and one.name in found.action.said:
        kind = CONFLICT
    return kind.at(
        line=found.line.row,
        cell=found.line.cell(one.name),
        key=key_of_cell(found.line.row, one.name),  # in a form that asks which stands
        field=name_of(one.name),
        here=here or "∅",
        there=there or "∅",
    )


@transaction.atomic
def make_plan(
    actor: Actor, *, slug: str, reading: TableReading, today: date, title: str = ""
) -> Plan:
    """Make the plan that a table is of, over the years that it has.

    Its title is what stands over the table, else its address in words. Raises DeniedError,
    ValidationError.
    """
    first, last = reading.years or (today.year, today.year + 2)
    words = slug.replace("-", " ").strip()
    return create_plan(
        actor,
        title=(title or reading.heading or words[:1].upper() + words[1:])[:200],
        slug=slug,
        first_year=first,
        last_year=last,
    )


@transaction.atomic
def keep_table(
    actor: Actor,
    *,
    plan: Plan,
    file_name: str,
    digest: str,
    grid: Sequence[Mapping[str, object]] | None = None,
    columns: Mapping[str, str] | None = None,
    made_plan: bool = False,
    now: datetime | None = None,
) -> TableImport:
    """Keep a table that was read, to be previewed; one of before that nobody confirmed goes.

    Raises DeniedError, NotFoundError.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    TableImport.waiting().filter(plan=plan).delete()
    return TableImport.objects.create(
        plan=plan,
        file_name=file_name[-250:],
        digest=digest,
        grid=grid,
        titles=list((columns or {}).items()),
        made_plan=made_plan,
        person_id=actor.person_id,
        read_at=now or timezone.now(),
    )


@transaction.atomic
def choose_columns(actor: Actor, *, table: TableImport, columns: Mapping[str, str]) -> TableImport:
    """Say what the columns of a previewed table are.

    Raises DeniedError, NotFoundError, ValidationError, UnusableInputError when they do not read.
    """
    check_plan(actor, table.plan, Operation.EDIT_PLAN)
    table.require_waiting()
    table.titles = list(columns.items())
    table.save(update_fields=["titles"])
    return table


@transaction.atomic
def write_table(
    actor: Actor,
    *,
    table: TableImport,
    reading: TableReading,
    today: date,
    rows: frozenset[int] | None = None,
    seen: str | None = None,
    choose: Choose = nobody,
    now: datetime | None = None,
) -> Judged:
    """Write a table into its plan, all of it or nothing; `rows` are the only ones to take.

    `seen` is the digest of what was shown of it, None for who confirms in one breath; `choose`
    gives a side to a cell that somebody changed here (`key_of_cell`): unsaid, it stays. Raises
    DeniedError, NotFoundError, RefusedTableError with what is wrong; ValidationError when it would
    do another thing by now.
    """
    plan = table.plan
    check_plan(actor, plan, Operation.EDIT_PLAN)
    table.require_waiting()
    names = Names(actor, plan, proposes=reading.proposes)
    judged = _judged(plan, reading, names, choose)
    require_seen(seen, judged.shown)
    if judged.is_refused:
        raise RefusedTableError(judged)
    before = latest_entry()
    applier = Applier(actor, plan, names, import_id=table.pk, today=today)
    applier.proposes = reading.proposes
    taken = [one for one in judged.rows if rows is None or one.line.row in rows]
    refused = _write(applier, plan, table, [one for one in taken if not one.is_gone])
    if refused:
        raise RefusedTableError(replace(judged, problems=(*refused, *judged.problems)))
    judged = replace(judged, rows=tuple(taken))
    unread = {field: "" for field, title in table.columns.items() if not title}
    table.titles = list((unread | dict(reading.columns)).items())
    table.format, table.grid = reading.format, None
    table.written_at = now or timezone.now()
    table.person_id = actor.person_id
    record(actor, plan, Verb.IMPORTED, {"table": (None, table.file_name)})
    table.report = {
        "rows": judged.counts,
        "unread": list(reading.unread),
        "cells_left": [one._asdict() for one in reading.cells_left[:_MOST_LEFT]],
        "made": names.made,
        "entries": [[before, latest_entry()]],
        "problems": [
            problem.as_json(spoken_language())
            for problem in judged.problems
            if problem.values.get("field") != name_of(Field.PERSON)  # it names somebody
        ],
    }
    table.save()
    refresh_used(actor, names=NAMES)
    return judged


def _write(
    applier: Applier, plan: Plan, table: TableImport, merges: Sequence[Merge]
) -> list[Problem]:
    """Write the lines; return why some could not be, when all is to be given up."""
    actions = {action.pk: action for action in plan.actions.select_related("plan", "pilot")}
    refused: list[Problem] = []
    ready: list[tuple[Merge, New | Change]] = []
    for one, number in zip(merges, _numbers(merges, actions.values()), strict=True):
        try:
            if one.action is None:
                ready.append((one, applier.new(one.changes, number)))
            elif changes := one.changes:
                ready.append((one, applier.changed(actions[one.action.pk], changes)))
        except ValidationError as error:
            refused.append(_refused(one, error))
    written: dict[int, Action] = {}
    for run in _runs(ready):
        write = applier.make if isinstance(run[0][1], New) else applier.change
        results = tried([line for _one, line in run], write, ValidationError)  # type: ignore[arg-type]
        for one, result in zip((one for one, _line in run), results, strict=True):
            if isinstance(result, ValidationError):
                refused.append(_refused(one, result))
            else:
                written[one.line.row] = result
    if not refused:
        stands = {one.line.row: actions[one.action.pk] for one in merges if one.action is not None}
        stands |= written
        TableLine.objects.bulk_create(_line(table, one, stands[one.line.row]) for one in merges)
    return sorted(refused, key=lambda problem: problem.line or 0)


def _numbers(merges: Iterable[Merge], actions: Iterable[Action]) -> Iterator[int | None]:
    """Yield the number of each action made: that of the table where nobody else has it."""
    merges = list(merges)
    taken = {action.number for action in actions}
    wanted = {number for one in merges if (number := free_number(one.line.number, taken))}
    last = max(taken | wanted, default=0)
    for one in merges:
        if one.action is not None:
            yield None
            continue
        number = free_number(one.line.number, taken)
        if number is None:
            number = last = last + 1
        taken.add(number)
        yield number


def _runs(
    lines: Iterable[tuple[Merge, New | Change]],
) -> Iterator[list[tuple[Merge, New | Change]]]:
    """Yield the lines in order, in runs that make actions or change some, each once."""
    run: list[tuple[Merge, New | Change]] = []
    changed: set[int] = set()
    for one, line in lines:
        again = one.action is not None and one.action.pk in changed
        if run and (again or type(line) is not type(run[0][1])):
            yield run
            run, changed = [], set()
        run.append((one, line))
        if one.action is not None:
            changed.add(one.action.pk)
    if run:
        yield run


def _refused(one: Merge, error: ValidationError) -> Problem:
    return REFUSED.at(line=one.line.row, row=one.line.row, reason="; ".join(_reasons(error)))


def _reasons(error: ValidationError) -> Iterable[str]:
    """Yield why a row is refused, each under the name of its field."""
    if not hasattr(error, "error_dict"):
        yield from error.messages
        return
    for name, errors in error.message_dict.items():
        column = {one.name: one for one in Action._meta.get_fields()}.get(name)
        label = str(getattr(column, "verbose_name", ""))
        yield from (f"{label}\u00a0: {message}" if label else message for message in errors)


def _line(table: TableImport, one: Merge, action: Action) -> TableLine:
    said = dict(one.said)
    if said.get(Field.PERSON):
        # The name that was read is somebody by now: only who it is stays.
        said[Field.PERSON] = str(action.pilot_id or "")
    before = (
        {}
        if one.action is None
        else {name: one.action.values.get(name, "") for name in one.changes}
    )
    return TableLine(
        table=table,
        action=action,
        row=one.line.row,
        said=said,
        before=before,
        made=one.action is None,
    )


def latest_entry() -> int:
    """Return the identifier of the last entry of the trail: what comes after it is since."""
    return AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def discard_table(actor: Actor, *, table: TableImport) -> bool:
    """Forget a table that was only previewed, with the plan made for it if nothing is in it.

    Returns whether the plan went. Raises DeniedError, NotFoundError, ValidationError.
    """
    check_plan(actor, table.plan, Operation.EDIT_PLAN)
    table.require_waiting()
    plan, made = table.plan, table.made_plan
    table.delete()
    return made and take_away_if_empty(actor, plan)


# What a plan has though nobody put anything in it.
_NOTHING = {
    *("axes", "goals", "saved_views", "looks", "calendar_addresses"),
    *("came_from", "merges", "bulk_changes"),
}


def is_empty(plan: Plan, *, but: Iterable[str] = ()) -> bool:
    """Tell whether nothing was put in a plan, by whichever domain, some relations apart."""
    return not is_pointed_to(plan, but={*_NOTHING, *but})


def take_away_if_empty(actor: Actor, plan: Plan) -> bool:
    """Delete a plan that nothing was put in; tell whether it went."""
    if not is_empty(plan):
        return False
    record(actor, plan, Verb.DELETED, {"title": (plan.title, None)})
    plan.delete()
    return True
