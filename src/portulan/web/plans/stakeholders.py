"""The register of actors of a plan: bodies of the area, public or private, and what each does."""

from __future__ import annotations

from functools import partial

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.plans.models import ACTOR_KINDS, Stakeholder
from portulan.plans.plan import get_plan
from portulan.plans.stakeholders import (
    get_stakeholder,
    remove_stakeholder,
    save_stakeholder,
    stakeholders_of,
)
from portulan.plans.words import ActorKind
from portulan.web.crumbs import under_plan
from portulan.web.fields import field_of
from portulan.web.pages import Confirm, Edit, screen
from portulan.web.requests import OrganisationRequest, url_in

MOST = 25  # of a page


class StakeholderForm(forms.Form):
    name = field_of(
        Stakeholder,
        "name",
        help_text=gettext_lazy("Un organisme, jamais une personne."),
    )
    kind = forms.TypedChoiceField(
        label=gettext_lazy("Statut"), choices=ACTOR_KINDS, coerce=ActorKind
    )
    role = field_of(Stakeholder, "role", help_text=gettext_lazy("Son rôle dans le plan."))


@screen
def stakeholder(
    request: OrganisationRequest, plan: str, pk: int | None = None
) -> Edit[StakeholderForm, Stakeholder]:
    """Show the register of a plan, and write a body in it or change one."""
    need = Operation.EDIT_PLAN
    if pk is None:
        found, row = get_plan(actor=request.actor, slug=plan, need=need), None
    else:
        row = get_stakeholder(actor=request.actor, slug=plan, pk=pk, need=need)
        found = row.plan
    initial = {name: getattr(row, name) for name in StakeholderForm.base_fields} if row else {}
    back = url_in(request, "plans:stakeholders", plan)
    settings = url_in(request, "plans:settings", plan)
    rows = Paginator(stakeholders_of(found), MOST)
    return Edit(
        title=_("Acteurs du territoire"),
        submit=_("Enregistrer l’acteur") if row else _("Ajouter l’acteur"),
        intro=_("Les organismes, publics ou privés, avec qui le plan se fait."),
        trail=[*under_plan(request, found), (settings, _("Réglages du plan"))],
        back=back if row else settings,
        form=partial(StakeholderForm, initial=initial),
        edits=row,
        write=lambda form: save_stakeholder(
            request.actor, plan=found, stakeholder=row, **form.cleaned_data
        ),
        done=_("Acteur enregistré."),
        then=lambda _saved: back,
        template="plans/stakeholders.html",
        context={"plan": found, "row": row, "page": rows.get_page(request.GET.get("page"))},
    )


@screen
def remove(request: OrganisationRequest, plan: str, pk: int) -> Confirm[None]:
    row = get_stakeholder(actor=request.actor, slug=plan, pk=pk, need=Operation.EDIT_PLAN)
    back = url_in(request, "plans:stakeholders", plan)
    return Confirm(
        title=_("Retirer « %(title)s » des acteurs ?") % {"title": row.name},
        submit=_("Retirer l’acteur"),
        intro=_("Le journal garde ce qui était inscrit."),
        trail=[*under_plan(request, row.plan), (back, _("Acteurs du territoire"))],
        about=[row],
        write=lambda: remove_stakeholder(request.actor, stakeholder=row),
        done=_("Acteur retiré."),
    )
