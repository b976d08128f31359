"""What happens to an action: updates and their undoing, decisions, deliverables, choices."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.indicators.models import Indicator
from portulan.plans.actions.progress import drop_action, undo_update, update_progress
from portulan.plans.actions.writes import edit_action
from portulan.plans.choices.writes import choose_practice, undo_choice
from portulan.plans.commitments.reads import decisions_of
from portulan.plans.commitments.rules import level_on
from portulan.plans.commitments.writes import (
    decide,
    remove_deliverable,
    remove_milestone,
    save_deliverable,
    save_milestone,
)
from portulan.plans.models import Action, CommitmentDecision, Deliverable, PracticeChoice
from portulan.plans.words import Choice, CommitmentLevel, Outcome, Progress
from tests.people import Town
from tests.plans.plan_of_town import (
    TODAY,
    VOTE,
    adopt,
    followed_action,
    make_action,
    make_edition,
    make_plan,
)

STUDY, EXPERIMENT, IMPLEMENTATION = CommitmentLevel
LATER = TODAY + timedelta(days=10)


def test_an_update_takes_one_form_and_is_undone_whole(town: Town) -> None:
    action = followed_action(town, make_plan(town))
    indicator = action.indicators.get()
    update = update_progress(
        town.editor,
        action=action,
        today=LATER,
        progress=Progress.IN_PROGRESS,
        blocked_by="la sonde est en panne",
        indicator=indicator,
        value=Decimal("17.1"),
    )
    action.refresh_from_db()
    assert (action.progress, action.last_news_on) == (Progress.IN_PROGRESS, LATER)
    undo_update(town.editor, action=action, entry_id=update.entry_id)
    action.refresh_from_db()
    assert (action.progress, action.blocked_by) == (Progress.TODO, "")
    assert action.last_news_on == TODAY
    assert not indicator.measurements.filter(withdrawn_at=None, value=Decimal("17.1")).exists()
    with pytest.raises(ValidationError, match="a changé depuis"):
        undo_update(town.editor, action=action, entry_id=update.entry_id)


def test_saying_that_nothing_changed_is_news(town: Town) -> None:
    action = followed_action(town, make_plan(town))
    indicator = action.indicators.get()
    update = update_progress(
        town.editor, action=action, today=LATER, indicator=indicator, unknown=True
    )
    assert action.last_news_on == LATER
    assert update.measurement is not None
    assert update.measurement.knowledge == "unknown"
    stranger = Indicator.objects.create(organisation=town.organisation, name="Autre", kind="count")
    with pytest.raises(NotFoundError):
        update_progress(
            town.editor, action=action, today=LATER, indicator=stranger, value=Decimal(1)
        )


def test_an_update_of_somebody_else_is_not_undone(town: Town) -> None:
    action = make_action(town, make_plan(town))
    update = update_progress(town.editor, action=action, today=TODAY, progress=Progress.PAUSED)
    with pytest.raises(ValidationError):
        undo_update(town.admin, action=action, entry_id=update.entry_id)
    edit_action(town.admin, action=action, title="Autre titre")
    with pytest.raises(ValidationError):
        undo_update(town.editor, action=action, entry_id=update.entry_id)


def test_progress_follows_the_level(town: Town) -> None:
    action = make_action(town, make_plan(town))
    with pytest.raises(ValidationError, match="livrable est remis"):
        update_progress(town.editor, action=action, today=TODAY, progress=Progress.DONE)
    with pytest.raises(ValidationError, match="réalisation passe en suivi"):
        update_progress(town.editor, action=action, today=TODAY, progress=Progress.ONGOING)
    with pytest.raises(ValidationError, match="pourquoi"):
        drop_action(town.editor, action=action, reason=" ", today=TODAY)
    action.refresh_from_db()
    assert action.progress == Progress.TODO
    drop_action(town.editor, action=action, reason="Le bâtiment est vendu", today=TODAY)
    assert trail.history(action)[0].changes["note"] == [None, "Le bâtiment est vendu"]


def deliver(town: Town, action: Action, on: date) -> Deliverable:
    return save_deliverable(
        town.editor,
        action=action,
        title="Étude",
        today=TODAY,
        delivered_on=on,
        approach="Relevés",
        consulted="Bâtiments",
        result="Une salle suffit",
    )


def test_the_story_of_action_19(town: Town) -> None:
    action = followed_action(town, make_plan(town))
    with pytest.raises(ValidationError, match="pas encore adoptée"):
        decide(
            town.editor, action=action, outcome=Outcome.MOVE, level=IMPLEMENTATION,
            on=VOTE, body="Conseil", reason="Pressé", today=TODAY,
        )  # fmt: skip
    adopt(town, action, STUDY)
    study = deliver(town, action, date(2025, 5, 22))
    leap = {
        "action": action,
        "outcome": Outcome.MOVE,
        "level": IMPLEMENTATION,
        "on": date(2025, 6, 26),
        "body": "Conseil municipal",
        "today": TODAY,
    }
    with pytest.raises(ValidationError) as refused:
        decide(town.editor, **leap)  # type: ignore[arg-type]
    assert set(refused.value.message_dict) == {"reason", "deliverable"}
    assert CommitmentDecision.objects.filter(action=action).count() == 1
    decide(town.editor, **leap, reason="Rien à éprouver", deliverable=study)  # type: ignore[arg-type]
    action.refresh_from_db()
    assert action.level == IMPLEMENTATION
    made = decisions_of(action)
    assert [level_on(made, day) for day in (VOTE, date(2025, 6, 25), TODAY)] == [
        STUDY,
        STUDY,
        IMPLEMENTATION,
    ]
    # What a decision rests on stays.
    with pytest.raises(ValidationError, match="repose sur ce livrable"):
        remove_deliverable(town.editor, deliverable=study)
    with pytest.raises(ValidationError, match="repose sur ce livrable"):
        save_deliverable(town.editor, action=action, deliverable=study, title="Étude", today=TODAY)


def test_a_study_closed_without_follow_up_is_a_commitment_kept(town: Town) -> None:
    action = make_action(town, make_plan(town))
    adopt(town, action, STUDY)
    study = deliver(town, action, date(2025, 10, 3))
    decide(
        town.editor,
        action=action,
        outcome=Outcome.CLOSE,
        on=date(2025, 11, 13),
        body="Comité",
        reason="Coût complet de + 19 %",
        deliverable=study,
        today=TODAY,
    )
    action.refresh_from_db()
    assert (action.level, action.progress) == (STUDY, Progress.DONE)
    assert not deliver(town, action, TODAY).decisions.exists()


def test_a_trial_names_its_scope_when_it_is_decided(town: Town) -> None:
    action = followed_action(town, make_plan(town))
    adopt(town, action, IMPLEMENTATION)
    down = {
        "action": action,
        "outcome": Outcome.MOVE,
        "level": EXPERIMENT,
        "on": date(2025, 6, 12),
        "body": "Comité",
        "reason": "Durées de conservation non validées",
        "today": TODAY,
    }
    with pytest.raises(ValidationError, match="a un champ"):
        decide(town.editor, **down)  # type: ignore[arg-type]
    decide(town.editor, **down, scope="Trois directions")  # type: ignore[arg-type]
    action.refresh_from_db()
    assert (action.level, action.scope) == (EXPERIMENT, "Trois directions")


def test_a_deliverable_of_another_action_does_not_exist_here(town: Town) -> None:
    plan = make_plan(town)
    one, other = make_action(town, plan), make_action(town, plan)
    theirs = deliver(town, other, TODAY)
    with pytest.raises(NotFoundError):
        save_deliverable(town.editor, action=one, deliverable=theirs, title="À moi", today=TODAY)
    with pytest.raises(ValidationError, match="pas remis"):
        deliver(town, one, TODAY + timedelta(days=1))
    milestone = save_milestone(
        town.editor, action=one, title="Salle éteinte", due_on=TODAY, today=TODAY
    )
    save_milestone(
        town.editor, action=one, milestone=milestone, title="Salle éteinte", due_on=TODAY,
        reached_on=TODAY, today=TODAY,
    )  # fmt: skip
    assert trail.history(one)[0].changes == {
        "milestone": [None, "Salle éteinte"],
        "reached_on": [None, "2026-11-24"],
    }
    remove_milestone(town.editor, milestone=milestone)
    assert not one.milestones.exists()


def test_keeping_a_practice_makes_an_action_and_undoing_takes_it_back(town: Town) -> None:
    plan, edition = make_plan(town), make_edition()
    practice = edition.practices.get(code="d.1")
    kept = choose_practice(
        town.editor,
        plan=plan,
        practice=practice,
        choice=Choice.KEEP,
        today=TODAY,
        level=EXPERIMENT,
        indicators=practice.indicators.all(),
    )
    assert kept.action is not None
    assert kept.action.title == "Pratique d.1"
    assert kept.action.pilot_function == "Direction des achats"
    assert (kept.action.level, kept.action.indicators.get().unit) == (EXPERIMENT, "%")
    # Keeping it again makes no second action.
    again = choose_practice(
        town.editor, plan=plan, practice=practice, choice=Choice.KEEP, today=TODAY, reason="Oui"
    )
    assert again.action == kept.action
    undo_choice(town.editor, choice=again.choice, today=TODAY)
    assert plan.actions.exists()
    assert plan.choices.get().reason == ""


def test_an_untouched_action_leaves_with_its_practice_and_comes_back(town: Town) -> None:
    plan, edition = make_plan(town), make_edition()
    practice = edition.practices.get(code="d.2")
    choose_practice(
        town.editor, plan=plan, practice=practice, choice=Choice.KEEP, today=TODAY,
        level=EXPERIMENT, pilot_function="Acheteuse", indicators=practice.indicators.all(),
    )  # fmt: skip
    later = choose_practice(
        town.editor, plan=plan, practice=practice, choice=Choice.LATER, today=TODAY
    )
    assert not plan.actions.exists()
    assert not Indicator.objects.exists()
    undo_choice(town.editor, choice=later.choice, today=TODAY)
    action = plan.actions.get()
    assert (action.level, action.pilot_function) == (EXPERIMENT, "Acheteuse")
    assert action.indicators.get().name == "Part de d.2"
    assert plan.choices.get().choice == Choice.KEEP
    # One that somebody worked on does not leave by a mere answer.
    edit_action(town.editor, action=action, description="Précisions")
    with pytest.raises(ValidationError, match="L’action 1 suit cette pratique"):
        choose_practice(town.editor, plan=plan, practice=practice, choice=Choice.LATER, today=TODAY)


@pytest.mark.parametrize("choice", [Choice.REFUSE, Choice.NOT_APPLICABLE])
def test_a_no_has_a_reason_and_later_is_an_answer(town: Town, choice: Choice) -> None:
    plan, edition = make_plan(town), make_edition()
    practice = edition.practices.get(code="e.1")
    with pytest.raises(ValidationError, match="motif"):
        choose_practice(town.editor, plan=plan, practice=practice, choice=choice, today=TODAY)
    chosen = choose_practice(
        town.editor, plan=plan, practice=practice, choice=choice, today=TODAY, reason="Rien à nous"
    )
    assert chosen.action is None
    choose_practice(town.editor, plan=plan, practice=practice, choice=Choice.LATER, today=TODAY)
    undo_choice(town.editor, choice=chosen.choice, today=TODAY)
    back = plan.choices.get()
    assert (back.choice, back.reason) == (choice, "Rien à nous")
    assert not plan.actions.exists()


def test_a_first_answer_is_taken_back_entirely(town: Town) -> None:
    plan, edition = make_plan(town), make_edition()
    practice = edition.practices.get(code="e.2")
    chosen = choose_practice(
        town.editor, plan=plan, practice=practice, choice=Choice.KEEP, today=TODAY
    )
    undo_choice(town.editor, choice=chosen.choice, today=TODAY)
    assert not plan.actions.exists()
    assert not PracticeChoice.objects.exists()


def test_a_practice_of_another_house_is_not_chosen(town: Town, elsewhere: Town) -> None:
    plan, edition = make_plan(town), make_edition()
    edition.catalogue.organisation = elsewhere.organisation
    edition.catalogue.save()
    practice = edition.practices.get(code="d.1")
    with pytest.raises(ValidationError, match="autre référentiel"):
        choose_practice(town.editor, plan=plan, practice=practice, choice=Choice.KEEP, today=TODAY)
