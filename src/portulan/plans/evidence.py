"""What a piece of evidence proves of an action: itself, what was decided, delivered, read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core.errors import NotFoundError
from portulan.core.say.language import spoken_language
from portulan.core.say.numbers import date as said_date
from portulan.evidence.models import EvidenceLink, Piece
from portulan.evidence.reads import NO_PROOF, Proof, given_proofs, linked, proofs_of
from portulan.evidence.writes import link, unlink
from portulan.indicators.models import Measurement, MeasurementEvidence
from portulan.plans.access import check, note_news
from portulan.plans.models import (
    LEVELS,
    Action,
    ActionEvidence,
    ChoiceEvidence,
    DecisionEvidence,
    DeliverableEvidence,
    PracticeChoice,
)
from portulan.plans.verbs import Verb
from portulan.plans.words import CommitmentLevel

# The readings that are offered of each indicator: the last ones are those that one proves.
_READINGS = 4
MODELS: dict[str, type[EvidenceLink]] = {
    "action": ActionEvidence,
    "deliverable": DeliverableEvidence,
    "decision": DecisionEvidence,
    "reading": MeasurementEvidence,
}


@dataclass(frozen=True, slots=True)
class Provable:
    """A thing of an action that may be proved: `key` is its kind and identifier."""

    kind: str
    pk: int
    words: str

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"


def provable_of(action: Action) -> list[Provable]:
    """Return what may be proved of an action, from what `load_details` fetched."""
    language = spoken_language()
    found = [Provable("action", action.pk, _("L’action elle-même"))]
    found += [
        Provable("deliverable", one.pk, _("Livrable : %(title)s") % {"title": one.title})
        for one in action.deliverables.all()
    ]
    for made in action.decisions.all():
        told = {
            "level": LEVELS[CommitmentLevel(made.level)],
            "day": said_date(made.decided_on, language),
        }
        found.append(Provable("decision", made.pk, _("Décision du %(day)s : %(level)s") % told))
    for one in action.indicator_links.all():
        for reading in list(one.indicator.measurements.all())[-_READINGS:]:
            told = {"name": one.indicator.name, "day": said_date(reading.on, language)}
            found.append(Provable("reading", reading.pk, _("Relevé du %(day)s : %(name)s") % told))
    return found


@transaction.atomic
def prove(
    actor: Actor, *, action: Action, piece: Piece, proved: Iterable[Provable], today: date
) -> int:
    """Say that a piece proves these things of an action; return how many are new.

    Raises DeniedError, NotFoundError.
    """
    check(actor, action, Operation.GIVE_EVIDENCE)
    wanted = list(proved)
    new = sum(link(actor, model=MODELS[one.kind], proved=one.pk, piece=piece) for one in wanted)
    if new:
        note_news(action, today)
        record(actor, action, Verb.EVIDENCE_GIVEN, {"evidence": (None, f"n° {piece.pk}")})
    return new


@transaction.atomic
def unprove(actor: Actor, *, action: Action, piece: Piece, proved: Provable) -> None:
    """Say that a piece does not prove that after all. Raises DeniedError, NotFoundError."""
    check(actor, action, Operation.GIVE_EVIDENCE)
    unlink(actor, model=MODELS[proved.kind], proved=proved.pk, piece=piece)
    record(actor, action, Verb.EVIDENCE_TAKEN_BACK, {"evidence": (f"n° {piece.pk}", None)})


def get_provable(action: Action, key: str) -> Provable:
    """Return a thing of an action by its key. Raises NotFoundError."""
    found = next((one for one in provable_of(action) if one.key == key), None)
    if found is None:
        raise NotFoundError(key)
    return found


@dataclass(frozen=True, slots=True)
class Given:
    """A piece on the page of an action, and what it proves of it."""

    piece: Piece
    proves: tuple[Provable, ...]

    @property
    def words(self) -> list[str]:
        return [one.words for one in self.proves]


def evidence_of(actor: Actor, action: Action) -> tuple[list[Given], int]:
    """Return the pieces about an action, the latest first, and how many others are withheld.

    The same queries whatever there is; from what `load_details` fetched.
    """
    proves: dict[int, list[Provable]] = {}
    pieces: dict[int, Piece] = {}
    withheld: set[int] = set()
    pairs = linked(actor, {kind: (model, _around(action, kind)) for kind, model in MODELS.items()})
    if not pairs:
        return [], 0
    everything = {(one.kind, one.pk): one for one in provable_of(action)}
    given_of = given_proofs(actor, [pair for pair in pairs if pair[:2] in everything])
    for kind, found in given_of.items():
        for pk, proof in found.items():
            withheld |= set(proof.withheld)
            for piece in proof.pieces:
                pieces[piece.pk] = piece
                proves.setdefault(piece.pk, []).append(everything[kind, pk])
    given = [Given(piece, tuple(proves[pk])) for pk, piece in pieces.items()]
    given.sort(key=lambda one: (one.piece.given_at, one.piece.pk), reverse=True)
    return given, len(withheld)


def _around(action: Action, kind: str) -> Iterable[int] | QuerySet[Any, Any]:
    """Return the identifiers of what of an action may be proved, of a kind."""
    if kind == "action":
        return [action.pk]
    if kind == "reading":
        links = action.indicator_links.all()
        indicators = [link.indicator_id for link in links]
        return Measurement.objects.filter(indicator__in=indicators).order_by().values("pk")
    parts = action.deliverables.all() if kind == "deliverable" else action.decisions.all()
    return [one.pk for one in parts]


@transaction.atomic
def prove_choice(actor: Actor, *, choice: PracticeChoice, piece: Piece) -> bool:
    """Say that a piece proves the answer to a practice, in place mostly. Raises DeniedError."""
    actor.require_ours(choice.plan)
    actor.require(Operation.GIVE_EVIDENCE)
    return link(actor, model=ChoiceEvidence, proved=choice.pk, piece=piece)


def proof_of(actor: Actor, choice: PracticeChoice | None) -> Proof:
    """Return what proves the answer to a practice (three queries at most)."""
    if choice is None:
        return NO_PROOF
    return proofs_of(actor=actor, model=ChoiceEvidence, proved=[choice]).get(choice.pk, NO_PROOF)
