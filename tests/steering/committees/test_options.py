"""The sentences of an option agree with their number."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from portulan.steering.committees.options import _of_one, _option_of_all


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (0, "0\u00a0action retenue.", "0\u00a0action taken."),
        (1, "1\u00a0action retenue.", "1\u00a0action taken."),
        (12, "12\u00a0actions retenues.", "12\u00a0actions taken."),
    ],
)
def test_one_action_is_taken_as_one(count: int, french: str, english: str) -> None:
    choice: Any = SimpleNamespace(count=count)
    assert (_option_of_all(choice, "fr"), _option_of_all(choice, "en")) == (french, english)


def test_one_draw_is_said_as_one() -> None:
    stability = SimpleNamespace(draws=1_000, of=lambda _pk: SimpleNamespace(chosen=1))
    explained = SimpleNamespace(why=lambda _pk: None, stability=stability)
    choice: Any = SimpleNamespace(explained=explained)
    candidate: Any = SimpleNamespace(id="a")
    (french,) = _of_one(choice, candidate, "fr")
    assert french == "Retenue dans 1\u00a0tirage des estimations sur 1\u202f000."
    (english,) = _of_one(choice, candidate, "en")
    assert english == "Taken in 1\u00a0draw of the estimates out of 1,000."
