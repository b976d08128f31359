"""The organisation's own figures: given in versions, withdrawn to come back to those shipped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.accounts.trail import record
from portulan.core.contracts import to_json
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.impact.engine.draws import LogNormal, Spread, Triangle
from portulan.impact.engine.factors import Factor, unit_of
from portulan.impact.models import FactorOverride
from portulan.impact.readers.entries import Entry, OtherUnitError
from portulan.impact.verbs import Verb

# A device of one's own takes any plain word; a country its three letters.
NAME = re.compile(r"electricity\.\w+\.[A-Z]{3}|(?!electricity\.)\w+(\.\w+)+")


@transaction.atomic
def give_factor(actor: Actor, *, figure: Factor, reason: str) -> FactorOverride:
    """Put a figure in place of the one shipped, from now on: estimates made keep theirs.

    The version, the unit and the stage that `figure` has are not looked at: they follow from its
    name. A figure given again is a new version. Raises DeniedError, ValidationError.
    """
    actor.require(Operation.EDIT_FACTORS)
    _hold(actor)
    return _give(actor, figure, reason)


@transaction.atomic
def import_factors(
    actor: Actor, *, chosen: Iterable[tuple[str, Entry]], reason: str
) -> list[FactorOverride]:
    """Put figures of a file in place of those shipped, all or none of them.

    Raises DeniedError, ValidationError (an element in another unit, a figure given twice).
    """
    actor.require(Operation.EDIT_FACTORS)
    _hold(actor)
    figures = [_figure(name, entry) for name, entry in chosen]
    if len({figure.id for figure in figures}) < len(figures):
        raise ValidationError(_("Deux éléments prendraient la place du même facteur."))
    return [_give(actor, figure, reason) for figure in figures]


@transaction.atomic
def withdraw_factor(actor: Actor, *, name: str) -> None:
    """Come back to the figure shipped: all the versions given leave, and stay readable.

    Raises DeniedError, NotFoundError when the organisation has no figure of that name in force.
    """
    actor.require(Operation.EDIT_FACTORS)
    _hold(actor)
    standing = FactorOverride.objects.filter(
        organisation_id=actor.organisation_id, name=name, withdrawn_at=None
    )
    last = standing.order_by("version").last()
    if last is None:
        raise NotFoundError(name)
    standing.update(withdrawn_at=timezone.now(), withdrawn_by=actor.person_id)
    record(actor, last, Verb.FACTOR_WITHDRAWN, {name: (str(last.value), None)})


def _hold(actor: Actor) -> None:
    """Two people at once give one version after the other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id)


def _figure(name: str, entry: Entry) -> Factor:
    try:
        return entry.as_factor(name, version=1)
    except (OtherUnitError, KeyError):
        raise ValidationError(
            _("« %(entry)s » est en %(unit)s : il ne peut pas prendre la place de %(factor)s.")
            % {"entry": entry.name, "unit": entry.unit, "factor": name}
        ) from None


def _give(actor: Actor, figure: Factor, reason: str) -> FactorOverride:
    _check(figure)
    given = FactorOverride.objects.filter(
        organisation_id=actor.organisation_id, name=figure.id
    ).order_by("version")
    last = given.aggregate(last=Max("version"))["last"] or 0
    before = given.filter(withdrawn_at=None).last()
    override = FactorOverride(
        organisation_id=actor.organisation_id,
        name=figure.id,
        version=last + 1,
        value=figure.value,
        spread=to_json(figure.spread, Spread),
        geography=figure.geography.strip(),
        year=figure.year,
        source=figure.source.strip(),
        address=figure.address.strip(),
        licence=figure.licence.strip(),
        quality=figure.quality,
        reason=reason.strip(),
        person_id=actor.person_id,
        recorded_at=timezone.now(),
    )
    store(override)
    old = None if before is None else str(before.value)
    record(actor, override, Verb.FACTOR_GIVEN, {figure.id: (old, str(override.value))})
    return override


def _check(figure: Factor) -> None:
    """Raise ValidationError for a name that no calculation uses, or an impossible spread."""
    try:
        unit_of(figure.id)
    except KeyError:
        raise ValidationError({"name": _("Aucun calcul n’utilise ce facteur.")}) from None
    if not NAME.fullmatch(figure.id):
        raise ValidationError(
            {"name": _("Un nom d’appareil a des lettres, des chiffres et des tirets bas.")}
        )
    if figure.id.endswith(".life") and figure.value <= 0:
        raise ValidationError({"value": _("Une durée de vie est supérieure à 0.")})
    spread = figure.spread
    if isinstance(spread, LogNormal) and spread.gsd < 1:
        raise ValidationError({"spread": _("Un écart géométrique est d’au moins 1.")})
    if isinstance(spread, Triangle) and not 0 <= spread.low <= spread.mode <= spread.high:
        raise ValidationError({"spread": _("Il faut bas ≤ valeur ≤ haut.")})
