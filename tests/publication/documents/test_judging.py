"""Words that judge follow a table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portulan.budget.words import Stage
from portulan.core.say.text import Text
from portulan.impact.words import Moment
from portulan.plans.words import CommitmentLevel, Progress
from portulan.publication.documents import judging as j

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel


@pytest.mark.parametrize(
    ("stage", "value", "lower", "word"),
    [
        (Stage.REALISED, "3.5", "3.5", j.HELD),
        (Stage.REALISED, "3.6", "3.49", j.UNPROVED),
        (Stage.REALISED, "3.49", "3.4", j.NOT_HELD),
        (Stage.REALISED, "3.6", None, j.UNPROVED),
        (Stage.OPENED, "9", "9", j.FORESEEN),
        (Stage.OPENED, "3.49", "2", j.BELOW),
        (None, "4", None, j.FORESEEN),
        (Stage.REALISED, None, None, None),
    ],
)
def test_a_share_is_held_only_once_realised_and_proved(
    stage: Stage | None, value: str | None, lower: str | None, word: Text | None
) -> None:
    said = j.of_share(
        stage,
        value=value and Decimal(value),  # type: ignore[arg-type]
        lower=lower and Decimal(lower),  # type: ignore[arg-type]
        ambition=Decimal("3.5"),
    )
    assert said is word
    assert j.of_share(stage, value=Decimal(9), lower=Decimal(9), ambition=None) is None


def test_only_a_measure_is_measured() -> None:
    assert [j.of_effect(moment).fr for moment in Moment] == ["attendu", "attendu", "mesuré"]


@pytest.mark.parametrize("reached", [True, False, None])
@pytest.mark.parametrize("level", CommitmentLevel)
def test_what_stopped_is_never_among_what_is_done(
    level: CommitmentLevel, reached: bool | None
) -> None:
    doing = {j.DOING, j.TRYING, j.STUDYING, j.DONE, j.FOLLOWED}
    for progress in (Progress.PAUSED, Progress.DROPPED, Progress.TODO):
        assert j.SAID[j.standing_of(level, progress, reached=reached)] not in doing
    for trouble in ({"vacant": True}, {"blocked": True}):
        said = j.SAID[j.standing_of(level, Progress.IN_PROGRESS, reached=reached, **trouble)]
        assert said in {j.VACANT, j.BLOCKED}


def test_done_means_that_its_target_is_reached() -> None:
    words = {
        (IMPLEMENTATION, Progress.DONE, True): j.DONE,
        (IMPLEMENTATION, Progress.ONGOING, True): j.DONE,
        (IMPLEMENTATION, Progress.DONE, False): j.DONE_MISSED,
        (IMPLEMENTATION, Progress.DONE, None): j.DONE_UNPROVED,
        (IMPLEMENTATION, Progress.ONGOING, False): j.FOLLOWED,
        (STUDY, Progress.DONE, None): j.STUDIED,
        (EXPERIMENT, Progress.IN_PROGRESS, None): j.TRYING,
    }
    for (level, progress, reached), word in words.items():
        assert j.SAID[j.standing_of(level, progress, reached=reached)] is word
