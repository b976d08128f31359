"""Renewing a plan, and the balance sheet of the one that ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.plans.models import FATES, Action, Plan
from portulan.plans.plan import get_plan
from portulan.plans.renewal.reads import balance_of
from portulan.plans.renewal.writes import Said, duplicate_plan, renew_plan
from portulan.plans.words import Fate, Progress
from portulan.web.crumbs import plan_url, under_plan
from portulan.web.fields import CalendarYearField
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest

_AT_FIRST = {Progress.DONE: Fate.FINISHED, Progress.DROPPED: Fate.DROPPED}


@screen
def renew(request: OrganisationRequest, plan: str) -> Edit[RenewalForm, Plan]:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    actions = list(found.actions.order_by("number"))
    return Edit(
        title=_("Renouveler le plan"),
        submit=_("Faire le plan suivant"),
        trail=under_plan(request, found),
        form=partial(RenewalForm, found, actions),
        write=lambda form: renew_plan(
            request.actor,
            plan=found,
            title=form.cleaned_data["title"],
            first_year=form.cleaned_data["first_year"],
            last_year=form.cleaned_data["last_year"],
            said=form.said(),
            today=request.today,
        ),
        done=_("Plan suivant fait. L’ancien reste tel quel, avec son bilan."),
        then=lambda made: plan_url(request, made),
        template="plans/renew.html",
        context={"plan": found},
    )


@screen
def duplicate(request: OrganisationRequest, plan: str) -> Edit[CopyForm, Plan]:
    """Make a draft of the same actions; the first plan stays as it is."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    initial = {
        "title": _("Copie de %(title)s") % {"title": found.title},
        "first_year": found.first_year,
        "last_year": found.last_year,
    }
    return Edit(
        title=_("Dupliquer le plan"),
        submit=_("Faire la copie"),
        intro=_(
            "Les mêmes actions, à l’état de propositions : ni décision, ni avancement, ni preuve. "
            "Les indicateurs sont les mêmes : aucun relevé n’est compté deux fois."
        ),
        trail=under_plan(request, found),
        form=lambda data: CopyForm(data, initial=initial),
        write=lambda form: duplicate_plan(
            request.actor, plan=found, today=request.today, **form.cleaned_data
        ),
        done=_("Copie faite. Le premier plan reste tel quel."),
        then=lambda made: plan_url(request, made),
    )


@require_GET
def balance(request: OrganisationRequest, plan: str) -> HttpResponse:
    """What the plan promised, where each action ended, what becomes of it: a page that prints."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    lines = balance_of(found, request.today)
    counts = Counter(line.succession.fate for line in lines if line.succession)
    context = {
        "plan": found,
        "trail": under_plan(request, found),
        "lines": lines,
        "can_renew": request.actor.may(Operation.EDIT_PLAN),
        "counts": [(word, counts[fate]) for fate, word in FATES.items() if counts[fate]],
    }
    return render(request, "plans/balance.html", context)


class CopyForm(forms.Form):
    """The plan that comes of another."""

    title = forms.CharField(label=gettext_lazy("Titre du plan"), max_length=200)
    first_year = CalendarYearField(label=gettext_lazy("Première année"))
    last_year = CalendarYearField(label=gettext_lazy("Dernière année"))


class RenewalForm(CopyForm):
    """The next plan, and what becomes of each action of this one."""

    def __init__(self, plan: Plan, actions: list[Action], data: Any = None) -> None:
        first = plan.last_year + 1
        last = first + plan.last_year - plan.first_year
        title = _("Plan d’action %(first)s-%(last)s") % {"first": first, "last": last}
        super().__init__(data, initial={"title": title, "first_year": first, "last_year": last})
        self.actions = actions
        for action in actions:
            number = action.number
            fate = _AT_FIRST.get(Progress(action.progress), Fate.KEPT)
            reason: Any = forms.CharField(label=_("Motif"), max_length=500, required=False)
            reason.conditional = True
            self.fields[f"fate-{number}"] = forms.ChoiceField(
                label=_("Suite"), choices=FATES, initial=fate
            )
            self.fields[f"reason-{number}"] = reason

    def rows(self) -> Iterator[tuple[Action, forms.BoundField, forms.BoundField]]:
        for action in self.actions:
            yield action, self[f"fate-{action.number}"], self[f"reason-{action.number}"]

    def said(self) -> dict[int, Said]:
        """Return what becomes of each action, by number."""
        given = self.cleaned_data
        return {
            one.number: Said(Fate(given[f"fate-{one.number}"]), given[f"reason-{one.number}"])
            for one in self.actions
        }
