"""Answering proposals: one by one or many at once, all or none."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.attributions.suggestions import SuggestedLine, resemblance_words
from portulan.budget.attributions.writes import (
    attribute,
    edit_attribution,
    part_of,
    restore,
    withdraw,
)
from portulan.budget.models import Attribution
from portulan.budget.words import AttributionStatus, Method
from portulan.plans.models import Action


@transaction.atomic
def propose_alike(actor: Actor, *, action: Action, suggested: Iterable[SuggestedLine]) -> int:
    """Propose for an action the shares that resemblance suggests, all or none; return how many.

    Raises ValidationError when a line has no room for its share any more.
    """
    actor.require(Operation.PROPOSE)
    suggested = list(suggested)
    for item in suggested:
        attribute(
            actor,
            line=item.line,
            share=item.suggestion.share,
            method=item.suggestion.method,
            reason=resemblance_words(item.suggestion),
            action=action,
            status=AttributionStatus.PROPOSED,
        )
    return len(suggested)


@transaction.atomic
def accept(actor: Actor, *, proposals: Iterable[Attribution]) -> int:
    """Accept proposals as they are: declared, they count. Return how many.

    All or none: raises ValidationError, naming the line, when one does not fit any more.
    """
    actor.require(Operation.EDIT_BUDGET)
    return _each(actor, proposals, AttributionStatus.DECLARED)


@transaction.atomic
def take_back(actor: Actor, *, accepted: Iterable[Attribution]) -> int:
    """Make proposals again of what was just accepted or refused. Return how many."""
    actor.require(Operation.EDIT_BUDGET)
    return _each(actor, accepted, AttributionStatus.PROPOSED)


@transaction.atomic
def refuse(actor: Actor, *, proposals: Iterable[Attribution]) -> int:
    """Refuse proposals: they stay in the history of their lines. Return how many."""
    proposals = list(proposals)
    for proposal in proposals:
        withdraw(actor, attribution=proposal)
    return len(proposals)


def _each(actor: Actor, attributions: Iterable[Attribution], status: AttributionStatus) -> int:
    attributions = list(attributions)
    for item in attributions:
        try:
            if item.status == AttributionStatus.WITHDRAWN:
                restore(actor, attribution=item, status=status)
                continue
            edit_attribution(
                actor,
                attribution=item,
                **part_of(item),
                method=Method(item.method),
                reason=item.reason,
                action=item.action,
                status=status,
                evidence=item.evidence,
            )
        except ValidationError as error:
            text = _("« %(line)s » : %(why)s") % {
                "line": item.line,
                "why": " ".join(error.messages),
            }
            raise ValidationError(text) from error
    return len(attributions)
