"""What an action asks for, year by year."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.plans.selectors import get_action, load_details
from portulan.plans.services import replace_planned_money
from portulan.web.form_pages import FormPage, form_page
from portulan.web.plans.crumbs import action_url, under_action
from portulan.web.plans.forms.money import MoneyForm
from portulan.web.requests import OrganisationRequest


@require_http_methods(["GET", "POST"])
def money(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = load_details(
        get_action(actor=request.actor, plan_slug=plan, number=number, need=Operation.EDIT_PLAN)
    )
    form = MoneyForm(action, request.POST or None)
    page = FormPage(
        title=_("Argent demandé par l’action %(number)s") % {"number": number},
        trail=under_action(request, action),
        back=action_url(request, action),
        submit=_("Enregistrer les montants"),
        template="plans/money.html",
    )

    def save() -> bool:
        replace_planned_money(request.actor, action=action, amounts=form.amounts())
        return True

    return form_page(
        request,
        form,
        page,
        save=save,
        done=lambda: (page.back, _("Montants enregistrés.")),
        action=action,
    )
