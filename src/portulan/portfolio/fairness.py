"""What each unit or theme of a scenario is to have, at least or at most, beside its people."""

from __future__ import annotations

from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.core import trail
from portulan.core.storing import store
from portulan.portfolio.access import changed, hold
from portulan.portfolio.facts import FairnessFacts
from portulan.portfolio.models import Scenario
from portulan.portfolio.verbs import Verb

MOST_PERCENT, MOST_HEADS = 1000, 10_000_000


@transaction.atomic
def set_fairness(
    actor: Actor, *, scenario: Scenario, fairness: FairnessFacts | None = None
) -> None:
    """Say the rule of fairness of a scenario; None: no more rule.

    Raises DeniedError, NotFoundError, ValidationError.
    """
    hold(actor, scenario)
    if fairness is not None:
        _check(fairness)
    kept = {} if fairness is None else asdict(fairness)
    moved = trail.set_fields(scenario, {"fairness": kept})
    store(scenario)
    if moved:
        changed(actor, scenario, Verb.FAIRNESS_SET, moved)


def percents(*, is_floor: bool) -> tuple[int, int]:
    """Return the least and the most percent that a floor accepts, or a cap."""
    return (1, 100) if is_floor else (100, MOST_PERCENT)


def _check(fairness: FairnessFacts) -> None:
    low, most = percents(is_floor=fairness.way == "share_at_least")
    if not low <= fairness.percent <= most:
        words = _("Donnez un pourcentage de %(low)s à %(most)s.") % {"low": low, "most": most}
        raise ValidationError({"percent": words})
    if not all(0 <= heads <= MOST_HEADS for heads in fairness.heads.values()):
        raise ValidationError(_("Un effectif est un nombre entier, de 0 à dix millions."))
    if fairness.by == "unit" and not any(fairness.heads.values()):
        raise ValidationError(_("Donnez l’effectif d’une entité au moins."))
