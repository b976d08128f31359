"""Giving the piece that proves the answer to a practice: that it is in place, mostly."""

from __future__ import annotations

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.evidence.models import Piece
from portulan.plans.evidence import prove_choice
from portulan.web.catalogue.choices import answer_of, plan_to_write, practice_to_read
from portulan.web.evidence.forms import GiveForm
from portulan.web.evidence.giving import giving
from portulan.web.form_tokens import apart
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest, url_in


@apart
@screen
def give(request: OrganisationRequest, version_id: int, code: str) -> Edit[GiveForm, Piece]:
    practice = practice_to_read(request, version_id, code)
    request.actor.require(Operation.GIVE_EVIDENCE)
    given = answer_of(plan_to_write(request), practice).given
    if given is None:
        raise NotFoundError(code)
    back = url_in(request, "catalogue:practice", version_id, code)
    return giving(
        request,
        prove=lambda _form, piece: prove_choice(request.actor, choice=given, piece=piece),
        back=back,
        trail=[(back, f"{practice.code} {practice.say('title')}")],
    )
