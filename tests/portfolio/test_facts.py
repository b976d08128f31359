"""What a scenario says is kept as JSON, and read back as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from portulan.plans.words import CommitmentLevel
from portulan.portfolio.engine.problem import Step
from portulan.portfolio.facts import CandidateFacts, ScenarioFacts, from_document, to_document

STEPS = st.builds(Step, st.sampled_from(CommitmentLevel), st.integers(2000, 2100))
st.register_type_strategy(Step, STEPS)
st.register_type_strategy(
    Mapping, lambda kind: st.dictionaries(*map(st.from_type, get_args(kind)), max_size=3)
)


@given(st.from_type(ScenarioFacts))
def test_facts_are_read_back_as_they_were(facts: ScenarioFacts) -> None:
    kept = json.loads(json.dumps(to_document(facts)))
    assert from_document(kept) == facts


def test_levels_are_kept_by_number() -> None:
    """As they were by earlier versions: what they kept is read for ever."""
    step = Step(CommitmentLevel.STUDY, 2027)
    candidate = CandidateFacts("1", 1, "Une", present=CommitmentLevel.EXPERIMENT, step=step)
    document = to_document(ScenarioFacts("s", (2027,), 0, {}, candidates=(candidate,)))
    (kept,) = json.loads(json.dumps(document))["candidates"]
    assert (kept["present"], kept["step"]) == (2, {"level": 1, "start": 2027})
