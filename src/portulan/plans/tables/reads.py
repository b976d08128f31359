"""Actions as a table says them: what stands, what the last table said, the file that goes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.fields import Field as Declared
from portulan.core.fields import Kind as FieldKind
from portulan.core.left_as import Leaving
from portulan.core.money import ZERO, as_text
from portulan.core.say import numbers
from portulan.core.secret import key_for
from portulan.core.storing import get_one
from portulan.core.tables.grid import Grid
from portulan.core.tables.heads import remembered
from portulan.indicators.models import Indicator, Target
from portulan.indicators.words import Kind, TargetKind
from portulan.plans.fields import ROWS
from portulan.plans.models import (
    Action,
    ActionIndicator,
    ActionPractice,
    CommitmentDecision,
    Plan,
    PlannedMoney,
    TableImport,
    TableLine,
)
from portulan.plans.plan import get_plan
from portulan.plans.tables.cells import BLOCKED
from portulan.plans.tables.merging import Standing, compared
from portulan.plans.tables.reading import OURS
from portulan.plans.tables.titles import ROLES
from portulan.plans.tables.values import UNKNOWN_AMOUNT
from portulan.plans.tables.vocabulary import DECLARED, SINCE, Field, MoneyField
from portulan.plans.words import CommitmentLevel, Progress


def imports_of(plan: Plan) -> QuerySet[TableImport]:
    """Return the tables written into a plan, the latest first (one query)."""
    return plan.table_imports.filter(written_at__isnull=False).order_by("-id")


def last_import(plan: Plan) -> TableImport | None:
    """Return the import that stands last: the one that may be undone."""
    return imports_of(plan).filter(undone_at=None).first()


def get_import(*, actor: Actor, plan_slug: str, pk: int, need: Operation) -> TableImport:
    """Return an import of a plan. Raises NotFoundError, DeniedError."""
    plan = get_plan(actor=actor, slug=plan_slug, need=need)
    found = get_one(plan.table_imports, pk=pk)
    found.plan = plan
    return found


def remembered_columns(organisation_id: int, grids: Sequence[Grid]) -> dict[str, str]:
    """Return the columns of the latest table that had the titles of one of these sheets.

    Empty when none did: titles are then guessed (one query).
    """
    tables = TableImport.objects.filter(
        plan__organisation_id=organisation_id, written_at__isnull=False
    ).order_by("-id")
    return remembered(grids, ROLES, map(dict, tables.values_list("titles", flat=True)[:20]))


def standing_actions(plan: Plan) -> list[Standing]:
    """Return the actions of a plan as a table is held beside them (eight queries)."""
    actions = list(plan.actions.select_related(*ROWS).order_by("number"))
    around = _Around(plan)
    said = said_before(plan)
    return [
        Standing(
            pk=action.pk,
            called=action.called,
            title=action.title,
            values=around.values(action),
            said=said.get(action.pk, {}),
            blank=around.blank(action),
            has_own_number=bool(action.own_number) or Field.NUMBER in said.get(action.pk, {}),
        )
        for action in actions
    ]


def said_before(plan: Plan) -> dict[int, dict[str, str]]:
    """Return what the last standing tables said of each action, by its identifier (one query)."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    lines = TableLine.objects.filter(
        table__plan=plan, table__undone_at=None, table__written_at__isnull=False
    ).order_by("table_id")
    for action_id, said, kind in lines.values_list("action_id", "said", "table__format"):
        # A workbook of ours is no table that is kept elsewhere: it says itself what it left as.
        found[action_id] |= said if kind != OURS else _notes(said)
    return found


def _notes(said: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in said.items() if name == Field.NOTE}


def leaving(plan: Plan) -> Leaving:
    """Return the digests by which the workbook of a plan is held beside it when it comes back."""
    return Leaving(f"plan:{plan.pk}", key_for("left-as"), compared)


