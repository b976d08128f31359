"""The sorted table: what is decided first, what is unknown last, and a total that adds up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portulan.portfolio.facts import (
    CandidateFacts,
    EnvelopeFacts,
    Impact,
    LevelFacts,
    MustFacts,
    ScenarioFacts,
)
from portulan.portfolio.scenarios.table import Order, listing
from tests.portfolio.tiny import EXPERIMENT, IMPLEMENTATION, STUDY

costs = st.none() | st.integers(0, 10**6).map(lambda euros: {"F": (euros, euros)})
impacts = st.none() | st.integers(-(10**5), 10**5).map(lambda kg: Impact(kg, kg, kg))
musts = st.none() | st.just(MustFacts(STUDY, 2027, "En cours"))
levels = st.lists(
    st.sampled_from([STUDY, EXPERIMENT, IMPLEMENTATION]), unique=True, min_size=1
).flatmap(
    lambda chosen: st.tuples(
        *[
            st.builds(
                LevelFacts, level=st.just(one), duration=st.just(2), cost=costs, impact=impacts
            )
            for one in sorted(chosen)
        ]
    )
)
scenarios = st.lists(st.tuples(levels, musts), max_size=5).map(
    lambda found: ScenarioFacts(
        "Essai", (2027, 2028), 2, {"impact": 1},
        candidates=tuple(
            CandidateFacts(str(number), number, f"Action {number}", must=must, levels=known)
            for number, (known, must) in enumerate(found, start=1)
        ),
        envelopes=(EnvelopeFacts("b", "Budget", True, "", (10**6, 0)),),
    )
)  # fmt: skip
orders: st.SearchStrategy[Order] = st.sampled_from(["ratio", "impact", "cost", "number"])


@given(scenarios, orders)
def test_the_total_adds_up_and_unknown_comes_last(facts: ScenarioFacts, order: Order) -> None:
    rows = listing(facts, order)
    total = 0
    for row in rows:
        total += row.cost or 0
        assert (row.total, row.left) == (total, 10**6 - total)
    assert len(rows) == sum(len(candidate.levels) for candidate in facts.candidates)
    if order == "number":
        return
    assert [row.cost is None for row in rows] == sorted(row.cost is None for row in rows)
    known = [row for row in rows if row.cost is not None]
    assert [not row.decided for row in known] == sorted(not row.decided for row in known)
    for decided in (True, False):
        found = [row for row in known if row.decided is decided]
        if order == "ratio":
            gains = [row.gain for row in found if row.gain]
            ratios = [row.per_euro for row in found if row.per_euro is not None]
            assert [row.gain for row in found[: len(gains)]] == sorted(gains, reverse=True)
            assert [row.per_euro for row in found[len(gains) :][: len(ratios)]] == sorted(
                ratios, reverse=True
            )
            lost = [row.impact is None for row in found[len(gains) + len(ratios) :]]
            assert lost == sorted(lost)


def test_a_level_counts_for_what_it_adds_to_the_one_below() -> None:
    facts = ScenarioFacts(
        "Essai", (2027,), 0, {"impact": 1},
        candidates=(
            CandidateFacts(
                "18", 18, "Retirer",
                must=MustFacts(EXPERIMENT, 2027, "En cours"),
                levels=(
                    LevelFacts(EXPERIMENT, cost={"F": (33,)}, impact=Impact(1, 2, 3)),
                    LevelFacts(IMPLEMENTATION, cost={"F": (121,)}, impact=Impact(4, 6, 8)),
                ),
            ),
        ),
    )  # fmt: skip
    trial, roll_out = listing(facts)
    assert (trial.decided, trial.cost, trial.impact) == (True, 33, 2)
    assert (roll_out.decided, roll_out.cost, roll_out.impact) == (False, 88, 4)
    assert roll_out.left is None
    assert roll_out.total == 121


def test_what_costs_nothing_and_brings_something_comes_before_any_ratio() -> None:
    """As action 18, that spares 33 k€ a year once 27 are spent, 10 that is free, 15 that is not."""
    retired = (
        LevelFacts(
            EXPERIMENT, cost={"F": (33_000,)}, running={"F": 33_000}, impact=Impact(1, 1, 1)
        ),
        LevelFacts(IMPLEMENTATION, cost={"F": (27_000,)}, impact=Impact(2_401, 2_401, 2_401)),
    )  # fmt: skip
    alone = {
        10: ({"F": (0,)}, 9_451), 15: ({"F": (28_000,)}, 0), 16: ({"F": (45_000,)}, 900),
        17: ({"F": (0,)}, None), 20: ({"F": (0,)}, 0), 21: ({"F": (0,)}, -5),
    }  # fmt: skip
    facts = ScenarioFacts(
        "Essai", (2027,), 0, {"impact": 1},
        candidates=(
            CandidateFacts("18", 18, "", must=MustFacts(EXPERIMENT, 2027, ""), levels=retired),
            *(
                CandidateFacts(
                    str(number), number, "",
                    levels=(
                        LevelFacts(
                            IMPLEMENTATION, cost=cost,
                            impact=None if kg is None else Impact(kg, kg, kg),
                        ),
                    ),
                )
                for number, (cost, kg) in alone.items()
            ),
        ),
    )  # fmt: skip
    rows = [row for row in listing(facts) if not row.decided]
    assert [(row.candidate.number, row.gain) for row in rows] == [
        (18, "pays"), (10, "free"), (16, ""), (15, ""), (20, ""), (21, ""), (17, ""),
    ]  # fmt: skip
