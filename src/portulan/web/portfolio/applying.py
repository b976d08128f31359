"""What a result would change in the plan: ticked, written by a decision, undone in one step."""

from __future__ import annotations

from datetime import date
from functools import partial

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from portulan.core.say import numbers
from portulan.core.storing import get_one
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
from portulan.web.pages import Act, Edit, Said, screen
from portulan.web.portfolio.crumbs import EDIT, address, door, under_scenario
from portulan.web.requests import OrganisationRequest


class ApplyForm(forms.Form):
    """The decision that writes a result in the plan."""

    body = forms.CharField(
        label=_("Organe qui décide"),
        max_length=160,
        help_text=_("Assemblée, comité, direction…"),
    )
    on = DayField(label=_("Décidé le"))
    reason = forms.CharField(
        label=_("Motif"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


@screen
def apply(request: OrganisationRequest, slug: str) -> Edit[ApplyForm, Application] | HttpResponse:
    """Show what would change and write what is ticked: nothing before."""
    scenario = door(request, slug, EDIT)
    selection = latest_selection(scenario)
    if selection is None or selection.value is None:
        return redirect(address(request, "scenario", scenario))
    selection.scenario = scenario
    return Edit(
        back=address(request, "apply", scenario),
        form=partial(ApplyForm, initial={"on": request.today}),
        write=lambda form: apply_selection(
            request.actor,
            selection=selection,
            keys=set(request.POST.getlist("take")),
            today=request.today,
            **form.cleaned_data,
        ),
        done=lambda made: (
            _("Appliqué au plan : %(count)s changements.") % {"count": len(made.entries)}
        ),
        undo=lambda made: address(request, "undo", scenario, made.pk),
        template="portfolio/apply.html",
        context=lambda: _offers(request, scenario, selection),
    )


def _offers(
    request: OrganisationRequest, scenario: Scenario, selection: Selection
) -> dict[str, object]:
    found = offered(actor=request.actor, selection=selection, today=request.today)
    later = [one for one in found if (one.change.year or 0) > scenario.first_year]
    if request.GET.get("years") != "all":
        found = [one for one in found if one not in later]
    chosen = set(request.POST.getlist("take")) if request.method == "POST" else None
    return {
        "scenario": scenario,
        "trail": under_scenario(request, scenario),
        "rows": [_row(one, chosen) for one in found],
        "later": len(later),
        "all_years": request.GET.get("years") == "all",
        "first_year": scenario.first_year,
        "is_current": selection.revision == scenario.revision,
        "application": standing_application(selection),
        "stopped": stopped_actions(selection),
    }


def _row(one: Offered, chosen: set[str] | None) -> dict[str, object]:
    change = one.change
    lacks = [problem.message(page_language()) for problem in one.lacks]
    if not one.allowed:
        lacks = [str(_("Une autre personne en a le droit."))]
    note = _("Dépend du niveau, qui n’est pas proposé : à cocher si vous le voulez quand même.")
    return {
        "key": change.key,
        "name": f"{change.number}. {change.title}",
        "what": _what(change),
        "before": _told(change.before),
        "after": _told(change.after),
        "lacks": lacks,
        "notes": [note] if one.waits and not lacks else [],
        "ticked": one.ticked if chosen is None else change.key in chosen,
    }


def _what(change: Change) -> Said:
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


@screen
def undo(request: OrganisationRequest, slug: str, pk: int) -> Act[object]:
    """Put back what stood in the plan before."""
    scenario = door(request, slug, EDIT)
    applications = Application.objects.filter(selection__scenario=scenario)
    found = get_one(applications.select_related("selection__scenario"), pk=pk)
    return Act(
        write=lambda: undo_application(request.actor, application=found, today=request.today),
        done=_("Application annulée : le plan est comme avant."),
        back=address(request, "apply", scenario),
    )
