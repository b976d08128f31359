"""A syndicate's template comes again, twice, into fifteen towns: what each chose stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.actors import Actor
from portulan.core.merge.threeway import Side
from portulan.indicators.words import Kind
from portulan.plans.actions.writes import create_action, delete_action, edit_action
from portulan.plans.commitments.writes import decide
from portulan.plans.files.document import (
    ActionText,
    DecisionText,
    IndicatorText,
    MilestoneText,
    PlanFolder,
    PlanText,
    TargetText,
)
from portulan.plans.files.reads import folder_of
from portulan.plans.models import Axis, Plan
from portulan.plans.plan import rename_part
from portulan.plans.words import CommitmentLevel, Outcome, Progress
from portulan.publication.plan_files.comparing import Loc
from portulan.publication.plan_files.entering import enter
from tests.publication.plan_files.test_entering import organisation
from tests.publication.plan_files.test_merging import bring, kept

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
SLUG = "plan-type"


def action(number: int, **said: object) -> ActionText:
    known: dict[str, object] = {
        "title": f"Action {number}",
        "level": CommitmentLevel.STUDY,
        "progress": Progress.TODO,
        "pilot_function": "Secrétariat",
        "axis": "sobriete",
        "indicators": ("postes",),
    }
    return ActionText(number=number, **(known | said))  # type: ignore[arg-type]


def template(*actions: ActionText, target: int = 5) -> PlanFolder:
    """Return a version of the template; its keys are typed by hand, and not those of titles."""
    aim = TargetText(date(2027, 12, 31), text=f"{target} ans")
    return PlanFolder(
        PlanText(SLUG, "Plan type", 2026, 2028, axes={"sobriete": "Sobriété numérique"}),
        {"postes": IndicatorText("Âge des postes", Kind.TEXT, targets=(aim,))},
        actions,
    )


FIRST = template(*(action(n) for n in range(1, 13)))
SECOND = template(
    *(action(n, description="Version 2") for n in range(1, 13)),
    action(13, title="Prêter du matériel", milestones=(MilestoneText("Prêt ouvert", TODAY),)),
    target=6,
)
THIRD = replace(
    SECOND,
    actions=(
        *(replace(one, scope="Toute la commune") for one in SECOND.actions[:11]),
        replace(SECOND.actions[12], due_on=date(2028, 1, 1)),  # and the twelfth is no more
    ),
)


def local(rank: int, town: Actor) -> None:
    """Do in a town what it does by itself."""
    plan = Plan.objects.get(organisation=town.organisation_id)
    at = {one.number: one for one in plan.actions.all()}
    edit_action(town, action=at[rank % 10 + 1], title=f"À notre façon {rank}")
    if rank % 3 == 0:  # its own action has the number that the template gives next
        create_action(town, plan=plan, today=TODAY, title=f"À nous {rank}", pilot_function="Maire")
    if rank % 3 == 1:
        delete_action(town, action=at[11])
    if rank % 5 == 2:
        rename_part(town, part=Axis.objects.get(plan=plan), title="Faire durer")
    if rank % 5 == 3:
        decide(
            town,
            action=at[12],
            outcome=Outcome.ADOPT,
            level=CommitmentLevel.STUDY,
            on=TODAY,
            body="Conseil municipal",
            today=TODAY,
        )


def test_two_versions_of_a_template_leave_the_choices_of_fifteen_towns() -> None:
    for rank in range(15):
        town = organisation(f"ville-{rank}")
        enter(town, folder=FIRST)
        local(rank, town)
        before = folder_of(town, slug=SLUG)

        gone = ["actions/011.md"] * (rank % 3 == 1)  # deleted here, changed there: one asks
        second = bring(town, SLUG, SECOND, Side.OURS)
        assert [one.name.path for one in second.merged.conflicts] == gone
        found = folder_of(town, slug=SLUG)
        by_title = {one.title: one for one in found.actions}
        assert by_title[f"À notre façon {rank}"].description == "Version 2"
        assert (11 in {one.number for one in found.actions}) == (rank % 3 != 1)
        assert [one.text for one in next(iter(found.indicators.values())).targets] == ["6 ans"]
        assert list(found.plan.axes.values()) == list(before.plan.axes.values())
        lent = by_title["Prêter du matériel"]
        assert lent.number == (14 if rank % 3 == 0 else 13)
        assert lent.milestones == SECOND.actions[12].milestones
        assert lent.axis == next(iter(found.plan.axes))
        if rank % 3 == 0:
            assert by_title[f"À nous {rank}"] == before.actions[-1]

        third = bring(town, SLUG, THIRD, Side.OURS)
        voted = rank % 5 == 3  # what was decided here is not deleted by a template
        asked = gone + ["actions/012.md"] * voted
        assert sorted(one.name.path for one in third.merged.conflicts) == asked
        last = {one.title: one for one in folder_of(town, slug=SLUG).actions}
        assert last["Prêter du matériel"].due_on == date(2028, 1, 1)
        assert last[f"À notre façon {rank}"].scope == "Toute la commune"
        assert ("Action 12" in last) == voted
        if rank % 3 == 0:
            assert last[f"À nous {rank}"] == before.actions[-1]
        again = bring(town, SLUG, THIRD, Side.OURS)
        assert again.merged.changes == ()


def test_what_both_changed_is_never_overwritten_unknown() -> None:
    town = organisation("bourg")
    enter(town, folder=FIRST)
    plan = Plan.objects.get(organisation=town.organisation_id)
    edit_action(town, action=plan.actions.get(number=1), title="Ici")
    there = replace(FIRST, actions=(replace(FIRST.actions[0], title="Là"), *FIRST.actions[1:]))
    with pytest.raises(ValidationError):
        bring(town, SLUG, there)
    (conflict,) = bring(town, SLUG, there, Side.OURS).merged.conflicts
    assert (conflict.name, conflict.here, conflict.there) == (
        Loc("actions/001.md", "title"),
        "Ici",
        "Là",
    )
    assert folder_of(town, slug=SLUG).actions[0].title == "Ici"


def test_a_town_edits_its_own_folder_after_a_template_entered() -> None:
    """Its own folder is compared with what left, and not with the template."""
    town = organisation("bourg")
    enter(town, folder=FIRST)
    plan = Plan.objects.get(organisation=town.organisation_id)
    edit_action(town, action=plan.actions.get(number=1), title="Ici")
    out, base = kept(town, SLUG)
    edit_action(town, action=plan.actions.get(number=2), title="Pendant ce temps")
    edited = replace(out, actions=(replace(out.actions[0], title="Corrigé"), *out.actions[1:]))
    assert not bring(town, SLUG, edited, base=base).merged.conflicts
    assert [one.title for one in folder_of(town, slug=SLUG).actions[:2]] == [
        "Corrigé",
        "Pendant ce temps",
    ]
    assert not bring(town, SLUG, SECOND).merged.conflicts  # the template goes on from where it was


def test_a_decision_comes_and_none_is_unsaid() -> None:
    town = organisation("bourg")
    enter(town, folder=FIRST)
    out, base = kept(town, SLUG)
    voted = DecisionText(TODAY, Outcome.ADOPT, CommitmentLevel.STUDY, "Conseil municipal")
    edited = replace(out, actions=(replace(out.actions[0], decisions=(voted,)), *out.actions[1:]))
    bring(town, SLUG, edited, base=base)
    assert folder_of(town, slug=SLUG).actions[0].decisions == (voted,)
    after, later = kept(town, SLUG)
    unsaid = replace(after, actions=(replace(after.actions[0], decisions=()), *after.actions[1:]))
    (conflict,) = bring(town, SLUG, unsaid, Side.THEIRS, base=later).merged.conflicts
    assert conflict.must is Side.OURS
    assert folder_of(town, slug=SLUG).actions[0].decisions == (voted,)
