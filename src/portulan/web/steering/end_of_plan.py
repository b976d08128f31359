"""Closing a plan: each commitment kept or not, a page of them at a time, then the last seal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.accounts.access import Operation
from portulan.plans.models import Action, Plan
from portulan.plans.plan import get_plan
from portulan.steering.end_of_plan import Said, close_plan, commitments_of, judge_commitments
from portulan.steering.labels import PROMISES
from portulan.steering.models import SealedPlan
from portulan.steering.sealed.content import content_of, mark_of, naming
from portulan.steering.words import Promise
from portulan.web.crumbs import under_plan
from portulan.web.pages import Edit, Trail, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 12


def _trail(request: OrganisationRequest, plan: Plan) -> Trail:
    place = url_in(request, "steering:sealed-plans", plan.slug)
    return [*under_plan(request, plan), (place, _("Versions votées"))]


@screen
def verdicts(request: OrganisationRequest, plan: str) -> Edit[VerdictForm, int]:
    """Say of each commitment whether it is kept; nothing is answered beforehand."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.SEAL)
    page = page_of(request, commitments_of(found), PER_PAGE)
    place = url_in(request, "steering:verdicts", plan)
    return Edit(
        title=_("Clore le plan"),
        submit=_("Enregistrer ces réponses"),
        trail=_trail(request, found),
        back=f"{place}?page={page.number}",
        form=partial(VerdictForm, list(page.object_list)),
        write=lambda form: judge_commitments(request.actor, plan=found, said=form.said()),
        done=lambda count: (
            ngettext("Une réponse enregistrée.", "%(count)s réponses enregistrées.", count)
            % {"count": count}
        ),
        template="steering/verdicts.html",
        context={
            "plan": found,
            "page": page,
            "silent": commitments_of(found).filter(commitment_verdict=None).count(),
        },
    )


@screen
def close(request: OrganisationRequest, plan: str) -> Edit[CloseForm, SealedPlan]:
    """Seal the plan with its verdicts."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.SEAL)
    content = content_of(request.actor, plan=found, today=request.today)
    named = naming(content, found.organisation_id)
    place = [request.organisation.slug, plan]
    years = {"first": found.first_year, "last": found.last_year}
    return Edit(
        title=_("Sceller la clôture"),
        submit=_("Clore et sceller"),
        trail=_trail(request, found),
        back=reverse("steering:verdicts", args=place),
        form=partial(
            CloseForm,
            asks=bool(named),
            initial={
                "read": mark_of(content),
                "title": _("Clôture du plan %(first)s-%(last)s") % years,
            },
        ),
        write=lambda form: close_plan(
            request.actor, plan=found, today=request.today, **form.cleaned_data
        ),
        done=_("Plan clos et scellé."),
        then=lambda made: reverse("steering:sealed", args=[*place, made.number]),
        template="steering/seal.html",
        context={"plan": found, "content": content, "named": named[:30], "named_count": len(named)},
    )


class VerdictForm(forms.Form):
    """The commitments of a page: kept or not, and why not."""

    def __init__(self, actions: Sequence[Action], data: Any = None) -> None:
        super().__init__(data)
        self.actions = actions
        for action in actions:
            said = getattr(action, "commitment_verdict", None)
            number = {"number": action.called}
            self.fields[f"verdict-{action.number}"] = forms.ChoiceField(
                label=_("Action %(number)s : engagement") % number,
                choices=[("", _("Pas encore dit")), *PROMISES.items()],
                initial=said.verdict if said else "",
                required=False,
            )
            self.fields[f"reason-{action.number}"] = forms.CharField(
                label=_("Action %(number)s : motif") % number,
                initial=said.reason if said else "",
                max_length=500,
                required=False,
            )

    @property
    def rows(self) -> Iterator[tuple[Action, Any, Any]]:
        """Each action with its two fields."""
        for action in self.actions:
            yield action, self[f"verdict-{action.number}"], self[f"reason-{action.number}"]

    def said(self) -> dict[int, Said]:
        given = self.cleaned_data
        return {
            one.number: Said(
                Promise(given[f"verdict-{one.number}"]) if given[f"verdict-{one.number}"] else None,
                given[f"reason-{one.number}"],
            )
            for one in self.actions
        }


class CloseForm(forms.Form):
    """The title of the last seal, and that the texts which name somebody were read."""

    title = forms.CharField(label=gettext_lazy("Intitulé"), max_length=160)
    texts_read = forms.BooleanField(
        label=gettext_lazy("J’ai lu ces textes : ils peuvent rester ainsi pour toujours."),
        required=False,
    )
    read = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any = None, *, asks: bool, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        if not asks:
            del self.fields["texts_read"]
