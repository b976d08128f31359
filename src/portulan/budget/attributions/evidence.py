"""The pieces that prove attributions: those given, and those that a typed reference stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import hold_line, require_open
from portulan.budget.models import Attribution, AttributionEvidence
from portulan.budget.verbs import Verb
from portulan.evidence.citing import follow
from portulan.evidence.models import Piece
from portulan.evidence.writes import link


def follow_evidence(actor: Actor, attributions: Iterable[Attribution]) -> None:
    """Link attributions to the pieces of the references typed on them."""
    follow(actor, model=AttributionEvidence, said={one.pk: one.evidence for one in attributions})


def copy_evidence(copies: Mapping[int, Attribution]) -> None:
    """Give attributions the pieces of those that they copy, by the identifier of these."""
    links = list(AttributionEvidence.objects.filter(proved__in=copies))
    for one in links:
        one.pk, one.proved = None, copies[one.proved_id]
    AttributionEvidence.objects.bulk_create(links, batch_size=500)


@transaction.atomic
def prove_attribution(actor: Actor, *, attribution: Attribution, piece: Piece) -> bool:
    """Say that a piece proves an attribution: it may then be justified, under its title.

    Raises DeniedError, NotFoundError; ValidationError in a closed exercice.
    """
    actor.require(Operation.PROPOSE)
    line = hold_line(attribution.line)
    actor.require_ours(line)
    require_open(line.fiscal_year)
    if not link(actor, model=AttributionEvidence, proved=attribution.pk, piece=piece):
        return False
    if not attribution.evidence:
        attribution.evidence = piece.title
        attribution.save(update_fields=["evidence"])
    record(actor, line, Verb.EVIDENCE_GIVEN, {"evidence": (None, f"n° {piece.pk}")})
    return True
