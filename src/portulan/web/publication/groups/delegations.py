"""Acting for a member of a group: given by it, until a day, accepted, ended."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation, Role
from portulan.accounts.delegations import (
    ROLES,
    accept_delegation,
    delegate,
    end_delegation,
    get_held,
    get_offered,
)
from portulan.accounts.models import ROLES as LABELS
from portulan.accounts.models import Delegation
from portulan.core.say import numbers
from portulan.publication.groups.members import get_asking
from portulan.web.fields import DayField
from portulan.web.language import page_language
from portulan.web.pages import Confirm, Edit, Trail, screen
from portulan.web.requests import OrganisationRequest, url_in


class DelegateForm(forms.Form):
    """Who of the group acts here, to do what, until when."""

    email = forms.EmailField(label=gettext_lazy("Adresse électronique, dans le groupe"))
    function = forms.CharField(
        label=gettext_lazy("Fonction"), max_length=160, initial=gettext_lazy("Agent du groupe")
    )
    roles = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Rôles"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(role.value, LABELS[role]) for role in ROLES],
        coerce=Role,
    )
    until = DayField(label=gettext_lazy("Jusqu’au"))


@screen
def give(request: OrganisationRequest, group: int) -> Edit[DelegateForm, Delegation]:
    """Let somebody of a group act for the organisation."""
    asked = get_asking(actor=request.actor, group=group, need=Operation.MANAGE)
    return Edit(
        title=_("Laisser « %(name)s » agir ici") % {"name": asked.group.name},
        submit=_("Donner la délégation"),
        intro=_(
            "La personne qui a cette adresse dans le groupe l’accepte de chez elle. Elle"
            " n’administre rien, chacun de ses actes est au journal de chacun, et tout s’arrête"
            " au jour dit, ou dès que vous y mettez fin."
        ),
        trail=_trail(request),
        form=DelegateForm,
        write=lambda form: delegate(
            request.actor, group=asked.group, today=request.today, **form.cleaned_data
        ),
        done=_("Délégation donnée : elle attend d’être acceptée."),
    )


@screen
def accept(request: OrganisationRequest, delegation: int) -> Confirm[Delegation]:
    """Act for a member from now on: asked of the owner of the address alone."""
    found = get_offered(request.actor, user=request.user, pk=delegation, today=request.today)
    member = found.person.organisation
    return Confirm(
        title=_("Agir pour « %(name)s »") % {"name": member.name},
        submit=_("Accepter la délégation"),
        intro=_("Jusqu’au %(day)s. Chacun de vos actes sera au journal des deux organismes.")
        % {"day": numbers.date(found.until, page_language())},
        trail=_trail(request),
        write=lambda: accept_delegation(
            request.actor,
            user=request.user,
            pk=delegation,
            today=request.today,
            bound_to=request.session.bound_to,
        ),
        done=_("Délégation acceptée : cet organisme est dans votre liste."),
        about=[found],
    )


@screen
def end(request: OrganisationRequest, delegation: int) -> Confirm[Delegation]:
    """End a delegation, from either side."""
    found = get_held(request.actor, pk=delegation)
    return Confirm(
        title=_("Mettre fin à une délégation"),
        submit=_("Mettre fin"),
        intro=_("« %(function)s » ne pourra plus rien faire pour « %(name)s », dès maintenant.")
        % {"function": found.person.function, "name": found.person.organisation.name},
        trail=_trail(request),
        write=lambda: end_delegation(request.actor, delegation=found, today=request.today),
        done=_("Délégation terminée."),
        about=[found],
    )


def _back(request: OrganisationRequest) -> str:
    return url_in(request, "groups:page")


def _trail(request: OrganisationRequest) -> Trail:
    return [(_back(request), _("Groupe"))]
