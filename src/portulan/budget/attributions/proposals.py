"""Answering proposals: one by one or many at once, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.budget.attributions.suggestions import SuggestedLine, resemblance_words
from portulan.budget.attributions.writes import (
    Given,
    as_it_is,
    attribute_lines,
    edit_attributions,
    restore_all,
    withdraw_all,
)
from portulan.budget.models import Attribution
from portulan.budget.words import AttributionStatus
from portulan.plans.models import Action


@transaction.atomic
def propose_alike(actor: Actor, *, action: Action, suggested: Iterable[SuggestedLine]) -> int:
    """Propose for an action the shares that resemblance suggests, all or none; return how many.

    Raises ValidationError when a line has no room for its share any more.
    """
    actor.require(Operation.PROPOSE)
    given = [
        Given(
            item.line,
            item.suggestion.method,
            resemblance_words(item.suggestion),
            item.suggestion.share,
            action=action,
            status=AttributionStatus.PROPOSED,
        )
        for item in suggested
    ]
    return len(attribute_lines(actor, given=given))


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
    return len(withdraw_all(actor, attributions=list(proposals)))


def _each(actor: Actor, attributions: Iterable[Attribution], status: AttributionStatus) -> int:
    attributions = list(attributions)
    try:
        with transaction.atomic():
            _answer(actor, attributions, status)
    except ValidationError:
        for one in attributions:  # whose line has no room is told
            _answer_one(actor, one, status)
    return len(attributions)


def _answer_one(actor: Actor, one: Attribution, status: AttributionStatus) -> None:
    try:
        _answer(actor, [one], status)
    except ValidationError as error:
        text = _("« %(line)s » : %(why)s") % {"line": one.line, "why": " ".join(error.messages)}
        raise ValidationError(text) from error


def _answer(actor: Actor, attributions: Sequence[Attribution], status: AttributionStatus) -> None:
    gone = [one for one in attributions if one.status == AttributionStatus.WITHDRAWN]
    restore_all(actor, attributions=gone, status=status)
    changes = [as_it_is(one)._replace(status=status) for one in attributions if one not in gone]
    edit_attributions(actor, changes=changes)
