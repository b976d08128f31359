"""What a search looks into beside the sheet of an action: names, notes, evidence, as one may read.

Words are folded: neither case nor accents count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.folding import fold
from portulan.evidence.reads import pieces_of
from portulan.indicators.models import MeasurementEvidence
from portulan.plans.models import (
    Action,
    ActionEvidence,
    ActionNote,
    DecisionEvidence,
    DeliverableEvidence,
    Plan,
)


def names_and_notes(plan: Plan, actions: Iterable[Action]) -> dict[int, str]:
    """Return the folded words of the notes and the name of who pilots, by action (one query).

    Both are found by who may read the plan, as the page of an action says them.
    """
    found: dict[int, list[str]] = defaultdict(list)
    notes = ActionNote.objects.filter(action__plan=plan).order_by("pk")
    for action, text in notes.values_list("action_id", "text"):
        found[action].append(text)
    for one in actions:
        if one.pilot is not None and one.pilot.name:
            found[one.pk].append(one.pilot.name)
    return {action: fold(" ".join(texts)) for action, texts in found.items()}


def proved_by_piece(plan: Plan) -> dict[int, frozenset[int]]:
    """Return the actions that each piece of evidence proves something of (four queries)."""
    found: dict[int, set[int]] = defaultdict(set)
    for model, way in (
        (ActionEvidence, "proved"),
        (DeliverableEvidence, "proved__action"),
        (DecisionEvidence, "proved__action"),
        (MeasurementEvidence, "proved__indicator__actions"),
    ):
        of_plan = model._default_manager.filter(**{f"{way}__plan": plan})
        for piece, action in of_plan.values_list("piece_id", way):
            found[piece].add(action)
    return {piece: frozenset(actions) for piece, actions in found.items()}


def words_beside(
    actor: Actor, known: Mapping[int, str], proved: Mapping[int, Iterable[int]]
) -> Mapping[int, str]:
    """Return, by action, what this actor may find it by beside its sheet (one query at most).

    `known` are the names and notes. A private piece is found by those who may open it, and no one
    learns from a search that there is one.
    """
    actor.require(Operation.READ_PLAN)
    if not proved:
        return known
    found = dict(known)
    pieces = pieces_of(actor=actor).filter(pk__in=list(proved)).prefetch_related(None)
    for pk, title, reference in pieces.values_list("pk", "title", "reference"):
        words = fold(f"{title} {reference}")
        for action in proved[pk]:
            found[action] = f"{found.get(action, '')} {words}"
    return found
