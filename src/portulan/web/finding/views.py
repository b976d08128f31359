"""The menu of a phone, the way to an entry, and the search."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.plans.plan import current_plan
from portulan.publication.finding import Found, Kind, Some
from portulan.publication.finding import find as things
from portulan.web.finding import gestures
from portulan.web.finding.thesaurus import alike
from portulan.web.help import pages
from portulan.web.inputs import way_back
from portulan.web.language import page_language
from portulan.web.pages import Said
from portulan.web.places import ENTRIES, year_at
from portulan.web.requests import OrganisationRequest, years_of

MOST_ASKED, MOST_GESTURES, MOST_HELP = 100, 7, 4
# Where a thing of each kind is, and how they are called.
KINDS: dict[Kind, tuple[str, Said]] = {
    Kind.PLAN: ("plans:plan", _("Plans")),
    Kind.ACTION: ("plans:action", _("Actions")),
    Kind.INDICATOR: ("plans:indicator", _("Indicateurs")),
    Kind.NOTE: ("plans:action", _("Notes")),
    Kind.PERSON: ("people:edit", _("Personnes")),
    Kind.PRACTICE: ("catalogue:practice", _("Bonnes pratiques")),
    Kind.SERVICE: ("documents:service", _("Services numériques")),
    Kind.CAMPAIGN: ("steering:campaign", _("Campagnes")),
    Kind.COMMITTEE: ("steering:committee", _("Comités")),
    Kind.SCENARIO: ("portfolio:scenario", _("Arbitrage")),
    Kind.PROGRAMME: ("budget:programme", _("Programmes pluriannuels")),
    Kind.PIECE: ("evidence:piece", _("Preuves")),
    Kind.LINE: ("budget:line", _("Lignes des comptes")),
}


@require_GET
def menu(request: OrganisationRequest) -> HttpResponse:
    """All places at once: on a phone, nothing of them is repeated in each page."""
    request.actor.require_any(Operation.READ_PLAN)
    home = reverse("dashboard:page", args=[request.organisation.slug])
    return render(request, "finding/menu.html", {"closes": way_back(request, home)})


@require_GET
def go(request: OrganisationRequest, entry: str) -> HttpResponse:
    """Go to an entry: of the plan that is followed, of the year asked for or of today."""
    request.actor.require_any(Operation.READ_PLAN)
    found = ENTRIES.get(entry)
    if found is None:
        raise NotFoundError(entry)
    slug = request.organisation.slug
    if found.of == "plan":
        plan = current_plan(actor=request.actor, today=request.today)
        if plan is None:
            return redirect("plans:current", slug)
        return redirect(found.route, slug, plan.slug)
    if found.of == "year":
        year = year_at(request, request.GET.get("year", ""))
        return redirect("budget:years", slug) if year is None else redirect(found.route, slug, year)
    return redirect(found.route, slug)


@require_GET
def find(request: OrganisationRequest) -> HttpResponse:
    """What one wants to do, then what there is; with nothing sought, all that one may do here."""
    asked = request.GET.get("q", "").strip()[:MOST_ASKED]
    words = [alike(word) for word in gestures.words_of(asked)]
    mine = gestures.of(request)
    if not words:
        moments = [
            (moment.value, list(some)) for moment, some in groupby(mine, key=lambda one: one.moment)
        ]
        context = {"moments": moments, "count": len(mine)}
        return _private(render(request, "finding/gestures.html", context))
    year = year_at(request)
    found = things(request.actor, request.organisation, years_of(request), words, year)
    context = {
        "asked_for": asked,
        "gestures": gestures.matching(mine, asked)[:MOST_GESTURES],
        "found": [_of_kind(request, some) for some in found],
        "help": pages.about(words, page_language(), MOST_HELP),
        "besides": sorted({one for word in words for one in word[1:]}),
        "lines": reverse("budget:lines", args=[request.organisation.slug, year]) if year else "",
    }
    return _private(render(request, "finding/found.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    """Names are sought: neither kept by a cache nor told to where a link leads."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _of_kind(request: OrganisationRequest, some: Some) -> dict[str, object]:
    route, words = KINDS[some.kind]
    if some.kind is Kind.PERSON and not request.actor.may(Operation.MANAGE):
        route = ""
    return {
        "words": words,
        "count": some.count,
        "links": list(_links(request, route, some.first)),
        "more": (some.count or 0) - len(some.first),
        "is_lines": some.kind is Kind.LINE,
    }


def _links(
    request: OrganisationRequest, route: str, found: Iterable[Found]
) -> Iterable[tuple[str, str, str]]:
    slug, language = request.organisation.slug, page_language()
    for one in found:
        where = one.where if route else ()
        address = reverse(route or "people:browse", args=[slug, *where])
        yield address, one.titles.get(language, one.title), one.note
