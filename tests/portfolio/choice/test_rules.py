"""Equal shares and the plain count: what their papers promise, on elections drawn at random."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from portulan.portfolio.choice.election import Election, election
from portulan.portfolio.choice.pabulib import read
from portulan.portfolio.choice.rules import (
    Outcome,
    _Purchases,
    choose,
    completed,
    equal_shares,
    greedy,
)


def drawn(seed: int) -> Election:
    random = Random(seed)
    count = random.randint(1, 7)
    costs = [Fraction(random.randint(0, 40), random.choice([1, 1, 4])) for _one in range(count)]
    projects = [(str(at + 1), cost, "") for at, cost in enumerate(costs)]
    points = random.random() < 0.4
    votes = [
        {
            at: Fraction(random.randint(1, 5)) if points else None
            for at in random.sample(range(count), random.randint(0, count))
        }
        for _one in range(random.randint(1, 12))
    ]
    budget = Fraction(random.randint(1, 90))
    return election(projects, budget, votes, "points" if points else "approval")


def naive(found: Election, share: Fraction) -> list[str]:
    """Equal shares as the paper writes them, one voter after the other."""
    voters = [dict(ballot) for ballot, weight in found.ballots.items() for _one in range(weight)]
    left, chosen = [share] * len(voters), set[int]()
    while True:
        prices: list[tuple[Fraction, str, int]] = []
        for at, project in enumerate(found.projects):
            backers = [v for v, vote in enumerate(voters) if vote.get(at)]
            if at in chosen or sum(left[v] for v in backers) < project.cost or not backers:
                continue
            rest, weight = Fraction(project.cost), sum(voters[v][at] for v in backers)
            for v in sorted(backers, key=lambda v: left[v] / voters[v][at]):
                if left[v] * weight >= rest * voters[v][at]:
                    prices.append((rest / weight, project.id, at))
                    break
                rest, weight = rest - left[v], weight - voters[v][at]
        if not prices:
            return sorted(found.projects[at].id for at in chosen)
        price, _id, best = min(prices)
        for v, vote in enumerate(voters):
            left[v] -= min(left[v], price * vote.get(best, 0))
        chosen.add(best)


def ids(found: Election, outcome: Outcome) -> list[str]:
    return sorted(found.projects[at].id for at in outcome.winners)


@pytest.mark.parametrize("part", range(4))
def test_it_is_the_rule_of_the_paper(part: int) -> None:
    for seed in range(part * 60, part * 60 + 60):
        found = drawn(seed)
        outcome = equal_shares(found)
        assert ids(found, outcome) == naive(found, outcome.per_voter)
        assert outcome.spent <= found.budget


def test_shares_passed_over_choose_what_each_step_would() -> None:
    """Completion jumps over shares that change nothing: step by step finds the same."""
    for seed in range(80):
        found = drawn(seed)
        supported = {at for ballot in found.ballots for at, utility in ballot if utility}
        share, before = equal_shares(found).per_voter, None
        for _step in range(10_000):
            outcome = _Purchases(found, share).outcome()
            if outcome.spent > found.budget:
                break
            before, left = outcome, found.budget - outcome.spent
            waiting = supported - set(outcome.winners)
            if all(found.projects[at].cost > left for at in waiting):
                break
            share += found.scale
        reached = completed(found)
        assert before is not None
        assert (reached.winners, reached.per_voter) == (before.winners, before.per_voter), seed
        assert reached.bought == before.bought, seed


def test_a_large_share_is_not_walked_unit_by_unit() -> None:
    """A share of ten million euros has ten million steps; only those that change are looked at."""
    million = Fraction(10**6)
    projects = [(str(at), million * (3 + at), "") for at in range(8)]
    votes = [{at: None for at in range(8) if (at * v) % 5 < 2} for v in range(10)]
    found = election(projects, million * 24, votes)
    before, after = equal_shares(found), completed(found)
    assert before.spent < after.spent <= found.budget
    assert after.per_voter - before.per_voter > 100_000


def test_who_agrees_on_enough_obtains_it() -> None:
    """A group that approves the same things has at least what its shares alone would buy."""
    projects = [(str(at), Fraction(10), "") for at in range(8)]
    votes = [dict.fromkeys(range(4))] * 7 + [dict.fromkeys(range(4, 8))] * 3
    found = election(projects, Fraction(40), votes)
    assert ids(found, equal_shares(found)) == ["0", "1", "4"]
    assert ids(found, completed(found)) == ["0", "1", "2", "4"]
    assert ids(found, greedy(found)) == ["0", "1", "2", "3"]


def test_ties_go_by_identifiers_as_text_and_are_told() -> None:
    projects = [("2", Fraction(10), ""), ("10", Fraction(10), "")]
    found = election(projects, Fraction(10), [{0: None, 1: None}])
    for rule in ("equal-shares", "greedy"):
        outcome = choose(found, rule)
        assert ids(found, outcome) == ["10"]
        assert [(tie.chosen, set(tie.among)) for tie in outcome.ties] == [(1, {0, 1})]


def test_the_plain_count_uses_what_is_left() -> None:
    for seed in range(60):
        found = drawn(seed)
        outcome = greedy(found)
        left = found.budget - outcome.spent
        out = [one for at, one in enumerate(found.projects) if at not in outcome.winners]
        assert left >= 0
        assert all(one.cost > left for one in out)


REAL = Path(os.environ.get("PORTULAN_REAL_DATA", "../shared/data")) / "pabulib"


@pytest.mark.skipif(not REAL.is_dir(), reason="PORTULAN_REAL_DATA names a folder of real files")
def test_elections_known_elsewhere() -> None:
    """What pabutools found, once, on files drawn for it."""
    truth = json.loads((REAL / "truth.json").read_text(encoding="utf-8"))
    for name, expected in truth.items():
        found = read((REAL / name).read_bytes()).election
        places = {one.id: at for at, one in enumerate(found.projects)}
        for key, outcome in (
            ("equal_shares", equal_shares(found)),
            ("equal_shares_add1", completed(found)),
            ("greedy", greedy(found)),
        ):
            assert list(outcome.winners) == [places[one] for one in expected[key]], (name, key)
