"""What a result would change in the plan: ticked, written by a decision, undone in one step."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.plans.models import LEVELS
from portulan.plans.words import CommitmentLevel
from portulan.portfolio.applying.reads import (
    Offered,
    offered,
    standing_application,
    stopped_actions,
)
from portulan.portfolio.applying.rules import Change
from portulan.portfolio.applying.writes import apply_selection, undo_application
from portulan.portfolio.models import Application, Scenario, Selection
from portulan.portfolio.results.reads import latest_selection
from portulan.web.fields import DayField
from portulan.web.language import page_language
from portulan.web.pages import posted, saved
from portulan.web.portfolio.crumbs import EDIT, address, door, under_scenario
from portulan.web.requests import OrganisationRequest


class ApplyForm(forms.Form):
    """The decision that writes a result in the plan."""

    body = forms.CharField(
        label=gettext_lazy("Organe qui décide"),
        max_length=160,
        help_text=gettext_lazy("Assemblée, comité, direction…"),
    )
    on = DayField(label=gettext_lazy("Décidé le"))
    reason = forms.CharField(
        label=gettext_lazy("Motif"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "POST"])
def apply(request: OrganisationRequest, slug: str) -> HttpResponse:
    """Show what would change and write what is ticked: nothing before."""
    scenario = door(request, slug, EDIT)
    selection = latest_selection(scenario)
    if selection is None or selection.value is None:
        return redirect(address(request, "scenario", scenario))
    selection.scenario = scenario
    form = ApplyForm(posted(request), initial={"on": request.today})
    application = saved(form, lambda: _apply(request, form, selection))
    if request.method == "POST" and application is not None:
        undo = address(request, "undo", scenario, application.pk)
        count = len(application.entries)
        messages.success(
            request,
            _("Appliqué au plan : %(count)s changements.") % {"count": count},
            extra_tags=f"undo {undo}",
        )
        return redirect(address(request, "apply", scenario))
    return _page(request, scenario, selection, form)


def _apply(request: OrganisationRequest, form: ApplyForm, selection: Selection) -> Application:
    return apply_selection(
        request.actor,
        selection=selection,
        keys=set(request.POST.getlist("take")),
        today=request.today,
        **form.cleaned_data,
    )


def _page(
    request: OrganisationRequest, scenario: Scenario, selection: Selection, form: ApplyForm
) -> HttpResponse:
    found = offered(actor=request.actor, selection=selection, today=request.today)
    later = [one for one in found if (one.change.year or 0) > scenario.first_year]
    if request.GET.get("years") != "all":
        found = [one for one in found if one not in later]
    chosen = set(request.POST.getlist("take")) if request.method == "POST" else None
    context = {
        "scenario": scenario,
        "trail": under_scenario(request, scenario),
        "form": form,
        "rows": [_row(one, chosen) for one in found],
        "later": len(later),
        "all_years": request.GET.get("years") == "all",
        "first_year": scenario.first_year,
        "is_current": selection.revision == scenario.revision,
        "application": standing_application(selection),
        "stopped": stopped_actions(selection),
    }
    return render(request, "portfolio/apply.html", context, status=422 if form.errors else 200)


def _row(one: Offered, chosen: set[str] | None) -> dict[str, object]:
    change = one.change
    lacks = [problem.message(page_language()) for problem in one.lacks]
    if not one.allowed:
        lacks = [_("Une autre personne en a le droit.")]
    notes = [_("Dépend du niveau, qui n’est pas proposé : à cocher si vous le voulez quand même.")]
    return {
        "key": change.key,
        "name": f"{change.number}. {change.title}",
        "what": _what(change),
        "before": _told(change.before),
        "after": _told(change.after),
        "lacks": lacks,
        "notes": notes if one.waits and not lacks else [],
        "ticked": one.ticked if chosen is None else change.key in chosen,
    }


def _what(change: Change) -> str:
    if change.kind == "allotment":
        return _("Dotation %(year)s") % {"year": change.year}
    return _("Niveau d’engagement") if change.kind == "level" else _("Fin prévue")


def _told(value: CommitmentLevel | int | date | None) -> str:
    match value:
        case None:
            return numbers.UNKNOWN
        case CommitmentLevel():
            return str(LEVELS[value])
        case date():
            return numbers.date(value, page_language())
        case amount:
            return numbers.money(amount, page_language(), decimals=0)


@require_POST
def undo(request: OrganisationRequest, slug: str, pk: int) -> HttpResponse:
    """Put back what stood in the plan before."""
    scenario = door(request, slug, EDIT)
    found = (
        Application.objects.filter(selection__scenario=scenario, pk=pk)
        .select_related("selection__scenario")
        .first()
    )
    if found is None:
        raise NotFoundError(pk)
    try:
        undo_application(request.actor, application=found, today=request.today)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Application annulée : le plan est comme avant."))
    return redirect(address(request, "apply", scenario))
