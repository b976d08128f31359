"""A table taken back: what it made goes, what it changed is as before, what came since stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person, Unit
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.merge.judgement import Row
from portulan.core.merge.threeway import Rule, judge, kept
from portulan.core.models import AuditEntry
from portulan.indicators.models import Indicator, Target
from portulan.indicators.words import TargetKind
from portulan.indicators.writes import remove_target
from portulan.plans.access import check_plan
from portulan.plans.actions.writes import is_pointed_to
from portulan.plans.indicators import leave_indicator
from portulan.plans.models import Action, Axis, CommitmentDecision, TableImport, TableLine
from portulan.plans.tables.applying import Applier
from portulan.plans.tables.merging import Standing, is_same
from portulan.plans.tables.reads import last_import, standing_actions
from portulan.plans.tables.resolving import Names
from portulan.plans.tables.vocabulary import Field
from portulan.plans.tables.writes import is_empty, latest_entry, take_away_if_empty
from portulan.plans.verbs import Verb

# What an import hangs on the actions that it makes; anything else was put there since.
_ITS_OWN = {"practice_links", "indicator_links", "decisions", "planned_money", "table_lines"}


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking a table back does: actions deleted, set back, and kept since they changed."""

    deleted: tuple[Action, ...]
    set_back: tuple[Action, ...]
    kept: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What it did; `plan_went` when the plan had been made for the table and nothing was left."""

    undoing: Undoing
    plan_went: bool


def undoing_of(table: TableImport) -> Undoing:
    """Return what taking a table back would do. Nothing is written."""
    sorted_out = _sorted_out(table)
    return Undoing(
        tuple(line.action for line in sorted_out.deleted),
        tuple(line.action for line, _back in sorted_out.set_back),
        tuple(line.action for line in sorted_out.kept),
    )


@transaction.atomic
def undo_import(
    actor: Actor, *, table: TableImport, today: date, now: datetime | None = None
) -> Undone:
    """Take a table back: its actions go, values are as before; what changed since stays, told.

    Raises DeniedError, NotFoundError, ValidationError (undone already, or another came after it).
    """
    plan = table.plan
    check_plan(actor, plan, Operation.EDIT_PLAN)
    latest = last_import(plan)
    table.require_standing()
    if latest is not None and latest.pk != table.pk:
        raise ValidationError(
            _("Un autre tableau a été repris depuis (« %(file)s ») : annulez-le d’abord.")
            % {"file": latest.file_name}
        )
    undoing, found = undoing_of(table), _sorted_out(table)
    before = latest_entry()
    table.undone_at = now or timezone.now()  # before all else: its decisions may then be deleted
    table.save(update_fields=["undone_at"])
    for line, back in found.set_back:
        _set_back(actor, table, line, back, today)
    for line in found.deleted:
        _delete(actor, line.action)
    _take_back_names(table)
    record(actor, plan, Verb.IMPORT_UNDONE, {"table": (table.file_name, None)})
    table.report["entries"].append([before, latest_entry()])
    table.save(update_fields=["report"])
    went = table.made_plan and _is_alone(table) and is_empty(plan, but=["table_imports"])
    if went:
        table.delete()
        went = take_away_if_empty(actor, plan)
    return Undone(undoing, went)


def _is_alone(table: TableImport) -> bool:
    return not table.plan.table_imports.exclude(pk=table.pk).exists()


@dataclass(frozen=True, slots=True)
class _Sorted:
    deleted: Sequence[TableLine]
    set_back: Sequence[tuple[TableLine, Mapping[str, str]]]
    kept: Sequence[TableLine]


def _sorted_out(table: TableImport) -> _Sorted:
    standing = {one.pk: one for one in standing_actions(table.plan)}
    lines = table.lines.select_related("action__plan", "action__pilot").order_by("row")
    touched = _touched_since(table)
    deleted, set_back, left = [], [], []
    for line in lines:
        if line.made and line.action_id not in touched and not _hangs_on(line.action, table):
            deleted.append(line)
        elif line.made:
            left.append(line)
        elif line.before:
            back = _set_back_by(line, standing[line.action_id])
            if changes := back.changes:
                set_back.append((line, changes))
            if back.conflicts:
                left.append(line)
    return _Sorted(deleted, set_back, left)


def _touched_since(table: TableImport) -> set[int]:
    """Return the actions about which, or about whose indicators, anything was written since."""
    lines = table.lines.filter(made=True)
    actions = lines.values_list("action_id", flat=True)
    indicators = dict(
        Indicator.objects.filter(actions__in=actions).values_list("id", "actions__id")
    )
    since = AuditEntry.objects.filter(pk__gt=table.report["entries"][0][1])
    for later in table.plan.table_imports.filter(pk__gt=table.pk, undone_at__isnull=False):
        for first, last in later.report["entries"]:  # what came and went leaves no trace
            since = since.exclude(pk__gt=first, pk__lte=last)
    entries = since.filter(
        Q(subject_type="action", subject_id__in=list(actions))
        | Q(subject_type="indicator", subject_id__in=list(indicators))
    )
    return {
        subject if kind == "action" else indicators[subject]
        for kind, subject in entries.values_list("subject_type", "subject_id")
    }


def _hangs_on(action: Action, table: TableImport) -> bool:
    """Tell whether anything that the table did not bring was put on the action."""
    if action.decisions.exclude(import_id=table.pk).exists():
        return True
    return is_pointed_to(action, but=_ITS_OWN)


def _set_back_by(line: TableLine, standing: Standing) -> Row:
    """Return what goes back: to take a table back is a merge, from what it wrote to what stood."""
    cells = [
        judge(
            name,
            standing.values.get(name, ""),
            before,
            kept(line.said.get(name, ""), partial(is_same, name)),
            rule=Rule(same=partial(is_same, name), empty=""),
        )
        for name, before in line.before.items()
        if name != Field.NOTE  # what was said was said
    ]
    return Row(cells=tuple(cells))


def _set_back(
    actor: Actor, table: TableImport, line: TableLine, back: Mapping[str, str], today: date
) -> None:
    action = line.action
    wanted = {name: text for name, text in back.items() if name != Field.LEVEL}
    if not wanted.get(Field.PILOT, " "):
        del wanted[Field.PILOT]  # an action has a pilot's function: the one that was brought stays
    applier = Applier(actor, table.plan, Names(actor, table.plan), import_id=table.pk, today=today)
    applier.change([applier.changed(action, wanted)])
    if Field.INDICATOR in back:
        _leave_indicators(actor, action, set(back[Field.INDICATOR].split("\n")))
    if back.get(Field.TARGET) == "":
        for target in Target.objects.filter(indicator__actions=action, kind=TargetKind.TARGET):
            remove_target(actor, target=target)
    if Field.LEVEL in back:
        _leave_level(actor, action, table)


def _leave_indicators(actor: Actor, action: Action, before: set[str]) -> None:
    for link in action.indicator_links.select_related("indicator"):
        brought = link.indicator.name not in before
        if brought and not link.indicator.measurements.exists():
            leave_indicator(actor, action=action, indicator=link.indicator)


def _leave_level(actor: Actor, action: Action, table: TableImport) -> None:
    """Take back the level that the table brought, if nothing was decided after it."""
    brought = CommitmentDecision.everything.filter(action=action, import_id=table.pk)
    last = list(action.decisions.all())[-1:]
    if not last or last[0].import_id != table.pk:
        return
    level = last[0].from_level
    brought.delete()
    standing = list(action.decisions.all())
    changes = trail.set_fields(action, {"level": standing[-1].level if standing else level or 1})
    action.save()
    record(actor, action, Verb.EDITED, changes)


def _delete(actor: Actor, action: Action) -> None:
    record(actor, action, Verb.DELETED, {"title": (action.title, None)})
    its_indicators = list(action.indicator_links.values_list("indicator_id", flat=True))
    action.delete()
    Indicator.objects.filter(pk__in=its_indicators, action_links=None, measurements=None).delete()


def _take_back_names(table: TableImport) -> None:
    """Delete the axes, units and people made for the table that nothing uses any more."""
    made = table.report.get("made", {})
    Axis.objects.filter(pk__in=made.get(Field.AXIS, ()), actions=None).delete()
    units = Unit.objects.filter(pk__in=made.get(Field.UNIT, ()), actions=None)
    units.filter(people=None, children=None).delete()
    people = Person.objects.filter(pk__in=made.get(Field.PERSON, ()), piloted=None, user=None)
    people.filter(memberships=None).delete()
