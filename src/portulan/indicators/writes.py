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
from portulan.indicators.values import Manner, is_number, read, said, same_organisation
from portulan.indicators.verbs import Verb
from portulan.indicators.words import Direction, Judgement, Kind, Knowledge, Level, TargetKind


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
    manner: Manner | None = None,
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
        **(manner or Manner()).fields(Kind(kind)),
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
    manner: Manner | None = None,
) -> Indicator:
    """Change what an indicator says. Its kind stays once it has values of that kind.

    Without a `manner`, how it is read stays as it is.

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
            **(manner.fields(Kind(kind)) if manner is not None else {}),
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
    replace: bool = True,
) -> Target:
    """Set what is to be reached by a date, in place of what that date said before.

    Unless `replace`, what that date says already is refused: of two people, the second is told.

    Raises DeniedError, NotFoundError, ValidationError (a legal threshold names its text of law).
    """
    actor.require(Operation.EDIT_PLAN)
    same_organisation(actor, indicator)
    if kind is TargetKind.LEGAL and not reference.strip():
        raise ValidationError({"reference": _("Citez le texte de loi qui fixe ce seuil.")})
    value, text = read(Kind(indicator.kind), value, text, indicator.scale)
    target = Target.objects.filter(indicator=indicator, kind=kind, due_on=due_on).first()
    if target is not None and not replace and said(target) != said(Target(value=value, text=text)):
        raise ValidationError(
            {
                "due_on": _("Cette date a déjà une cible : %(value)s. Cochez pour la remplacer.")
                % {"value": said(target)}
            },
            code="taken",
        )
    target = target or Target(indicator=indicator, kind=kind, due_on=due_on)
    before = said(target)
    target.value, target.text, target.reference = value, text, reference.strip()
    target.judgement = target.judged_by = target.judged_why = ""
    target.judged_on = None
    store(target)
    record(actor, indicator, Verb.TARGET_SET, {f"{kind}:{due_on}": (before, said(target))})
    return target


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
    same_organisation(actor, target.indicator)
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
    same_organisation(actor, target.indicator)
    record(
        actor,
        target.indicator,
        Verb.TARGET_REMOVED,
        {f"{target.kind}:{target.due_on}": (said(target), None)},
    )
    target.delete()
