"""A plan that a group proposes to its members, and what a member answers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.accounts.access import Operation
from portulan.plans.labels import LEVELS
from portulan.plans.models import Plan
from portulan.plans.plan import get_plan, plans_of
from portulan.publication.groups.members import copies_of, get_copy
from portulan.publication.groups.proposed_plans import (
    decline_plan,
    folder_in,
    get_received,
    send_plan,
    take_plan,
)
from portulan.publication.models import SentPlan
from portulan.web.fields import CalendarYearField
from portulan.web.pages import Act, Edit, Trail, screen
from portulan.web.requests import OrganisationRequest, url_in

SHOWN = 30  # actions of a proposed plan


class SendForm(forms.Form):
    """Which plan, to whom."""

    plan = forms.ChoiceField(label=gettext_lazy("Plan"))
    members = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Membres"), widget=forms.CheckboxSelectMultiple, coerce=int
    )

    def __init__(self, request: OrganisationRequest, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        plans = [(one.slug, one.title) for one in plans_of(actor=request.actor)]
        copies = [(one.pk, one.name) for one in copies_of(request.actor).only("pk", "name")]
        self.fields["plan"].choices = plans  # type: ignore[attr-defined]
        self.fields["members"].choices = copies  # type: ignore[attr-defined]
        if not copies:
            self.fields["members"].help_text = _("Aucun membre ne partage encore avec vous.")


@screen
def send(request: OrganisationRequest) -> Edit[SendForm, list[SentPlan]]:
    """Propose a plan to several members."""
    request.actor.require(Operation.EDIT_PLAN)
    back = url_in(request, "groups:members")
    return Edit(
        title=_("Proposer un plan aux membres"),
        submit=_("Proposer"),
        intro=_(
            "Ses actions, leurs niveaux et leurs indicateurs partent, sans vote, valeur, montant ni"
            " nom. Chaque membre le reprend ou le décline ; il en fait ensuite ce qu’il veut."
        ),
        trail=[*_trail(request), (back, _("Membres"))],
        form=lambda data: SendForm(request, data),
        write=lambda form: send_plan(
            request.actor,
            plan=get_plan(
                actor=request.actor, slug=form.cleaned_data["plan"], need=Operation.EDIT_PLAN
            ),
            copies=[get_copy(actor=request.actor, pk=pk) for pk in form.cleaned_data["members"]],
        ),
        done=lambda sent: (
            ngettext("Plan proposé à un membre.", "Plan proposé à %(count)s membres.", len(sent))
            % {"count": len(sent)}
        ),
    )


class TakeForm(forms.Form):
    """The words and the years of the plan that is made."""

    title = forms.CharField(label=gettext_lazy("Titre du plan"), max_length=200)
    first_year = CalendarYearField(label=gettext_lazy("Première année"))
    last_year = CalendarYearField(label=gettext_lazy("Dernière année"))


@screen
def take(request: OrganisationRequest, sent: int) -> Edit[TakeForm, Plan]:
    """Make a plan of the one that the group proposes, once it was read."""
    found = get_received(actor=request.actor, pk=sent, need=Operation.EDIT_PLAN)
    folder = folder_in(found)
    initial = {
        "title": folder.plan.title,
        "first_year": folder.plan.first_year,
        "last_year": folder.plan.last_year,
    }
    return Edit(
        title=_("Reprendre « %(title)s »") % {"title": found.title},
        submit=_("En faire un plan d’action"),
        intro=_(
            "Proposé par « %(name)s ». Repris, c’est votre plan : rien n’y est voté, vous y changez"
            " ce que vous voulez. Le groupe saura que vous l’avez repris."
        )
        % {"name": found.organisation.name},
        trail=_trail(request),
        form=lambda data: TakeForm(data, initial=initial),
        write=lambda form: take_plan(request.actor, sent=found, **form.cleaned_data),
        done=_("Plan repris : donnez à chaque action qui la pilote ici."),
        then=lambda plan: url_in(request, "plans:plan", plan.slug),
        template="groups/take.html",
        context={
            "sent": found,
            "actions": [
                (one.short_title or one.title, LEVELS[one.level], one.pilot_function)
                for one in folder.actions[:SHOWN]
            ],
            "others": max(0, len(folder.actions) - SHOWN),
        },
    )


@screen
def decline(request: OrganisationRequest, sent: int) -> Act[SentPlan]:
    found = get_received(actor=request.actor, pk=sent, need=Operation.EDIT_PLAN)
    return Act(
        write=lambda: decline_plan(request.actor, sent=found),
        done=_("Proposition déclinée : le groupe le sait."),
        back=url_in(request, "groups:page"),
    )


def _trail(request: OrganisationRequest) -> Trail:
    return [(url_in(request, "groups:page"), _("Groupe"))]
