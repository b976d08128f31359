"""What proves a plan, as its files say it: pieces found here by what is said of them, or made.

A piece that is made has no file: the digest of the one that it had is in its reference, until
somebody gives it. Nothing is deleted: a piece that proves something no more stays where pieces are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from portulan.accounts.actors import Actor
from portulan.evidence.models import EvidenceLink, Piece, rows_of
from portulan.evidence.writes import edit_piece, give, link, unlink
from portulan.indicators.models import Indicator, Measurement, MeasurementEvidence
from portulan.plans.files.document import (
    ActionPieceText,
    ChoicePieceText,
    PieceText,
    ReadingPieceText,
)
from portulan.plans.files.evidence import core_of, links_of, places, reference_of, said_of
from portulan.plans.models import (
    Action,
    ActionEvidence,
    ChoiceEvidence,
    CommitmentDecision,
    DecisionEvidence,
    Deliverable,
    DeliverableEvidence,
    PracticeChoice,
)

type Wanted = Mapping[int, Sequence[PieceText]]


def prove_action(
    actor: Actor,
    action: Action,
    said: Iterable[ActionPieceText],
    handed: Mapping[str, Deliverable],
) -> None:
    """Make what proves an action, its deliverables and its decisions what the files say."""
    pieces = list(said)
    own = [one for one in pieces if one.deliverable is None and one.decision is None]
    prove(actor, ActionEvidence, {action.pk: own})
    given: dict[int, list[PieceText]] = {one.pk: [] for one in handed.values()}
    decisions = [
        one.corrects_id or one.pk for one in CommitmentDecision.objects.filter(action=action)
    ]
    decided: dict[int, list[PieceText]] = {pk: [] for pk in decisions}
    for one in pieces:
        if one.deliverable is not None:
            given[handed[one.deliverable].pk].append(one)
        elif one.decision is not None:
            decided[decisions[one.decision - 1]].append(one)
    prove(actor, DeliverableEvidence, given)
    prove(actor, DecisionEvidence, decided)


def prove_readings(actor: Actor, indicator: Indicator, said: Iterable[ReadingPieceText]) -> None:
    """Make what proves the readings of an indicator what the files say."""
    rows = Measurement.objects.filter(indicator=indicator, withdrawn_at=None)
    readings = rows.select_related("unit").order_by("on", "id")
    by_place = {tuple(place.values()): pk for pk, place in places(readings)}
    wanted: dict[int, list[PieceText]] = {pk: [] for pk in by_place.values()}
    for one in said:
        wanted[by_place[one.day, one.unit, one.role, one.nth]].append(one)
    prove(actor, MeasurementEvidence, wanted)


def prove_choices(
    actor: Actor, choices: Mapping[str, PracticeChoice], said: Iterable[ChoicePieceText]
) -> None:
    """Make what proves the answers to practices, by their reference, what the files say."""
    wanted: dict[int, list[PieceText]] = {one.pk: [] for one in choices.values()}
    for one in said:
        wanted[choices[one.practice].pk].append(one)
    prove(actor, ChoiceEvidence, wanted)


def prove(actor: Actor, model: type[EvidenceLink], wanted: Wanted) -> None:
    """Link what is wanted and is not, unlink what is and is not wanted, by identifier.

    The same piece said otherwise is changed. Raises DeniedError; ValidationError for what a sealed
    plan or a published figure rests on.
    """
    links = list(links_of(model, {"proved__in": list(wanted)})) if wanted else []
    if not links and not any(wanted.values()):
        return
    standing: dict[int, dict[PieceText, Any]] = {}
    for one in links:
        standing.setdefault(one.proved_id, {})[said_of(one.piece, typed=one.typed)] = one
    for proved, texts in wanted.items():
        here = standing.get(proved, {})
        there = [core_of(one) for one in texts]
        gone: dict[str, list[Any]] = {}
        for text, one in here.items():
            if text not in there:
                gone.setdefault(_mark(text), []).append(one)
        for text in dict.fromkeys(there):
            if text in here:
                continue
            if same := gone.get(_mark(text)):
                piece = same.pop(0).piece
                _change(actor, piece, text)
            else:
                piece = _alike(actor, text) or _made(actor, text)
                link(actor, model=model, proved=proved, piece=piece)
            rows_of(model).filter(proved=proved, piece=piece).update(typed=text.typed)
        for one in chain.from_iterable(gone.values()):
            unlink(actor, model=model, proved=proved, piece=one.piece)


def _mark(said: PieceText) -> str:
    """Return what tells a piece from another: the digest of its file, else its reference."""
    return said.sha256 or said.reference or said.title


def _alike(actor: Actor, said: PieceText) -> Piece | None:
    """Return a piece of the organisation of which the same is said."""
    found = Piece.objects.filter(
        organisation_id=actor.organisation_id, title=said.title, hidden_at=None
    )
    pieces = found.prefetch_related("revisions").order_by("pk")
    return next((one for one in pieces if said_of(one, typed=said.typed) == said), None)


def _made(actor: Actor, said: PieceText) -> Piece:
    return give(
        actor,
        title=said.title,
        reference=reference_of(said),
        visibility=said.visibility,
        dated_on=said.dated_on,
        expires_on=said.expires_on,
    )


def _change(actor: Actor, piece: Piece, said: PieceText) -> None:
    has_file = piece.revisions.exists()
    edit_piece(
        actor,
        piece=piece,
        title=said.title,
        reference=said.reference if has_file else reference_of(said),
        visibility=said.visibility,
        dated_on=said.dated_on,
        expires_on=said.expires_on,
    )
