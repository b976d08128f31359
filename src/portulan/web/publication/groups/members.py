"""The members of a group: one table, what each shares, those that are made from a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.delegations import given_to
from portulan.budget.labels import STAGES
from portulan.core.spreadsheet import Cell
from portulan.plans.words import CommitmentLevel
from portulan.publication.groups.acting import Acting, acting_for, last_answers, seen_of
from portulan.publication.groups.copies import Shared, together
from portulan.publication.groups.founding import may_found
from portulan.publication.groups.members import (
    Line,
    Named,
    get_copy,
    get_waiting,
    members_of,
    say_members,
    table_of,
    waiting_of,
)
from portulan.publication.groups.proposed_plans import sent_by
from portulan.publication.groups.sharing import accept_member, decline_member
from portulan.publication.models import Sharing
from portulan.web.downloads import csv_response, tell_export
from portulan.web.fields import LinesField
from portulan.web.pages import Confirm, Edit, Trail, screen
from portulan.web.paging import page_of
from portulan.web.publication.groups.sharing import show
from portulan.web.requests import OrganisationRequest, url_in

ROWS = 20
SILENCE = 30  # days without news of a member, before it is told
RECENT = 6
NOTHING, SILENT, LATE, CONTRACTS = "nothing", "silent", "late", "contracts"
SHOWS = {
    "": gettext_lazy("Tous"),
    SILENT: gettext_lazy("Sans nouvelle"),
    LATE: gettext_lazy("En retard"),
    CONTRACTS: gettext_lazy("Contrats"),
    NOTHING: gettext_lazy("Ne partagent rien"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A member as a row shows it; `acted` is its short name where who reads acts for it."""

    line: Line
    levels: list[CommitmentLevel]
    acted: str
    answered_on: date | None
    days: int | None  # since its last news

    @property
    def is_silent(self) -> bool:
        return self.days is not None and self.days > SILENCE


@require_GET
def table(request: OrganisationRequest) -> HttpResponse:
    """The members by name: there is no ranking. It is the home page of a syndicate."""
    acting = acting_for(request.actor, level=request.session.level)
    lines, today = _told(table_of(request.actor), acting), request.today
    counts = {show: sum(_is_shown(line, show, today) for line in lines) for show in SHOWS}
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWS else ""
    page = page_of(request, [line for line in lines if _is_shown(line, shown, today)], ROWS)
    copies = [line.shared for line in lines if line.shared is not None]
    sharing = sum(line.copy is not None for line in lines)
    sent, mine = list(sent_by(request.actor)[:RECENT]), _asked(request)
    here = request.path
    home = request.resolver_match is not None and request.resolver_match.namespace == "dashboard"
    context = {
        "page": page,
        "rows": _rows_of(request, page, acting),
        "total": len(lines),
        "sharing": sharing,
        "counts": counts,
        "with_plan": sum(one.first_year is not None for one in copies),
        "renewal_on": min((one.renewal_on for one in copies if one.renewal_on), default=None),
        "together": together(copies)[:2],
        "tabs": [
            {
                "label": f"{words}, {counts[key]}",
                "url": f"{here}?show={key}" if key else here,
                "current": key == shown,
            }
            for key, words in SHOWS.items()
        ],
        "founds": may_found(request.organisation),
        "waiting": list(waiting_of(request.actor).defer("content")[:ROWS])
        if request.actor.holds(Operation.MANAGE)
        else [],
        "sent": sent,
        "acting": len(acting),
        "asked": mine,
        "home": home,
        "trail": [] if home else _trail(request),
    }
    return render(request, "groups/members.html", context)


def _told(lines: list[Line], acting: list[Acting]) -> list[Line]:
    """Return the lines; of who shares nothing, what who acts there reads by their delegation."""
    seen = seen_of(acting) if acting else {}
    return [replace(one, shared=one.shared or seen.get(one.siren)) for one in lines]


def _asked(request: OrganisationRequest) -> int:
    """Return how many members wait for who reads to accept to act for them."""
    given = given_to(request.actor, user=request.user, today=request.today)
    return given.filter(accepted_by=None).count()


def _rows_of(request: OrganisationRequest, page: Iterable[Line], acting: list[Acting]) -> list[Row]:
    places = [one.organisation for one in acting]
    acted = {place.siren: place for place in places if place.has_proved_siren}
    answers = last_answers(acting) if acting else {}
    rows = []
    for line in page:
        place, shared = acted.get(line.siren), line.shared
        news = shared.last_news_on if shared else None
        rows.append(
            Row(
                line,
                _levels(shared) if shared else [],
                place.slug if place else "",
                answers.get(place.pk) if place else None,
                (request.today - news).days if news else None,
            )
        )
    return rows


def _is_shown(line: Line, shown: str, today: date) -> bool:
    if shown in {"", NOTHING} or line.shared is None:
        return not shown or (line.copy is None and shown == NOTHING)
    one = line.shared
    quiet = one.last_news_on is not None and (today - one.last_news_on).days > SILENCE
    return {SILENT: one.silent or quiet, LATE: one.late, CONTRACTS: one.renewals or 0}[shown] > 0


