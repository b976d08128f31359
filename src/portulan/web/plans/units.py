"""The plan by unit: its actions, the days that they ask for against those that the unit has."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.models import Unit
from portulan.plans.models import Plan, UnitDays
from portulan.plans.plan import get_plan
from portulan.plans.unit_days import set_unit_days, shares_of
from portulan.plans.unit_parts import parts_of
from portulan.web.crumbs import under_plan
from portulan.web.fields import NumberField
from portulan.web.pages import Edit, screen
from portulan.web.plans.filters import asked, context_of
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.units import sought_units

# Units of a page: those that ask most are on it, the others under the filter of the list.
MOST = 25
MOST_PARTS = 12


@require_GET
def units(request: OrganisationRequest, plan: str) -> HttpResponse:
    view = asked(request, plan, "units")
    shares = shares_of(view.plan, view.listing.rows)
    parts = parts_of(view.plan, request.today)
    context = context_of(view) | {
        "shares": [
            (share, view.url("plan", unit=str(share.unit.pk if share.unit else 0)))
            for share in shares[:MOST]
        ],
        "others": max(0, len(shares) - MOST),
        "has_units": any(share.unit for share in shares),
        "parts": parts[:MOST_PARTS],
        "more_parts": max(0, len(parts) - MOST_PARTS),
    }
    return render(request, "plans/units.html", context)


class DaysForm(forms.Form):
    """The days a year that each unit of a page has; an empty field says nothing."""

    def __init__(self, plan: Plan, units: Iterable[Unit], data: Any = None) -> None:
        super().__init__(data)
        said = dict(UnitDays.objects.filter(plan=plan).values_list("unit_id", "days"))
        for unit in units:
            self.fields[f"u{unit.pk}"] = NumberField(
                label=unit.name, required=False, initial=said.get(unit.pk)
            )

    is_free = True

    def days(self) -> dict[int, Decimal | None]:
        return {int(name[1:]): value for name, value in self.cleaned_data.items()}


@screen
def days(request: OrganisationRequest, plan: str) -> Edit[DaysForm, None]:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    back = url_in(request, "plans:units", plan)
    said = UnitDays.objects.filter(plan=found).values_list("unit_id", flat=True)
    sought = sought_units(request, set(said))
    return Edit(
        title=_("Jours que chaque entité a pour ce plan"),
        submit=_("Enregistrer les jours"),
        intro=_("Par an. Un champ vide ne dit rien ; 0 dit qu’il n’y en a aucun."),
        trail=[*under_plan(request, found), (back, _("Par entité"))],
        form=lambda data: DaysForm(found, sought.page.object_list, data),
        write=lambda form: set_unit_days(request.actor, plan=found, days=form.days()),
        done=_("Jours enregistrés."),
        then=lambda _none: request.get_full_path() if sought.page.has_other_pages() else back,
        template="plans/unit_days.html",
        context={"sought": sought, "page": sought.page},
    )
