"""What an edited folder does to a plan: each side's own changes stand, and none is lost unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.accounts.actors import Actor
from portulan.core.merge.threeway import Side
from portulan.core.models import AuditEntry
from portulan.plans.files.document import (
    ActionText,
    DeliverableText,
    PlanFolder,
    PlanText,
    seal,
)
from portulan.plans.files.reads import folder_of
from portulan.plans.words import CommitmentLevel, Progress
from portulan.publication.plan_files.aligning import align, said_as
from portulan.publication.plan_files.comparing import (
    Cells,
    Loc,
    base_text,
    cells_of,
    digests_of,
    folder_said,
    read_base,
)
from portulan.publication.plan_files.entering import enter
from portulan.publication.plan_files.merges import (
    Foreseen,
    foresee,
    note_leaving,
    unmerge,
    unmerging,
    write,
)
from portulan.publication.plan_files.merging import every, merge
from portulan.publication.plan_files.texts import path_of
from tests.publication.plan_files.plans import folders
from tests.publication.plan_files.test_entering import organisation

SLOW = settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PURE = settings(max_examples=10)


@given(folders())
@PURE
def test_cells_say_all_that_a_folder_says(folder: PlanFolder) -> None:
    used = {f"indicators/{key}.yaml" for one in folder.actions for key in one.indicators}
    cells = {
        loc: value
        for loc, value in cells_of(folder).items()
        if loc.path in used or not loc.path.startswith("indicators/")
    }
    assert cells_of(folder_said(cells_of(folder), like=[folder])) == cells
    assert read_base(base_text(folder, "abc").encode()) == ("abc", digests_of(folder))
    assert read_base(b"something else") is None


@given(folders(), st.data())
@PURE
def test_each_side_keeps_what_it_alone_changed(folder: PlanFolder, data: st.DataObject) -> None:
    """Scopes are changed here, there or on both sides: what both changed is a conflict."""
    sides = [data.draw(st.sampled_from(["", "here", "there", "both"])) for _one in folder.actions]

    def edited(side: str) -> PlanFolder:
        told = zip(folder.actions, sides, strict=True)
        return replace(
            folder,
            actions=tuple(
                replace(one, scope=f"changed {side}") if moved in (side, "both") else one
                for one, moved in told
            ),
        )

    found = merge(edited("here"), edited("there"), digests_of(folder))
    wanted = {"": "", "here": "changed here", "there": "changed there", "both": "changed here"}
    for before, after, moved in zip(folder.actions, found.folder.actions, sides, strict=True):
        assert after.scope == (wanted[moved] or before.scope)
    numbers = [
        one.number for one, moved in zip(folder.actions, sides, strict=True) if moved == "both"
    ]
    assert [one.name for one in found.conflicts] == [Loc(path_of(n), "scope") for n in numbers]
    assert len(found.changes) == sides.count("there")
    chosen = merge(edited("here"), edited("there"), digests_of(folder), choose=every(Side.THEIRS))
    assert not chosen.waiting
    assert chosen.folder.actions == tuple(
        replace(one, scope="changed here") if moved == "here" else after
        for one, after, moved in zip(folder.actions, edited("there").actions, sides, strict=True)
    )


def test_of_two_of_one_title_what_says_the_same_is_the_same() -> None:
    """Whatever key each has here: keys follow the order of rows."""
    early, late = (
        DeliverableText(key, "Bilan", due_on=day)
        for key, day in (("bilan", date(2026, 1, 1)), ("bilan-2", date(2027, 1, 1)))
    )
    level, progress = CommitmentLevel.EXPERIMENT, Progress.IN_PROGRESS
    action = ActionText(1, "Essayer", level, progress, "DSI", deliverables=(early, late))
    there = PlanFolder(PlanText("plan", "Plan", 2025, 2027), {}, (action,))
    swapped = (replace(late, key="bilan"), replace(early, key="bilan-2"))
    here = replace(there, actions=(replace(action, deliverables=swapped),))
    for base in (digests_of(there), {}):
        names = align(here, there, base, numbers={}, entered=there)
        assert set(said_as(here, names).actions[0].deliverables) == {early, late}


# --- with a database ------------------------------------------------------------------------


def kept(actor: Actor, slug: str) -> tuple[PlanFolder, tuple[str, dict[Loc, str]] | None]:
    """Return a plan as it leaves, and what its folder says of what it was."""
    folder = folder_of(actor, slug=slug)
    note_leaving(actor, slug=slug, folder=folder)
    return folder, read_base(base_text(folder, seal(folder)).encode())


def bring(
    actor: Actor, slug: str, there: PlanFolder, side: Side | None = None, base: object = None
) -> Foreseen:
    foreseen = foresee(actor, slug=slug, there=there, base=base, choose=every(side))  # type: ignore[arg-type]
    write(actor, foreseen=foreseen)
    return foreseen


def in_the_names_of(there: PlanFolder, here: PlanFolder) -> Cells:
    names = align(here, there, digests_of(there), numbers={}, entered=there)
    return cells_of(said_as(here, names))


def crossed(one: PlanFolder, other: PlanFolder) -> PlanFolder:
    """Return the second plan with the actions of the numbers of the first."""
    numbers = [action.number for action in one.actions]
    numbers += [n for n in range(1, 10) if n not in numbers]
    found = dict(zip((action.number for action in other.actions), numbers, strict=False))
    return replace(other, actions=tuple(renumbered(one, found) for one in other.actions))


def renumbered(action: ActionText, numbers: dict[int, int]) -> ActionText:
    ties = tuple(replace(one, other=numbers[one.other]) for one in action.ties)
    return replace(action, number=numbers[action.number], ties=ties)


def undecided(action: ActionText) -> ActionText:
    proofs = tuple(one for one in action.evidence if one.decision is None)
    return replace(action, decisions=(), evidence=proofs)


@pytest.mark.django_db
@given(folders())
@SLOW
def test_a_folder_that_nobody_edited_changes_nothing(folder: PlanFolder) -> None:
    with transaction.atomic():
        here = organisation("here")
        enter(here, folder=folder)
        out, base = kept(here, folder.plan.slug)
        for one in (base, None):  # without what it was, from what entered
            before = AuditEntry.objects.count()
            found = foresee(here, slug=folder.plan.slug, there=out, base=one).merged
            assert (found.changes, found.conflicts) == ((), ())
            assert AuditEntry.objects.count() == before
        transaction.set_rollback(True)


@pytest.mark.django_db
@given(folders(), folders())
@SLOW
def test_what_is_written_is_what_was_foreseen_and_goes_back(
    first: PlanFolder, second: PlanFolder
) -> None:
    second = crossed(first, second)
    second = replace(second, actions=tuple(map(undecided, second.actions)))
    slug = first.plan.slug
    with transaction.atomic():
        here = organisation("here")
        enter(here, folder=first)
        before = folder_of(here, slug=slug)
        foreseen = bring(here, slug, second, Side.THEIRS)
        after = folder_of(here, slug=slug)
        wanted = foreseen.merged.folder
        assert in_the_names_of(wanted, after) == cells_of(wanted)
        unmerge(here, foreseen=unmerging(here, slug=slug))
        assert in_the_names_of(before, folder_of(here, slug=slug)) == cells_of(before)
        with pytest.raises(ValidationError):
            unmerging(here, slug=slug)
        transaction.set_rollback(True)
