"""Writing indicators and their targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record, record_all
from portulan.core import trail
from portulan.core.storing import store, store_all
from portulan.indicators.models import Indicator, IndicatorFields, Target
from portulan.indicators.values import Manner, is_number, read, said
from portulan.indicators.verbs import Verb
from portulan.indicators.words import Judgement, Kind, Knowledge, TargetKind


class NewIndicator(NamedTuple):
    """An indicator to be made."""

    name: str
    kind: Kind
    fields: IndicatorFields = IndicatorFields()
    computed_by: str = ""
    manner: Manner | None = None


@transaction.atomic
def create_indicators(actor: Actor, *, new: Iterable[NewIndicator]) -> Sequence[Indicator]:
    """Create indicators, all or none: a handful of queries. Raises DeniedError, ValidationError."""
    actor.require(Operation.EDIT_PLAN)
    made = [
        Indicator(
            organisation_id=actor.organisation_id,
            computed_by=one.computed_by,
            **_columns(one.name, one.kind, one.fields, one.manner or Manner()),
        )
        for one in new
    ]
    store_all(made)
    record_all(actor, [(one, Verb.CREATED, {"name": (None, one.name)}) for one in made])
    return made


@transaction.atomic
def edit_indicator(
    actor: Actor,
    *,
    indicator: Indicator,
    name: str,
    kind: Kind,
    manner: Manner | None = None,
    **fields: Unpack[IndicatorFields],
) -> Indicator:
    """Change the fields given of an indicator. Its kind stays once it has values of that kind.

    Without a `manner`, how it is read stays as it is.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    actor.require(Operation.EDIT_PLAN)
    actor.require_ours(indicator)
    values = indicator.measurements.filter(withdrawn_at=None, knowledge=Knowledge.KNOWN)
    if is_number(Kind(kind)) != is_number(Kind(indicator.kind)) and values.exists():
        raise ValidationError(
            {"kind": _("Des relevés existent déjà : ils seraient d’un autre genre.")}
        )
    changes = trail.set_fields(indicator, _columns(name, kind, fields, manner))
    store(indicator)
    record(actor, indicator, Verb.EDITED, changes)
    return indicator


def _columns(
    name: str, kind: Kind, fields: IndicatorFields, manner: Manner | None
) -> dict[str, Any]:
    """Return the columns of what is given. Raises ValidationError."""
    given: dict[str, Any] = {"name": name, **fields}
    said = {one: value.strip() if type(value) is str else value for one, value in given.items()}
    return said | {"kind": kind} | (manner.fields(Kind(kind)) if manner is not None else {})


class NewTarget(NamedTuple):
    """What is to be reached by a date, as `set_target` takes it."""

    indicator: Indicator
    due_on: date
    value: Decimal | None = None
    text: str = ""
    kind: TargetKind = TargetKind.TARGET
    reference: str = ""
    replace: bool = True

    @property
    def key(self) -> tuple[int, str, date]:
        """What one target alone may be about."""
        return self.indicator.pk, str(self.kind), self.due_on


def set_target(
    actor: Actor,
    *,
    indicator: Indicator,
    due_on: date,
    value: Decimal | None = None,
    text: str = "",
    kind: TargetKind = TargetKind.TARGET,
    reference: str = "",
    replace: bool = True,
) -> Target:
    """Set what is to be reached by a date, in place of what that date said before.

    Unless `replace`, what that date says already is refused: of two people, the second is told.

    Raises DeniedError, NotFoundError, ValidationError (a legal threshold names its text of law).
    """
    aim = NewTarget(indicator, due_on, value, text, kind, reference, replace)
    return set_targets(actor, aims=[aim])[0]


@transaction.atomic
def set_targets(actor: Actor, *, aims: Sequence[NewTarget]) -> list[Target]:
    """Set targets, all or none, as `set_target` does (a handful of queries); each date once."""
    actor.require(Operation.EDIT_PLAN)
    known = Target.objects.filter(indicator__in={aim.indicator.pk for aim in aims})
    kept = {(one.indicator_id, one.kind, one.due_on): one for one in known}
    before: list[str | None] = []
    targets: list[Target] = []
    for aim in aims:
        target = kept.get(aim.key) or Target(
            indicator=aim.indicator, kind=aim.kind, due_on=aim.due_on
        )
        before.append(_set_target(actor, aim, target))
        targets.append(target)
    new = [one for one in targets if one._state.adding]
    store_all([one for one in targets if not one._state.adding], columns=_SAID_OF_A_TARGET)
    store_all(new)
    told = [
        (aim.indicator, Verb.TARGET_SET, {f"{aim.kind}:{aim.due_on}": (was, said(target))})
        for aim, was, target in zip(aims, before, targets, strict=True)
    ]
    record_all(actor, told)
    return targets


def _set_target(actor: Actor, aim: NewTarget, target: Target) -> str | None:
    """Set what a target says, unsaved; return what it said before. Raises ValidationError."""
    actor.require_ours(aim.indicator)
    if aim.kind is TargetKind.LEGAL and not aim.reference.strip():
        raise ValidationError({"reference": _("Citez le texte de loi qui fixe ce seuil.")})
    value, text = read(Kind(aim.indicator.kind), aim.value, aim.text, aim.indicator.scale)
    before = said(target)
    if not (target._state.adding or aim.replace or before == said(Target(value=value, text=text))):
        raise ValidationError(
            {
                "due_on": _("Cette date a déjà une cible : %(value)s. Cochez pour la remplacer.")
                % {"value": before}
            },
            code="taken",
        )
    target.value, target.text, target.reference = value, text, aim.reference.strip()
    target.judgement = target.judged_by = target.judged_why = ""
    target.judged_on = None
    return before


_SAID_OF_A_TARGET = (
    *("value", "text", "reference"),
    *("judgement", "judged_by", "judged_why", "judged_on"),
)


@transaction.atomic
def judge_target(
    actor: Actor,
    *,
    target: Target,
    judgement: Judgement,
    by: str,
    why: str,
    on: date,
    today: date,
) -> Target:
    """Say of a target in words whether it is reached, once its date has come: who says so, why.

    Raises DeniedError, NotFoundError, ValidationError (a number judges itself; too early).
    """
    actor.require(Operation.EDIT_PLAN)
    actor.require_ours(target.indicator)
    if target.value is not None:
        raise ValidationError(_("Un nombre ne se juge pas : le relevé le dit."))
    if today < target.due_on or on > today:
        raise ValidationError({"on": _("Une cible se juge à sa date, ou après.")})
    if not by.strip() or not why.strip():
        raise ValidationError({"why": _("Dites quelle fonction juge, et pourquoi.")})
    before = target.judgement or None
    target.judgement, target.judged_on = judgement, on
    target.judged_by, target.judged_why = by.strip(), why.strip()
    store(target)
    record(actor, target.indicator, Verb.TARGET_JUDGED, {"judgement": (before, judgement.value)})
    return target


@transaction.atomic
def remove_target(actor: Actor, *, target: Target) -> None:
    """Remove a target; what it was stays in the trail. Raises DeniedError, NotFoundError."""
    actor.require(Operation.EDIT_PLAN)
    actor.require_ours(target.indicator)
    record(
        actor,
        target.indicator,
        Verb.TARGET_REMOVED,
        {f"{target.kind}:{target.due_on}": (said(target), None)},
    )
    target.delete()
