"""Addresses of calendars: made, shown once, revoked; and the calendar that they lead to."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.core.errors import NotFoundError
from portulan.plans.models import Plan
from portulan.plans.plan import get_plan
from portulan.steering.calendars.addresses import (
    addresses_of,
    make_address,
    read_calendar,
    revoke_address,
)
from portulan.steering.calendars.ics import etag_of
from portulan.web.errors import not_found
from portulan.web.form_tokens import apart
from portulan.web.pages import Act, saved, screen
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.steering.calendars.forms import CalendarForm


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """The addresses that one made, and what they show."""
    request.actor.require(Operation.READ_PLAN)
    return _page(request, CalendarForm(request.organisation))


@require_POST
@apart
def make(request: OrganisationRequest) -> HttpResponse:
    """Make an address, and show it once."""
    request.actor.require(Operation.MAKE_TOKEN)
    form = CalendarForm(request.organisation, request.POST)
    plan: Plan | None = None
    if form.is_valid() and (slug := form.cleaned_data["plan"]):
        plan = get_plan(actor=request.actor, slug=slug, need=Operation.READ_PLAN)
    made = saved(form, lambda: make_address(request.actor, plan=plan, now=timezone.now()))
    if made is None:
        return _page(request, form, status=422)
    return render(request, "steering/calendar_made.html", {"address": made, "plan": plan})


def _page(request: OrganisationRequest, form: CalendarForm, status: int = 200) -> HttpResponse:
    found = list(addresses_of(actor=request.actor))
    context = {
        "addresses": found,
        "labels": labels_of(one.person_id for one in found),
        "form": form,
    }
    return render(request, "steering/calendars.html", context, status=status)


@screen
def revoke(request: OrganisationRequest, pk: int) -> Act[None]:
    return Act(
        write=lambda: revoke_address(request.actor, pk=pk),
        done=_("Adresse révoquée : elle ne mène plus à rien."),
        back=url_in(request, "steering:calendars"),
    )


@login_not_required
@require_safe
def read(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of an address, without an account: reading it writes nothing."""
    try:
        content = read_calendar(token)
    except NotFoundError as error:
        return not_found(request, error)
    tag = etag_of(content)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="portulan.ics"'
    response["Cache-Control"] = "private, max-age=3600"
    response["ETag"] = tag
    return response
