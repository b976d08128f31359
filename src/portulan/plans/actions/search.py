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


def note_words(plan: Plan) -> dict[int, str]:
    """Return the folded words of the notes, by action (one query)."""
    found: dict[int, list[str]] = defaultdict(list)
    notes = ActionNote.objects.filter(action__plan=plan).order_by("pk")
    for action, text in notes.values_list("action_id", "text"):
        found[action].append(text)
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
    actor: Actor,
    actions: Iterable[Action],
    *,
    notes: Mapping[int, str],
    proved: Mapping[int, Iterable[int]],
) -> dict[int, str]:
    """Return, by action, what this actor may find it by beside its sheet (two queries at most).

    A name is found by who may read the plan; a private piece by those who may open it, and no one
    learns from a search that there is one.
    """
    actor.require(Operation.READ_PLAN)
    found: dict[int, list[str]] = defaultdict(list)
    for action, words in notes.items():
        found[action].append(words)
    for one in actions:
        if one.pilot is not None and one.pilot.name:
            found[one.pk].append(fold(one.pilot.name))
    if proved:
        pieces = pieces_of(actor=actor).filter(pk__in=list(proved)).prefetch_related(None)
        for pk, title, reference in pieces.values_list("pk", "title", "reference"):
            for action in proved[pk]:
                found[action].append(fold(f"{title} {reference}"))
    return {action: " ".join(words) for action, words in found.items()}
