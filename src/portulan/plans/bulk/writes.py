"""Changing many cells of a plan in one act, all or none; and undoing them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.batches import tried
from portulan.core.errors import DeniedError
from portulan.core.merge.threeway import Cell, judge, kept
from portulan.indicators.measurements import undo_measurement
from portulan.indicators.models import Indicator, Measurement
from portulan.plans.access import check, check_all, check_plan, may_on
from portulan.plans.actions.progress import Said, update_many
from portulan.plans.actions.writes import Pilots, assign_pilots, edit_actions
from portulan.plans.bulk.cells import SHEET, Change, Field, Standing, plain
from portulan.plans.bulk.reads import AT_ONCE, standings_of
from portulan.plans.models import Action, ActionFields, BulkChange, Plan, PlannedMoney
from portulan.plans.money.writes import Amounts, plan_money, set_planned_money
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
    ready: list[_Row] = []
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
            ready.append(_Row.of(standing, some))
    cells: list[dict[str, Any]] = []
    write = partial(_write_rows, actor, on=on, today=today, source=source)
    found = tried(ready, write, (ValidationError, DeniedError))
    for row, made in zip(ready, found, strict=True):
        if isinstance(made, list):
            cells += made
        else:
            refused |= _blamed(made, row.changes)
    if refused:
        raise RefusedCellsError(refused)
    return BulkChange.objects.create(
        plan=plan, person_id=actor.person_id, made_at=timezone.now(), cells=cells
    )


def _met(standing: Standing, change: Change) -> Cell:
    """Return what becomes of a cell that was shown as it was before."""
    here, read = plain(standing.value(change.field)), kept(plain(change.before))
    return judge(change.key, here, plain(change.after), read)


class _Row(NamedTuple):
    """The cells of one action: what changes of each field, and what else that may move."""

    standing: Standing
    by_field: dict[Field, Change]
    news: str | None
    vacant: str | None

    @classmethod
    def of(cls, standing: Standing, changes: Iterable[Change]) -> _Row:
        action = standing.action
        news, vacant = plain(action.last_news_on), plain(action.vacant_since)
        return cls(standing, {change.field: change for change in changes}, news, vacant)

    @property
    def action(self) -> Action:
        return self.standing.action

    @property
    def changes(self) -> list[Change]:
        return list(self.by_field.values())

    def told(self, reading: int | None) -> list[dict[str, Any]]:
        """Return what is kept of its cells once they are written, by which they are undone."""
        action, money = self.action, self.standing.money
        told = [
            {
                "action": action.pk,
                "field": change.field.value,
                "was": plain(change.before),
                "now": plain(change.after),
                "reading": reading if change.field is Field.READING else None,
                # An amount that was never said is no unknown one: undone, it is said no more.
                "said": money.said if change.field is Field.MONEY else True,
                "year": money.key.year if money.key else None,
            }
            for change in self.changes
        ]
        if plain(action.vacant_since) != self.vacant:
            told.append(
                {"action": action.pk, "field": "vacant_since", "was": self.vacant, "now": None}
            )
        if (now := plain(action.last_news_on)) != self.news:
            told.append(
                {"action": action.pk, "field": "last_news_on", "was": self.news, "now": now}
            )
        return told


@transaction.atomic
def _write_rows(
    actor: Actor, rows: Sequence[_Row], *, on: date, today: date, source: str
) -> list[list[dict[str, Any]]]:
    """Write the cells of actions, all or none; return what is kept of each."""
    if sheets := [(one.action, sheet) for one in rows if (sheet := _sheet(one))]:
        edit_actions(actor, changes=sheets)
    # The function stays where a person is named, or nobody: the post is not vacant for that.
    given = [
        Pilots(one.action, one.action.pilot_function, one.by_field[Field.PERSON].after)
        for one in rows
        if Field.PERSON in one.by_field
    ]
    if given:
        assign_pilots(actor, given=given, today=today)
    if asked := [(one.action, _money(one)) for one in rows if Field.MONEY in one.by_field]:
        plan_money(actor, asked=asked, whole=False)
    said = {
        one.action.pk: _said(one, on=on, source=source)
        for one in rows
        if {Field.PROGRESS, Field.READING} & one.by_field.keys()
    }
    updates = update_many(actor, said=list(said.values()), today=today) if said else []
    made = {pk: one.measurement for pk, one in zip(said, updates, strict=True)}
    return [one.told(found.pk if (found := made.get(one.action.pk)) else None) for one in rows]


def _blamed(error: Exception, changes: list[Change]) -> dict[tuple[int, str], str]:
    """Return why each cell is refused: where the error names fields, these alone are."""
    if not isinstance(error, ValidationError):
        words = _("vous n’avez pas le droit de changer cette case")
        return {change.key: words for change in changes}
    by_field = getattr(error, "error_dict", {})
    names = {"value": Field.READING, "text": Field.READING, "on": Field.READING}
    found = {}
    for name, errors in by_field.items():
        field = names.get(name, name)
        for change in changes:
            if change.field == field:
                found[change.key] = " ".join(one for each in errors for one in each.messages)
    return found or {change.key: " ".join(error.messages) for change in changes}


def _sheet(row: _Row) -> ActionFields:
    fields = {
        field.value: "" if change.after is None and _is_text(field) else change.after
        for field, change in row.by_field.items()
        if field in SHEET
    }
    return cast(ActionFields, fields)


def _is_text(field: Field) -> bool:
    column: Any = Action._meta.get_field(field.value)
    return not column.null


def _money(row: _Row) -> Amounts:
    key = row.standing.money.key
    if key is None:
        raise ValidationError(
            {
                "money": _(
                    "Plusieurs natures sont demandées\u00a0: changez-les sur la page de l’action."
                )
            }
        )
    return {key: row.by_field[Field.MONEY].after}


def _said(row: _Row, *, on: date, source: str) -> Said:
    """Return progress and reading as the pilot’s update says them."""
    said = Said(row.action)
    if (progress := row.by_field.get(Field.PROGRESS)) is not None:
        if progress.after is Progress.DROPPED:
            raise ValidationError(
                {"progress": _("Une action s’abandonne sur sa page, avec un motif.")}
            )
        said = said._replace(progress=progress.after)
    if (reading := row.by_field.get(Field.READING)) is not None:
        said = said._replace(**_reading(row.standing.main, reading.after, on=on, source=source))
    return said


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
    check_all(actor, actions.values(), Operation.UPDATE_ACTION)
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
