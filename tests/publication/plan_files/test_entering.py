"""A plan leaves as files and enters elsewhere: what leaves from there is the same, to the byte."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from portulan.accounts.actors import Actor, command_line
from portulan.accounts.words import LegalForm
from portulan.accounts.writes import create_organisation
from portulan.indicators.words import Kind
from portulan.plans.files.document import (
    ActionText,
    IndicatorText,
    PlanFolder,
    PlanText,
)
from portulan.plans.files.reads import folder_of
from portulan.plans.words import CommitmentLevel, Progress
from portulan.publication.plan_files.entering import enter
from portulan.publication.plan_files.reading import read
from portulan.publication.plan_files.texts import texts
from tests.publication.plan_files.plans import folders

pytestmark = pytest.mark.django_db


def organisation(slug: str) -> Actor:
    made = create_organisation(slug=slug, name=slug.title(), legal_form=LegalForm.TOWN)
    return command_line(made.pk)


def written(folder: PlanFolder) -> dict[str, bytes]:
    return {path: text.encode() for path, text in texts(folder).items()}


def again(files: dict[str, bytes]) -> PlanFolder:
    folder, problems = read(files)
    assert folder is not None, [problem.message("en") for problem in problems]
    return folder


@given(folders())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_bytes_leave_from_elsewhere(folder: PlanFolder) -> None:
    goes_round(folder)


def goes_round(folder: PlanFolder) -> None:
    """Let a plan leave, enter elsewhere and leave again: its files are the same bytes."""
    with transaction.atomic():
        here, there = organisation("here"), organisation("there")
        enter(here, folder=folder)
        files = written(folder_of(here, slug=folder.plan.slug))
        enter(there, folder=again(files))
        assert written(folder_of(there, slug=folder.plan.slug)) == files
        transaction.set_rollback(True)


def test_indicators_of_one_name_stay_in_their_order() -> None:
    """There are more than ten, so that `pannes-10` is not before `pannes-2`."""
    here, there = organisation("here"), organisation("there")
    found = {
        f"k-{rank}": IndicatorText(name="Pannes", kind=Kind.COUNT, unit=str(rank))
        for rank in range(12)
    }
    action = ActionText(
        number=1,
        title="Réparer",
        level=CommitmentLevel.STUDY,
        progress=Progress.TODO,
        pilot_function="Support",
        indicators=tuple(found),
    )
    enter(here, folder=PlanFolder(PlanText("plan", "Plan", 2026, 2027), found, (action,)))
    files = written(folder_of(here, slug="plan"))
    enter(there, folder=again(files))
    assert written(folder_of(there, slug="plan")) == files
