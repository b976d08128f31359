"""The share of the IT budget dedicated to NR over the years of a plan, and its ambition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from portulan.budget.indicator.comparing import obstacles_between
from portulan.budget.indicator.facts import YearFacts, year_facts
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.indicator.share import HUNDRED
from portulan.budget.models import Forecast
from portulan.budget.words import Obstacle, Stage
from portulan.core.amounts import Of, identified
from portulan.plans.models import Plan
from portulan.plans.money.funding import EXPECTED, Funding

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TrajectoryYear:
    """A year of the trajectory. Euros, percent; None is unknown or not computable.

    `stage` is None for a year without accounts: then the numerator is what was reserved for
    actions, or what they ask where nothing was, and the denominator the expected IT budget.
    `not_costed` counts actions whose amount is unknown. `obstacles` are what forbids to compare it
    with the year before, of two years that have accounts.
    """

    year: int
    stage: Stage | None
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    ambition: Decimal | None
    perimeter: int | None
    not_costed: int = 0
    computed: YearFigure | None = None
    obstacles: tuple[Obstacle, ...] = ()
    plan: int | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether nothing of the accounts of the year was looked at yet."""
        return self.computed is not None and self.computed.figure.is_unknown

    @property
    def aimed(self) -> Decimal | None:
        """The ambition in euros of the budget of the year."""
        if self.ambition is None or not self.denominator:
            return None
        return identified(self.denominator * self.ambition / HUNDRED, self._of("aimed"))

    def _of(self, what: str) -> Of:
        return Of(what, self.year, self.stage or EXPECTED, who=self.plan)

    @property
    def gap(self) -> Decimal | None:
        """What is missing to reach the ambition (negative: what is beyond), in euros."""
        if self.aimed is None or self.numerator is None or self.is_unknown:
            return None
        return identified(self.aimed - self.numerator, self._of("gap"))


def trajectory_of(
    plan: Plan, funding: Iterable[Funding], known: YearFacts | None = None
) -> list[TrajectoryYear]:
    """Return the year before the plan and its years: accounts, else what is to come.

    `funding` is that of the actions that go on; `known` is what is known of the exercices, where a
    page has it. A query beside those of the years.
    """
    known = known or year_facts(plan.organisation_id)
    figures, apart = known.figures, obstacles_between(known)
    ambitions = {
        one.year: identified(one.percent, Of("ambition", one.year, who=plan.pk))
        for one in known.ambitions
        if one.plan_id == plan.pk
    }
    expected = _expected(plan.organisation_id)
    funding = list(funding)
    years = range(plan.first_year - 1, plan.last_year + 1)
    found = []
    for year in years:
        if (computed := figures.get(year)) is not None:
            # The year before the plan is not compared: what it follows is not shown.
            obstacles = apart.get(year, ()) if year >= plan.first_year else ()
            found.append(_accounted(computed, ambitions.get(year), obstacles))
        elif year >= plan.first_year:
            found.append(_to_come(year, funding, expected.get(year), ambitions.get(year)))
    return [replace(one, plan=plan.pk) for one in found]


def _expected(organisation_id: int) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = {}
    for year, amount in Forecast.objects.filter(organisation_id=organisation_id).values_list(
        "year", "amount"
    ):
        sums[year] = sums.get(year, ZERO) + amount
    return sums


def _accounted(
    computed: YearFigure, ambition: Decimal | None, obstacles: tuple[Obstacle, ...]
) -> TrajectoryYear:
    figure = computed.figure
    return TrajectoryYear(
        year=computed.fiscal_year.year,
        stage=computed.stage,
        numerator=figure.numerator,
        denominator=figure.denominator.amount,
        value=figure.value,
        lower=figure.lower,
        upper=figure.upper,
        ambition=ambition,
        perimeter=computed.perimeter.edition if computed.perimeter else None,
        computed=computed,
        obstacles=obstacles,
    )


def _to_come(
    year: int, funding: list[Funding], expected: Decimal | None, ambition: Decimal | None
) -> TrajectoryYear:
    years = [item.of(year) for item in funding]
    known = [item.expected for item in years if item.expected is not None]
    numerator = sum(known, ZERO) if known else None
    value = HUNDRED * numerator / expected if numerator is not None and expected else None
    who = tuple(sorted({who for item in years for who in item.who}))
    of = Of("nr", year, EXPECTED, "it", who=who)
    return TrajectoryYear(
        year=year,
        stage=None,
        numerator=identified(numerator, of),
        denominator=identified(expected, of._replace(what="denominator", who=None)),
        value=identified(value, of._replace(what="nr-share")),
        lower=None,
        upper=None,
        ambition=ambition,
        perimeter=None,
        not_costed=sum(1 for item in years if item.expected is None and item.planned_said),
    )
