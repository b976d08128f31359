"""The alerts that stand in an organisation, as somebody may read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from portulan.accounts.access import Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Organisation
from portulan.accounts.words import LegalForm
from portulan.budget.funding.reads import ambitions_of
from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.catalogue.obligations import OBLIGATIONS, Bound, Obligation
from portulan.core.say.country import COUNTRIES, FRANCE
from portulan.evidence.reads import expiring
from portulan.indicators.models import Target
from portulan.indicators.words import TargetKind
from portulan.plans.models import Plan
from portulan.sources.reads import Standing, sources_of, standing_of
from portulan.steering.alerts.rules import (
    Alert,
    Levels,
    YearShare,
    of_dates,
    of_evidence,
    of_legal_targets,
    of_sources,
    of_the_law,
    of_the_year,
)
from portulan.steering.dates import coming
from portulan.steering.models import AlertThresholds

type Others = Callable[[Organisation, Levels, date, YearFacts], Iterable[Alert]]
# What the floors above alert of, by the same thresholds: they add it when the app is ready.
OTHERS: list[Others] = []


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


def alerts_of(
    *,
    actor: Actor,
    organisation: Organisation,
    plan: Plan | None,
    today: date,
    known: YearFacts | None = None,
) -> list[Alert]:
    """Return what an organisation is to be alerted of, as the actor may read it, gravest first.

    The same number of queries, whatever there is. `known` is what is known of the exercices,
    where a page has it. Raises DeniedError.
    """
    facts = known or year_facts(organisation.pk)
    levels, found = facts.once(
        ("alerts", plan.pk if plan else None, today),
        lambda: _for_everybody(organisation, plan, today, facts),
    )
    within = timedelta(days=levels.evidence_days or 0)
    pieces = expiring(actor=actor, today=today, within=within)
    rows_of_pieces = (
        (piece.pk, piece.title, piece.expires_on)
        for piece in (pieces.prefetch_related(None) if levels.evidence_days is not None else ())
        if piece.expires_on is not None
    )
    return [*found, *of_evidence(rows_of_pieces, levels, today)]


def _for_everybody(
    organisation: Organisation, plan: Plan | None, today: date, known: YearFacts
) -> tuple[Levels, list[Alert]]:
    """Return the thresholds, and the alerts that do not depend on who reads."""
    levels = levels_of(thresholds_of(organisation.pk))
    found = list(of_the_year(_figure(today, known), levels))
    found += of_the_law(_binding(organisation), levels, today)
    if plan is not None:
        targets = Target.objects.filter(
            kind=TargetKind.LEGAL, indicator__action_links__action__plan=plan, due_on__gt=today
        ).distinct()
        rows = targets.order_by("due_on", "pk").values_list("pk", "indicator__name", "due_on")
        found += of_legal_targets(rows, levels, today)
        if levels.due_days is not None:
            until = today + timedelta(days=levels.due_days)
            found += of_dates(coming(plan, today, until), levels, today)
    found += of_sources(_sources(organisation, today))
    for others in OTHERS:
        found += others(organisation, levels, today, known)
    return levels, found


def _sources(organisation: Organisation, today: date) -> Iterator[tuple[int, str, Standing]]:
    """Yield how each source stands (one query)."""
    for one in sources_of(actor=command_line(organisation.pk)):
        yield one.pk, one.name, standing_of(one, today)


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
