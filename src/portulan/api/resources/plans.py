"""Plans, their goals and axes, what they answer to practices, votes, cells, tables, views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.call import Call
from portulan.api.declaring import Sent, act, answer, door, download, listing, resource, write
from portulan.api.shapes import shape
from portulan.core.merge.digests import digest_of
from portulan.core.merge.threeway import Side
from portulan.core.say.language import spoken_language
from portulan.core.tables.grid import from_json, to_json
from portulan.core.tables.sources import open_source
from portulan.core.uploads import MIB
from portulan.plans.bulk.cells import Cell, Field
from portulan.plans.bulk.reads import changes_in, get_bulk_change, sent, standings_of
from portulan.plans.bulk.writes import undo_cells, write_cells
from portulan.plans.choices.writes import (
    Answered,
    answer_practices,
    answer_rest,
    choose_practice,
    put_off,
    undo_choice,
    undo_choices,
)
from portulan.plans.coverage import coverage_of
from portulan.plans.evidence import prove_choice
from portulan.plans.models import (
    Axis,
    BulkChange,
    Goal,
    Plan,
    PlanMerge,
    PracticeChoice,
    SavedView,
    TableImport,
    UnitDays,
)
from portulan.plans.plan import (
    add_axis,
    add_goal,
    create_plan,
    edit_plan,
    get_plan,
    plans_of,
    remove_part,
    rename_part,
)
from portulan.plans.renewal.reads import balance_of
from portulan.plans.renewal.writes import renew_plan
from portulan.plans.saved_views import remove_view, save_view
from portulan.plans.starters.writes import STARTERS, Taken, start_plan
from portulan.plans.tables.formats.registry import TABLES, grids_of, read_any
from portulan.plans.tables.opening import digest_of as digest_of_file
from portulan.plans.tables.reads import remembered_columns
from portulan.plans.tables.undoing import undo_import
from portulan.plans.tables.writes import (
    Judged,
    RefusedTableError,
    choose_columns,
    discard_table,
    judge,
    keep_table,
    write_table,
)
from portulan.plans.unit_days import set_unit_days
from portulan.plans.votes import vote_plan
from portulan.publication.plan_files import telling
from portulan.publication.plan_files.comparing import Loc
from portulan.publication.plan_files.merges import Foreseen
from portulan.publication.plan_files.previews import (
    discard_folder,
    keep_folder,
    key_of,
    merge_folder,
    take_away,
    undo_merge,
    waiting_of,
)
from portulan.publication.plan_files.zipped import unzip_folder, zip_folder

READ, EDIT = Operation.READ_PLAN, Operation.EDIT_PLAN
PLAN = shape(
    Plan,
    "id version slug title first_year last_year adopted_on adopted_by used_share used_by_month "
    "stale_after_days",
)
GOAL = shape(Goal, "id version order title")
AXIS = shape(Axis, "id version order title")
CHOICE = shape(PracticeChoice, "id version plan practice choice reason chosen_on")
VIEW = shape(SavedView, "id plan name view query made_at")
DAYS = shape(UnitDays, "id version plan unit days")
CHANGE = shape(BulkChange, "id plan made_at undone_at cells")
TABLE = shape(
    TableImport,
    "id plan file_name digest format titles report read_at written_at undone_at made_plan",
    withheld="file_name",
)
COUNT = {
    "type": "object",
    "properties": {"count": {"type": "integer"}},
    "required": ["count"],
    "additionalProperties": False,
}
PLAN_AT = "plans/{plan}"


@door(PLAN_AT, "plan")
def _plan(call: Call) -> dict[str, Any]:
    return {"plan": get_plan(actor=call.actor, slug=call.path["plan"], need=call.need)}


resource(
    "plans",
    "plan",
    PLAN,
    lambda call: plans_of(actor=call.actor),
    key="slug",
    create=create_plan,
    created={"key": "slug"},
    change=edit_plan,
)
resource(
    f"{PLAN_AT}/goals",
    "goal",
    GOAL,
    lambda call: call.found["plan"].goals.select_related("plan"),
    create=add_goal,
    change=rename_part,
    changed={"names": {"part": "goal"}},
    remove=remove_part,
    removed={"names": {"part": "goal"}},
)
resource(
    f"{PLAN_AT}/axes",
    "axis",
    AXIS,
    lambda call: call.found["plan"].axes.select_related("plan"),
    create=add_axis,
    change=rename_part,
    changed={"names": {"part": "axis"}},
    remove=remove_part,
    removed={"names": {"part": "axis"}},
)

# --- what is answered to practices ------------------------------------------------------------


def _choices(call: Call) -> Any:
    return PracticeChoice.objects.filter(plan=call.found["plan"]).select_related(
        "plan", "practice__version__catalogue"
    )


ANSWERED = {
    "type": "object",
    "properties": {
        "choices": {"type": "array", "items": {"type": "integer"}},
        "action": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
    "required": ["choices", "action"],
    "additionalProperties": False,
}


def _answered(found: Answered) -> dict[str, Any]:
    """Return the answers by identifier, and the number of the action that follows them."""
    action = found.action
    return {
        "choices": [one.pk for one in found.choices],
        "action": action.number if action else None,
    }


def undo_these(actor: Actor, *, plan: Plan, choices: Sequence[int], today: date) -> None:
    """Take answers given together back, as before them."""
    found = list(PracticeChoice.objects.filter(plan=plan, pk__in=choices).select_related("plan"))
    if len(found) != len(set(choices)):
        raise ValidationError({"choices": _("Rien n’a cet identifiant ici.")})
    undo_choices(actor, choices=found, today=today)


resource(
    f"{PLAN_AT}/choices",
    "choice",
    CHOICE,
    _choices,
    create=choose_practice,
    created={"made": lambda chosen: chosen.choice, "without": frozenset()},
    filters="choice practice",
    acts=[
        act("undo", undo_choice, EDIT, status=204),
        act(
            "evidence",
            prove_choice,
            Operation.GIVE_EVIDENCE,
            told=lambda new: {"new": new},
            told_schema={"type": "object"},
        ),
    ],
)
write(
    "POST",
    f"{PLAN_AT}/choices/together",
    answer_practices,
    EDIT,
    told=_answered,
    told_schema=ANSWERED,
    status=201,
)
write(
    "POST",
    f"{PLAN_AT}/choices/rest",
    answer_rest,
    EDIT,
    told=_answered,
    told_schema=ANSWERED,
    status=201,
)
write("POST", f"{PLAN_AT}/choices/put-off", put_off, EDIT, told=_answered, told_schema=ANSWERED)
write("POST", f"{PLAN_AT}/choices/undo", undo_these, EDIT, status=204)

# --- the plan as a whole ----------------------------------------------------------------------


class TakenAction(NamedTuple):
    """An action of a ready-made plan that is taken, by its place there, from 0."""

    action: int
    title: str
    pilot: str
    due_on: date | None = None
    why: str = ""


def start_from(
    actor: Actor,
    *,
    starter: str,
    title: str,
    first_year: int,
    last_year: int,
    taken: Sequence[TakenAction],
    today: date,
) -> Plan:
    """Make a plan from a ready-made one, with the actions that are taken."""
    if starter not in STARTERS:
        raise ValidationError({"starter": _("Rien n’a cet identifiant ici.")})
    offered = STARTERS[starter].actions
    if any(not 0 <= one.action < len(offered) for one in taken):
        raise ValidationError({"taken": _("Rien n’a cet identifiant ici.")})
    return start_plan(
        actor,
        title=title,
        first_year=first_year,
        last_year=last_year,
        taken=[Taken(offered[one.action], *one[1:]) for one in taken],
        today=today,
    )


def _starters(_call: Call) -> Any:
    language = spoken_language()
    return [
        {
            "key": one.key,
            "title": one.title.say(language),
            "actions": [
                {
                    "action": place,
                    "title": each.title.say(language),
                    "why": each.why.say(language),
                    "pilot": each.pilot.say(language),
                    "level": each.level,
                    "months": each.months,
                    "practice": each.practice,
                }
                for place, each in enumerate(one.actions)
            ],
        }
        for one in STARTERS.values()
    ]


answer("starters", _starters, schema={"type": "array", "items": {"type": "object"}})
write(
    "POST",
    "starters",
    start_from,
    EDIT,
    shape=PLAN,
    at="plans/{key}",
    key="slug",
    status=201,
)
write(
    "POST",
    f"{PLAN_AT}/renewal",
    renew_plan,
    EDIT,
    shape=PLAN,
    at="plans/{key}",
    key="slug",
    status=201,
)
write(
    "POST",
    f"{PLAN_AT}/vote",
    vote_plan,
    Operation.DECIDE,
    told=lambda decisions: {"count": len(decisions)},
    told_schema=COUNT,
)


def _balance(call: Call) -> Any:
    return [
        {
            "action": one.row.action.number,
            "title": one.row.action.title,
            "voted": one.voted,
            "level": one.row.level,
            "progress": one.row.progress,
            "fate": one.succession.fate if one.succession else None,
            "reason": one.succession.reason if one.succession else "",
        }
        for one in balance_of(call.found["plan"], call.today)
    ]


answer(f"{PLAN_AT}/balance", _balance, schema={"type": "array", "items": {"type": "object"}})


def _coverage(call: Call) -> Any:
    found = coverage_of(call.found["plan"])
    return {
        "kept": found.kept,
        "practices": found.practices,
        "themes": [
            {
                "theme": one.theme.code,
                "title": one.theme.title,
                "actions": [action.number for action in one.actions],
                "functions": list(one.functions),
                "kept": one.kept,
                "answered": one.answered,
                "practices": one.practices,
            }
            for one in found.themes
        ],
        "outside": [action.number for action in found.outside],
    }


answer(f"{PLAN_AT}/coverage", _coverage)

# --- cells, units, saved views ----------------------------------------------------------------


class CellSaid(NamedTuple):
    """A cell: number of the action, field, what it is to hold; what it held, if it was read."""

    number: int
    field: Field
    value: str | None
    before: str | None = None


def change_cells(
    actor: Actor,
    *,
    plan: Plan,
    cells: Sequence[CellSaid],
    year: int,
    today: date,
    on: date | None = None,
    source: str = "",
) -> BulkChange:
    """Change cells of actions together, all or none; a `before` that is said must still stand."""
    standings = standings_of(plan, {one.number for one in cells}, year=year)
    unknown = {one.number for one in cells} - set(standings)
    if unknown:
        raise ValidationError({"cells": _("Rien n’a cet identifiant ici.")})
    try:
        changes = sent(plan, standings, [(one[0], one[1], one[3], one[2]) for one in cells])
    except ValueError as error:
        raise ValidationError({"cells": _("Cette valeur n’est pas acceptée ici.")}) from error
    said = {(one.number, one.field) for one in cells if one.before is not None}
    read = [one for one in changes if (one.action.number, one.field) in said]
    others = [
        Cell(one.action.number, one.field, one.after)
        for one in changes
        if (one.action.number, one.field) not in said
    ]
    return write_cells(
        actor,
        plan=plan,
        changes=[*read, *changes_in(standings, others)],
        year=year,
        on=on or today,
        today=today,
        source=source,
    )


def undo_change(actor: Actor, *, plan: Plan, change: BulkChange) -> None:
    """Undo all that was changed together."""
    undo_cells(actor, change=get_bulk_change(actor=actor, plan=plan, pk=change.pk))


resource(
    f"{PLAN_AT}/cells",
    "change",
    CHANGE,
    lambda call: BulkChange.objects.filter(plan=call.found["plan"]),
    write=Operation.UPDATE_ACTION,
    create=change_cells,
    acts=[act("undo", undo_change, Operation.UPDATE_ACTION)],
)
listing(
    f"{PLAN_AT}/unit-days",
    DAYS,
    lambda call: UnitDays.objects.filter(plan=call.found["plan"]),
)
write("PUT", f"{PLAN_AT}/unit-days", set_unit_days, EDIT, status=204)


def remove_a_view(actor: Actor, *, plan: Plan, view: SavedView) -> None:
    """Forget a saved view."""
    remove_view(actor, plan=plan, pk=view.pk)


resource(
    f"{PLAN_AT}/views",
    "view",
    VIEW,
    lambda call: SavedView.objects.filter(plan=call.found["plan"]),
    create=save_view,
    created={"without": frozenset()},
    remove=remove_a_view,
)

# --- tables of other tools --------------------------------------------------------------------


def read_a_table(actor: Actor, *, plan: Plan, file: Any) -> TableImport:
    """Read a table of actions, and keep it to be looked at before it is written."""
    actor.require(EDIT)
    if (file.size or 0) > 64 * MIB:
        raise ValidationError({"file": _("Ce fichier est trop grand.")})
    with open_source(file, str(file.name), TABLES) as source:
        grids = grids_of(source)
        digest = digest_of_file(source.stream)
    return keep_table(
        actor,
        plan=plan,
        file_name=str(file.name),
        digest=digest,
        grid=[to_json(grid) for grid in grids],
        columns=remembered_columns(actor.organisation_id, grids),
    )


def write_a_table(
    actor: Actor, *, plan: Plan, table: TableImport, today: date, seen: str | None = None
) -> Judged:
    """Write a table that was read, all of it or nothing; with `seen`, as its preview showed it."""
    table.plan = plan
    try:
        return write_table(actor, table=table, reading=_reading(table), today=today, seen=seen)
    except RefusedTableError as refused:
        told = [one.message(spoken_language()) for one in refused.judged.problems if one.is_error]
        raise ValidationError(told[:20]) from refused


def _reading(table: TableImport) -> Any:
    return read_any([from_json(kept) for kept in table.grid or ()], table.columns)


def discard_a_table(actor: Actor, *, plan: Plan, table: TableImport) -> None:
    """Forget a table that was read, and not written."""
    table.plan = plan
    discard_table(actor, table=table)


def undo_a_table(actor: Actor, *, plan: Plan, table: TableImport, today: date) -> None:
    """Take a table that was written back."""
    table.plan = plan
    undo_import(actor, table=table, today=today)


def _told(judged: Judged) -> dict[str, Any]:
    problems = [
        {
            "line": one.line,
            "severity": "error" if one.is_error else "warning",
            "message": one.message(spoken_language()),
        }
        for one in judged.problems[:100]
    ]
    return {"rows": judged.counts, "problems": problems}


def _judged(call: Call) -> dict[str, Any]:
    table = call.found["table"]
    judged = judge(call.actor, plan=call.found["plan"], reading=_reading(table))
    return _told(judged) | {"seen": digest_of(judged.shown)}


resource(
    f"{PLAN_AT}/tables",
    "table",
    TABLE,
    lambda call: TableImport.objects.filter(plan=call.found["plan"]).select_related("plan"),
    create=read_a_table,
    created={"upload": lambda _call, file: {"file": file}, "uploaded": ("file",), "apart": True},
    remove=discard_a_table,
    acts=[
        act("columns", choose_columns, EDIT),
        act("write", write_a_table, EDIT, told=_told),
        act("undo", undo_a_table, EDIT),
    ],
)
answer(f"{PLAN_AT}/tables/{{table}}/preview", _judged, EDIT)

# --- the plan as a folder of texts --------------------------------------------------------------


class Chosen(NamedTuple):
    """Whose value of a conflict stands; its file, field and item are as the preview has them."""

    file: str
    field: str
    side: Side
    item: str = ""


def read_a_folder(actor: Actor, *, plan: Plan, file: Any) -> PlanMerge:
    """Read the folder of a plan, and keep it to be looked at before it is written."""
    actor.require(EDIT)
    if (file.size or 0) > 64 * MIB:
        raise ValidationError({"file": _("Ce fichier est trop grand.")})
    return keep_folder(actor, plan=plan, file_name=str(file.name), files=unzip_folder(file))


def write_a_folder(
    actor: Actor,
    *,
    plan: Plan,
    seen: str,
    sides: Sequence[Chosen] = (),
    rest: Side | None = None,
) -> Foreseen:
    """Put the folder that was read together with its plan, as its preview showed it."""
    chosen = {key_of(Loc(one.file, one.field, one.item)): one.side for one in sides}
    return merge_folder(actor, plan=plan, seen=seen, sides=chosen, rest=rest)


def _merged(found: Foreseen) -> dict[str, Any]:
    return telling.document(found.merged, {})


def _foreseen(call: Call) -> dict[str, Any]:
    found = waiting_of(call.actor, call.found["plan"])
    said = telling.document(found.foreseen.merged, found.files)
    return {"seen": found.seen, "since": found.foreseen.lineage.value, **said}


def _folder(call: Call) -> Sent:
    plan = call.found["plan"]
    content = zip_folder(plan.slug, take_away(call.actor, plan=plan))
    return Sent(content=content, kind="application/zip", name=f"{plan.slug}.zip")


FOLDER = f"{PLAN_AT}/folder"
download(FOLDER, _folder, READ, kinds=("application/zip",))
write(
    "POST",
    FOLDER,
    read_a_folder,
    EDIT,
    upload=lambda _call, file: {"file": file},
    uploaded=("file",),
    apart=True,
    status=201,
    told=lambda found: {"plan": found.plan.slug, "files": len(found.files or ())},
)
answer(f"{FOLDER}/preview", _foreseen, EDIT)
write("POST", f"{FOLDER}/merge", write_a_folder, EDIT, told=_merged, apart=True)
write("POST", f"{FOLDER}/discard", discard_folder, EDIT, status=204)
write("POST", f"{FOLDER}/undo", undo_merge, EDIT, told=_merged)
