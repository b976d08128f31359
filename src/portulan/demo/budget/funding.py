"""The money around the lines: ambitions, envelopes, the 2027 forecast, allotments, co-funding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from portulan.budget.funding.programmes import revise_programme, set_programme
from portulan.budget.funding.writes import (
    allot,
    set_ambition,
    set_ambition_amounts,
    set_co_funding,
    set_envelope,
    set_forecast,
)
from portulan.budget.indicator.adjustments import adjust
from portulan.budget.models import Programme
from portulan.budget.words import ProgrammeKind, Stage
from portulan.demo.budget.story import actions_of, year_of
from portulan.demo.cast import Cast
from portulan.demo.clock import Event
from portulan.demo.shapes import VOTED_ON, euros
from portulan.plans.models import Plan
from portulan.plans.words import Section

AMBITIONS = {2025: Decimal("2.5"), 2026: Decimal("3.5"), 2027: Decimal("4.0")}


# In k€, by section; the euros of the ambition are those of its percentages, rounded.
AMBITION_EUROS = {
    2025: {"F": 200, "I": 250},
    2026: {"F": 290, "I": 355},
    2027: {"F": 330, "I": 390},
}
ENVELOPES = (
    (2025, "F", 220, date(2024, 12, 13), "Budget primitif 2025"),
    (2025, "I", 260, date(2024, 12, 13), "Budget primitif 2025"),
    (2026, "F", 275, date(2025, 12, 11), "Budget primitif 2026"),
    (2026, "I", 405, date(2025, 12, 11), "Budget primitif 2026"),
)
FORECAST_ON = date(2026, 10, 12)
FORECAST_YEAR = 2027
FORECAST = {Section.OPERATING: Decimal(11_000_000), Section.INVESTMENT: Decimal(7_000_000)}
FORECAST_SOURCE = "Lettre de cadrage"


# Nothing stands for action 4 in 2027 (not funded) nor for action 17 (its cost is not known).
ALLOTTED_2026 = {3: 4, 4: 12, 7: 66, 9: 58, 12: 21, 13: 12, 14: 3, 15: 34, 16: 72, 17: 44, 18: 41,
                 19: 240, 20: 18}  # fmt: skip
ALLOTTED_2027 = {3: 19, 7: 18, 8: 46, 9: 62, 12: 24, 13: 8, 14: 3, 15: 28, 16: 95, 18: 33,
                 19: 96, 20: 21}  # fmt: skip
ALLOTMENTS = (
    (2026, ALLOTTED_2026, date(2025, 12, 11), "Budget primitif 2026"),
    (2027, ALLOTTED_2027, date(2026, 11, 5), "Pré-arbitrage du 05/11/2026"),
)
CO_FUNDED_ON = date(2026, 9, 15)
CO_FUNDED_ACTION = 20
CO_FUNDER = "Fonds d’économie circulaire (inventé)"
CO_FUNDING_YEAR = 2026
ASKED, GRANTED, RECEIVED = 130, 90, 60  # k€


# The server room is voted over three years, in thousands of euros (the whole works, of which
# action 19 has 60 %), and raised by the amending decision that the ledger of 2026 contains.
ROOM = "Salle Est, une seule salle serveur"
ROOM_CONTRACTS = ("2025-DSI-055", "2025-DSI-056")
ROOM_DECISIONS = (
    (date(2025, 6, 26), 720, "Délibération du 26/06/2025", {2025: 160, 2026: 400, 2027: 160}),
    (date(2026, 6, 25), 800, "Décision modificative n° 1", {2025: 160, 2026: 480, 2027: 160}),
)


# A credit note that came after 2025 was closed: said beside, the closed share stays.
CORRECTED_ON = date(2026, 5, 19)
CORRECTION = Decimal(-8400)
CORRECTION_REASON = "Avoir de maintenance des baies, reçu après la clôture"
CORRECTION_EVIDENCE = "Avoir 25A0117 du 12/05/2026"


def money_events(cast: Cast) -> Iterator[Event]:
    """Yield what was wanted, voted, reserved, corrected and foreseen, after the plan's vote."""
    yield Event(VOTED_ON, partial(_set_ambitions, cast))
    for year, section, thousands, on, reference in ENVELOPES:
        yield Event(on, partial(_vote_envelope, cast, year, section, thousands, on, reference))
    for year, allotted, on, reference in ALLOTMENTS:
        yield Event(on, partial(_allot, cast, year, allotted, on, reference))
    for decided_on, amount, reference, payments in ROOM_DECISIONS:
        yield Event(decided_on, partial(_authorise, cast, decided_on, amount, reference, payments))
    yield Event(CORRECTED_ON, partial(_correct, cast))
    yield Event(FORECAST_ON, partial(_foresee, cast))
    yield Event(CO_FUNDED_ON, partial(_co_fund, cast))


def _set_ambitions(cast: Cast) -> None:
    plan = Plan.objects.get(organisation=cast.organisation)
    for year, percent in AMBITIONS.items():
        set_ambition(cast.officer, plan=plan, year=year, percent=percent)
    amounts = {
        (year, section): euros(thousands)
        for year, sections in AMBITION_EUROS.items()
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
        title=ROOM,
        kind=ProgrammeKind.AP_CP,
        codes=ROOM_CONTRACTS,
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
        amount=CORRECTION,
        nr_amount=Decimal(0),
        reason=CORRECTION_REASON,
        evidence=CORRECTION_EVIDENCE,
        on=CORRECTED_ON,
    )


def _foresee(cast: Cast) -> None:
    for section, amount in FORECAST.items():
        set_forecast(
            cast.finance,
            year=FORECAST_YEAR,
            section=section,
            amount=amount,
            source=FORECAST_SOURCE,
        )


def _co_fund(cast: Cast) -> None:
    set_co_funding(
        cast.finance,
        action=actions_of(cast)[CO_FUNDED_ACTION],
        funder=CO_FUNDER,
        year=CO_FUNDING_YEAR,
        asked=euros(ASKED),
        granted=euros(GRANTED),
        received=euros(RECEIVED),
    )
