"""What stands beside the budget, never netted in it."""

from __future__ import annotations

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.selectors.wanted import co_funding as co_funding_of
from portulan.budget.services.wanted import set_co_funding
from portulan.web.budget import beside_sheets as sheets
from portulan.web.budget.forms.wanted import CoFundingForm
from portulan.web.budget.sheets import other_years, show
from portulan.web.budget.views.wanted import require_a_year
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved


@require_http_methods(["GET", "POST"])
def co_funding(request: OrganisationRequest, year: int) -> HttpResponse:
    """What others bring to actions in a year: asked, granted, received."""
    require_a_year(year)
    found = list(co_funding_of(actor=request.actor, year=year))
    chosen = next((one for one in found if str(one.pk) == request.GET.get("funding")), None)
    form = CoFundingForm(
        request.actor.organisation_id,
        posted(request),
        initial={"action": request.GET.get("action")} if chosen is None else model_to_dict(chosen),
    )
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
        given = saved(form, lambda: set_co_funding(request.actor, year=year, **form.cleaned_data))
        if given is not None:
            text = _("Cofinancement enregistré.") if given.pk else _("Cofinancement retiré.")
            messages.success(request, text)
            return redirect("budget:co-funding", request.organisation.slug, year)
    may_set = request.actor.may(Operation.EDIT_BUDGET)
    return show(
        request,
        sheets.co_funding_sheet(year, found, may_set=may_set),
        form if may_set else None,
        year=year,
        years=other_years(request, "budget:co-funding", year),
    )
