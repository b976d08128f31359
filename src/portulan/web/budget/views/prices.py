"""The levels of prices that tell a variation in constant euros."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.selectors.calendar import year_on
from portulan.budget.selectors.prices import price_indexes
from portulan.budget.services.prices import set_price_index
from portulan.web.budget.forms.years import PriceIndexForm
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved


@require_http_methods(["GET", "POST"])
def prices(request: OrganisationRequest) -> HttpResponse:
    found = list(price_indexes(actor=request.actor))
    initial = {
        "year": year_on(request.organisation.pk, request.today),
        "source": found[0].source if found else "",
    }
    form = PriceIndexForm(posted(request), initial=initial)
    if request.method == "POST":
        request.actor.require(Operation.EDIT_BUDGET)
        if saved(form, lambda: set_price_index(request.actor, **form.cleaned_data) or True):
            messages.success(request, _("Indice enregistré."))
            return redirect("budget:prices", request.organisation.slug)
    context = {"indexes": found, "form": form}
    return render(request, "budget/prices.html", context, status=422 if form.errors else 200)
