"""What somebody holds passes to others from a day; an absence ends, and nothing is lost."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person, Token
from portulan.accounts.tokens import make_token
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import Letter
from portulan.plans.actions.writes import assign_pilot, edit_action
from portulan.plans.models import Action, Plan
from portulan.steering.committees.bodies import save_body
from portulan.steering.handover import writes
from portulan.steering.handover.reads import (
    get_giver,
    holdings_of,
    received,
    waiting_for,
)
from portulan.steering.handover.writes import pass_on, take_over, tend
from portulan.steering.models import Acceptance, Body, Handover
from portulan.steering.words import Consent, Power
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def plan(town: Town) -> Plan:
    town.organisation.frozen_on = TODAY
    town.organisation.save()
    plan = make_plan(town)
    giver = town.people[Role.CONTRIBUTOR]
    for rank in range(6):
        action = make_action(town, plan, f"Action {rank}")
        assign_pilot(
            town.editor, action=action, pilot_function=giver.function, pilot=giver, today=TODAY
        )
    other = make_action(town, plan, "Autre")
    edit_action(
        town.editor,
        action=other,
        follow_up_function=giver.function,
        contributors=[giver.function, "Archives"],
    )
    save_body(town.editor, name="Comité", power=Power.DECIDE, members=[giver.function, "DGS"])
    return plan


def giver(town: Town) -> Person:
    return town.people[Role.CONTRIBUTOR]


def heir(town: Town) -> Person:
    return town.people[Role.EDITOR]


def everything(town: Town, to: Person | None) -> dict[str, Person | None]:
    return {one.key: to for one in holdings_of(giver(town))}


def night(town: Town, day: datetime | None = None) -> dict[str, int]:
    return tend(town.organisation.pk, day or timezone.now())


def test_all_that_somebody_holds_passes_at_once(town: Town, plan: Plan) -> None:
    keys = [one.kind.value for one in holdings_of(giver(town))]
    assert keys.count("pilot") == 6
    assert {"follow", "contribute", "seat"} <= set(keys)
    pass_on(
        town.editor, giver=giver(town), on=TODAY, heirs=everything(town, heir(town)), today=TODAY
    )
    assert Action.objects.filter(pilot=heir(town)).count() == 6
    other = Action.objects.get(title="Autre")
    assert other.follow_up_function == heir(town).function
    assert other.contributors == [heir(town).function, "Archives"]
    assert Body.objects.get().members == [heir(town).function, "DGS"]
    assert holdings_of(giver(town)) == []
    letter = Letter.objects.get(key__startswith="handover:")
    assert letter.person_id == heir(town).pk
    assert "Action 0" in letter.body
    # It is asked of who inherits, and a silence is not a yes.
    assert set(Acceptance.objects.values_list("consent", flat=True)) == {""}


def test_each_line_to_somebody_or_to_nobody(town: Town, plan: Plan) -> None:
    lines = everything(town, heir(town))
    first = next(iter(lines))
    lines[first] = None
    pass_on(town.editor, giver=giver(town), on=TODAY, heirs=lines, today=TODAY)
    assert Action.objects.filter(vacant_since=TODAY).count() == 1
    assert Action.objects.filter(pilot=heir(town)).count() == 5


def test_nothing_changes_before_the_day(town: Town, plan: Plan) -> None:
    made = pass_on(
        town.editor, giver=giver(town), on=TOMORROW, heirs=everything(town, heir(town)), today=TODAY
    )
    assert Action.objects.filter(pilot=giver(town)).count() == 6
    assert night(town)["settled"] == 0
    town.organisation.frozen_on = TOMORROW
    town.organisation.save()
    assert night(town)["settled"] == 1
    assert night(town)["settled"] == 0
    made.refresh_from_db()
    assert made.settled_on == TOMORROW
    assert Action.objects.filter(pilot=heir(town)).count() == 6


def test_an_absence_ends_and_gives_back(town: Town, plan: Plan) -> None:
    pass_on(
        town.admin,
        giver=giver(town),
        on=TODAY,
        until=TOMORROW,
        heirs=everything(town, heir(town)),
        today=TODAY,
    )
    person = Person.objects.get(pk=giver(town).pk)
    assert person.left_on is None
    town.organisation.frozen_on = TOMORROW + timedelta(days=1)
    town.organisation.save()
    assert night(town)["returned"] == 1
    assert Action.objects.filter(pilot=giver(town)).count() == 6
    assert Action.objects.get(title="Autre").follow_up_function == giver(town).function


def test_a_departure_closes_what_opens_and_erases_the_word(town: Town, plan: Plan) -> None:
    make_token(town.contributor, name="Tableur", operations=[Operation.READ_PLAN], days=30)
    pass_on(
        town.admin,
        giver=giver(town),
        on=TODAY,
        heirs=everything(town, heir(town)),
        word="Deux inventaires.",
        today=TODAY,
    )
    assert Person.objects.get(pk=giver(town).pk).left_on == TODAY
    assert not Token.objects.filter(person=giver(town)).exists()
    town.organisation.frozen_on = TODAY + timedelta(days=100)
    town.organisation.save()
    assert night(town)["forgotten"] == 1
    assert Handover.objects.get().word == ""


def test_who_may_and_what_is_refused(town: Town, plan: Plan) -> None:
    lines = everything(town, heir(town))
    pass_on(town.contributor, giver=giver(town), on=TOMORROW, heirs=lines, today=TODAY)
    with pytest.raises(DeniedError):
        get_giver(actor=town.finance, pk=giver(town).pk)
    with pytest.raises(DeniedError):
        pass_on(town.reader, giver=giver(town), on=TODAY, heirs=lines, today=TODAY)
    assert get_giver(actor=town.editor, pk=giver(town).pk) == giver(town)
    with pytest.raises(NotFoundError):
        pass_on(town.editor, giver=giver(town), on=TODAY, heirs={"pilot-999": None}, today=TODAY)
    for wrong in (
        {"heirs": everything(town, giver(town))},
        {"heirs": lines, "until": TODAY - timedelta(days=1)},
    ):
        with pytest.raises(ValidationError):
            pass_on(town.editor, giver=giver(town), on=TODAY, today=TODAY, **wrong)  # type: ignore[arg-type]


def test_an_heir_answers_on_a_page(town: Town, plan: Plan) -> None:
    made = pass_on(
        town.editor, giver=giver(town), on=TODAY, heirs=everything(town, heir(town)), today=TODAY
    )
    first = waiting_for(town.editor)
    assert first is not None
    told = received(made, heir=heir(town).pk, today=TODAY)
    assert len(told.actions) == 7
    assert giver(town).function not in told.ask
    take_over(town.editor, handover=made, consent=Consent.NOT_ME, today=TODAY)
    assert waiting_for(town.editor) is None
    assert Action.objects.filter(vacant_since=TODAY).count() == 6
    with pytest.raises(NotFoundError):
        take_over(town.finance, handover=made, consent=Consent.ACCEPTED, today=TODAY)


def test_a_handover_that_fails_holds_back_no_other(
    town: Town, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = list(everything(town, heir(town)).items())
    ends: dict[str, Any] = {"on": TOMORROW, "today": TODAY}
    town_giver = giver(town)
    far = pass_on(
        town.editor, giver=town_giver, heirs=dict(lines[:1]), until=date.max, word="mot", **ends
    )
    wrong = pass_on(town.editor, giver=town_giver, heirs=dict(lines[1:2]), **ends)
    pass_on(town.editor, giver=town_giver, heirs=dict(lines[2:]), **ends)
    thing = wrong.lines.get().thing

    def refuse(actor: Actor, *, action: Action, **more: Any) -> Action:
        if action.pk == thing:
            raise ValidationError("non")
        return assign_pilot(actor, action=action, **more)

    monkeypatch.setattr(writes, "assign_pilot", refuse)
    town.organisation.frozen_on = TOMORROW
    town.organisation.save()
    counts = night(town)
    assert (counts["settled"], counts["failed"]) == (2, 1)
    wrong.refresh_from_db()
    far.refresh_from_db()
    assert (wrong.settled_on, far.settled_on) == (None, TOMORROW)
    assert night(town)["failed"] == 1
    town.organisation.frozen_on = TODAY + timedelta(days=400)
    town.organisation.save()
    night(town)
    far.refresh_from_db()
    assert far.word == "mot"


@pytest.mark.parametrize("gone", [{"left_on": TODAY}, {"erased_at": timezone.now()}])
def test_who_left_meanwhile_inherits_nothing(town: Town, plan: Plan, gone: dict[str, Any]) -> None:
    pass_on(
        town.editor, giver=giver(town), on=TOMORROW, heirs=everything(town, heir(town)), today=TODAY
    )
    Person.objects.filter(pk=heir(town).pk).update(**gone)
    town.organisation.frozen_on = TOMORROW
    town.organisation.save()
    assert night(town)["settled"] == 1
    assert Action.objects.filter(vacant_since=TOMORROW).count() == 6
    assert not Letter.objects.filter(key__startswith="handover:").exists()


def test_to_who_left_meanwhile_nothing_comes_back(town: Town, plan: Plan) -> None:
    pass_on(
        town.editor,
        giver=giver(town),
        on=TODAY,
        until=TOMORROW,
        heirs=everything(town, heir(town)),
        today=TODAY,
    )
    Person.objects.filter(pk=giver(town).pk).update(left_on=TOMORROW)
    town.organisation.frozen_on = TOMORROW + timedelta(days=1)
    town.organisation.save()
    assert night(town)["returned"] == 1
    assert night(town)["returned"] == 0
    assert Action.objects.filter(pilot=heir(town)).count() == 6


def test_a_function_of_several_is_not_one_s_own(town: Town, plan: Plan) -> None:
    person = giver(town)
    lines = everything(town, heir(town))
    assert "follow" in {one.kind.value for one in holdings_of(person, actor=town.contributor)}
    Person.objects.filter(pk=town.people[Role.READER].pk).update(function=person.function)
    kinds = {one.kind.value for one in holdings_of(person, actor=town.contributor)}
    assert not kinds & {"follow", "contribute", "seat"}
    assert "pilot" in kinds
    assert "follow" in {one.kind.value for one in holdings_of(person, actor=town.editor)}
    with pytest.raises(NotFoundError):
        pass_on(town.contributor, giver=person, on=TODAY, heirs=lines, today=TODAY)
    pass_on(town.editor, giver=person, on=TODAY, heirs=lines, today=TODAY)
