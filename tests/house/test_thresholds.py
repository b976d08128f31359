"""Every threshold of the rules: under it, exactly at it, over it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from portulan.budget.alerts.rules import AlertKind, alerts_of
from portulan.budget.alerts.rules import Facts as AlertFacts
from portulan.budget.imports.plausibility import (
    ACCOUNTS,
    CERTAIN_IT,
    FTE_ACCOUNTS,
    FTE_CERTAIN_IT,
    FTE_LEDGER,
    LEDGER,
    TIMES,
    Known,
    Likely,
    doubts,
)
from portulan.budget.indicator.share import (
    PROVISIONAL_BELOW,
    SURPRISING_ABOVE,
    Caution,
    Figure,
    Tally,
    explain,
)
from portulan.budget.legal.rules import LAWS, Law, stand
from portulan.budget.perimeter.precedents import (
    AGREEMENT,
    RECENT_YEARS,
    SUPPORT,
    By,
    Judged,
    Likeness,
    Precedents,
)
from portulan.budget.words import Stage, Verdict
from portulan.indicators.series import Aim, Reading, Series
from portulan.indicators.series import stand as stands
from portulan.indicators.words import Direction, TargetKind
from portulan.plans.commitments.rules import (
    Commitment,
    Made,
    Proposed,
    check_decision,
    level_on,
    missing_to_finish,
)
from portulan.plans.models import Deliverable
from portulan.plans.money.funding import Funding, FundingYear
from portulan.plans.states.rules import Awaited, Facts, Frame, derive
from portulan.plans.words import CommitmentLevel, Outcome, Progress, State

D = Decimal
CENT, NOTHING, HUNDRED = D("0.01"), D(0), D(100)
DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)
FRAME = Frame(TODAY, stale_after_days=120, allotted_years=frozenset(range(2020, 2032)))
STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


def sides(holds: Callable[..., bool], at: object, step: object = 1) -> tuple[bool, bool, bool]:
    """Whether it holds a step under, exactly at, and a step over."""
    return holds(at - step), holds(at), holds(at + step)  # type: ignore[operator]


def shares(numerator: Decimal, qualified: Decimal, denominator: Decimal = HUNDRED) -> Figure:
    one = Tally(denominator, 1)
    return Figure(one, declared=Tally(numerator, 1), candidates=Tally(D(100), 1), lines=1,
                  qualified=Tally(qualified, 1))  # fmt: skip


def test_the_share_is_provisional_under_and_surprising_over() -> None:
    provisional = sides(lambda x: shares(D(1), x).provisional, PROVISIONAL_BELOW, CENT)
    told = sides(lambda x: Caution.PROVISIONAL in shares(D(1), x).cautions, PROVISIONAL_BELOW, CENT)
    assert provisional == told == (True, False, False)
    assert not Figure().provisional  # nothing to qualify: no coverage
    surprising = sides(
        lambda x: Caution.SURPRISING in shares(x, D(100)).cautions, SURPRISING_ABOVE, CENT
    )
    assert surprising == (False, False, True)
    assert sides(lambda x: shares(D(1), D(1), x).value is None, D(0), CENT) == (True, True, False)
    negative = sides(
        lambda x: Caution.NEGATIVE_DENOMINATOR in shares(D(1), D(1), x).cautions, D(0), CENT
    )
    assert negative == (True, False, False)
    below = sides(lambda x: Caution.NEGATIVE_NUMERATOR in shares(x, D(100)).cautions, D(0), CENT)
    assert below == (True, False, False)
    alerted = sides(
        lambda x: (
            AlertKind.NEGATIVE in {one.kind for one in alerts_of(shares(x, D(100)), AlertFacts())}
        ),
        D(0),
        CENT,
    )
    assert alerted == (True, False, False)
    # Nothing qualified is not 0 %: not known, until something is.
    known = sides(lambda x: shares(D(0), x).value == 0, CENT, CENT)
    assert known == (False, True, True)
    assert shares(D(0), D(0)).is_unknown
    for term in ("d0", "d1"):
        terms = {"n0": D(1), "d0": D(9), "n1": D(1), "d1": D(9)}
        assert sides(lambda x, t=terms, k=term: explain(**t | {k: x}) is None, D(0), CENT) == (
            (True, True, False)
        )  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "falls", "rises"),
    [
        (D(5), AlertKind.BELOW_AMBITION, AlertKind.ABOVE_AMBITION),
        (SURPRISING_ABOVE, None, AlertKind.SURPRISING),
    ],
)
def test_an_alert_calls_once_the_threshold_is_reached_or_lost(
    limit: Decimal, falls: AlertKind | None, rises: AlertKind
) -> None:
    ambition = limit if falls else None

    def calls(published: Decimal, kind: AlertKind | None) -> Callable[[Decimal], bool]:
        facts = AlertFacts(published=published, ambition=ambition)
        return lambda now: kind in {one.kind for one in alerts_of(shares(now, D(100)), facts)}

    assert sides(calls(limit - 1, rises), limit) == (False, True, True)
    for published in (limit, limit + 1):
        assert sides(calls(published, falls), limit) == (falls is not None, False, False)


def says(state: State, **facts: object) -> bool:
    given = {"progress": Progress.IN_PROGRESS, "last_news_on": TODAY} | facts
    known = Facts(**given)  # type: ignore[arg-type]
    return state in {one.state for one in derive(known, FRAME)}


def funded(state: State, **of_year: object) -> bool:
    year = FundingYear(**{"year": 2027} | of_year)  # type: ignore[arg-type]
    return says(state, funding=Funding((year,)))


def test_states_begin_and_end_on_their_day() -> None:
    assert sides(lambda x: says(State.LATE, due_on=x), TODAY, DAY) == (True, False, False)
    for state, name in (
        (State.MILESTONE_LATE, "milestones"),
        (State.DELIVERABLE_LATE, "deliverables"),
    ):
        late = sides(lambda x, s=state, k=name: says(s, **{k: (Awaited("Étude", x),)}), TODAY, DAY)
        assert late == (True, False, False), state
    started = sides(
        lambda x: says(State.NOT_STARTED, progress=Progress.TODO, starts_on=x), TODAY, DAY
    )
    assert started == (True, False, False)
    stale = TODAY - 120 * DAY
    assert sides(lambda x: says(State.STALE, last_news_on=x), stale, DAY) == (True, False, False)
    for since in ("vacant_since", "pilot_left_on"):
        vacant = sides(lambda x, k=since: says(State.VACANT, **{k: x}), TODAY, DAY)
        assert vacant == (True, True, False)


def test_states_of_money_are_of_their_years_and_beyond_their_amounts() -> None:
    asked = sides(lambda x: funded(State.UNFUNDED, planned=x), D(0), CENT)
    assert asked == (False, False, True)
    over = sides(lambda x: funded(State.OVER_ENVELOPE, attributed=x, allotted=D(9)), D(9))
    assert over == (False, False, True)
    spent = {"attributed": D(2), "allotted": D(1)}
    years = {
        State.UNFUNDED: ({"planned": D(1)}, (False, False, True)),
        State.NOT_COSTED: ({"planned_said": True}, (False, False, True)),
        State.OVER_ENVELOPE: (spent, (False, True, True)),
    }
    for state, (facts, expected) in years.items():
        found = sides(lambda x, s=state, f=facts: funded(s, year=x, **f), TODAY.year)
        assert found == expected, state
    # An exercice that does not start with the civil year: this year is the one the frame says.
    later = Frame(TODAY, allotted_years=frozenset({2027, 2028}), this_year=2027)
    unknown = (FundingYear(year, planned_said=True) for year in (2027, 2028))
    (found,) = derive(Facts(Progress.TODO, funding=Funding(tuple(unknown))), later)
    assert (found.year, found.sentence()) == (2028, "Le coût de 2028 n’est pas connu.")


@pytest.mark.parametrize("direction", [Direction.UP, Direction.DOWN])
def test_a_threshold_of_an_indicator_is_met_at_its_value_from_its_day(direction: Direction) -> None:
    sense = 1 if direction is Direction.UP else -1

    def under(value: Decimal, day: date) -> bool:
        legal = Aim(TODAY, 50 * D(sense), kind=TargetKind.LEGAL)
        series = Series((Reading(TODAY - DAY, value * sense),), (legal,), direction)
        return bool(stands(series, day).under_legal)

    assert sides(lambda x: under(x, TODAY), D(50), CENT) == (True, False, False)
    assert sides(lambda x: under(D(49), x), TODAY, DAY) == (False, True, True)


def test_decisions_and_deliverables_have_their_days() -> None:
    voted = date(2026, 1, 1)
    state = Commitment((Made(voted, Outcome.ADOPT, STUDY),), scope="x")
    full = {"approach": "a", "consulted": "b", "result": "c"}

    def refused(on: date, delivered_on: date = voted) -> set[str]:
        handed = Deliverable(delivered_on=delivered_on, **full)
        asked = Proposed(on, Outcome.MOVE, EXPERIMENT, "Comité", "Vu", handed)
        return {problem.kind.code for problem in check_decision(state, asked, today=TODAY)}

    def bars(code: str, **fixed: date) -> Callable[[date], bool]:
        moving = "delivered_on" if "on" in fixed else "on"
        return lambda day: code in refused(**fixed | {moving: day})

    assert sides(bars("decided-in-the-future"), TODAY, DAY) == (False, False, True)
    assert sides(bars("decided-before-the-last"), voted, DAY) == (True, False, False)
    later = bars("deliverable-not-delivered", on=TODAY)
    assert sides(later, TODAY, DAY) == (False, False, True)
    old = bars("deliverable-too-old", on=TODAY)
    assert sides(old, voted, DAY) == (True, False, False)
    assert sides(lambda x: level_on(state.decisions, x) is STUDY, voted, DAY) == (
        (False, True, True)
    )  # fmt: skip


def test_a_reading_is_recent_for_a_year() -> None:
    def awaited(last: date) -> bool:
        state = Commitment(indicators=1, follow_up="DSI", last_reading_on=last)
        return bool(missing_to_finish(state, IMPLEMENTATION, today=TODAY))

    assert sides(awaited, TODAY - 365 * DAY, DAY) == (True, False, False)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.ratio)
def test_a_legal_ratio_is_met_at_its_threshold_and_from_its_year(law: Law) -> None:
    for asked in law.obligation.thresholds:

        def under(percent: Decimal, year: int = asked.since) -> bool:
            return stand(law.ratio, year, numerator=percent, denominator=HUNDRED).is_under

        assert asked.percent is not None
        assert sides(under, asked.percent, CENT) == (True, False, False)
        assert under(asked.percent - CENT, asked.since + 1)
        before = law.threshold(asked.since - 1)
        assert before is None or before < asked.percent


def test_lines_alike_speak_when_they_are_enough_recent_and_agreed() -> None:
    line = Likeness("611", "Nuage", "Lot")
    bare = Likeness("611", "", "", "020")

    def past(lines: int, verdict: Verdict = Verdict.IN, year: int = 2025, **of: str) -> Judged:
        known = {"nature": "611", "supplier": "Nuage", "label": "x"} | of
        return Judged(Likeness(**known), verdict, D(1), year, lines)

    alike = {
        By.LINE: (line, {"label": "Lot"}),
        By.LABEL: (line, {"label": "Lot", "supplier": "Autre"}),
        By.SUPPLIER_AND_FUNCTION: (line._replace(function="020"), {"function": "020"}),
        By.ACCOUNT_AND_FUNCTION: (bare, {"function": "020", "supplier": "", "label": ""}),
        By.SUPPLIER_AND_ACCOUNT: (line, {}),
        By.SUPPLIER: (line, {"nature": "6156"}),
    }
    for by, (asked, of) in alike.items():

        def spoken(
            lines: int, by: By = by, asked: Likeness = asked, of: dict[str, str] = of
        ) -> bool:
            found = Precedents([past(lines, **of)] if lines else []).propose(asked)
            return found is not None and found.by is by

        assert sides(spoken, SUPPORT[by]) == (False, True, True), by

    def agreed(lines: int) -> bool:
        others = 100 - lines
        return Precedents([past(lines), past(others, Verdict.OUT)]).propose(line) is not None

    assert sides(agreed, int(100 * AGREEMENT)) == (False, True, True)

    def counted(year: int) -> bool:
        found = Precedents([past(9), past(9, Verdict.OUT, year)]).propose(line)
        return found is None  # they disagree: both are heard

    assert sides(counted, 2025 - RECENT_YEARS) == (False, False, True)


@pytest.mark.parametrize(
    ("likely", "most_it", "size", "is_ledger"),
    [
        (ACCOUNTS, CERTAIN_IT, "population", False),
        (LEDGER, CERTAIN_IT, "population", True),
        (FTE_ACCOUNTS, FTE_CERTAIN_IT, "headcount", False),
        (FTE_LEDGER, FTE_CERTAIN_IT, "headcount", True),
    ],
)
def test_amounts_are_likely_up_to_their_bounds(
    likely: Likely, most_it: Decimal, size: str, is_ledger: bool
) -> None:
    def doubted(each: Decimal, its: Decimal = NOTHING) -> bool:
        known = Known(**{size: 1000})  # type: ignore[arg-type]
        spent, certain = {Stage.REALISED: each * 1000}, {Stage.REALISED: its * 1000}
        return bool(list(doubts(spent, certain, known, is_ledger=is_ledger)))

    assert sides(doubted, likely.low, CENT) == (True, False, False)
    assert sides(doubted, likely.high, CENT) == (False, False, True)
    assert sides(lambda x: doubted(likely.high, x), most_it, CENT) == (False, False, True)


def test_the_bounds_of_what_is_likely_are_those_documented() -> None:
    """They are judgements, written a second time: changing one is a decision."""
    bounds = [(one.low, one.high) for one in (ACCOUNTS, LEDGER, FTE_ACCOUNTS, FTE_LEDGER)]
    assert bounds == [(10, 25_000), (D("0.2"), 25_000), (1_000, 2_000_000), (20, 2_000_000)]
    assert (CERTAIN_IT, FTE_CERTAIN_IT, TIMES) == (200, 50_000, 10)
    assert (PROVISIONAL_BELOW, SURPRISING_ABOVE) == (80, 25)
    assert (D("0.9"), 2) == (AGREEMENT, RECENT_YEARS)
    assert {by: SUPPORT[by] for by in By} == {
        By.LINE: 1, By.LABEL: 1, By.SUPPLIER_AND_FUNCTION: 1, By.ACCOUNT_AND_FUNCTION: 1,
        By.SUPPLIER_AND_ACCOUNT: 2, By.SUPPLIER: 3,
    }  # fmt: skip


def test_another_year_is_a_yardstick_up_to_ten_times() -> None:
    def doubted(amount: Decimal) -> bool:
        known = Known(years={Stage.REALISED: (2025, D(1000))})
        return bool(list(doubts({Stage.REALISED: amount}, {}, known, is_ledger=False)))

    assert sides(doubted, D(100), CENT) == (True, False, False)
    assert sides(doubted, D(10_000), CENT) == (False, False, True)
    below = sides(
        lambda x: (
            "unlikely-sign"
            in {p.kind.code for p in doubts({Stage.VOTED: x}, {}, Known(), is_ledger=True)}
        ),
        D(0),
    )
    assert below == (True, False, False)
