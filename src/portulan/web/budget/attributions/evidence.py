"""Giving the piece that proves an attribution."""

from __future__ import annotations

from portulan.accounts.access import Operation
from portulan.budget.attributions.evidence import prove_attribution
from portulan.budget.attributions.reads import get_attribution
from portulan.evidence.models import Piece
from portulan.web.budget.lines.rows import line_name
from portulan.web.budget.lines.views import line_url
from portulan.web.evidence.forms import GiveForm
from portulan.web.evidence.giving import giving
from portulan.web.form_tokens import apart
from portulan.web.pages import Edit, Typed, screen
from portulan.web.requests import OrganisationRequest


@apart
@screen
def give(request: OrganisationRequest, year: int, pk: int) -> Edit[GiveForm, Piece]:
    found = get_attribution(actor=request.actor, year=year, pk=pk, need=Operation.PROPOSE)
    back = line_url(request, found.line)
    return giving(
        request,
        prove=lambda _form, piece: prove_attribution(request.actor, attribution=found, piece=piece),
        back=back,
        trail=[(back, Typed(line_name(found.line)))],
    )
