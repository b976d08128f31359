"""The questions of a director as operations: the same answers that an assistant gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portulan.api.call import Call
from portulan.api.declaring import answer
from portulan.api.questions.asking import Inquiry, Question
from portulan.api.questions.registry import QUESTIONS


def _put(question: Question) -> Callable[[Call], Mapping[str, Any]]:
    return lambda call: question.put(Inquiry(call.actor, call.organisation, call.query))


for _question in QUESTIONS.values():
    answer(
        f"questions/{_question.name}",
        _put(_question),
        _question.need,
        summary=_question.title,
        about=_question.about,
        asked=_question.asked,
        name=f"ask-{_question.name.replace('_', '-')}",
    )
