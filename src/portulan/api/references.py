"""How an identifier that somebody sends becomes a row: of their organisation, or not found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from portulan.accounts.models import Person, Unit
from portulan.api.call import Call
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import (
    Attribution,
    BudgetLine,
    FiscalYear,
    ITPerimeter,
    PerimeterRule,
    Programme,
    ReceivedShare,
)
from portulan.catalogue.editions.reads import versions_for
from portulan.catalogue.models import CatalogueVersion, Practice, PracticeIndicator
from portulan.evidence.models import Piece
from portulan.evidence.reads import pieces_of
from portulan.indicators.models import Indicator, Measurement
from portulan.plans.models import Action, Axis, CommitmentDecision, Deliverable, Goal, Plan
from portulan.portfolio.models import Candidate
from portulan.steering.models import Body, Decision

# The way from a row to its organisation.
_OWNER: dict[type[Model], str] = {
    Action: "plan__organisation",
    Attribution: "line__organisation",
    Axis: "plan__organisation",
    Body: "organisation",
    BudgetLine: "organisation",
    Candidate: "scenario__organisation",
    CommitmentDecision: "action__plan__organisation",
    Decision: "item__committee__plan__organisation",
    Deliverable: "action__plan__organisation",
    FiscalYear: "organisation",
    Goal: "plan__organisation",
    ITPerimeter: "organisation",
    Indicator: "organisation",
    Measurement: "indicator__organisation",
    PerimeterRule: "perimeter__organisation",
    Person: "organisation",
    Plan: "organisation",
    Programme: "organisation",
    ReceivedShare: "organisation",
    Unit: "organisation",
}


def rows_for(model: type[Model], call: Call) -> QuerySet[Any]:
    """Return the rows of a model that exist for who calls."""
    if model is Piece:
        return pieces_of(actor=call.actor)
    if model is CatalogueVersion:
        return versions_for(call.actor)
    if model is Practice:
        return Practice.objects.filter(version__in=versions_for(call.actor).values("pk"))
    if model is PracticeIndicator:
        practices = rows_for(Practice, call).values("pk")
        return PracticeIndicator.objects.filter(practice__in=practices)
    found = model._default_manager.filter(**{_OWNER[model]: call.actor.organisation_id})
    if model is Person:
        return found.filter(erased_at=None)
    if model is BudgetLine and (year := call.found.get("fiscal_year")) is not None:
        return lines_in_force(year)
    return found


def fetch(model: type[Model], ids: Iterable[int], call: Call) -> dict[int, Any]:
    """Return the rows of these identifiers, those that exist for who calls, each asked once."""
    named, wanted = call.named.setdefault(model, {}), set(ids)
    if wanted - named.keys():
        found = {row.pk: row for row in rows_for(model, call).filter(pk__in=wanted - named.keys())}
        named |= {pk: found.get(pk) for pk in wanted - named.keys()}
    return {pk: named[pk] for pk in wanted if named[pk] is not None}
