"""The money's side of the story: ambitions, envelopes, allotments, the server room, forecasts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from portulan.budget.enums import ProgrammeKind
from portulan.budget.models import Programme
from portulan.budget.services.adjustments import adjust
from portulan.budget.services.before_lines import (
    allot,
    set_ambition,
    set_ambition_amounts,
    set_co_funding,
    set_envelope,
    set_forecast,
)
from portulan.budget.services.programmes import revise_programme, set_programme
from portulan.budget.stages import Stage
from portulan.demo import funding
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.funding import euros
from portulan.demo.shapes import VOTED_ON
from portulan.demo.story_budget import actions_of, year_of
from portulan.plans.models import Plan


def money_events(cast: Cast) -> Iterator[Event]:
    """Yield what was wanted, voted, reserved, corrected and foreseen, after the plan's vote."""
    yield Event(VOTED_ON, partial(_set_ambitions, cast))
    for year, section, thousands, on, reference in funding.ENVELOPES:
        yield Event(on, partial(_vote_envelope, cast, year, section, thousands, on, reference))
    for year, allotted, on, reference in funding.ALLOTMENTS:
        yield Event(on, partial(_allot, cast, year, allotted, on, reference))
    for decided_on, amount, reference, payments in funding.ROOM_DECISIONS:
        yield Event(decided_on, partial(_authorise, cast, decided_on, amount, reference, payments))
    yield Event(funding.CORRECTED_ON, partial(_correct, cast))
    yield Event(funding.FORECAST_ON, partial(_foresee, cast))
    yield Event(funding.CO_FUNDED_ON, partial(_co_fund, cast))


def _set_ambitions(cast: Cast) -> None:
    plan = Plan.objects.get(organisation=cast.organisation)
    for year, percent in funding.AMBITIONS.items():
        set_ambition(cast.officer, plan=plan, year=year, percent=percent)
    amounts = {
        (year, section): euros(thousands)
        for year, sections in funding.AMBITION_EUROS.items()
        for section, thousands in sections.items()
    }
    set_ambition_amounts(cast.officer, plan=plan, amounts=amounts)


def _vote_envelope(
    cast: Cast, year: int, section: str, thousands: int, on: date, reference: str
) -> None:
    set_envelope(
        cast.finance,
        plan=Plan.objects.get(organisation=cast.organisation),
        year=year,
        section=section,
        amount=euros(thousands),
        decided_on=on,
        reference=reference,
    )


def _allot(cast: Cast, year: int, allotted: dict[int, int], on: date, reference: str) -> None:
    actions = actions_of(cast)
    for number, thousands in allotted.items():
        allot(
            cast.finance,
            action=actions[number],
            year=year,
            amount=euros(thousands),
            decided_on=on,
            reference=reference,
        )


def _authorise(
    cast: Cast, decided_on: date, thousands: int, reference: str, payments: dict[int, int]
) -> None:
    """Vote the programme of the server room, or revise it."""
    programme = set_programme(
        cast.finance,
        programme=Programme.objects.filter(organisation=cast.organisation).first(),
        title=funding.ROOM,
        kind=ProgrammeKind.AP_CP,
        codes=funding.ROOM_CONTRACTS,
    )
    revise_programme(
        cast.finance,
        programme=programme,
        amount=euros(thousands),
        decided_on=decided_on,
        reference=reference,
        payments={year: euros(paid) for year, paid in payments.items()},
    )


def _correct(cast: Cast) -> None:
    """Say what was learnt of 2025 after its closing: its share does not change."""
    adjust(
        cast.finance,
        fiscal_year=year_of(cast, 2025),
        stage=Stage.REALISED,
        amount=funding.CORRECTION,
        nr_amount=Decimal(0),
        reason=funding.CORRECTION_REASON,
        evidence=funding.CORRECTION_EVIDENCE,
        on=funding.CORRECTED_ON,
    )


def _foresee(cast: Cast) -> None:
    for section, amount in funding.FORECAST.items():
        set_forecast(
            cast.finance,
            year=funding.FORECAST_YEAR,
            section=section,
            amount=amount,
            source=funding.FORECAST_SOURCE,
        )


def _co_fund(cast: Cast) -> None:
    set_co_funding(
        cast.finance,
        action=actions_of(cast)[funding.CO_FUNDED_ACTION],
        funder=funding.CO_FUNDER,
        year=funding.CO_FUNDING_YEAR,
        asked=euros(funding.ASKED),
        granted=euros(funding.GRANTED),
        received=euros(funding.RECEIVED),
    )
