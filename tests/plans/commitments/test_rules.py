"""The rules of commitments: what is accepted, what is refused, and what stays true of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.core.say.text import Problem
from portulan.plans.commitments.rules import (
    Commitment,
    Made,
    Proposed,
    check_correction,
    check_decision,
    check_progress,
    is_complete,
    is_delivered,
    level_on,
    missing_to_finish,
)
from portulan.plans.words import CommitmentLevel, Outcome, Progress

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
VOTE = date(2024, 12, 13)
TODAY = date(2026, 11, 24)
FULL = {"approach": "Entretiens", "consulted": "Trois services", "result": "Faisable"}


@dataclass(frozen=True)
class Handed:
    """A deliverable without its table."""

    delivered_on: date | None
    approach: str = ""
    consulted: str = ""
    result: str = ""


def at(*decisions: Made, **more: object) -> Commitment:
    base: dict[str, object] = {"indicators": 1, "follow_up": "Délégué", "scope": "Deux services"}
    return Commitment(decisions=decisions, **(base | more))  # type: ignore[arg-type]


def adopted(level: CommitmentLevel, **more: object) -> Commitment:
    return at(Made(VOTE, Outcome.ADOPT, level), **more)


def propose(outcome: Outcome, level: CommitmentLevel, **more: object) -> Proposed:
    base: dict[str, object] = {"on": date(2026, 3, 5), "body": "Comité", "reason": "Vu l’étude"}
    return Proposed(outcome=outcome, level=level, **(base | more))  # type: ignore[arg-type]


def codes(problems: Iterable[Problem]) -> list[str]:
    return [problem.kind.code for problem in problems]


HANDED = Handed(date(2026, 1, 15), **FULL)


@pytest.mark.parametrize(
    ("state", "decision", "refused"),
    [
        (at(), propose(Outcome.ADOPT, STUDY), []),
        (at(), propose(Outcome.ADOPT, STUDY, reason=""), []),
        (at(), propose(Outcome.MOVE, EXPERIMENT), ["adopt-first"]),
        (adopted(STUDY), propose(Outcome.ADOPT, STUDY), ["adopted-already"]),
        (adopted(STUDY), propose(Outcome.MOVE, EXPERIMENT, deliverable=HANDED), []),
        # The skip is a move like another; its reason is kept.
        (adopted(STUDY), propose(Outcome.MOVE, IMPLEMENTATION, deliverable=HANDED), []),
        (adopted(STUDY), propose(Outcome.MOVE, EXPERIMENT), ["deliverable-missing"]),
        (
            adopted(EXPERIMENT),
            propose(Outcome.MOVE, IMPLEMENTATION, deliverable=Handed(None, **FULL)),
            ["deliverable-not-delivered"],
        ),
        (
            adopted(STUDY),
            propose(Outcome.MOVE, EXPERIMENT, deliverable=Handed(date(2026, 3, 6), **FULL)),
            ["deliverable-not-delivered"],
        ),
        (
            adopted(STUDY),
            propose(Outcome.MOVE, EXPERIMENT, deliverable=Handed(date(2024, 1, 1), **FULL)),
            ["deliverable-too-old"],
        ),
        (
            adopted(STUDY),
            propose(Outcome.MOVE, EXPERIMENT, deliverable=Handed(date(2026, 1, 1), "Oui", "", "R")),
            ["deliverable-incomplete"],
        ),
        # Whom an experiment consulted is not asked.
        (
            adopted(EXPERIMENT),
            propose(
                Outcome.MOVE, IMPLEMENTATION, deliverable=Handed(date(2026, 1, 1), "Oui", "", "R")
            ),
            [],
        ),
        # Down, from an implementation: nothing was promised but a reason.
        (adopted(IMPLEMENTATION), propose(Outcome.MOVE, EXPERIMENT), []),
        (adopted(IMPLEMENTATION), propose(Outcome.MOVE, STUDY, reason=" "), ["reason-missing"]),
        (adopted(STUDY), propose(Outcome.MOVE, STUDY, deliverable=HANDED), ["same-level"]),
        (adopted(STUDY, scope=""), propose(Outcome.EXTEND, STUDY), ["not-an-experiment"]),
        (adopted(EXPERIMENT), propose(Outcome.EXTEND, EXPERIMENT), []),
        (adopted(EXPERIMENT), propose(Outcome.EXTEND, STUDY), ["level-stays"]),
        (adopted(STUDY), propose(Outcome.CLOSE, STUDY, deliverable=HANDED), []),
        (
            adopted(STUDY),
            propose(Outcome.CLOSE, STUDY, reason=""),
            ["reason-missing", "deliverable-missing"],
        ),
        (adopted(IMPLEMENTATION), propose(Outcome.CLOSE, IMPLEMENTATION), ["nothing-to-close"]),
        (at(scope=""), propose(Outcome.ADOPT, EXPERIMENT), ["scope-missing"]),
        (at(scope=""), propose(Outcome.ADOPT, EXPERIMENT, scope="Deux services"), []),
        (
            at(indicators=0, follow_up=""),
            propose(Outcome.ADOPT, IMPLEMENTATION),
            ["indicator-missing", "follow-up-missing"],
        ),
        (at(follow_up=""), propose(Outcome.ADOPT, IMPLEMENTATION, follow_up="DSI"), []),
        (at(), propose(Outcome.ADOPT, STUDY, body="  "), ["body-missing"]),
        (at(), propose(Outcome.ADOPT, STUDY, on=date(2026, 11, 25)), ["decided-in-the-future"]),
        (
            adopted(IMPLEMENTATION),
            propose(Outcome.MOVE, STUDY, on=date(2024, 12, 12)),
            ["decided-before-the-last"],
        ),
    ],
)
def test_decisions(state: Commitment, decision: Proposed, refused: list[str]) -> None:
    problems = check_decision(state, decision, today=TODAY)
    assert codes(problems) == refused
    for problem in problems:
        assert problem.is_error
        assert "{" not in problem.message("fr") + problem.message("en")
        assert problem.message("fr") != problem.message("en")


def test_a_closed_commitment_reopens_by_a_move_and_by_nothing_else() -> None:
    closed = at(Made(VOTE, Outcome.ADOPT, STUDY), Made(date(2026, 2, 1), Outcome.CLOSE, STUDY))
    again = propose(Outcome.CLOSE, STUDY, deliverable=HANDED)
    assert codes(check_decision(closed, again, today=TODAY)) == ["closed-already"]
    move = propose(Outcome.MOVE, EXPERIMENT, deliverable=HANDED)
    assert check_decision(closed, move, today=TODAY) == []
    tried = at(
        Made(VOTE, Outcome.ADOPT, EXPERIMENT), Made(date(2026, 2, 1), Outcome.CLOSE, EXPERIMENT)
    )
    more = propose(Outcome.EXTEND, EXPERIMENT)
    assert codes(check_decision(tried, more, today=TODAY)) == ["closed-already"]


def test_an_old_deliverable_does_not_serve_twice() -> None:
    trial = at(Made(VOTE, Outcome.ADOPT, STUDY), Made(date(2026, 2, 1), Outcome.MOVE, EXPERIMENT))
    move = propose(Outcome.MOVE, IMPLEMENTATION, deliverable=HANDED)
    assert codes(check_decision(trial, move, today=TODAY)) == ["deliverable-too-old"]
    # An extension does not start the experiment anew: what was handed over before it still serves.
    made = (*trial.decisions, Made(date(2026, 3, 1), Outcome.EXTEND, EXPERIMENT))
    report = Handed(date(2026, 2, 20), **FULL)
    move = propose(Outcome.MOVE, IMPLEMENTATION, deliverable=report)
    assert check_decision(at(*made), move, today=TODAY) == []


@pytest.mark.parametrize(("back_on", "day"), [(1, date(2026, 2, 1)), (2, date(2026, 5, 2))])
def test_a_level_taken_back_the_same_day_was_never_left(back_on: int, day: date) -> None:
    state = at(
        Made(VOTE, Outcome.ADOPT, STUDY),
        Made(date(2026, 2, 1), Outcome.MOVE, EXPERIMENT),
        Made(date(2026, 5, 1), Outcome.MOVE, IMPLEMENTATION),
        Made(date(2026, 5, back_on), Outcome.MOVE, EXPERIMENT),
    )
    assert state.since == day


def test_the_level_on_the_day_of_the_vote() -> None:
    made = [
        Made(VOTE, Outcome.ADOPT, STUDY),
        Made(date(2025, 6, 26), Outcome.MOVE, IMPLEMENTATION),
        Made(date(2025, 6, 26), Outcome.MOVE, EXPERIMENT),
    ]
    assert level_on(made, VOTE - timedelta(days=1)) is None
    assert level_on(made, VOTE) is STUDY
    assert level_on(made, date(2025, 6, 25)) is STUDY
    assert level_on(made, date(2025, 6, 26)) is EXPERIMENT


MOVED = date(2026, 2, 1)
STORY = (
    Made(VOTE, Outcome.ADOPT, STUDY),
    Made(MOVED, Outcome.MOVE, EXPERIMENT),
    Made(date(2026, 4, 1), Outcome.EXTEND, EXPERIMENT),
)


@pytest.mark.parametrize(
    ("decisions", "place", "said", "refused"),
    [
        (STORY, 0, {"level": STUDY}, []),
        # Between its neighbours, on their days too.
        (STORY, 0, {"on": MOVED}, []),
        (STORY, 0, {"on": MOVED + timedelta(1)}, ["decided-after-the-next"]),
        (STORY, 1, {"on": VOTE, "deliverable": Handed(VOTE, **FULL)}, []),
        (STORY, 1, {"on": VOTE - timedelta(1)},
         ["decided-before-the-previous", "deliverable-not-delivered"]),
        (STORY, 2, {"on": TODAY}, []),
        (STORY, 2, {"on": TODAY + timedelta(1)}, ["decided-in-the-future"]),
        # What follows must still leave this level, or stay at it.
        (STORY, 0, {"level": EXPERIMENT}, ["next-rests-on-it"]),
        (STORY, 1, {"level": IMPLEMENTATION}, ["next-rests-on-it"]),
        (STORY[:2], 1, {"level": IMPLEMENTATION}, []),
        (STORY[:2], 0, {"level": EXPERIMENT}, ["next-rests-on-it"]),
        (STORY[:2], 0, {"level": IMPLEMENTATION}, []),
        (STORY, 0, {"body": " ", "reason": " "}, ["body-missing"]),
        (STORY, 1, {"reason": " "}, ["reason-missing"]),
        (STORY, 1, {"level": STUDY}, ["same-level", "next-rests-on-it"]),
        # What a level rests on is asked of the level that is new, whether lower or higher.
        (STORY, 1, {"lacks": "scope"}, []),
        (STORY[:1], 0, {"level": EXPERIMENT, "lacks": "scope"}, ["scope-missing"]),
        ((Made(VOTE, Outcome.ADOPT, IMPLEMENTATION),), 0,
         {"level": EXPERIMENT, "lacks": "scope"}, ["scope-missing"]),
        ((Made(VOTE, Outcome.ADOPT, IMPLEMENTATION),), 0,
         {"level": IMPLEMENTATION, "lacks": "follow_up"}, []),
        (STORY[:1], 0, {"level": IMPLEMENTATION, "lacks": "follow_up"}, ["follow-up-missing"]),
        (STORY[:1], 0,
         {"level": IMPLEMENTATION, "lacks": "follow_up", "follow_up": "DSI"}, []),
        (STORY, 1, {"deliverable": None}, ["deliverable-missing"]),
    ],
)  # fmt: skip
def test_corrections(
    decisions: tuple[Made, ...], place: int, said: dict[str, object], refused: list[str]
) -> None:
    lacks = said.pop("lacks", None)
    state = at(*decisions, **({str(lacks): ""} if lacks else {}))
    made = decisions[place]
    base = {"on": made.on, "level": made.level, "deliverable": HANDED}
    corrected = propose(made.outcome, **base | said)  # type: ignore[arg-type]
    assert codes(check_correction(state, place, corrected, today=TODAY)) == refused


def test_a_deliverable_says_what_its_level_promises() -> None:
    for gone in FULL:
        lacking = Handed(TODAY, **FULL | {gone: " "})
        assert not is_complete(lacking, STUDY)
        assert is_complete(lacking, EXPERIMENT) is (gone == "consulted")
    assert is_complete(Handed(None, **FULL), STUDY)


def test_a_deliverable_counts_from_the_day_its_level_was_entered() -> None:
    def delivered(on: date | None, *decisions: Made) -> bool:
        return is_delivered(at(*decisions, deliverables=(Handed(None), Handed(on))))

    assert [delivered(VOTE + n * timedelta(1), STORY[0]) for n in (-1, 0, 1)] == [
        False, True, True,
    ]  # fmt: skip
    assert not delivered(VOTE, *STORY)
    assert delivered(MOVED, *STORY)
    assert delivered(VOTE)  # nothing voted yet: it was handed over
    assert not delivered(None)


def test_where_a_commitment_stands() -> None:
    empty = Commitment()
    assert (empty.last, empty.level, empty.since, empty.is_closed) == (None, None, None, False)
    adopting = propose(Outcome.ADOPT, IMPLEMENTATION)
    assert codes(check_decision(empty, adopting, today=TODAY)) == [
        "indicator-missing", "follow-up-missing",
    ]  # fmt: skip
    told = at(*STORY)
    assert (told.last, told.level, told.since, told.is_closed) == (
        STORY[2], EXPERIMENT, MOVED, False,
    )  # fmt: skip
    closed = at(*STORY, Made(TODAY, Outcome.CLOSE, EXPERIMENT))
    assert (closed.level, closed.since, closed.is_closed) == (EXPERIMENT, MOVED, True)
    # The level of the vote, left and taken back on one day; another, then left for good.
    tried = (Made(MOVED, Outcome.MOVE, EXPERIMENT), Made(MOVED, Outcome.MOVE, STUDY))
    assert at(STORY[0], *tried).since == VOTE
    back = [Made(TODAY, Outcome.MOVE, level) for level in (IMPLEMENTATION, EXPERIMENT, STUDY)]
    assert [at(*STORY, *back[:n]).since for n in (1, 2, 3)] == [TODAY, MOVED, TODAY]


def test_an_implementation_without_an_indicator_awaits_no_reading() -> None:
    lacking = adopted(IMPLEMENTATION, indicators=0, follow_up="")
    assert codes(missing_to_finish(lacking, IMPLEMENTATION, today=TODAY)) == [
        "indicator-missing", "follow-up-missing",
    ]  # fmt: skip
    silent = adopted(IMPLEMENTATION)
    assert codes(missing_to_finish(silent, IMPLEMENTATION, today=TODAY)) == ["no-recent-reading"]
    closed = at(Made(VOTE, Outcome.ADOPT, STUDY), deliverables=(HANDED,))
    assert missing_to_finish(closed, STUDY, today=TODAY) == []


days = st.integers(0, 700).map(lambda n: VOTE + timedelta(days=n))
handed = st.none() | st.builds(
    Handed,
    delivered_on=st.none() | days,
    approach=st.sampled_from(["", "Entretiens"]),
    consulted=st.sampled_from(["", "Usagers"]),
    result=st.sampled_from(["", "Faisable"]),
)
proposals = st.builds(
    Proposed,
    on=days,
    outcome=st.sampled_from(Outcome),
    level=st.sampled_from(CommitmentLevel),
    body=st.sampled_from(["", "Comité"]),
    reason=st.sampled_from(["", "Motif"]),
    deliverable=handed,
    scope=st.sampled_from(["", "Deux services"]),
)


def accepted(state: Commitment, candidates: list[Proposed]) -> tuple[list[Proposed], Commitment]:
    """Play the candidates one after the other and keep those that the rules accept."""
    kept: list[Proposed] = []
    for decision in candidates:
        if not check_decision(state, decision, today=TODAY):
            kept.append(decision)
            state = Commitment(
                decisions=(*state.decisions, Made(decision.on, decision.outcome, decision.level)),
                scope=decision.scope or state.scope,
                indicators=state.indicators,
                follow_up=state.follow_up,
            )
    return kept, state


@given(st.lists(proposals, max_size=14), st.integers(0, 1), st.sampled_from(["", "Délégué"]))
def test_whatever_is_accepted_keeps_the_commitments(
    candidates: list[Proposed], indicators: int, follow_up: str
) -> None:
    kept, state = accepted(Commitment(indicators=indicators, follow_up=follow_up), candidates)
    assert [decision.outcome for decision in kept].count(Outcome.ADOPT) == bool(kept)
    assert all(kept_.outcome is not Outcome.ADOPT for kept_ in kept[1:])
    for before, after in pairwise(kept):
        assert before.on <= after.on <= TODAY
        assert after.reason
        leaves = after.outcome in {Outcome.MOVE, Outcome.CLOSE}
        if leaves and before.level is not IMPLEMENTATION:
            assert after.deliverable is not None
            assert after.deliverable.delivered_on is not None
            assert after.deliverable.delivered_on <= after.on
            assert after.deliverable.result
        if after.outcome is Outcome.MOVE:
            assert after.level != before.level
        else:
            assert after.level == before.level
    if any(decision.level is EXPERIMENT for decision in kept):
        assert state.scope
    if any(decision.level is IMPLEMENTATION for decision in kept):
        assert indicators
        assert follow_up


@given(st.lists(proposals, max_size=14), days)
def test_later_decisions_never_change_what_was_true(candidates: list[Proposed], day: date) -> None:
    _, state = accepted(Commitment(indicators=1, follow_up="Délégué"), candidates)
    made = state.decisions
    known = [decision for decision in made if decision.on <= day]
    assert level_on(made, day) == level_on(known, day)
    assert (level_on(made, day) is None) == (not known)
    assert level_on(made, TODAY) == state.level


@pytest.mark.parametrize(
    ("level", "progress", "state", "refused"),
    [
        (STUDY, Progress.DONE, adopted(STUDY), ["not-delivered"]),
        (STUDY, Progress.DONE, adopted(STUDY, deliverables=(HANDED,)), []),
        (STUDY, Progress.DONE, adopted(STUDY, deliverables=(Handed(None),)), ["not-delivered"]),
        (EXPERIMENT, Progress.ONGOING, adopted(EXPERIMENT), ["only-implementation-goes-on"]),
        (IMPLEMENTATION, Progress.DONE, adopted(IMPLEMENTATION), []),
        (IMPLEMENTATION, Progress.ONGOING, adopted(IMPLEMENTATION), []),
        (
            IMPLEMENTATION,
            Progress.ONGOING,
            at(indicators=0, follow_up=""),
            ["indicator-missing", "follow-up-missing"],
        ),
        (STUDY, Progress.PAUSED, at(), []),
    ],
)
def test_progress_is_typed_but_not_at_odds_with_the_level(
    level: CommitmentLevel, progress: Progress, state: Commitment, refused: list[str]
) -> None:
    assert codes(check_progress(state, level, progress)) == refused


def test_what_is_missing_to_go_on_as_follow_up() -> None:
    state = adopted(
        IMPLEMENTATION,
        milestones_left=("Salle Est éteinte",),
        last_reading_on=TODAY - timedelta(days=366),
    )
    missing = missing_to_finish(state, IMPLEMENTATION, today=TODAY)
    assert codes(missing) == ["milestones-left", "no-recent-reading"]
    assert not any(problem.is_error for problem in missing)
    assert "Salle Est éteinte" in missing[0].message("fr")
    assert codes(missing_to_finish(adopted(STUDY), STUDY, today=TODAY)) == ["deliverable-awaited"]
    closed = at(Made(VOTE, Outcome.ADOPT, STUDY), Made(TODAY, Outcome.CLOSE, STUDY))
    assert missing_to_finish(closed, STUDY, today=TODAY) == []
