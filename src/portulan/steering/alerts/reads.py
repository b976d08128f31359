"""What the thresholds of an organisation alert of; the whole list is `todo.reads`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.budget.funding.reads import ambitions_of
from portulan.budget.indicator.facts import YearFacts
from portulan.catalogue.obligations import OBLIGATIONS, Bound, Obligation
from portulan.core.say.country import COUNTRIES, FRANCE
from portulan.indicators.models import Target
from portulan.indicators.words import TargetKind
from portulan.plans.models import Plan
from portulan.steering.alerts.rules import (
    Alert,
    Levels,
    YearShare,
    of_legal_targets,
    of_the_law,
    of_the_year,
)
from portulan.steering.models import AlertThresholds


def thresholds_of(organisation_id: int) -> AlertThresholds:
    """Return the thresholds that an organisation chose, else those of all, which are not stored."""
    found = AlertThresholds.objects.filter(organisation=organisation_id).first()
    return found or AlertThresholds(organisation_id=organisation_id, roles=[Role.EDITOR.value])


def levels_of(thresholds: AlertThresholds) -> Levels:
    return Levels(
        share=thresholds.share,
        coverage=thresholds.coverage,
        law_days=thresholds.law_days,
        due_days=thresholds.due_days,
        evidence_days=thresholds.evidence_days,
    )


def standing_alerts(
    organisation: Organisation, plan: Plan | None, levels: Levels, today: date, known: YearFacts
) -> Iterator[Alert]:
    """Yield what the figure of the year and the law alert of, by the thresholds chosen."""
    yield from of_the_year(_figure(today, known), levels)
    yield from of_the_law(_binding(organisation), levels, today)
    if plan is not None:
        targets = Target.objects.filter(
            kind=TargetKind.LEGAL, indicator__action_links__action__plan=plan, due_on__gt=today
        ).distinct()
        rows = targets.order_by("due_on", "pk").values_list("pk", "indicator__name", "due_on")
        yield from of_legal_targets(rows, levels, today)


def _figure(today: date, known: YearFacts) -> YearShare:
    year = known.at(today)
    computed, wanted = known.figures.get(year), ambitions_of(known).get(year)
    if computed is None:
        return YearShare(year)
    figure = computed.figure
    return YearShare(
        year,
        share=None if figure.is_unknown else figure.value,
        ambition=wanted.percent if wanted else None,
        coverage=figure.coverage,
    )


def _binding(organisation: Organisation) -> list[Obligation]:
    """Return what French law asks of it, as far as its form and population say."""
    if COUNTRIES.get(organisation.country) is not FRANCE:
        return []
    form, population = LegalForm(organisation.legal_form), organisation.population
    return [one for one in OBLIGATIONS if one.binds(form, population) is Bound.YES]
