"""What proves a plan, as its files say it: pieces by the digest of their file, never its bytes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.evidence.models import EvidenceLink, Piece, rows_of
from portulan.evidence.words import Visibility
from portulan.indicators.models import Indicator, Measurement, MeasurementEvidence
from portulan.indicators.words import MeasurementRole
from portulan.plans.files.document import (
    ActionPieceText,
    ChoicePieceText,
    PieceText,
    ReadingPieceText,
)
from portulan.plans.models import (
    Action,
    ActionEvidence,
    ChoiceEvidence,
    DecisionEvidence,
    DeliverableEvidence,
    Plan,
)

# A file that is not here is known by its digest, said at the end of the reference of its piece.
_SAID = re.compile(r"(?:^|(?<=\s))sha256:([0-9a-f]{64})$")
_MOST = 500 - len(" sha256:") - 64

type Model = type[EvidenceLink]
type Proofs = Mapping[tuple[Model, int], tuple[PieceText, ...]]


def proofs_of(actor: Actor, plan: Plan, followed: Iterable[Indicator]) -> Proofs:
    """Return what proves each thing of a plan, by what links it and its identifier (ten queries).

    Hidden pieces are told to nobody, private ones to who may read all of them. A decision recorded
    again keeps the proofs of its first record, under which it stands.
    """
    ids = [one.pk for one in followed]
    found: dict[tuple[Model, int], tuple[PieceText, ...]] = {}
    for model, where in (
        (ActionEvidence, {"proved__plan": plan}),
        (DeliverableEvidence, {"proved__action__plan": plan}),
        (DecisionEvidence, {"proved__action__plan": plan}),
        (ChoiceEvidence, {"proved__plan": plan}),
        (MeasurementEvidence, {"proved__indicator__in": ids, "proved__withdrawn_at": None}),
    ):
        links = links_of(model, where)
        if not actor.may(Operation.READ_PRIVATE_EVIDENCE):
            links = links.exclude(piece__visibility=Visibility.PRIVATE)
        if model is DecisionEvidence:
            links = links.select_related("proved")
        for link in links:
            place = model, _stands(link)
            said = said_of(link.piece, typed=link.typed)
            before = found.get(place, ())
            if said not in before:  # two pieces that say the same are one
                found[place] = tuple(sorted((*before, said), key=_order))
    return found


def links_of(model: Model, where: Mapping[str, Any]) -> QuerySet[Any]:
    """Return the links of pieces that are not hidden, each with its piece and its files."""
    links: QuerySet[Any] = rows_of(model).filter(piece__hidden_at=None, **where)
    return links.select_related("piece").prefetch_related("piece__revisions").order_by("pk")


def _stands(link: Any) -> int:
    """Return the identifier of what is proved; of a decision, that of its first record."""
    if isinstance(link, DecisionEvidence):
        return link.proved.corrects_id or link.proved_id
    return int(link.proved_id)


def said_of(piece: Piece, *, typed: bool) -> PieceText:
    """Return what the files say of a piece with its files: the one given last is its file."""
    files = sorted(piece.revisions.all(), key=lambda one: one.number)
    sha256, reference = files[-1].sha256 if files else "", piece.reference
    said = _SAID.search(reference)
    if said is not None and sha256 in ("", said[1]):
        sha256, reference = said[1], reference[: said.start()].rstrip()
    elif sha256 and len(reference) > _MOST:
        reference = f"{reference[: _MOST - 1].rstrip()}…"
    return PieceText(
        title=piece.title,
        visibility=Visibility(piece.visibility),
        reference=reference,
        dated_on=piece.dated_on,
        expires_on=piece.expires_on,
        sha256=sha256,
        typed=typed,
    )


def reference_of(said: PieceText) -> str:
    """Return the reference of a piece whose file is not here: its digest is in it."""
    return f"{said.reference} sha256:{said.sha256}".strip() if said.sha256 else said.reference


def _order(one: PieceText) -> tuple[str, ...]:
    return tuple(str(getattr(one, each.name)) for each in fields(PieceText))


def _as[Text: PieceText](kind: type[Text], said: PieceText, **of: Any) -> Text:
    told = {each.name: getattr(said, each.name) for each in fields(PieceText)}
    return kind(**told, **of)


def core_of(said: PieceText) -> PieceText:
    """Return what is said of a piece, without what it proves."""
    return _as(PieceText, said)


def of_action(
    proofs: Proofs, action: Action, keys: Mapping[int, str]
) -> tuple[ActionPieceText, ...]:
    """Return what proves an action, then its deliverables, then its decisions in force."""
    if not proofs:
        return ()
    found = [_as(ActionPieceText, one) for one in proofs.get((ActionEvidence, action.pk), ())]
    for pk, key in keys.items():
        given = proofs.get((DeliverableEvidence, pk), ())
        found += [_as(ActionPieceText, one, deliverable=key) for one in given]
    for rank, decision in enumerate(action.decisions.all(), 1):
        given = proofs.get((DecisionEvidence, decision.corrects_id or decision.pk), ())
        found += [_as(ActionPieceText, one, decision=rank) for one in given]
    return tuple(found)


def of_choices(proofs: Proofs, practices: Mapping[int, str]) -> tuple[ChoicePieceText, ...]:
    """Return what proves the answers to practices, by their practice."""
    return tuple(
        _as(ChoicePieceText, one, practice=practice)
        for pk, practice in sorted(practices.items(), key=lambda item: item[1])
        for one in proofs.get((ChoiceEvidence, pk), ())
    )


def of_indicator(proofs: Proofs, indicator: Indicator) -> tuple[ReadingPieceText, ...]:
    """Return what proves the readings of an indicator, in their order."""
    if not proofs:
        return ()
    return tuple(
        _as(ReadingPieceText, one, **place)
        for pk, place in places(indicator.measurements.all())
        for one in proofs.get((MeasurementEvidence, pk), ())
    )


def places(readings: Collection[Measurement]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the identifier of each reading that a person typed, and how the files name it."""
    met: dict[tuple[Any, ...], int] = {}
    for one in readings:
        if one.computed:
            continue
        where = one.on, one.unit.name if one.unit else "", MeasurementRole(one.role)
        met[where] = met.get(where, 0) + 1
        day, unit, role = where
        yield one.pk, {"day": day, "unit": unit, "role": role, "nth": met[where]}
