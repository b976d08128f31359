"""Giving a piece of evidence, revising it, saying what it proves; hiding it, or deleting it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core import trail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.storing import store
from portulan.core.uploads import forget
from portulan.evidence.models import EvidenceLink, Piece, Revision, links, rows_of
from portulan.evidence.reads import is_held, may_with
from portulan.evidence.reception import Received
from portulan.evidence.verbs import Verb
from portulan.evidence.words import Visibility


@transaction.atomic
def give(
    actor: Actor,
    *,
    title: str,
    reference: str = "",
    file: Received | None = None,
    visibility: Visibility = Visibility.PRIVATE,
    dated_on: date | None = None,
    expires_on: date | None = None,
) -> Piece:
    """Give a piece: a file (`reception.receive`), or a reference where no file is.

    Without a date, that of the capture which a picture declares. Raises DeniedError,
    ValidationError with neither, or to publish one without the right on all of them.
    """
    actor.require_any(Operation.GIVE_EVIDENCE)
    if file is None and not reference.strip():
        raise ValidationError({"reference": _("Donnez un fichier, ou la référence de la pièce.")})
    _check_published(actor, visibility)
    piece = Piece(
        organisation_id=actor.organisation_id,
        title=title.strip() or (file.file_name if file else reference.strip()[:250]),
        reference=reference.strip(),
        visibility=visibility,
        dated_on=dated_on or (file.taken_on if file else None),
        expires_on=expires_on,
        given_by=actor.person_id,
        given_at=timezone.now(),
    )
    store(piece)
    sealed = _add(actor, piece, file) if file else {}
    told: dict[str, trail.Change] = {"visibility": (None, piece.visibility)}
    record(actor, piece, Verb.GIVEN, told | sealed)
    return piece


@transaction.atomic
def revise(actor: Actor, *, piece: Piece, file: Received) -> Revision:
    """Give a later file of a piece; the former ones stay. Raises DeniedError, ValidationError."""
    piece = _held(actor, piece)
    last = piece.revisions.order_by("-number").first()
    if last is not None and last.sha256 == file.sha256:
        raise ValidationError(_("C’est le fichier qui est déjà là."), code="same")
    changes = _add(actor, piece, file, last)
    piece.save()
    record(actor, piece, Verb.REVISED, changes)
    return piece.revisions.get(number=last.number + 1 if last else 1)


def _add(
    actor: Actor, piece: Piece, file: Received, last: Revision | None = None
) -> dict[str, trail.Change]:
    Revision.objects.create(
        piece=piece,
        number=last.number + 1 if last else 1,
        sha256=file.sha256,
        size=file.size,
        kind=file.kind,
        file_name=file.file_name,
        taken_on=file.taken_on,
        active=file.active,
        given_by=actor.person_id,
        given_at=timezone.now(),
    )
    return {"digest": (last.sha256 if last else None, file.sha256)}


@transaction.atomic
def edit_piece(
    actor: Actor,
    *,
    piece: Piece,
    title: str,
    reference: str,
    visibility: Visibility,
    dated_on: date | None,
    expires_on: date | None,
) -> Piece:
    """Change what is said of a piece, and who sees it. Raises as `give`."""
    piece = _held(actor, piece)
    if visibility != piece.visibility:
        _check_published(actor, visibility)
    if not reference.strip() and not piece.revisions.exists():
        raise ValidationError({"reference": _("Sans fichier, la pièce a sa référence.")})
    changes = trail.set_fields(
        piece,
        {
            "title": title.strip(),
            "reference": reference.strip(),
            "visibility": visibility,
            "dated_on": dated_on,
            "expires_on": expires_on,
        },
    )
    store(piece)
    if changes:
        record(actor, piece, Verb.EDITED, changes)
    return piece


@transaction.atomic
def hide(actor: Actor, *, piece: Piece, reason: str) -> Piece:
    """Hide a piece, for a reason that stays: it still proves what it proved.

    Who may read all private pieces reads it still. Raises DeniedError, ValidationError.
    """
    piece = _held(actor, piece)
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi la pièce est masquée.")})
    piece.hidden_at, piece.hidden_by = timezone.now(), actor.person_id
    piece.hidden_reason = reason.strip()
    store(piece)
    record(actor, piece, Verb.HIDDEN, {"reason": (None, piece.hidden_reason)})
    return piece


@transaction.atomic
def show(actor: Actor, *, piece: Piece) -> Piece:
    """Show a hidden piece again. Raises DeniedError."""
    piece = _held(actor, piece)
    before = piece.hidden_reason
    piece.hidden_at = piece.hidden_by = None
    piece.hidden_reason = ""
    piece.save()
    record(actor, piece, Verb.SHOWN, {"reason": (before, None)})
    return piece


@transaction.atomic
def remove(actor: Actor, *, piece: Piece) -> None:
    """Delete a piece with its files, and that it proved anything; its entries in the trail stay.

    Raises DeniedError; ValidationError when a published figure or a sealed plan rests on it: it is
    hidden instead.
    """
    piece = _held(actor, piece)
    if is_held(piece):
        raise ValidationError(
            _("Un chiffre publié ou un plan scellé repose sur cette pièce : masquez-la plutôt."),
            code="held",
        )
    seals = list(piece.revisions.values_list("sha256", flat=True))
    record(actor, piece, Verb.DELETED, {"digest": (seals, None)})
    for model in links():
        rows_of(model).filter(piece=piece).delete()
    piece.delete()
    transaction.on_commit(partial(forget, seals))


@transaction.atomic
def link(actor: Actor, *, model: type[EvidenceLink], proved: int, piece: Piece) -> bool:
    """Say that a piece proves something, and tell whether that is new.

    The right on what is proved is checked by its app. Raises NotFoundError, DeniedError.
    """
    actor.require_any(Operation.GIVE_EVIDENCE)
    actor.require_ours(piece)
    _made, new = rows_of(model).get_or_create(
        proved_id=proved,
        piece=piece,
        defaults={"given_by": actor.person_id, "given_at": timezone.now()},
    )
    if new:
        record(actor, piece, Verb.PROVED, {_name(model): (None, proved)})
    return bool(new)


@transaction.atomic
def unlink(actor: Actor, *, model: type[EvidenceLink], proved: int, piece: Piece) -> None:
    """Say that a piece does not prove something after all. Raises as `link`, and ValidationError.

    What a published figure or a sealed plan rests on stays.
    """
    actor.require_any(Operation.GIVE_EVIDENCE)
    found = rows_of(model).filter(
        proved=proved, piece=piece, piece__organisation_id=actor.organisation_id
    )
    if not found.exists():
        raise NotFoundError(piece.pk)
    if model.HELD is not None and found.filter(model.HELD).exists():
        raise ValidationError(_("Un chiffre publié ou un plan scellé repose sur cette pièce."))
    found.delete()
    record(actor, piece, Verb.UNPROVED, {_name(model): (proved, None)})


def _name(model: type[EvidenceLink]) -> str:
    """Return the name of what a model of links proves, as the trail has it."""
    of_links: Any = model
    proved = of_links._meta.get_field("proved")
    return str(proved.related_model._meta.model_name)


def _held(actor: Actor, piece: Piece) -> Piece:
    """Return the piece as it is now, held until the end. Raises NotFoundError, DeniedError."""
    rows = Piece.objects.select_for_update(no_key=True, of=("self",))
    try:
        found = rows.get(pk=piece.pk, organisation_id=actor.organisation_id)
    except ObjectDoesNotExist as error:
        raise NotFoundError(piece.pk) from error
    if not may_with(actor, found, Operation.GIVE_EVIDENCE):
        raise DeniedError(Operation.GIVE_EVIDENCE.value)
    return found


def _check_published(actor: Actor, visibility: Visibility) -> None:
    if visibility == Visibility.PUBLISHED and not actor.may(Operation.GIVE_EVIDENCE):
        raise ValidationError(
            {"visibility": _("Vous pouvez donner cette pièce, pas la publier.")}, code="publish"
        )
