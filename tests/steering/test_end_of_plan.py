"""A plan is closed in its last year, once each commitment has its answer."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portulan.core.errors import NotFoundError
from portulan.plans.words import CommitmentLevel
from portulan.steering.end_of_plan import Said, close_plan, judge_commitments
from portulan.steering.models import CommitmentVerdict
from portulan.steering.sealed.reads import content_in
from portulan.steering.words import Occasion, Promise
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_action, make_plan

END = date(2027, 12, 20)
KEPT, MISSED = Said(Promise.KEPT), Said(Promise.NOT_KEPT, "Marché infructueux")


def test_each_commitment_has_its_answer_before_the_last_seal(town: Town) -> None:
    plan = make_plan(town)
    adopt(town, followed_action(town, plan), CommitmentLevel.IMPLEMENTATION)
    adopt(town, make_action(town, plan), CommitmentLevel.STUDY)
    make_action(town, plan)  # never voted: nothing was promised
    asked = {"plan": plan, "title": "Clôture"}
    with pytest.raises(ValidationError, match="2027"):
        close_plan(town.editor, **asked, today=TODAY)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="1, 2"):
        close_plan(town.editor, **asked, today=END)  # type: ignore[arg-type]
    with pytest.raises(ValidationError) as refused:
        judge_commitments(town.editor, plan=plan, said={2: Said(Promise.NOT_KEPT)})
    assert set(refused.value.message_dict) == {"reason-2"}
    with pytest.raises(NotFoundError):
        judge_commitments(town.editor, plan=plan, said={3: KEPT})
    assert judge_commitments(town.editor, plan=plan, said={1: KEPT, 2: MISSED}) == 2
    assert judge_commitments(town.editor, plan=plan, said={1: KEPT, 2: MISSED}) == 0
    assert judge_commitments(town.editor, plan=plan, said={1: Said(None)}) == 1
    assert CommitmentVerdict.objects.count() == 1
    judge_commitments(town.editor, plan=plan, said={1: KEPT})
    sealed = close_plan(town.editor, **asked, today=END)  # type: ignore[arg-type]
    assert sealed.occasion == Occasion.CLOSING
    said = content_in(sealed).commitments
    assert [(one.action, one.verdict, one.reason) for one in said] == [
        (1, Promise.KEPT, ""),
        (2, Promise.NOT_KEPT, "Marché infructueux"),
    ]
