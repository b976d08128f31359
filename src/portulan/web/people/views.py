from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from portulan.web.requests import OrganisationRequest


def browse(request: OrganisationRequest) -> HttpResponse:
    return render(request, "base.html")
