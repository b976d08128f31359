"""What an organisation shares with a group: said, looked at, made again, taken back."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.delegations import given_now, given_to
from portulan.core.errors import NotFoundError
from portulan.publication.groups.copies import Shared, read_back
from portulan.publication.groups.members import asking, get_asking, members_of
from portulan.publication.groups.proposed_plans import received_by
from portulan.publication.groups.sharing import end_sharing, share, share_again
from portulan.publication.models import SharedCopy, Sharing
from portulan.publication.words import Extent, Reception
from portulan.web.pages import Act, Confirm, Edit, Trail, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.trail.words import EXTENTS as SHORT

MOST = 12  # of each list on the page
ACTIONS = 12  # of a copy, on a page
EXTENTS = {
    Extent.FIGURES: gettext_lazy(
        "Les chiffres et les niveaux : combien d’actions à chaque niveau, en retard, sans nouvelle,"
        " les parts publiées, les dates"
    ),
    Extent.TEXTS: gettext_lazy(
        "Les textes aussi : chaque action, sa fonction pilote, son pourquoi, son indicateur"
    ),
}


@require_GET
def page(request: OrganisationRequest) -> HttpResponse:
    """What is shared with whom, what the group proposes, who acts for whom."""
    groups = asking(request.actor)
    context = {
        "groups": [(one, one.sharing and SHORT[Extent(one.sharing.extent)]) for one in groups],
        "received": list(
            received_by(request.actor).filter(reception=Reception.WAITING).defer("content")[:MOST]
        ),
        "given": list(given_now(request.actor, today=request.today)[:MOST]),
        "mine": list(given_to(request.actor, user=request.user, today=request.today)[:MOST]),
        "members": members_of(request.actor).count(),
    }
    return render(request, "groups/page.html", context)


class ShareForm(forms.Form):
    """How much of the organisation a group reads."""

    extent = forms.TypedChoiceField(
        label=gettext_lazy("Le groupe lit"),
        widget=forms.RadioSelect,
        choices=list(EXTENTS.items()),
        coerce=Extent,
    )


@screen
def edit(request: OrganisationRequest, group: int) -> Edit[ShareForm, Sharing]:
    """Share with a group, or share more, or less."""
    asked = get_asking(actor=request.actor, group=group, need=Operation.SHARE)
    initial = {"extent": asked.sharing.extent if asked.sharing else Extent.FIGURES}
    return Edit(
        title=_("Partager avec « %(name)s »") % {"name": asked.group.name},
        submit=_("Partager"),
        intro=_(
            "Le groupe lit une copie datée, refaite chaque nuit par vos propres services, et rien"
            " d’autre : aucune page, aucun compte, aucun nom de personne. Vous la reprenez quand"
            " vous voulez : elle disparaît aussitôt."
        ),
        trail=_trail(request),
        form=lambda data: ShareForm(data, initial=initial),
        write=lambda form: share(
            request.actor,
            group=asked.group,
            extent=form.cleaned_data["extent"],
            today=request.today,
        ),
        done=_("Partagé : le groupe lit la copie de ce jour."),
        edits=asked.sharing,
    )


def _sharing(request: OrganisationRequest, group: int, need: Operation) -> Sharing:
    asked = get_asking(actor=request.actor, group=group, need=need)
    if asked.sharing is None:
        raise NotFoundError(str(group))
    return asked.sharing


@require_GET
def own_copy(request: OrganisationRequest, group: int) -> HttpResponse:
    """What a group reads of the organisation, as it reads it."""
    sharing = _sharing(request, group, Operation.READ_PLAN)
    return show(request, sharing.copy, _trail(request), sharing=sharing)


@screen
def again(request: OrganisationRequest, group: int) -> Act[SharedCopy]:
    sharing = _sharing(request, group, Operation.SHARE)
    return Act(
        write=lambda: share_again(request.actor, sharing=sharing, today=request.today),
        done=_("Copie refaite."),
        back=url_in(request, "groups:own-copy", group),
    )


@screen
def end(request: OrganisationRequest, group: int) -> Confirm[Sharing]:
    sharing = _sharing(request, group, Operation.SHARE)
    return Confirm(
        title=_("Ne plus partager avec « %(name)s »") % {"name": sharing.receiver.name},
        submit=_("Reprendre la copie"),
        intro=_(
            "La copie disparaît aussitôt de chez le groupe, et les plans qu’il vous propose avec"
            " elle. Vos données ne changent pas."
        ),
        trail=_trail(request),
        write=lambda: end_sharing(request.actor, sharing=sharing, today=request.today),
        done=_("Copie reprise : le groupe ne lit plus rien."),
        about=[sharing],
    )


def show(
    request: OrganisationRequest, copy: SharedCopy, trail: Trail, sharing: Sharing | None = None
) -> HttpResponse:
    """Answer with a copy, as whoever reads it sees it."""
    shared: Shared = read_back(copy.content)
    page = page_of(request, shared.texts, ACTIONS)
    context = {
        "copy": copy,
        "shared": shared,
        "extent": SHORT[Extent(shared.extent)],
        "page": page,
        "trail": trail,
        "sharing": sharing,
    }
    return render(request, "groups/copy.html", context)


def _back(request: OrganisationRequest) -> str:
    return url_in(request, "groups:page")


def _trail(request: OrganisationRequest) -> Trail:
    return [(_back(request), _("Groupe"))]
