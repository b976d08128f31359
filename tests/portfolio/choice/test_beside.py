"""What three choices leave to each group, against what is counted naively; ballots as a file."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from portulan.portfolio.choice.beside import obtained, purses, room_left
from portulan.portfolio.choice.pabulib import read
from portulan.portfolio.choice.rules import completed, equal_shares, greedy
from portulan.portfolio.choice.writing import pabulib
from portulan.portfolio.room.rules import election_of, most_value
from portulan.portfolio.words import Voted

COSTS = st.lists(st.integers(1, 60), min_size=2, max_size=6)


@st.composite
def votes(draw: st.DrawFn) -> tuple[list[dict[str, object]], int, list[dict[str, int]], Voted]:
    projects: list[dict[str, object]] = [
        {"id": f"{at:03d}", "title": f"Action « {at} »;", "cost": cost, "value": draw(VALUES)}
        for at, cost in enumerate(draw(COSTS), 1)
    ]
    voted = draw(st.sampled_from(list(Voted)))
    points = st.just(1) if voted is Voted.APPROVAL else st.integers(1, 2)
    ids = st.sampled_from([str(one["id"]) for one in projects])
    ballots = draw(st.lists(st.dictionaries(ids, points, max_size=4), min_size=1, max_size=8))
    return projects, draw(st.integers(60, 150)), ballots, voted


VALUES = st.integers(-5, 50)


@given(votes())
def test_each_group_obtains_what_its_people_count(drawn) -> None:
    projects, envelope, ballots, voted = drawn
    election = election_of(projects, envelope, ballots, voted)
    for outcome in (greedy(election), equal_shares(election), completed(election)):
        found = obtained(election, set(outcome.winners))
        ids = {str(projects[at]["id"]) for at in outcome.winners}
        costs = {str(one["id"]): one["cost"] for one in projects}
        utility = [
            sum(points if voted is Voted.POINTS else costs[key] for key, points in one.items()
                if key in ids)
            for one in ballots
        ]  # fmt: skip
        for at, project in enumerate(projects):
            own = [utility[n] for n, one in enumerate(ballots) if project["id"] in one]
            said = found.means[at]
            assert (
                said is None
                if not own
                else election.money(said or 0)
                in (
                    Fraction(sum(own), len(own)),
                    Fraction(sum(own), len(own)) / election.scale,
                )
            )
        assert found.empty == sum(not ids & set(one) for one in ballots)


@given(votes())
def test_who_is_left_out_has_too_little(drawn) -> None:
    election = election_of(*drawn)
    plain, shares = greedy(election), completed(election)
    left = purses(election, shares)
    assert all(one >= 0 for one in left)
    for at, project in enumerate(election.projects):
        if at not in shares.winners and election.supporters()[at]:
            assert left[at] < project.cost
        if at not in plain.winners:
            assert room_left(election, plain, at) < project.cost


@given(votes())
def test_the_plan_of_most_value_is_the_best_of_all(drawn) -> None:
    projects, envelope, _ballots, _voted = drawn
    found = most_value(projects, envelope)
    assert found is not None
    worth = {str(one["id"]): one for one in projects}
    best = max(
        sum(one["value"] for one in some)
        for size in range(len(projects) + 1)
        for some in combinations(projects, size)
        if sum(one["cost"] for one in some) <= envelope
    )
    assert sum(worth[key]["value"] for key in found) == best  # type: ignore[misc]
    assert sum(worth[key]["cost"] for key in found) <= envelope  # type: ignore[misc]


@given(votes())
def test_ballots_leave_as_a_file_that_counts_the_same(drawn) -> None:
    projects, envelope, ballots, voted = drawn
    by_points = voted is Voted.POINTS
    text = pabulib("Un vote", envelope, projects, ballots, by_points=by_points)
    reading = read(text.encode())
    ours = election_of(projects, envelope, ballots, voted)
    assert not reading.problems
    for rule in (greedy, completed):
        assert rule(reading.election).winners == rule(ours).winners
        assert rule(reading.election).spent == rule(ours).spent
