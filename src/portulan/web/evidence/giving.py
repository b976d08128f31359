"""Giving a piece where something is said: a new one, or one given already."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.evidence.models import Piece
from portulan.evidence.reads import pieces_of
from portulan.evidence.writes import give
from portulan.web.evidence.forms import GiveForm, received
from portulan.web.pages import Edit, Trail
from portulan.web.requests import OrganisationRequest

# As many as a list to choose from can hold; the others are found by their own page.
_OFFERED = 100


def giving[F: GiveForm](
    request: OrganisationRequest,
    *,
    prove: Callable[[F, Piece], object],
    back: str,
    trail: Trail,
    form: Callable[..., F] = GiveForm,  # type: ignore[assignment]
) -> Edit[F, Piece]:
    """Return the page that gives a piece and says what it proves; to be sent `apart`."""
    existing = list(pieces_of(actor=request.actor).filter(hidden_at=None)[:_OFFERED])
    publishing = request.actor.may(Operation.GIVE_EVIDENCE)

    def write(filled: F) -> Piece:
        file = received(filled.cleaned_data.get("file"))
        with transaction.atomic():
            piece = filled.chosen or give(request.actor, file=file, **filled.said())
            prove(filled, piece)
        return piece

    return Edit(
        title=_("Donner une preuve"),
        submit=_("Donner la preuve"),
        trail=trail,
        back=back,
        form=lambda data: partial(form, existing, publishing=publishing)(
            data, request.FILES if data is not None else None
        ),
        write=write,
        done=lambda piece: _("Preuve donnée : %(title)s.") % {"title": piece.title},
        template="evidence/form.html",
    )
