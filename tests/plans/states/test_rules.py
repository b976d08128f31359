"""Derived states: each with its facts, on the cases of the demonstration and their opposites."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.indicators.series import Aim, Reading, Series
from portulan.indicators.words import Direction, MeasurementRole, TargetKind
from portulan.plans.money.funding import Funding, FundingYear, allotted_years
from portulan.plans.states.rules import Facts, Followed, Frame, derive
from portulan.plans.states.words import LABELS, RULES
from portulan.plans.words import OVER, Progress, State

TODAY = date(2026, 11, 24)
FRAME = Frame(TODAY, allotted_years=frozenset({2026, 2027}))
NBSP, NARROW = "\u00a0", "\u202f"


def euros(thousands: int) -> Decimal:
    return Decimal(thousands * 1000)


def year(number: int, **amounts: object) -> Funding:
    return Funding((FundingYear(number, **amounts),))  # type: ignore[arg-type]


def screens(last: str, target: str, direction: Direction = Direction.DOWN) -> Followed:
    return Followed(
        Series(
            (Reading(date(2024, 12, 31), Decimal("1.31"), role=MeasurementRole.BASELINE),
             Reading(date(2026, 6, 30), Decimal(last))),
            (Aim(date(2027, 12, 31), Decimal(target)),),
            direction,
        )
    )  # fmt: skip


REUSE = Followed(
    Series(
        (Reading(date(2026, 9, 30), Decimal(44)),),
        (
            Aim(date(2025, 1, 1), Decimal(50), kind=TargetKind.LEGAL, reference="REEN, art. 16"),
            Aim(date(2027, 12, 31), Decimal(60)),
        ),
        Direction.UP,
    ),
    "%",
)
RUNNING, DONE = Progress.IN_PROGRESS, Progress.DONE
NEWS = {"last_news_on": TODAY}


@pytest.mark.parametrize(
    ("facts", "states", "sentence"),
    [
        (
            Facts(RUNNING, due_on=date(2026, 3, 31), **NEWS),
            [State.LATE],
            f"Fin prévue le 31/03/2026, dépassée de 238{NBSP}jours.",
        ),
        (Facts(RUNNING, due_on=TODAY, **NEWS), [], ""),
        (Facts(DONE, due_on=date(2026, 3, 31)), [], ""),
        (
            Facts(Progress.PAUSED, due_on=date(2026, 11, 23)),
            [State.LATE],
            "dépassée de 1\u00a0jour.",
        ),
        (
            Facts(RUNNING, last_news_on=date(2026, 6, 27)),
            [State.STALE],
            f"Rien depuis 150{NBSP}jours{NBSP}: dernière nouvelle le 27/06/2026.",
        ),
        (Facts(RUNNING, last_news_on=date(2026, 7, 27)), [], ""),
        (Facts(RUNNING), [State.STALE], "Aucune nouvelle depuis le début."),
        # What is not under way owes no news.
        (Facts(Progress.TODO), [], ""),
        (
            Facts(Progress.PAUSED, vacant_since=date(2026, 6, 30)),
            [State.VACANT],
            "Pas de pilote depuis le 30/06/2026.",
        ),
        (Facts(RUNNING, pilot_left_on=TODAY, **NEWS), [State.VACANT], "24/11/2026"),
        (Facts(RUNNING, pilot_left_on=date(2026, 12, 31), **NEWS), [], ""),
        (
            Facts(RUNNING, funding=year(2027, planned=euros(40), planned_said=True), **NEWS),
            [State.UNFUNDED],
            f"40{NBSP}k€ demandés pour 2027, aucune dotation en face.",
        ),
        # Nobody has an allotment in 2028: nothing to compare with. A known 0 asks for nothing.
        (Facts(RUNNING, funding=year(2028, planned=euros(40)), **NEWS), [], ""),
        (Facts(RUNNING, funding=year(2027, planned=euros(0)), **NEWS), [], ""),
        (Facts(RUNNING, funding=year(2026, planned=euros(40)), **NEWS), [], ""),
        (
            Facts(RUNNING, funding=year(2027, planned_said=True), **NEWS),
            [State.NOT_COSTED],
            "Le coût de 2027 n’est pas connu.",
        ),
        (Facts(RUNNING, funding=year(2027), **NEWS), [], ""),
        (
            Facts(
                RUNNING,
                funding=year(2026, attributed=euros(288), allotted=euros(240), stage="OPENED"),
                **NEWS,
            ),
            [State.OVER_ENVELOPE],
            f"288{NBSP}k€ fléchés en 2026 pour 240{NBSP}k€ de dotation{NBSP}: 48{NBSP}k€ de trop.",
        ),
        (
            Facts(RUNNING, funding=year(2025, attributed=euros(288), allotted=euros(240)), **NEWS),
            [],
            "",
        ),
        (
            Facts(DONE, followed=(screens("1.16", "1.05"),)),
            [State.TARGET_MISSED],
            "Finie à 1,16, pour une cible de 1,05.",
        ),
        (Facts(DONE, followed=(screens("1.16", "1.05", Direction.UP),)), [], ""),
        (Facts(RUNNING, followed=(screens("1.16", "1.05"),), **NEWS), [], ""),
        (
            Facts(RUNNING, followed=(REUSE,), **NEWS),
            [State.BELOW_LEGAL],
            f"44{NBSP}% au 30/09/2026{NARROW}; la loi demande 50{NBSP}%.",
        ),
        (
            Facts(RUNNING, blocked_by="la sonde est en panne", **NEWS),
            [State.BLOCKED],
            f"Bloquée par{NBSP}: la sonde est en panne",
        ),
        (Facts(DONE, blocked_by="la sonde est en panne"), [], ""),
    ],
)
def test_states_and_their_facts(facts: Facts, states: list[State], sentence: str) -> None:
    derived = derive(facts, FRAME)
    assert [item.state for item in derived] == states
    if derived:
        assert sentence in derived[0].sentence()
        assert derived[0].sentence("en") != derived[0].sentence("fr")


def test_a_state_of_one_year_says_which() -> None:
    (derived,) = derive(Facts(Progress.TODO, funding=year(2027, planned=euros(40))), FRAME)
    assert (derived.label(), derived.label("en")) == ("Non financée en 2027", "Unfunded in 2027")


def test_every_state_has_its_words_and_its_rule() -> None:
    assert set(LABELS) == set(RULES) == set(State)
    for words in (*LABELS.values(), *RULES.values()):
        assert words.fr
        assert words.en
        assert words.fr != words.en


days = st.none() | st.integers(-900, 900).map(lambda n: TODAY + timedelta(days=n))
amounts = st.none() | st.integers(0, 10**6).map(Decimal)
fundings = st.lists(
    st.builds(
        FundingYear,
        year=st.integers(2025, 2028),
        planned=amounts,
        planned_said=st.booleans(),
        allotted=amounts,
        attributed=amounts,
    ),
    max_size=4,
    unique_by=lambda item: item.year,
).map(lambda years: Funding(tuple(years)))
all_facts = st.builds(
    Facts,
    progress=st.sampled_from(Progress),
    due_on=days,
    last_news_on=days,
    vacant_since=days,
    pilot_left_on=days,
    blocked_by=st.sampled_from(["", "le marché"]),
    funding=fundings,
)


@given(all_facts)
def test_what_is_dropped_or_settled_owes_nothing(facts: Facts) -> None:
    states = {item.state for item in derive(facts, FRAME)}
    if facts.progress is Progress.DROPPED:
        assert states <= {State.OVER_ENVELOPE}
    if facts.progress is not Progress.IN_PROGRESS:
        assert State.STALE not in states
    for item in facts.funding.years:
        if item.allotted is not None:
            assert (State.UNFUNDED, item.year) not in {
                (derived.state, derived.year) for derived in derive(facts, FRAME)
            }


@given(all_facts)
def test_states_come_in_one_order_and_read_in_both_languages(facts: Facts) -> None:
    derived = derive(facts, FRAME)
    assert derived == derive(facts, FRAME)
    order = list(RULES)
    ranks = [order.index(item.state) for item in derived]
    assert ranks == sorted(ranks)
    for item in derived:
        assert "{" not in item.sentence("fr") + item.sentence("en") + item.label("en")


def test_the_years_that_have_allotments() -> None:
    facts = {1: year(2026, allotted=euros(0)), 2: year(2027, planned=euros(3)), 3: Funding()}
    assert allotted_years(facts) == {2026}


@pytest.mark.parametrize("progress", Progress)
def test_each_progress_is_asked_what_it_owes(progress: Progress) -> None:
    """What is over owes nothing; what is stopped asks for nothing; only what runs owes news."""
    day = date(2026, 1, 1)
    facts = Facts(
        progress,
        due_on=day,
        last_news_on=day,
        vacant_since=day,
        blocked_by=" la sonde ",
        followed=(REUSE, screens("1.16", "1.05"), REUSE),
        funding=Funding(
            (
                FundingYear(2026, attributed=euros(2), allotted=euros(1)),
                FundingYear(2027, planned=euros(1)),
                FundingYear(2028, planned_said=True),
                FundingYear(2029, outside_said=True),
                FundingYear(2030, outside_said=True, outside_planned=euros(1)),
            )
        ),
    )
    found = [(one.state, one.year) for one in derive(facts, FRAME)]
    stopped = progress in {Progress.DONE, Progress.DROPPED}
    expected = {
        (State.LATE, None): progress not in OVER,
        (State.STALE, None): progress is Progress.IN_PROGRESS,
        (State.VACANT, None): not stopped,
        (State.BLOCKED, None): not stopped,
        (State.UNFUNDED, 2027): not stopped,
        (State.NOT_COSTED, 2028): not stopped,
        (State.NOT_COSTED, 2029): not stopped,
        (State.OVER_ENVELOPE, None): True,
        (State.TARGET_MISSED, None): progress is Progress.DONE,
    }
    assert {key: key in found for key in expected} == expected
    assert found.count((State.BELOW_LEGAL, None)) == (progress is not Progress.DROPPED) * 2


def test_values_of_an_indicator_are_said_as_a_person_says_them() -> None:
    def said(followed: Followed) -> tuple[str, str]:
        [missed] = derive(Facts(DONE, followed=(followed,)), FRAME)
        return missed.sentence(), missed.sentence("en")

    def one(last: Reading, aim: Aim, *, yes_no: bool = False, unit: str = "") -> Followed:
        return Followed(Series((last,), (aim,), Direction.UP), unit, yes_no)

    day, end = date(2026, 1, 1), date(2027, 1, 1)
    answer = one(Reading(day, Decimal(0)), Aim(end, Decimal(1)), yes_no=True)
    assert said(answer) == (
        "Finie à non, pour une cible de oui.", "Done at no, for a target of yes.",
    )  # fmt: skip
    words = one(Reading(day, text="bronze"), Aim(end, text="or"))
    assert "bronze" in said(words)[0]
    assert "or" in said(words)[1]
    assert f"3{NBSP}kWh" in said(one(Reading(day, Decimal(3)), Aim(end, Decimal(4)), unit="kWh"))[0]


def test_money_that_would_be_lost_is_told_from_the_day_that_the_plan_sets() -> None:
    def told(day: date, *, stage: str = "COMMITTED", spent: int = 40, share: int = 50) -> list[str]:
        funding = year(day.year, allotted=euros(100), attributed=euros(spent), stage=stage)
        frame = Frame(day, used_share=share)
        found = derive(Facts(Progress.IN_PROGRESS, funding=funding), frame)
        return [one.sentence() for one in found if one.state is State.UNDER_USED]

    assert told(date(2026, 9, 30)) == []
    [sentence] = told(date(2026, 10, 1))
    assert "seraient perdus" in sentence
    assert told(date(2026, 10, 1), spent=50) == []
    assert told(date(2026, 10, 1), share=30) == []
    # Opened credits say nothing of what is committed: silence is not a loss.
    assert told(date(2026, 10, 1), stage="OPENED") == []
