"""What all pages of a scenario share: its door, its links, its tabs."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.portfolio.models import Candidate, Scenario
from portulan.portfolio.scenarios.reads import get_scenario
from portulan.web.pages import Trail, Typed
from portulan.web.requests import OrganisationRequest, url_in

EDIT, READ = Operation.EDIT_SCENARIO, Operation.READ_SCENARIO


def door(request: OrganisationRequest, slug: str, need: Operation) -> Scenario:
    """Return the scenario of the address. Raises NotFoundError, DeniedError."""
    return get_scenario(actor=request.actor, slug=slug, need=need)


def part[M: Model](scenario: Scenario, rows: QuerySet[M], **by: object) -> M:
    """Return the row of a scenario that its address names. Raises NotFoundError."""
    found = rows.filter(scenario=scenario, **by).first()
    if found is None:
        raise NotFoundError(*by.values())
    found.scenario = scenario  # type: ignore[attr-defined]
    return found


def address(request: OrganisationRequest, name: str, scenario: Scenario, *more: object) -> str:
    """Return the address of a page of a scenario."""
    where = [request.organisation.slug, scenario.slug, *more]
    return reverse(f"portfolio:{name}", args=where)


def under_all(request: OrganisationRequest) -> Trail:
    """Return the link above a page beside the scenarios."""
    return [(url_in(request, "portfolio:browse"), _("Arbitrage"))]


def candidate_label(candidate: Candidate) -> str:
    """Return how a candidate is called: its number, the title of its action, what is added."""
    name = f"{candidate.key}. {candidate.action.title}"
    return f"{name}, {candidate.label}" if candidate.label else name


def candidate_url(request: OrganisationRequest, candidate: Candidate) -> str:
    return address(request, "candidate", candidate.scenario, candidate.pk)


def under_scenario(request: OrganisationRequest, scenario: Scenario) -> Trail:
    """Return the links above a page of a scenario."""
    return [*under_all(request), (address(request, "scenario", scenario), Typed(scenario.title))]


def under_result(request: OrganisationRequest, scenario: Scenario) -> Trail:
    result = (address(request, "result", scenario), _("Résultat"))
    return [*under_scenario(request, scenario), result]


def under_candidate(request: OrganisationRequest, candidate: Candidate) -> Trail:
    name = _("Action %(number)s") % {"number": candidate.key}
    return [*under_scenario(request, candidate.scenario), (candidate_url(request, candidate), name)]


def tabs(request: OrganisationRequest, scenario: Scenario) -> list[dict[str, object]]:
    """Return the views of a scenario, the current one marked."""
    named = [
        ("result", _("Résultat")),
        ("scenario", _("Tableau trié")),
        ("envelopes", _("Enveloppes")),
        ("rules", _("Règles")),
        ("room", _("Choix de la salle")),
    ]
    if request.actor.may(EDIT):
        named.insert(2, ("targets", _("Objectifs à atteindre")))
        named.append(("settings", _("Réglages")))
    found = [(address(request, name, scenario), label) for name, label in named]
    return [{"url": url, "label": label, "current": url == request.path} for url, label in found]
