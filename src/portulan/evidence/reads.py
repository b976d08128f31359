"""The door of a piece of evidence, and what stands behind it for each reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db.models import CharField, Exists, Model, OuterRef, Prefetch, Q, QuerySet, Value

from portulan.accounts.access import Grant, Operation
from portulan.accounts.actors import Actor
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.storing import get_one
from portulan.core.uploads import upload_path
from portulan.evidence.models import EvidenceLink, Piece, Revision, links, rows_of
from portulan.evidence.words import Visibility

SOON = timedelta(days=60)
_OPEN = (Visibility.ORGANISATION, Visibility.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves one thing, as an actor sees it: the pieces they may read, and the others' ids."""

    pieces: tuple[Piece, ...] = ()
    withheld: tuple[int, ...] = ()


NO_PROOF = Proof()


def _own(actor: Actor) -> Q:
    """Tell a piece that the actor gave, or that proves something of an action they pilot."""
    if actor.person_id is None:
        return Q(pk__in=())
    found = Q(given_by=actor.person_id)
    for model in links():
        if model.PILOT:
            theirs = model._default_manager.filter(
                **{"piece": OuterRef("pk"), model.PILOT: actor.person_id}
            )
            found |= Q(Exists(theirs))
    return found


def pieces_of(*, actor: Actor) -> QuerySet[Piece]:
    """Return the pieces that the actor may read, the latest first, with their files (two queries).

    A private one is read by who may read all of them, or by whose own it is; a hidden one by who
    may read all private ones alone.
    """
    actor.require(Operation.READ_PLAN)
    found = Piece.objects.filter(organisation_id=actor.organisation_id)
    grant = actor.grant(Operation.READ_PRIVATE_EVIDENCE)
    if grant is not Grant.ALL:
        readable = Q(visibility__in=_OPEN)
        if grant is Grant.OWN:
            readable |= _own(actor)
        found = found.filter(readable, hidden_at=None)
    revisions = Prefetch("revisions", Revision.objects.order_by("-number"))
    return found.order_by("-given_at", "-pk").prefetch_related(revisions)


def get_piece(*, actor: Actor, pk: int, need: Operation = Operation.READ_PLAN) -> Piece:
    """Return a piece that the actor may read, and change if `need` says so.

    Raises NotFoundError (of others, or not for their eyes), DeniedError.
    """
    piece = get_one(pieces_of(actor=actor).select_related("organisation"), pk=pk)
    if not may_with(actor, piece, need):
        raise DeniedError(need.value)
    return piece


def may_with(actor: Actor, piece: Piece, need: Operation) -> bool:
    """Tell whether the actor may do that with a piece: OWN is resolved here."""
    grant = actor.grant(need)
    if grant is not Grant.OWN:
        return grant is Grant.ALL
    return Piece.objects.filter(_own(actor), pk=piece.pk).exists()


def get_revision(*, actor: Actor, pk: int, number: int) -> tuple[Revision, Path]:
    """Return a file of a piece and where it is kept. Raises NotFoundError."""
    piece = get_piece(actor=actor, pk=pk)
    found = next((one for one in piece.revisions.all() if one.number == number), None)
    if found is None or not (path := upload_path(found.sha256)).is_file():
        raise NotFoundError(number)
    return found, path


def expiring(*, actor: Actor, today: date, within: timedelta = SOON) -> QuerySet[Piece]:
    """Return the pieces that are no longer valid, or soon not, the most pressing first."""
    found = pieces_of(actor=actor).filter(expires_on__lte=today + within, hidden_at=None)
    return found.order_by("expires_on", "pk")


def proofs_of(
    *, actor: Actor, model: type[EvidenceLink], proved: Iterable[Model | int]
) -> dict[int, Proof]:
    """Return what proves each of these things, by identifier (three queries for any number)."""
    ids = [one if isinstance(one, int) else one.pk for one in proved]
    return given_proofs(
        actor, [("", one, piece) for _kind, one, piece in linked(actor, {"": (model, ids)})]
    ).get("", {})


type Linked = tuple[str, int, int]  # a kind, what is proved, the piece


def linked(
    actor: Actor, asked: Mapping[str, tuple[type[EvidenceLink], Iterable[int]]]
) -> list[Linked]:
    """Return what proves things of several kinds, in the order it was given (one query)."""
    rows = [
        rows_of(model)
        .filter(proved__in=ids, piece__organisation_id=actor.organisation_id)
        .order_by()
        .annotate(kind=Value(kind, CharField()))
        .values_list("pk", "kind", "proved_id", "piece_id")
        for kind, (model, ids) in asked.items()
    ]
    first, *others = rows
    order = list(asked)
    found = first.union(*others, all=True) if others else first
    by_rank = sorted(found, key=lambda row: (order.index(row[1]), row[0]))
    return [(kind, proved_id, piece_id) for _pk, kind, proved_id, piece_id in by_rank]


def given_proofs(actor: Actor, pairs: Iterable[Linked]) -> dict[str, dict[int, Proof]]:
    """Return the proofs of things by kind and identifier (two queries where there are some)."""
    pairs = list(pairs)
    if not pairs:
        return {}
    pieces = pieces_of(actor=actor).filter(pk__in={pk for _kind, _id, pk in pairs})
    readable = {piece.pk: piece for piece in pieces}
    found: dict[str, dict[int, Proof]] = {}
    for kind, proved_id, piece_id in pairs:
        its = found.setdefault(kind, {})
        before = its.get(proved_id, NO_PROOF)
        if piece_id in readable:
            its[proved_id] = Proof((*before.pieces, readable[piece_id]), before.withheld)
        else:
            its[proved_id] = Proof(before.pieces, (*before.withheld, piece_id))
    return found


def is_held(piece: Piece) -> bool:
    """Tell whether a published figure or a sealed plan rests on the piece."""
    return any(
        model.HELD is not None and model._default_manager.filter(model.HELD, piece=piece).exists()
        for model in links()
    )


def of_revisions(among: Iterable[str] | None) -> Iterable[str]:
    """Return the hashes of the files of pieces, of those given or of all."""
    found = Revision.objects.all() if among is None else Revision.objects.filter(sha256__in=among)
    return found.values_list("sha256", flat=True)
