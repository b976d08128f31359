"""The charts of an arbitration, from its plain values."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.labels import STAGES
from portulan.budget.words import Stage
from portulan.charts.canvas import Drawing
from portulan.charts.money_bars import MoneyBar, money_bars
from portulan.charts.stages import stage_shape
from portulan.charts.stairs import Stair, stairs
from portulan.portfolio.engine.documents import Curve
from portulan.portfolio.engine.pareto import Point
from portulan.portfolio.facts import AmbitionFacts
from portulan.portfolio.results.changes import clauses
from portulan.portfolio.results.spending import YearOfMoney
from portulan.portfolio.results.words import percent_of
from portulan.web.portfolio.results.page import Shown

MOST_BARS = 3


def spending(shown: Shown, years: Sequence[YearOfMoney]) -> Drawing:
    """Return what each year spends, what the choice adds to what was asked, and the envelope.

    The first year stands beside those that the accounts know, each at its stage; without accounts,
    the first years of the scenario.
    """
    first = shown.facts.years[0]
    known = [one for one in shown.facts.ambitions if one.year < first and one.asked is not None]
    past = [one for one in known if one.stage][1 - MOST_BARS :]
    to_come = years[:1] if past else years[:MOST_BARS]
    return money_bars(
        [*(_past(one) for one in past), *(_bar(shown, year) for year in to_come)],
        title=_("Dépenses du choix et enveloppe de chaque exercice"),
        language=shown.language,
        prefix="spending",
    )


def _past(one: AmbitionFacts) -> MoneyBar:
    """What was voted as an envelope, else the ambition, stands beside what the accounts say."""
    stage = Stage(one.stage)
    line = one.envelope if one.voted is None else one.voted
    return MoneyBar(
        one.year,
        Decimal(one.asked or 0),
        stage=str(STAGES[stage]),
        shape=stage_shape(stage),
        envelope=None if line is None else Decimal(line),
        past=True,
    )


def _bar(shown: Shown, year: YearOfMoney) -> MoneyBar:
    is_raise = year.asked is not None and year.asked < year.spent
    return MoneyBar(
        year.year,
        Decimal(year.asked if is_raise and year.asked is not None else year.spent),
        stage=_("scénario"),
        added=Decimal(year.spent - year.asked) if is_raise and year.asked is not None else None,
        envelope=Decimal(_available(shown, year)),
    )


def _available(shown: Shown, year: YearOfMoney) -> int:
    """What there is in all the envelopes of the scenario."""
    at = shown.problem.years.index(year.year)
    return sum(one.capacity[at] for one in shown.problem.resources if one.money)


def more_money(shown: Shown, curve: Curve) -> Drawing:
    """Return what each addition brings, in percent of the value of the choice."""
    value = shown.result.value or 0
    here = Stair(Decimal(0), Decimal(0), told=_("le choix"), here=True)
    found = [
        Stair(
            amount=Decimal(bought.amount or 0),
            gain=percent_of(bought.delta.low, value),
            is_proved=bought.delta.exact,
            told=clauses(bought.difference, shown.names, shown.language) or _("rien ne change"),
        )
        for bought in curve.steps
    ]
    return stairs(
        [here, *found],
        title=_("Ce que plus d’argent apporterait en %(year)s") % {"year": curve.year},
        columns=(
            _("De plus en %(year)s") % {"year": curve.year},
            _("Gain, en % du choix"),
            _("Ce qui change"),
        ),
        language=shown.language,
        prefix="more",
    )


def front(shown: Shown, points: Sequence[Point]) -> Drawing:
    """Return the most that each amount of money can bring, up to the choice itself.

    Amounts are those beyond the cheapest plan that keeps the rules.
    """
    value = shown.result.value or 0
    base, least = shown.result.evaluation, points[0].cost
    return stairs(
        [
            Stair(
                amount=Decimal(point.cost - least),
                gain=percent_of(point.value, value),
                is_proved=point.proved,
                told=str(len(point.plan)),
                # Not on the front, if it is not proved and a cheaper plan is worth as much.
                here=base is not None and point.cost == base.money,
            )
            for point in points
        ],
        title=_("Ce que chaque somme peut apporter au mieux"),
        columns=(
            _("Dépense au-delà de %(least)s") % {"least": shown.money(least)},
            _("Apport, en % du choix"),
            _("Actions"),
        ),
        language=shown.language,
        prefix="front",
    )
