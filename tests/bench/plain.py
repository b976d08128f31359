"""The page that the product's pages are compared with: 25 rows, and nothing to think about.

It passes through the same middlewares, so it pays for the session, the account and the
organisation as they do; then it counts, reads 25 lines with their import, and writes French
amounts and dates in a template of its own.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path

from portulan.budget.models import BudgetLine
from portulan.web.requests import OrganisationRequest


def plain(request: OrganisationRequest, year: int) -> HttpResponse:
    lines = BudgetLine.objects.filter(
        organisation_id=request.actor.organisation_id, fiscal_year__year=year
    )
    context = {
        "count": lines.count(),
        "lines": lines.select_related("batch").order_by("pk")[:25],
    }
    return render(request, "plain.html", context)


urlpatterns = [
    path("<slug:organisation>/plain/<int:year>/", plain),
    path("", include("portulan.config.urls")),
]
