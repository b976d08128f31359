"""Keeping a view of the plan under a name, and forgetting it."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.plans.models import SavedView
from portulan.plans.plan import get_plan
from portulan.plans.saved_views import remove_view, save_view
from portulan.web.crumbs import under_plan
from portulan.web.pages import Act, Edit, screen
from portulan.web.plans.filters import VIEWS
from portulan.web.requests import OrganisationRequest, url_in


class ViewForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Nom de la vue"),
        max_length=60,
        help_text=gettext_lazy("Le même nom la remplace."),
    )


@screen
def save(request: OrganisationRequest, plan: str) -> Edit[ViewForm, SavedView]:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    view = request.GET.get("view", "plan")
    view = view if view in VIEWS else "plan"
    # Read as an address and written again: nothing else is kept of it.
    query = QueryDict(request.GET.get("query", "")[:900]).urlencode()
    back = url_in(request, f"plans:{view}", plan)
    back = f"{back}?{query}" if query else back
    return Edit(
        title=_("Enregistrer cette vue"),
        submit=_("Enregistrer la vue"),
        intro=_("Ses filtres, son ordre et ses colonnes, pour qui lit le plan."),
        trail=under_plan(request, found),
        back=back,
        form=ViewForm,
        write=lambda form: save_view(
            request.actor, plan=found, name=form.cleaned_data["name"], view=view, query=query
        ),
        done=lambda made: _("Vue « %(name)s » enregistrée.") % {"name": made.name},
        template="plans/saved_views.html",
        context=lambda: {"plan": found, "views": list(found.saved_views.order_by("name"))},
    )


@screen
def remove(request: OrganisationRequest, plan: str, pk: int) -> Act[None]:
    found = get_plan(actor=request.actor, slug=plan, need=Operation.EDIT_PLAN)
    return Act(
        write=lambda: remove_view(request.actor, plan=found, pk=pk),
        done=_("Vue retirée."),
        back=url_in(request, "plans:save-view", plan),
    )
