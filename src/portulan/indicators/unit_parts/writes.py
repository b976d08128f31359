"""Designating the units that have to tell their part of an indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Unit
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.indicators.models import Indicator, UnitPart
from portulan.indicators.reads import rule_of
from portulan.indicators.unit_parts.rules import changed_from, kept_past
from portulan.indicators.verbs import Verb
from portulan.indicators.words import OverUnits


@transaction.atomic
def designate_units(
    actor: Actor,
    *,
    indicator: Indicator,
    parts: Mapping[int, Decimal | None],
    today: date,
    since: date | None = None,
    among: frozenset[int] | None = None,
) -> None:
    """Say which units owe a part of an indicator, by identifier, with the weight of each or None.

    It holds from `since`, else from `today`, the first time since ever: one that is added owes its
    part from then on, one that is left out owes it until then, another weight counts from then on,
    so that what was put together before stays. One that is left out and never told anything is
    simply forgotten. `among` are the units that are spoken of: others stay.

    Raises DeniedError, NotFoundError for a unit of others, ValidationError (a computed indicator,
    weights where nothing is weighed, of some units only, or none above 0, a day to come).
    """
    actor.require(Operation.EDIT_PLAN)
    actor.require_ours(indicator)
    if indicator.computed_by and parts:
        raise ValidationError(_("Cet indicateur est calculé : aucune entité n’y a de part à dire."))
    kept = {one.unit_id: one for one in indicator.unit_parts.select_related("unit")}
    spoken = set(parts) | (set(kept) if among is None else set(among))
    units = Unit.objects.filter(organisation_id=actor.organisation_id).in_bulk(spoken)
    if unknown := spoken - set(units):
        raise NotFoundError(min(unknown))
    if since is not None and since > today:
        raise ValidationError(_("Un changement d’entités vaut d’aujourd’hui au plus tard."))
    others = [one.weight for pk, one in kept.items() if pk not in spoken and one.until is None]
    _check_weights(indicator, [*parts.values(), *others] if parts else [])
    changes: dict[str, trail.Change] = {}
    day = since or (today if kept else None)
    for pk in sorted(spoken):
        before = kept.get(pk)
        if pk in parts:
            change = _owe(indicator, units[pk], before, parts[pk], day)
        else:
            change = _let_go(indicator, before, day)
        if change is not None:
            changes[units[pk].name] = change
    if changes:
        record(actor, indicator, Verb.UNITS_DESIGNATED, changes)


def _check_weights(indicator: Indicator, weights: Sequence[Decimal | None]) -> None:
    weighed = [one for one in weights if one is not None]
    if not weighed:
        return
    if rule_of(indicator).between is not OverUnits.WEIGHTED:
        raise ValidationError(_("Rien n’est pondéré ici : les entités n’ont pas de poids à dire."))
    if len(weighed) < len(weights):
        raise ValidationError(
            _(
                "Donnez un poids à chaque entité désignée, ou à aucune : sans poids, seuls comptent"
                " les numérateurs et les dénominateurs."
            )
        )
    if min(weighed) < 0 or not sum(weighed):
        raise ValidationError(_("Un poids n’est pas négatif, et tous ne sont pas nuls."))


def _owe(
    indicator: Indicator,
    unit: Unit,
    before: UnitPart | None,
    weight: Decimal | None,
    since: date | None,
) -> trail.Change | None:
    """Have a unit owe its part; return what changed of it, if anything."""
    stands = before is not None and before.until is None
    part = before or UnitPart(indicator=indicator, unit=unit, since=since)
    if stands and part.weight == weight:
        return None
    # One that comes back owes as if it had never left: nothing says what it would have told.
    told = _told(part) if stands else None
    if before is not None and since is not None:
        later = part.since is None or since > part.since
        past = changed_from(part.past, part.weight, weight, since if later else None)
        part.past_weights = kept_past(past)
    part.weight, part.until = weight, None
    store(part)
    return told, _told(part)


def _let_go(indicator: Indicator, part: UnitPart | None, until: date | None) -> trail.Change | None:
    """Have a unit owe nothing any more; return what changed of it, if anything."""
    if part is None or part.until is not None:
        return None
    if indicator.measurements.filter(unit=part.unit_id, withdrawn_at=None).exists():
        part.until = until
        store(part)
    else:
        part.delete()
    return _told(part), None


def _told(part: UnitPart) -> str | Decimal:
    return "designated" if part.weight is None else part.weight
