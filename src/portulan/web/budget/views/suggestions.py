"""Lines that resemble those already attributed to an action: proposed many at once."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.budget.enums import YearStatus
from portulan.budget.labels import resemblance_words
from portulan.budget.selectors.doors import get_year
from portulan.budget.selectors.figures import stages_of
from portulan.budget.selectors.suggestions import suggestions_for
from portulan.budget.services.proposals import propose_alike
from portulan.plans.selectors import get_action
from portulan.web.budget.filters import asked_stage
from portulan.web.budget.rows import line_name
from portulan.web.budget.words import TITLES
from portulan.web.received import identifiers
from portulan.web.requests import OrganisationRequest


@require_http_methods(["GET", "POST"])
def suggestions(request: OrganisationRequest, year: int, plan: str, number: int) -> HttpResponse:
    """The lines of a year that may serve an action too, and why they are shown."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.PROPOSE)
    action = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.READ_PLAN
    )
    stage = asked_stage(fiscal_year, stages_of(fiscal_year), request.GET)
    if stage is None:
        return redirect("budget:year", request.organisation.slug, year)
    found = suggestions_for(action, fiscal_year, stage)
    if request.method == "POST":
        checked = set(identifiers(request.POST.getlist("line")))
        chosen = [item for item in found if item.line.pk in checked]
        try:
            count = propose_alike(request.actor, action=action, suggested=chosen)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            text = ngettext(
                "%(count)s part proposée : elle compte une fois acceptée.",
                "%(count)s parts proposées : elles comptent une fois acceptées.",
                count,
            )
            said = messages.success if count else messages.warning
            said(request, text % {"count": count} if count else _("Aucune ligne n’est cochée."))
        return redirect(request.get_full_path())
    context = {
        "fiscal_year": fiscal_year,
        "action": action,
        "stage": stage,
        "title": TITLES[stage],
        "rows": [
            (item, line_name(item.line), resemblance_words(item.suggestion)) for item in found
        ],
        "is_open": fiscal_year.status != YearStatus.CLOSED,
    }
    return render(request, "budget/suggestions.html", context)
