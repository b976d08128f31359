"""Filling a scenario again: what would change, ticked or not, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.plans.models import LEVELS
from portulan.portfolio.facts import ObligationFacts
from portulan.portfolio.from_plan.reads import differences
from portulan.portfolio.from_plan.rules import Proposal
from portulan.portfolio.from_plan.writes import fill as fill_scenario
from portulan.portfolio.models import Scenario
from portulan.portfolio.obligations.reads import obligations_in
from portulan.portfolio.results.obligations import obligation_sentences
from portulan.portfolio.scenarios.reads import facts_of
from portulan.portfolio.words import Standing
from portulan.web.language import page_language
from portulan.web.pages import Confirm, screen
from portulan.web.paging import page_of
from portulan.web.portfolio.crumbs import EDIT, address, door, under_scenario
from portulan.web.portfolio.words import group_label, origin_label, proposal_text
from portulan.web.requests import OrganisationRequest

PER_PAGE = 30


@screen
def fill(request: OrganisationRequest, slug: str) -> Confirm[int]:
    """What the plan and the budget say otherwise; what was typed is ticked by hand only."""
    scenario = door(request, slug, EDIT)
    # A page shows some of them: all is what the first filling takes, typed figures left alone.
    keys = None if "all" in request.POST else set(request.POST.getlist("take"))
    return Confirm(
        back=address(request, "scenario", scenario),
        write=lambda: fill_scenario(request.actor, scenario=scenario, keys=keys),
        done=lambda count: (
            ngettext("%(count)s chiffre repris.", "%(count)s chiffres repris.", count)
            % {"count": count}
        ),
        warn=lambda _count: " ".join(not_held(scenario)),
        template="portfolio/fill.html",
        context=lambda: _proposed(request, scenario),
    )


def _proposed(request: OrganisationRequest, scenario: Scenario) -> dict[str, object]:
    found = differences(scenario)
    page = page_of(request, found.proposals, PER_PAGE)
    titles = {one.id: one.title for one in found.envelopes}
    return {
        "scenario": scenario,
        "trail": under_scenario(request, scenario),
        "page": page,
        "law": _not_held(found.obligations),
        "rows": [_row(one, titles) for one in page.object_list],
        "free": sum(not one.typed for one in found.proposals),
    }


def not_held(scenario: Scenario) -> tuple[str, ...]:
    """Return what the law asks and filling cannot hold: told, since it is not proposed."""
    return _not_held(obligations_in(scenario, facts_of(scenario).candidates))


def _not_held(found: Iterable[ObligationFacts]) -> tuple[str, ...]:
    told = [one for one in found if one.standing not in (Standing.HELD, Standing.OPEN)]
    return obligation_sentences(told, page_language())


def _row(proposal: Proposal, titles: Mapping[str, str]) -> dict[str, object]:
    what = group_label(proposal.group)
    if proposal.level is not None:
        what = f"{LEVELS[proposal.level]}, {what.lower()}"
    return {
        "key": proposal.key,
        "typed": proposal.typed,
        "name": _name(proposal),
        "what": what,
        "before": proposal_text(proposal, proposal.before, titles),
        "after": proposal_text(proposal, proposal.after, titles),
        "origin": origin_label(proposal.origin),
    }


def _name(proposal: Proposal) -> str:
    if proposal.of:
        return _("Actions %(numbers)s") % {"numbers": ", ".join(map(str, proposal.of))}
    return f"{proposal.number}. {proposal.title}" if proposal.number else _("Scénario")
