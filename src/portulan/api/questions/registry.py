"""The questions, by name: a subject is a line here."""

from __future__ import annotations

from portulan.api.questions import duties, finances, plan, what_if
from portulan.api.questions.asking import Question

QUESTIONS: dict[str, Question] = {
    one.name: one
    for one in (
        *plan.QUESTIONS,
        *duties.QUESTIONS,
        *finances.QUESTIONS,
        *what_if.QUESTIONS,
    )
}
