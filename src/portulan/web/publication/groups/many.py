"""What is done in several members at once, by who acts for them: a campaign, sheets printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from portulan.core.models import Task
from portulan.publication.groups.acting import Acting, acting_for
from portulan.publication.groups.at_work import IN_MEMBERS
from portulan.publication.groups.campaigns import run_campaign, silences
from portulan.publication.groups.sheets import print_sheets, sheets_file
from portulan.publication.words import CAMPAIGNS, SHEETS
from portulan.steering.labels import CAMPAIGN_KINDS
from portulan.steering.words import CampaignKind
from portulan.web.downloads import tell_export
from portulan.web.fields import DayField
from portulan.web.pages import Edit, Trail, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in

ROWS = 40


class MembersForm(forms.Form):
    """For which members, all of them at first."""

    members = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Membres"), widget=forms.CheckboxSelectMultiple, coerce=int
    )

    def __init__(self, acting: Sequence[Acting], data: Any = None) -> None:
        every = [(one.organisation.pk, one.organisation.name) for one in acting]
        super().__init__(data, initial={"members": [pk for pk, _name in every]})
        self.acting = acting
        self.fields["members"].choices = every  # type: ignore[attr-defined]
        if not every:
            self.fields["members"].help_text = _("Aucun membre ne vous laisse agir chez lui.")

    @property
    def chosen(self) -> list[Acting]:
        wanted = set(self.cleaned_data["members"])
        return [one for one in self.acting if one.organisation.pk in wanted]


class CampaignForm(MembersForm):
    """What is asked of the pilots of each member, until when."""

    kind = forms.TypedChoiceField(
        label=gettext_lazy("Que demander"),
        choices=CAMPAIGN_KINDS,
        coerce=CampaignKind,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=pgettext_lazy("of a thing", "Intitulé"), max_length=160)
    closes_on = DayField(label=gettext_lazy("Ferme le"))
    message = forms.CharField(
        label=gettext_lazy("Votre mot, dans le message"), required=False, max_length=500
    )
    field_order = ("kind", "title", "closes_on", "message", "members")


def _acting(request: OrganisationRequest, kind: str) -> list[Acting]:
    return acting_for(request.actor, level=request.session.level, needs=IN_MEMBERS[kind])


@screen
def campaign(request: OrganisationRequest) -> Edit[CampaignForm, Task]:
    """Run a campaign in several members."""
    acting = _acting(request, CAMPAIGNS)
    return Edit(
        title=_("Lancer une campagne chez les membres"),
        submit=_("Lancer la campagne"),
        intro=_(
            "Une campagne s’ouvre chez chaque membre coché. Ses messages partent de chez lui,"
            " demain à neuf heures, puis une relance par semaine à qui n’a pas répondu."
        ),
        trail=_trail(request),
        form=lambda data: CampaignForm(acting, data),
        write=lambda form: run_campaign(
            request.actor,
            members=form.chosen,
            kind=form.cleaned_data["kind"],
            title=form.cleaned_data["title"],
            message=form.cleaned_data["message"],
            closes_on=form.cleaned_data["closes_on"],
            today=request.today,
        ),
        done=_("Campagne lancée."),
        then=lambda _task: url_in(request, "groups:work", CAMPAIGNS),
    )


@screen
def sheets(request: OrganisationRequest) -> Edit[MembersForm, Task]:
    """Print the sheets of several councils in one file."""
    acting = _acting(request, SHEETS)
    return Edit(
        title=_("Imprimer les feuilles du conseil"),
        submit=_("Imprimer"),
        intro=_("Un seul PDF, une feuille par membre, dans l’ordre des noms."),
        trail=_trail(request),
        form=lambda data: MembersForm(acting, data),
        write=lambda form: print_sheets(request.actor, members=form.chosen),
        done=_("Impression lancée."),
        then=lambda _task: url_in(request, "groups:work", SHEETS),
    )


@require_GET
def sheets_pdf(request: OrganisationRequest) -> HttpResponse:
    """The last file, for who still acts for all that it is of."""
    file = sheets_file(request.actor, members=_acting(request, SHEETS))
    tell_export(request, SHEETS)
    name = f"feuilles-{request.organisation.slug}.pdf"
    answer = HttpResponse(file, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_GET
def silent(request: OrganisationRequest) -> HttpResponse:
    """Who has not answered the open campaigns of the members, in one list."""
    found = silences(_acting(request, CAMPAIGNS))
    page = page_of(request, found, ROWS)
    context = {"page": page, "total": page.paginator.count, "trail": _trail(request)}
    return render(request, "groups/silent.html", context)


def _trail(request: OrganisationRequest) -> Trail:
    group, members = url_in(request, "groups:page"), url_in(request, "groups:members")
    return [(group, _("Groupe")), (members, _("Membres"))]
