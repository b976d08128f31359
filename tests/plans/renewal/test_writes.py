"""The next plan takes over what goes on, and says what becomes of the rest."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.core.errors import DeniedError
from portulan.evidence.writes import give, link
from portulan.indicators.models import Indicator, Measurement
from portulan.plans.actions.writes import delete_action, edit_action
from portulan.plans.commitments.writes import save_deliverable, save_milestone
from portulan.plans.models import (
    Action,
    ActionEvidence,
    DecisionEvidence,
    DeliverableEvidence,
    Plan,
    Succession,
)
from portulan.plans.money.writes import set_planned_money
from portulan.plans.plan import add_axis, add_goal, create_plan, current_plan
from portulan.plans.renewal.reads import balance_of
from portulan.plans.renewal.writes import Said, duplicate_plan, renew_plan
from portulan.plans.words import CommitmentLevel, Fate, Progress
from tests.people import Town
from tests.plans.plan_of_town import TODAY, adopt, followed_action, make_action, make_plan

DONE = Said(Fate.FINISHED, "Tout est fait.")


@pytest.fixture
def plan(town: Town) -> Plan:
    return make_plan(town)


def renew(town: Town, plan: Plan, said: dict[int, Said]) -> Plan:
    return renew_plan(
        town.editor,
        plan=plan,
        title="Suite",
        first_year=plan.last_year + 1,
        last_year=plan.last_year + 3,
        said=said,
        today=TODAY,
    )


def test_what_goes_on_keeps_its_level_decisions_series_and_promises(town: Town, plan: Plan) -> None:
    kept, over = followed_action(town, plan), make_action(town, plan)
    axis = add_axis(town.editor, plan=plan, title="Achats")
    goal = add_goal(town.editor, plan=plan, title="Moins")
    edit_action(town.editor, action=kept, axis=axis, goals=[goal], days_per_year=4)
    adopt(town, kept, CommitmentLevel.IMPLEMENTATION)
    save_deliverable(town.editor, action=kept, title="Étude", today=TODAY, to_hear="Élus")
    save_milestone(
        town.editor, action=kept, title="Salle", due_on=date(TODAY.year + 1, 1, 1), today=TODAY
    )
    for year in (plan.last_year, plan.last_year + 1):
        set_planned_money(town.editor, action=kept, year=year, amount=1000)
    following = renew(town, plan, {kept.number: Said(Fate.KEPT), over.number: DONE})
    action = following.actions.get()
    assert (action.number, action.level, action.title) == (kept.number, 3, kept.title)
    assert (action.axis.title, action.goals.get().title) == ("Achats", "Moins")
    assert (action.axis.plan, action.goals.get().plan) == (following, following)
    # The very indicator, so that its series goes on; the decisions of the day they were made.
    assert action.indicators.get() == kept.indicators.get()
    decided = [(one.decided_on, one.level, one.body) for one in action.decisions.all()]
    assert decided == [(one.decided_on, one.level, one.body) for one in kept.decisions.all()]
    assert (action.deliverables.get().to_hear, action.milestones.get().title) == ("Élus", "Salle")
    assert [row.year for row in action.planned_money.all()] == [plan.last_year + 1]
    fates = {one.former.number: (one.fate, one.reason) for one in Succession.objects.all()}
    assert fates == {kept.number: (Fate.KEPT, ""), over.number: (Fate.FINISHED, DONE.reason)}
    # The former plan is as it was, and its balance sheet says all of it.
    assert plan.actions.count() == 2
    lines = balance_of(plan, TODAY)
    assert [line.succession.successor for line in lines] == [action, None]
    with pytest.raises(ValidationError, match="déjà servi"):
        delete_action(town.editor, action=over)


def test_what_stops_says_why_and_nothing_is_written_by_halves(town: Town, plan: Plan) -> None:
    first, second = make_action(town, plan), make_action(town, plan)
    with pytest.raises(ValidationError) as refused:
        renew(town, plan, {first.number: Said(Fate.REPLACED)})
    assert set(refused.value.error_dict) == {"reason-1", "fate-2"}
    assert Plan.objects.count() == 1
    assert Succession.objects.count() == 0
    assert second.number == 2


def test_a_plan_of_the_same_title_and_years_takes_nobody_s_place(town: Town, plan: Plan) -> None:
    create_plan(town.editor, title=plan.title, first_year=plan.first_year, last_year=plan.last_year)
    assert current_plan(actor=town.editor, today=TODAY) == plan


def test_it_is_done_on_one_page_and_the_balance_sheet_prints(
    town: Town, plan: Plan, signed_in
) -> None:
    kept, over = followed_action(town, plan), make_action(town, plan)
    Action.objects.filter(pk=over.pk).update(progress=Progress.DROPPED)
    client = signed_in(Role.EDITOR)
    address = reverse("plans:renew-plan", args=[town.slug, plan.slug])
    assert client.fill(address, {}).status_code == 422  # what was dropped says why
    assert client.fill(address, {f"reason-{over.number}": "Trop cher"}).status_code == 302
    following = Plan.objects.exclude(pk=plan.pk).get()
    assert [one.number for one in following.actions.all()] == [kept.number]
    page = signed_in(Role.READER).get(reverse("plans:balance", args=[town.slug, plan.slug]))
    main = client.tree(page).xpath("//main")[0]
    assert "Trop cher" in main.text_content()
    assert not main.xpath(".//form | .//button")
    assert signed_in(Role.READER).get(address).status_code == 403


def test_what_proved_the_former_proves_what_takes_over(town: Town, plan: Plan) -> None:
    kept = followed_action(town, plan)
    adopt(town, kept, CommitmentLevel.IMPLEMENTATION)
    deliverable = save_deliverable(town.editor, action=kept, title="Étude", today=TODAY)
    piece = give(town.editor, title="Délibération", reference="2024-12-13")
    decision = kept.decisions.get()
    for model, proved in (
        (ActionEvidence, kept.pk),
        (DeliverableEvidence, deliverable.pk),
        (DecisionEvidence, decision.pk),
    ):
        link(town.editor, model=model, proved=proved, piece=piece)
    action = renew(town, plan, {kept.number: Said(Fate.KEPT)}).actions.get()
    assert action.evidence_links.get().piece == piece
    assert action.deliverables.get().evidence_links.get().piece == piece
    copied = action.decisions.get().evidence_links.get()
    assert (copied.piece, copied.given_by) == (piece, town.editor.person_id)
    assert kept.evidence_links.get().piece == piece  # and still the former


def test_a_copy_proposes_the_same_and_begins_nothing(town: Town, plan: Plan) -> None:
    first, _second = followed_action(town, plan), make_action(town, plan)
    axis = add_axis(town.editor, plan=plan, title="Achats")
    edit_action(town.editor, action=first, axis=axis, days_per_year=4)
    adopt(town, first, CommitmentLevel.IMPLEMENTATION)
    given = {"title": "Étude", "today": TODAY, "delivered_on": TODAY, "result": "Positif"}
    save_deliverable(town.editor, action=first, **given)  # type: ignore[arg-type]
    set_planned_money(town.editor, action=first, year=plan.first_year, amount=1000)
    before = Indicator.objects.count(), Measurement.objects.count()
    copy = duplicate_plan(
        town.editor,
        plan=plan,
        title="Variante",
        first_year=plan.first_year,
        last_year=plan.last_year,
        today=TODAY,
    )
    assert (copy.adopted_on, copy.actions.count()) == (None, 2)
    action = copy.actions.get(number=first.number)
    assert (action.axis.title, action.axis.plan, action.days_per_year) == ("Achats", copy, 4)
    assert (action.level, action.progress) == (first.level, Progress.TODO)
    assert not action.decisions.exists()
    assert action.indicators.get() == first.indicators.get()
    assert (Indicator.objects.count(), Measurement.objects.count()) == before
    deliverable = action.deliverables.get()
    assert (deliverable.delivered_on, deliverable.result) == (None, "")
    assert action.planned_money.get().amount == 1000
    with pytest.raises(DeniedError):
        duplicate_plan(
            town.reader, plan=plan, title="V", first_year=2025, last_year=2026, today=TODAY
        )
