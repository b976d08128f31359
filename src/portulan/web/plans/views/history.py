"""The whole history of an action, and giving a value back."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.accounts.access import Operation
from portulan.plans.selectors import get_action, may_on, story_of
from portulan.plans.services import restore_value
from portulan.web.form_pages import attempt
from portulan.web.plans.crumbs import under_action
from portulan.web.plans.history_words import told
from portulan.web.requests import OrganisationRequest
from portulan.web.trail import field_label

PER_PAGE = 25


@require_GET
def history(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.READ_PLAN
    )
    prefetch_related_objects([action], "indicator_links__indicator")
    page = Paginator(story_of(action), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "action": action,
        "plan": action.plan,
        "page": page,
        "entries": told(page.object_list, action),
        "trail": under_action(request, action),
        "can_edit": may_on(request.actor, action, Operation.EDIT_PLAN),
    }
    return render(request, "plans/history.html", context)


@require_POST
def restore(
    request: OrganisationRequest, plan: str, number: int, entry: int, field: str
) -> HttpResponse:
    action = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.EDIT_PLAN
    )
    attempt(
        request,
        lambda: restore_value(request.actor, action=action, entry_id=entry, field=field),
        _("Valeur restaurée : %(field)s.") % {"field": field_label("action", field)},
    )
    return redirect("plans:history", request.organisation.slug, plan, number)
