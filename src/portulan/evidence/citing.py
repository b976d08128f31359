"""References typed where a thing is said: each is a piece without a file, linked to that thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import batched
from typing import Any

from django.utils import timezone

from portulan.accounts.actors import Actor
from portulan.evidence.models import EvidenceLink, Piece, rows_of
from portulan.evidence.words import Visibility

_BATCH = 500


def follow(actor: Actor, *, model: type[EvidenceLink], said: Mapping[int, str]) -> None:
    """Make the links of things agree with the references typed on them, by identifier.

    The same reference is one piece, seen by the organisation as the text was. Who writes the thing
    has been let in by its door; the trail of the thing has the text. A handful of queries for any
    number of things.
    """
    said = {pk: text.strip() for pk, text in said.items()}
    wanted: dict[int, str] = {}
    for some in batched(said.items(), _BATCH):
        wanted |= _unlinked(model, dict(some))
    pieces = _pieces(actor, list(dict.fromkeys(wanted.values()))) if wanted else {}
    made: Any = model
    made_at = timezone.now()
    rows_of(model).bulk_create(
        (
            made(
                proved_id=pk,
                piece=pieces[text],
                typed=True,
                given_by=actor.person_id,
                given_at=made_at,
            )
            for pk, text in wanted.items()
        ),
        batch_size=_BATCH,
        ignore_conflicts=True,
    )


def _unlinked(model: type[EvidenceLink], said: dict[int, str]) -> dict[int, str]:
    """Take away the links of other words than those; return the references that have none."""
    right, wrong = set(), []
    typed = rows_of(model).filter(proved__in=said, typed=True)
    for pk, proved, reference in typed.values_list("pk", "proved_id", "piece__reference"):
        if said[proved] == reference:
            right.add(proved)
        else:
            wrong.append(pk)
    if wrong:
        rows_of(model).filter(pk__in=wrong).delete()
    return {pk: text for pk, text in said.items() if text and pk not in right}


def _pieces(actor: Actor, references: Sequence[str]) -> dict[str, Piece]:
    """Return the piece without a file of each reference, made where there is none."""
    here = Piece.objects.filter(
        organisation_id=actor.organisation_id, reference__in=references, revisions=None
    )
    found = {piece.reference: piece for piece in here.order_by("-pk")}
    missing = [one for one in references if one not in found]
    made = Piece.objects.bulk_create(
        Piece(
            organisation_id=actor.organisation_id,
            title=reference[:250],
            reference=reference,
            visibility=Visibility.ORGANISATION,
            given_by=actor.person_id,
            given_at=timezone.now(),
        )
        for reference in missing
    )
    return found | {piece.reference: piece for piece in made}
