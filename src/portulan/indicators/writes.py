"""Writing indicators and their targets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.storing import store
from portulan.indicators.models import Indicator, Target
from portulan.indicators.values import is_number, read, said, same_organisation
from portulan.indicators.verbs import Verb
from portulan.indicators.words import Direction, Kind, Knowledge, Level, TargetKind


@transaction.atomic
def create_indicator(
    actor: Actor,
    *,
    name: str,
    kind: Kind,
    unit: str = "",
    direction: Direction = Direction.NONE,
    level: Level = Level.OPERATIONAL,
    description: str = "",
    computed_by: str = "",
) -> Indicator:
    """Create an indicator. Raises DeniedError, ValidationError."""
    actor.require(Operation.EDIT_PLAN)
    indicator = Indicator(
        organisation_id=actor.organisation_id,
        name=name.strip(),
        kind=kind,
        unit=unit.strip(),
        direction=direction,
        level=level,
        description=description.strip(),
        computed_by=computed_by,
    )
    store(indicator)
    record(actor, indicator, Verb.CREATED, {"name": (None, indicator.name)})
    return indicator


@transaction.atomic
def edit_indicator(
    actor: Actor,
    *,
    indicator: Indicator,
    name: str,
    kind: Kind,
    unit: str,
    direction: Direction,
    level: Level,
    description: str,
) -> Indicator:
    """Change what an indicator says. Its kind stays once it has values of that kind.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    actor.require(Operation.EDIT_PLAN)
    same_organisation(actor, indicator)
    values = indicator.measurements.filter(withdrawn_at=None, knowledge=Knowledge.KNOWN)
    if is_number(Kind(kind)) != is_number(Kind(indicator.kind)) and values.exists():
        raise ValidationError(
            {"kind": _("Des relevés existent déjà : ils seraient d’un autre genre.")}
        )
    changes = trail.set_fields(
        indicator,
        {
            "name": name.strip(),
            "kind": kind,
            "unit": unit.strip(),
            "direction": direction,
            "level": level,
            "description": description.strip(),
        },
    )
    store(indicator)
    record(actor, indicator, Verb.EDITED, changes)
    return indicator


@transaction.atomic
def set_target(
    actor: Actor,
    *,
    indicator: Indicator,
    due_on: date,
    value: Decimal | None = None,
    text: str = "",
    kind: TargetKind = TargetKind.TARGET,
    reference: str = "",
) -> Target:
    """Set what is to be reached by a date, in place of what that date said before.

    Raises DeniedError, NotFoundError, ValidationError (a legal threshold names its text of law).
    """
    actor.require(Operation.EDIT_PLAN)
    same_organisation(actor, indicator)
    if kind is TargetKind.LEGAL and not reference.strip():
        raise ValidationError({"reference": _("Citez le texte de loi qui fixe ce seuil.")})
    value, text = read(Kind(indicator.kind), value, text)
    target = Target.objects.filter(indicator=indicator, kind=kind, due_on=due_on).first()
    target = target or Target(indicator=indicator, kind=kind, due_on=due_on)
    before = said(target)
    target.value, target.text, target.reference = value, text, reference.strip()
    store(target)
    record(actor, indicator, Verb.TARGET_SET, {f"{kind}:{due_on}": (before, said(target))})
    return target


@transaction.atomic
def remove_target(actor: Actor, *, target: Target) -> None:
    """Remove a target; what it was stays in the trail. Raises DeniedError, NotFoundError."""
    actor.require(Operation.EDIT_PLAN)
    same_organisation(actor, target.indicator)
    record(
        actor,
        target.indicator,
        Verb.TARGET_REMOVED,
        {f"{target.kind}:{target.due_on}": (said(target), None)},
    )
    target.delete()
