"""A plan goes out to the tools of the field: the file of each, and what it would lose there."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.say.text import Language
from portulan.plans.plan import get_plan
from portulan.plans.tools.losses import Loss
from portulan.plans.tools.reads import departure_of, tool_of
from portulan.plans.tools.registry import TOOLS
from portulan.web.crumbs import under_plan
from portulan.web.downloads import table_file, tell_export
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest, url_in


@require_GET
def page(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Each tool with its file, and its losses by what becomes of them."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    language = page_language()
    going = departure_of(request.actor, slug=plan, today=request.today, language=language)
    above = (url_in(request, "plans:tables", plan), _("Reprendre un tableur"))
    shown = [
        {
            "key": one.key,
            "name": one.name.say(language),
            "about": one.about.say(language),
            "losses": _by_fate(going.losses(one), language),
        }
        for one in TOOLS.values()
    ]
    context = {"plan": found, "tools": shown, "trail": [*under_plan(request, found), above]}
    return render(request, "plans/tools.html", context)


def _by_fate(losses: Iterable[Loss], language: Language) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return each thing that becomes of fields, with their names and how many actions hold them."""
    found: dict[str, list[tuple[str, int]]] = {}
    for one in losses:
        named = (one.name.say(language), one.actions)
        found.setdefault(one.becomes.say(language), []).append(named)
    return list(found.items())


@require_GET
def file(request: OrganisationRequest, plan: str, tool: str) -> HttpResponseBase:
    """Hand over the plan as another tool reads it; no name of a person is in it."""
    wanted = tool_of(tool)
    going = departure_of(request.actor, slug=plan, today=request.today, language=page_language())
    tell_export(request, "actions")
    return table_file("xlsx", f"{going.out.folder.plan.slug}-{tool}", going.sheets(wanted))
