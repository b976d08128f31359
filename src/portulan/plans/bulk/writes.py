"""Changing many cells of a plan in one act, all or none; and undoing them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import DeniedError
from portulan.core.merge.threeway import Cell, judge, kept
from portulan.indicators.measurements import undo_measurement
from portulan.indicators.models import Indicator, Measurement
from portulan.plans.access import check, check_plan, may_on
from portulan.plans.actions.progress import update_progress
from portulan.plans.actions.writes import assign_pilot, edit_action
from portulan.plans.bulk.cells import SHEET, Change, Field, Standing, plain
from portulan.plans.bulk.reads import AT_ONCE, standings_of
from portulan.plans.models import Action, BulkChange, Plan, PlannedMoney
from portulan.plans.money.writes import set_planned_money
from portulan.plans.verbs import Verb
from portulan.plans.words import Progress


class RefusedCellsError(ValidationError):
    """Some cells cannot be written: `refused` says why, by number of action and field."""

    def __init__(self, refused: dict[tuple[int, str], str]) -> None:
        self.refused = refused
        super().__init__(list(refused.values()), code="cells")


@transaction.atomic
def write_cells(
    actor: Actor,
    *,
    plan: Plan,
    changes: Sequence[Change],
    year: int,
    on: date,
    today: date,
    source: str = "",
) -> BulkChange:
    """Write cells together: a reading is added at the day `on`, money is that of `year`.

    Each `before` must stand still: what somebody changed since it was shown is refused. Raises
    RefusedCellsError with every cell that is refused, and then writes nothing; DeniedError.
    """
    actor.require_any(Operation.UPDATE_ACTION)
    numbers = {change.action.number for change in changes}
    if len(numbers) > AT_ONCE:
        raise ValidationError(
            _("%(most)s actions au plus se changent d’un coup.") % {"most": AT_ONCE}
        )
    standings = standings_of(plan, numbers, year=year)
    refused: dict[tuple[int, str], str] = {}
    cells: list[dict[str, Any]] = []
    ordered = sorted(changes, key=lambda change: change.action.number)
    for number, group in groupby(ordered, key=lambda change: change.action.number):
        some = list(group)
        standing = standings[number]
        met = [(one, _met(standing, one)) for one in some]
        moved = [one for one, cell in met if cell.is_conflict]
        refused |= {one.key: _("a changé depuis que vous l’avez lu") for one in moved}
        # What somebody else made of a cell already is theirs: it is not undone with the others.
        some = [one for one, cell in met if cell.differs or cell.here == plain(one.before)]
        if not moved:
            cells += _write_action(
                actor, standing, some, refused, on=on, today=today, source=source
            )
    if refused:
        raise RefusedCellsError(refused)
    return BulkChange.objects.create(
        plan=plan, person_id=actor.person_id, made_at=timezone.now(), cells=cells
    )


def _met(standing: Standing, change: Change) -> Cell:
    """Return what becomes of a cell that was shown as it was before."""
    here, read = plain(standing.value(change.field)), kept(plain(change.before))
    return judge(change.key, here, plain(change.after), read)


def _write_action(
    actor: Actor,
    standing: Standing,
    changes: list[Change],
    refused: dict[tuple[int, str], str],
    *,
    on: date,
    today: date,
    source: str,
) -> list[dict[str, Any]]:
    """Write the cells of one action; what is refused of them is told, and undone by the caller."""
    action = standing.action
    news, vacant = plain(action.last_news_on), plain(action.vacant_since)
    by_field = {change.field: change for change in changes}
    reading = None
    try:
        with transaction.atomic():
            _write_sheet(actor, action, by_field)
            _write_person(actor, action, by_field.get(Field.PERSON), today)
            _write_money(actor, standing, by_field.get(Field.MONEY))
            reading = _update(actor, standing, by_field, on=on, today=today, source=source)
    except ValidationError as error:
        refused |= _blamed(error, changes)
        return []
    except DeniedError:
        words = _("vous n’avez pas le droit de changer cette case")
        refused |= {change.key: words for change in changes}
        return []
    told = [
        {
            "action": action.pk,
            "field": change.field.value,
            "was": plain(change.before),
            "now": plain(change.after),
            "reading": reading if change.field is Field.READING else None,
            # An amount that was never said is no unknown one: undone, it is said no more.
            "said": standing.money.said if change.field is Field.MONEY else True,
            "year": standing.money.key.year if standing.money.key else None,
        }
        for change in changes
    ]
    if plain(action.vacant_since) != vacant:
        told.append({"action": action.pk, "field": "vacant_since", "was": vacant, "now": None})
    if plain(action.last_news_on) != news:
        now = plain(action.last_news_on)
        told.append({"action": action.pk, "field": "last_news_on", "was": news, "now": now})
    return told


def _blamed(error: ValidationError, changes: list[Change]) -> dict[tuple[int, str], str]:
    """Return why each cell is refused: where the error names fields, these alone are."""
    by_field = getattr(error, "error_dict", {})
    names = {"value": Field.READING, "text": Field.READING, "on": Field.READING}
    found = {}
    for name, errors in by_field.items():
        field = names.get(name, name)
        for change in changes:
            if change.field == field:
                found[change.key] = " ".join(one for each in errors for one in each.messages)
    return found or {change.key: " ".join(error.messages) for change in changes}


def _write_sheet(actor: Actor, action: Action, by_field: dict[Field, Change]) -> None:
    fields = {
        field.value: "" if change.after is None and _is_text(field) else change.after
        for field, change in by_field.items()
        if field in SHEET
    }
    if fields:
        edit_action(actor, action=action, **fields)  # type: ignore[arg-type]


def _write_person(actor: Actor, action: Action, change: Change | None, today: date) -> None:
    """Name the person who pilots, or nobody: the function stays, and is no vacant post for that."""
    if change is not None:
        function = action.pilot_function
        assign_pilot(actor, action=action, pilot_function=function, pilot=change.after, today=today)


def _is_text(field: Field) -> bool:
    column: Any = Action._meta.get_field(field.value)
    return not column.null


def _write_money(actor: Actor, standing: Standing, change: Change | None) -> None:
    if change is None:
        return
    if standing.money.key is None:
        raise ValidationError(
            {"money": _("Plusieurs natures sont demandées : changez-les sur la page de l’action.")}
        )
    year, section, inside = standing.money.key
    set_planned_money(
        actor,
        action=standing.action,
        year=year,
        amount=change.after,
        section=section,
        in_it_budget=inside,
    )


def _update(
    actor: Actor,
    standing: Standing,
    by_field: dict[Field, Change],
    *,
    on: date,
    today: date,
    source: str,
) -> int | None:
    """Write progress and reading as the pilot’s update does; return the reading’s identifier."""
    progress, reading = by_field.get(Field.PROGRESS), by_field.get(Field.READING)
    if progress is None and reading is None:
        return None
    given: dict[str, Any] = {}
    if progress is not None:
        if progress.after is Progress.DROPPED:
            raise ValidationError(
                {"progress": _("Une action s’abandonne sur sa page, avec un motif.")}
            )
        given["progress"] = progress.after
    if reading is not None:
        given |= _reading(standing.main, reading.after, on=on, source=source)
    found = update_progress(actor, action=standing.action, today=today, **given)
    return found.measurement.pk if found.measurement else None


def _reading(main: Indicator | None, value: Any, *, on: date, source: str) -> dict[str, Any]:
    if main is None:
        raise ValidationError({"reading": _("L’action n’a pas d’indicateur.")})
    named = {"value": value} if isinstance(value, Decimal) else {"text": value}
    return {"indicator": main, "on": on, "source": source, **named}


@transaction.atomic
def undo_cells(actor: Actor, *, change: BulkChange) -> None:
    """Give every cell changed together what it held, as long as none was changed since.

    Raises ValidationError (it names the actions that moved, or it was undone already), DeniedError.
    """
    check_plan(actor, change.plan, Operation.READ_PLAN)
    if change.undone_at is not None:
        raise ValidationError(_("Ce changement est déjà annulé."))
    ids = {cell["action"] for cell in change.cells}
    actions = Action.objects.filter(plan=change.plan).select_related("unit", "axis").in_bulk(ids)
    for action in actions.values():
        action.plan = change.plan
        check(actor, action, Operation.UPDATE_ACTION)
    moved = sorted({_called(actions, cell) for cell in change.cells if _moved(actions, cell)})
    if moved:
        raise ValidationError(
            _("Rien n’est annulé : ces actions ont changé depuis : %(actions)s.")
            % {"actions": ", ".join(moved[:20])}
        )
    for pk, action in actions.items():
        _undo_action(actor, action, [cell for cell in change.cells if cell["action"] == pk])
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])


def _called(actions: dict[int, Action], cell: dict[str, Any]) -> str:
    action = actions.get(cell["action"])
    return action.called if action else "?"


def _moved(actions: dict[int, Action], cell: dict[str, Any]) -> bool:
    action = actions.get(cell["action"])
    if action is None:
        return True
    match cell["field"]:
        case Field.READING:
            return not Measurement.objects.filter(pk=cell["reading"], withdrawn_at=None).exists()
        case Field.MONEY:
            rows = PlannedMoney.objects.filter(action=action, year=cell["year"], in_it_budget=True)
            return bool({plain(row.amount) for row in rows} != {cell["now"]})
        case "last_news_on":
            return False
    return bool(plain(getattr(action, cell["field"])) != cell["now"])


def _undo_action(actor: Actor, action: Action, cells: Iterable[dict[str, Any]]) -> None:
    back: dict[str, Any] = {}
    changes: dict[str, trail.Change] = {}
    for cell in cells:
        match cell["field"]:
            case Field.READING:
                reading = Measurement.objects.get(pk=cell["reading"])
                own = may_on(actor, action, Operation.UPDATE_ACTION)
                undo_measurement(actor, measurement=reading, own=own)
                changes["measurement"] = (reading.pk, None)
            case Field.MONEY:
                _undo_money(actor, action, cell)
            case name:
                value = trail.from_trail(Action, name, cell["was"])
                empty = value is None and not Action._meta.get_field(name).null
                back[name] = "" if empty else value
    if {*SHEET, Field.PERSON} & back.keys():
        check(actor, action, Operation.EDIT_PLAN)
    columns = {getattr(Action._meta.get_field(name), "attname", name): name for name in back}
    found = trail.set_fields(action, {column: back[name] for column, name in columns.items()})
    action.save()
    changes |= {columns[column]: change for column, change in found.items()}
    if changes:
        record(actor, action, Verb.UPDATE_UNDONE, changes)


def _undo_money(actor: Actor, action: Action, cell: dict[str, Any]) -> None:
    was = cell["was"]
    rows = PlannedMoney.objects.filter(action=action, year=cell["year"], in_it_budget=True)
    if not cell["said"]:
        check(actor, action, Operation.EDIT_PLAN)
        rows.delete()
        return
    for row in rows:
        set_planned_money(
            actor,
            action=action,
            year=row.year,
            amount=None if was is None else Decimal(was),
            section=row.section or None,  # type: ignore[arg-type]
        )
