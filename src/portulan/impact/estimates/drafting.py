"""Computing an estimate without keeping it: what is previewed, then recorded as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.core.say.language import spoken_language
from portulan.core.say.text import Problem
from portulan.impact.engine.combining import Combined, MixedPartsError, combine
from portulan.impact.engine.factors import Registry
from portulan.impact.engine.request import Request
from portulan.impact.estimates import stored
from portulan.impact.factors.reads import own_factors, registry_of
from portulan.impact.readers.request import parse
from portulan.plans.models import Action
from portulan.plans.words import Reach

MOST_PARTS, MOST_DRAWS = 50, 20_000


@dataclass(frozen=True, slots=True)
class Draft:
    """An estimate before it is kept: its numbers, and the figures it rests on."""

    combined: Combined
    factors: stored.Kept
    result: stored.Kept


def is_elsewhere(action: Action) -> bool:
    """Tell whether what an action spares is outside the organisation's own footprint."""
    return bool(action.reach == Reach.TERRITORY)


class RequestError(ValidationError):
    """The request has faults; `problems` name its fields."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        language = spoken_language()
        super().__init__([problem.message(language) for problem in problems])
        self.problems = problems


def _check_size(request: Request) -> None:
    """Raise ValidationError for what would keep a page waiting: it is one action, not a survey."""
    if len(request.estimates) > MOST_PARTS or request.draws > MOST_DRAWS:
        raise ValidationError(
            _("Une action a au plus %(parts)s parties, tirées au plus %(draws)s fois.")
            % {"parts": MOST_PARTS, "draws": MOST_DRAWS}
        )


def read_again(asked: stored.Kept, factors: Mapping[str, stored.Kept]) -> tuple[Request, Registry]:
    """Return the request of an estimate that was kept, and the figures it used then.

    Computed again they give the same draws, and so the same numbers.
    """
    registry = stored.KeptRegistry(asked, factors)
    reading = parse(json.dumps(asked).encode(), registry, kept=True)
    if reading.request is None:
        raise RequestError(reading.problems)
    return reading.request, registry


def draft_estimate(action: Action, request: Mapping[str, object]) -> Draft:
    """Compute a `portulan-impact/1` request with the organisation's figures (one query).

    Its estimates are the parts of the action, which is given with its plan; what an action spares
    in its territory is avoided elsewhere, never a reduction. Raises RequestError for what is wrong
    in it, ValidationError when its parts cannot be added.
    """
    own = own_factors(action.plan.organisation_id)
    registry = registry_of(own)
    reading = parse(json.dumps(request).encode(), registry)
    if reading.request is None:
        raise RequestError(reading.problems)
    _check_size(reading.request)
    try:
        combined = combine(reading.request, registry, elsewhere=is_elsewhere(action))
    except MixedPartsError:
        raise ValidationError(
            _(
                "Ces parties ne s’ajoutent pas : une réduction et un impact évité ailleurs, ou "
                "deux vues, font deux estimations."
            )
        ) from None
    return Draft(
        combined=combined,
        factors=stored.factors_of(combined, own),
        result=stored.result_of(combined),
    )
