"""The sheet of an action: what is checked of its fields, and what the trail keeps of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.catalogue.models import Practice
from portulan.core import trail
from portulan.core.batches import judged
from portulan.core.errors import REFUSALS
from portulan.core.fields import Field, Kind, of_kind
from portulan.core.periods import ends_first
from portulan.core.storing import require_clean, store_all, taken
from portulan.plans.access import refuse
from portulan.plans.fields import ACTION
from portulan.plans.models import Action, ActionFields, Axis, CommitmentDecision, Plan
from portulan.plans.refusals import FOLLOW_UP_MISSING, SCOPE_MISSING
from portulan.plans.words import CommitmentLevel

type Changes = dict[str, trail.Change]


def column_of(field: Field) -> Any:
    """Return the column of a field of an action."""
    return Action._meta.get_field(field.name)


_MANY = tuple(field.name for field in ACTION if column_of(field).many_to_many)


def sheet_of(action: Action) -> dict[str, Any]:
    """Return the value of each field, from what `load_details` fetched; of many, a list."""
    return {field.name: value_of(action, field) for field in ACTION}


def value_of(action: Action, field: Field) -> Any:
    """Return the value of one field."""
    if field.name == "practices":
        return [link.practice for link in action.practice_links.all()]
    value = getattr(action, field.name)
    return list(value.all()) if column_of(field).many_to_many else value


def set_sheet(action: Action, fields: ActionFields) -> Changes:
    """Set and save the fields of an action, saved or new; returns what changed.

    Raises ValidationError.
    """
    return set_sheets([(action, fields)])[0]


def set_sheets(given: Sequence[tuple[Action, ActionFields]]) -> list[Changes]:
    """Set and save the fields of actions, each once, as `set_sheet` does one after the other.

    They are all new, or all held, of one organisation. A handful of queries for hundreds.
    """
    actions = [action for action, _fields in given]
    sheets = judged(given, _Sheets(given).judge, REFUSALS)
    changed = [changes for changes, _several in sheets]
    many = [several for _changes, several in sheets]
    new = any(one._state.adding for one in actions)
    columns = None if new else {name for changes in changed for name in changes}
    store_all(actions, columns=columns, are_clean=True)
    for name in _MANY:
        wanted = {
            action.pk: {one.pk for one in several[name]}
            for action, several in zip(actions, many, strict=True)
            if name in several
        }
        links = _set_links(name, wanted, new=columns is None)
        for action, changes in zip(actions, changed, strict=True):
            changes |= {name: links[action.pk]} if action.pk in links else {}
    return changed


class _Sheets:
    """What refuses a sheet among others, judged one after the other.

    A new action that has no number yet takes the next one of its plan.
    """

    def __init__(self, given: Sequence[tuple[Action, ActionFields]]) -> None:
        actions = [action for action, _fields in given]
        new = [one for one in actions if one._state.adding]
        self._voted = _Voted(actions)
        self._names = _Names(given)
        self._foreign = _foreign_among(given)
        numbers: list[int | None] = [one.number for one in new]
        said = [number for number in numbers if number is not None]
        there = Action.objects.filter(plan__in={one.plan_id for one in new})
        taken = there.filter(number__in=said) if said else Action.objects.none()
        self._taken = set(taken.values_list("number", flat=True))
        self._last = 0
        if len(said) < len(new):  # the plan is held: two never get the same one
            self._last = there.aggregate(last=Max("number"))["last"] or 0

    def judge(self, one: tuple[Action, ActionFields]) -> tuple[Changes, dict[str, list[Any]]]:
        """Set the fields of an action; return what changed, and the objects of what is many.

        Raises ValidationError.
        """
        action, fields = one
        ones, several = _parted(fields)
        _check_level(action, ones, self._voted)
        changes = trail.set_fields(action, ones)
        if action.pilot is not None and "pilot" in changes and action.vacant_since is not None:
            changes |= trail.set_fields(action, {"vacant_since": None})
        _check_sheet(action)
        if action._state.adding:
            self._number(action)
        self._names.check(action)
        _check_commitment(action, changes, self._voted)
        self._check_many(action, several)
        require_clean(action)
        self._last = max(self._last, action.number)
        self._taken.add(action.number)
        self._names.give(action)
        return changes, several

    def _number(self, action: Action) -> None:
        number: int | None = action.number
        if number is None:
            action.number = self._last + 1
        elif number in self._taken:
            raise taken()

    def _check_many(self, action: Action, several: dict[str, list[Any]]) -> None:
        if any(goal.plan_id != action.plan_id for goal in several.get("goals", ())):
            raise ValidationError({"goals": _("Cet objectif est d’un autre plan.")})
        if any(one.pk in self._foreign for one in several.get("practices", ())):
            raise _of_another()


def _parted(fields: ActionFields) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """Return the columns that are given, and the objects of what is many."""
    ones: dict[str, Any] = dict(fields)
    several = {name: list(ones.pop(name)) for name in _MANY if name in ones}
    return {name: _trimmed(value) for name, value in ones.items()}, several


def _trimmed(value: Any) -> Any:
    if type(value) is str:
        return value.strip()
    if isinstance(value, (list, tuple)):
        return [text for item in value if (text := item.strip())]
    return value


class _Voted:
    """Which of some actions have a decision in force, asked once, if it must be known."""

    def __init__(self, actions: Sequence[Action]) -> None:
        self._actions = actions

    @cached_property
    def _found(self) -> set[int]:
        decided = CommitmentDecision.objects.filter(action__in=[one.pk for one in self._actions])
        return set(decided.values_list("action_id", flat=True))

    def __contains__(self, action: Action) -> bool:
        return not action._state.adding and action.pk in self._found


def _check_level(action: Action, given: dict[str, Any], voted: _Voted) -> None:
    if "level" not in given or action._state.adding or given["level"] == action.level:
        return
    if action in voted:
        raise ValidationError({"level": _("Ce niveau a été voté : il change par une décision.")})


def _check_sheet(action: Action) -> None:
    if ends_first(action.starts_on, action.due_on):
        raise ValidationError({"due_on": _("La fin prévue ne peut pas précéder le début.")})
    for field in of_kind(ACTION, Kind.ONE):
        row = getattr(action, field.name)
        if row is not None and not _is_ours(row, action.plan):
            raise ValidationError({field.name: _ELSEWHERE[field.to]})


_ELSEWHERE = {
    "axes": gettext_lazy("Cet axe est d’un autre plan."),
    "people": gettext_lazy("Cette personne est d’une autre organisation."),
    "units": gettext_lazy("Cette entité est d’une autre organisation."),
}


def _is_ours(row: Any, plan: Plan) -> bool:
    """Tell whether what a field points to is of the plan, or of its organisation."""
    if isinstance(row, Axis):
        return row.plan_id == plan.pk
    return bool(row.organisation_id == plan.organisation_id)


class _Names:
    """Who is called what in a plan: by a number of its own, else by its number here."""

    def __init__(self, given: Sequence[tuple[Action, ActionFields]]) -> None:
        self._who: defaultdict[tuple[int, str | int], set[int]] = defaultdict(set)
        self._called: dict[int, tuple[int, str | int]] = {}
        said = (_trimmed(fields.get("own_number", one.own_number)) for one, fields in given)
        called = {own for own in said if own}
        if not called:
            return
        plain = [int(one) for one in called if _is_plain(one)]
        there = Action.objects.filter(plan__in={one.plan_id for one, _fields in given}).filter(
            Q(own_number__in=called) | Q(own_number="", number__in=plain)
        )
        for row in there.values_list("pk", "plan_id", "own_number", "number"):
            self._give(*row)

    def check(self, action: Action) -> None:
        """Refuse a number that another action of the plan is called by, or one before it here."""
        own, plan = action.own_number, action.plan_id
        others = self._who[plan, own] if own else set()
        if _is_plain(own):
            others = others | self._who[plan, int(own)]
        if others - {_who(action)}:
            raise ValidationError({"own_number": _("Une autre action porte déjà ce numéro.")})

    def give(self, action: Action) -> None:
        self._give(_who(action), action.plan_id, action.own_number, action.number)

    def _give(self, who: int, plan: int, own: str, number: int) -> None:
        if who in self._called:
            self._who[self._called[who]].discard(who)
        self._called[who] = called = (plan, own or number)
        self._who[called].add(who)


def _who(action: Action) -> int:
    return action.pk or -id(action)


def _is_plain(called: str) -> bool:
    """Tell whether a number is one that an action may have here."""
    return called.isascii() and called.isdecimal() and len(called) < 5


def _check_commitment(action: Action, changes: Changes, voted: _Voted) -> None:
    """Refuse to empty what the level voted rests on; a level taken over may never have had it."""
    emptied = {name for name, (_old, new) in changes.items() if not new}
    if not emptied or action not in voted:
        return
    if action.level == CommitmentLevel.EXPERIMENT and "scope" in emptied:
        refuse([SCOPE_MISSING.at()])
    if action.level == CommitmentLevel.IMPLEMENTATION and "follow_up_function" in emptied:
        refuse([FOLLOW_UP_MISSING.at()])


def _foreign_among(given: Sequence[tuple[Action, ActionFields]]) -> set[int]:
    """Return the practices that are sent and that the organisation of the plan does not have."""
    sent = {one.pk for _action, fields in given for one in fields.get("practices", ())}
    return set(_foreign(given[0][0].plan, sent)) if sent else set()


def check_practices(plan: Plan, practices: Iterable[Practice]) -> None:
    """Refuse practices of a catalogue that the plan's organisation does not have."""
    if _foreign(plan, {one.pk for one in practices}):
        raise _of_another()