class _Around:
    """What stands around the actions of a plan, read once for all of them."""

    def __init__(self, plan: Plan) -> None:
        self._decided: dict[int, CommitmentDecision] = {}
        for made in CommitmentDecision.objects.filter(action__plan=plan):
            self._decided[made.action_id] = made
        self._money: dict[int, dict[str, str]] = defaultdict(dict)
        for row in PlannedMoney.objects.filter(action__plan=plan, in_it_budget=True):
            text = UNKNOWN_AMOUNT if row.amount is None else as_text(row.amount)
            self._money[row.action_id][MoneyField(row.year, row.section).name] = text
        self._practices: dict[int, list[str]] = defaultdict(list)
        links = ActionPractice.objects.filter(action__plan=plan).order_by(
            "practice__theme__order", "practice__order"
        )
        for action_id, code in links.values_list("action_id", "practice__code"):
            self._practices[action_id].append(code.lower())
        self._indicators: dict[int, list[Indicator]] = defaultdict(list)
        for link in (
            ActionIndicator.objects.filter(action__plan=plan)
            .select_related("indicator")
            .order_by("order", "id")
        ):
            self._indicators[link.action_id].append(link.indicator)
        self._targets: dict[int, Target] = {}
        for target in Target.objects.filter(
            indicator__actions__plan=plan, kind=TargetKind.TARGET
        ).order_by("due_on"):
            self._targets[target.indicator_id] = target

    def values(self, action: Action) -> dict[str, str]:
        """Return the values of an action in the texts of `values`."""
        decided = self._decided.get(action.pk)
        indicators = self._indicators[action.pk]
        blank = self.blank(action)
        return {
            Field.NUMBER: action.called,
            Field.TITLE: action.title,
            Field.SHORT_TITLE: action.short_title,
            Field.DESCRIPTION: action.description,
            Field.AXIS: action.axis.title if action.axis else "",
            Field.PILOT: "" if _is_to_be_named(action) else action.pilot_function,
            Field.PERSON: str(action.pilot_id or ""),
            Field.FOLLOW_UP: action.follow_up_function,
            Field.LEVEL: "" if Field.LEVEL in blank else str(action.level),
            Field.LEVEL_DATE: decided.decided_on.isoformat() if decided else "",
            BLOCKED: action.blocked_by,
            Field.PROGRESS: action.progress,
            Field.START: action.starts_on.isoformat() if action.starts_on else "",
            Field.END: action.due_on.isoformat() if action.due_on else "",
            Field.INDICATOR: "\n".join(one.name for one in indicators),
            Field.TARGET: "\n".join(self._target(one) for one in indicators).rstrip("\n"),
            Field.PRACTICE: "\n".join(self._practices[action.pk]),
            Field.UNIT: action.unit.name if action.unit else "",
            **{str(one): _said(action, DECLARED[one]) for one in SINCE},
            **self._asked(action),
        }

    def _target(self, indicator: Indicator) -> str:
        target = self._targets.get(indicator.pk)
        if target is None:
            return ""
        if target.value is None:
            return target.text
        if indicator.kind == Kind.YES_NO:
            return "oui" if target.value else "non"
        return _plain(target.value, indicator.unit)

    def _asked(self, action: Action) -> dict[str, str]:
        """Return what is asked by year and by section; and by year alone, all together."""
        found = dict(self._money[action.pk])
        years: dict[str, list[str]] = defaultdict(list)
        for name, text in self._money[action.pk].items():
            years[":".join(name.split(":")[:2])].append(text)
        for name, texts in years.items():
            known = [Decimal(text) for text in texts if text != UNKNOWN_AMOUNT]
            whole = len(known) == len(texts)
            found.setdefault(name, as_text(sum(known, ZERO)) if whole else UNKNOWN_AMOUNT)
        return found

    def blank(self, action: Action) -> frozenset[str]:
        """Return what nobody chose: a first level not decided, a first progress, our number."""
        found = set()
        if action.pk not in self._decided and action.level == CommitmentLevel.STUDY:
            found.add(Field.LEVEL)
        if not action.own_number:
            found.add(Field.NUMBER)
        if action.progress == Progress.TODO:
            found.add(Field.PROGRESS)
        return frozenset(found)


def _said(action: Action, field: Declared) -> str:
    """Return a field that came since, in the text of its kind."""
    value = getattr(action, field.name)
    match field.kind:
        case _ if value is None or value == "":
            return ""
        case FieldKind.LINES:
            return "\n".join(value)
        case FieldKind.DAY:
            return str(value.isoformat())
        case FieldKind.NUMBER:
            return format(value.normalize(), "f")
    return str(value)


# What the function of a pilot says while nobody is named, in each language of the interface.
_TO_NAME = frozenset({"Pilote à désigner", "Pilot to be appointed"})


def _is_to_be_named(action: Action) -> bool:
    return action.vacant_since is not None and action.pilot_function in _TO_NAME


def _plain(value: Decimal, unit: str) -> str:
    return f"{numbers.number(value, 'fr')} {unit}".strip()