def _levels(shared: Shared) -> list[CommitmentLevel]:
    return [CommitmentLevel(one.level) for one in shared.levels for _each in range(one.actions)]


@require_GET
def file(request: OrganisationRequest) -> HttpResponse:
    """The same table as a file to keep."""
    lines = table_of(request.actor)
    tell_export(request, "members")
    return csv_response(f"membres-{request.organisation.slug}.csv", _rows(lines))


def _rows(lines: list[Line]) -> Iterator[list[Cell]]:
    heads = (
        *("SIREN", _("Membre"), _("Copie du"), _("Années du plan"), _("Actions"), _("Finies")),
        *(_("Sans nouvelle"), _("En retard"), _("Année de la part"), _("Stade")),
        *(_("Part NR (%)"), _("Couverture (%)"), _("Dernière nouvelle"), _("Prochaine date")),
        *(_("Contrats à renouveler"), _("Premier contrat")),
    )
    yield list(heads)
    for line in lines:
        yield [line.siren, line.name, *(_cells(line.shared) if line.shared else [""] * 14)]


def _cells(one: Shared) -> list[Cell]:
    share = one.share
    years = f"{one.first_year}-{one.last_year}" if one.first_year else ""
    return [
        one.on,
        years,
        *(one.actions, one.done, one.silent, one.late),
        share.year if share else "",
        str(STAGES[share.stage]) if share else "",  # type: ignore[index]
        Decimal(share.value) if share and share.value else "",
        Decimal(share.coverage) if share and share.coverage else "",
        one.last_news_on or "",
        one.next_on or "",
        "" if one.renewals is None else one.renewals,
        one.renewal_on or "",
    ]


@require_GET
def copy(request: OrganisationRequest, copy: int) -> HttpResponse:
    """What a member shares, at the date of its copy."""
    found = get_copy(actor=request.actor, pk=copy)
    return show(request, found, [*_trail(request), (_back(request), _("Membres"))])


@screen
def accept(request: OrganisationRequest, copy: int) -> Confirm[Sharing]:
    """Count somebody that shares among the members of the group."""
    found = get_waiting(actor=request.actor, pk=copy)
    return Confirm(
        title=_("Compter « %(name)s » parmi vos membres") % {"name": found.name},
        submit=_("Accepter ce membre"),
        intro=_(
            "Son SIREN est le %(siren)s. Les données partagées par ce membre entrent "
            "dans vos totaux."
        )
        % {"siren": found.siren},
        trail=[*_trail(request), (_back(request), _("Membres"))],
        write=lambda: accept_member(request.actor, copy=found),
        done=_("Membre accepté."),
    )


@screen
def decline(request: OrganisationRequest, copy: int) -> Confirm[Sharing]:
    """Refuse what somebody shares."""
    found = get_waiting(actor=request.actor, pk=copy)
    return Confirm(
        title=_("Refuser « %(name)s »") % {"name": found.name},
        submit=_("Refuser ce membre"),
        intro=_("Sa copie disparaît de chez vous. Il peut proposer de nouveau de partager."),
        trail=[*_trail(request), (_back(request), _("Membres"))],
        write=lambda: decline_member(request.actor, copy=found, today=request.today),
        done=_("Partage refusé : la copie a disparu."),
    )


class MembersForm(forms.Form):
    """The members, a line each: SIREN, name."""

    members = LinesField(
        label=gettext_lazy("Membres"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy("Une ligne par membre : SIREN ; nom."),
    )

    def clean_members(self) -> list[Named]:
        return [_named(line) for line in self.cleaned_data["members"]]


def _named(line: str) -> Named:
    siren, _sign, name = line.replace("\t", ";").partition(";")
    return Named("".join(siren.split()), name.strip().strip(";").strip()[:200])


@screen
def say(request: OrganisationRequest) -> Edit[MembersForm, int]:
    """Say who the members are."""
    request.actor.require(Operation.MANAGE)
    initial = {"members": [f"{one.siren} ; {one.name}" for one in members_of(request.actor)]}
    return Edit(
        title=_("Les membres du groupe"),
        submit=_("Enregistrer les membres"),
        intro=_(
            "Un membre qui est ici voit que vous le nommez, et choisit ce qu’il partage. Lesquels"
            " sont ici, vous ne l’apprenez que d’eux."
        ),
        trail=_trail(request),
        back=_back(request),
        form=lambda data: MembersForm(data, initial=initial),
        write=lambda form: say_members(request.actor, members=form.cleaned_data["members"]),
        done=_("Membres enregistrés."),
    )


def _back(request: OrganisationRequest) -> str:
    return url_in(request, "groups:members")


def _trail(request: OrganisationRequest) -> Trail:
    return [(url_in(request, "groups:page"), _("Groupe"))]