def _foreign(plan: Plan, practices: Collection[int]) -> list[int]:
    """Return those of practices that are of a catalogue of another organisation."""
    owned = Practice.objects.filter(pk__in=practices).exclude(version__catalogue__organisation=None)
    others = owned.exclude(version__catalogue__organisation=plan.organisation_id)
    return list(others.values_list("pk", flat=True))


def _of_another() -> ValidationError:
    return ValidationError({"practices": _("Cette pratique est d’un autre référentiel.")})


def _set_links(name: str, wanted: dict[int, set[int]], *, new: bool) -> dict[int, trail.Change]:
    """Link each action (by identifier) to these objects and no other; return what changed."""
    column: Any = Action._meta.get_field(name)
    link, end = column.remote_field.through, f"{column.m2m_reverse_field_name()}_id"
    before: dict[int, dict[int, int]] = {pk: {} for pk in wanted}
    if wanted and not new:
        rows = link.objects.filter(action__in=list(wanted))
        for pk, action, other in rows.values_list("pk", "action_id", end):
            before[action][other] = pk
    gone = [
        pk
        for one, links in before.items()
        for other, pk in links.items()
        if other not in wanted[one]
    ]
    if gone:
        link.objects.filter(pk__in=gone).delete()
    link.objects.bulk_create(
        link(action_id=one, **{end: other})
        for one, others in wanted.items()
        for other in sorted(others - before[one].keys())
    )
    return {
        one: (sorted(before[one]), sorted(others))
        for one, others in wanted.items()
        if before[one].keys() != others
    }
