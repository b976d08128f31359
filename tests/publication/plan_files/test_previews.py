"""A folder comes in an archive, is shown, and is written as it was shown, or not at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.erasing import erase_person
from portulan.accounts.writes import add_person
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.merge.threeway import Side
from portulan.core.retention import purge
from portulan.core.say.text import UnusableInputError
from portulan.plans.actions.writes import edit_action
from portulan.plans.files.reads import folder_of
from portulan.plans.models import Plan, PlanMerge
from portulan.publication.plan_files import previews
from portulan.publication.plan_files.merges import Foreseen, foresee
from portulan.publication.plan_files.previews import (
    discard_folder,
    keep_folder,
    key_of,
    merge_folder,
    take_away,
    undo_merge,
    waiting_of,
)
from portulan.publication.plan_files.reading import read
from portulan.publication.plan_files.zipped import unzip_folder, zip_folder
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan

HEAD = "format: portulan-plan/1\n"


def archive(files: dict[str, str | bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    stream.seek(0)
    return stream


def test_an_archive_is_the_same_bytes_and_is_read_back() -> None:
    files = {"plan.yaml": HEAD, "actions/001.md": "é", "base.txt": "", "indicators/a.yaml": "a"}
    content = zip_folder("plan", files)
    assert zip_folder("plan", dict(reversed(files.items()))) == content
    read = {path: text.encode() for path, text in files.items()}
    assert unzip_folder(io.BytesIO(content)) == read


def test_a_folder_of_as_many_files_as_a_plan_may_have_is_read() -> None:
    files = {"plan.yaml": HEAD} | {f"actions/{number:03d}.md": "" for number in range(1, 10_000)}
    assert len(unzip_folder(io.BytesIO(zip_folder("un-plan-au-nom-long" * 6, files)))) == 10_000


def test_a_folder_stands_anywhere_and_only_its_files_are_read() -> None:
    said = {
        "a/b/plan.yaml": HEAD,
        r"a\b\actions\001.md": "x",
        "a/b/actions/deep/002.md": "x",
        "a/b/.git/config": "x",
        "a/b/.plan.yaml": "x",
        "a/b/../../../etc/actions/003.md": "x",
        "__MACOSX/._x": b"\0",
        "LISEZMOI.txt": "x",
    }
    assert set(unzip_folder(archive(said))) == {"plan.yaml", "actions/001.md"}


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (io.BytesIO(b""), "no-zip"),
        (io.BytesIO(b"PK\3\4" + b"\0" * 30), "no-zip"),
        (archive({"a.txt": "x"}), "no-plan"),
        (archive({"a/plan.yaml": "x", "b/plan.yaml": "x"}), "two-plans"),
        (archive({"plan.yaml": b"0" * 65_000_000}), "too-big"),
        (
            io.BytesIO(
                b"\0" * 7_000_000 + b"PK\5\6" + b"\0" * 8 + (7_000_000).to_bytes(4, "little")
            ),
            "too-big",
        ),
    ],
)
def test_what_is_no_folder_is_refused(stream: io.BytesIO, code: str) -> None:
    with pytest.raises(UnusableInputError) as caught:
        unzip_folder(stream)
    assert caught.value.problem.kind.code == code


# --- with a database ------------------------------------------------------------------------


@pytest.fixture
def plan(town: Town) -> Plan:
    plan = make_plan(town)
    make_action(town, plan, "Durer", pilot_function="DSI")
    return plan


def edited(town: Town, plan: Plan, *changes: tuple[str, str]) -> dict[str, bytes]:
    files = take_away(town.editor, plan=plan)
    [path] = [path for path in files if path.startswith("actions/")]
    for before, after in changes:
        assert before in files[path]
        files[path] = files[path].replace(before, after)
    return {path: text.encode() for path, text in files.items()}


def keep(town: Town, plan: Plan, files: dict[str, bytes]) -> None:
    keep_folder(town.editor, plan=plan, file_name="plan.zip", files=files)


@pytest.mark.django_db
def test_what_was_shown_is_written_and_taken_back(town: Town, plan: Plan) -> None:
    before = folder_of(town.editor, slug=plan.slug)
    keep(town, plan, edited(town, plan, ("Durer", "Faire durer")))
    waiting = waiting_of(town.editor, plan)
    assert waiting.knows
    assert [one.after for one in waiting.foreseen.merged.changes] == ["Faire durer"]
    assert folder_of(town.editor, slug=plan.slug) == before  # nothing is written yet
    merge_folder(town.editor, plan=plan, seen=waiting.seen)
    assert plan.actions.get().title == "Faire durer"
    assert not PlanMerge.waiting().exists()
    undo_merge(town.editor, plan=plan)
    assert folder_of(town.editor, slug=plan.slug) == before


@pytest.mark.django_db(transaction=True)
def test_it_is_compared_before_anything_is_held_and_must_still_be_so(
    town: Town, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    def between(then: Callable[[], object]) -> None:
        """Have something happen after the folder was compared, before it is written."""

        def compared(*args: Any, **named: Any) -> Foreseen:
            held.append(connection.in_atomic_block)
            found = foresee(*args, **named)
            if len(held) == 2:
                then()
            return found

        held.clear()
        monkeypatch.setattr(previews, "foresee", compared)

    files = edited(town, plan, ("Durer", "Faire durer"))
    keep(town, plan, files)
    seen = waiting_of(town.editor, plan).seen
    between(lambda: keep(town, plan, files))
    with pytest.raises(ValidationError, match="a changé depuis"):
        merge_folder(town.editor, plan=plan, seen=seen)
    action = plan.actions.get()
    between(lambda: edit_action(town.editor, action=action, title="Ici"))
    with pytest.raises(ValidationError, match="a changé depuis qu’il a été comparé"):
        merge_folder(town.editor, plan=plan, seen=seen)
    assert held == [False, False]
    assert plan.actions.get().title == "Ici"


@pytest.mark.django_db
def test_as_many_queries_whatever_the_plan_holds(town: Town, plan: Plan) -> None:
    counts = []
    for more in (0, 6):
        for rank in range(more):
            make_action(town, plan, f"Autre {rank}")
        files = take_away(town.editor, plan=plan)
        keep(town, plan, {path: text.encode() for path, text in files.items()})
        with CaptureQueriesContext(connection) as asked:
            waiting_of(town.editor, plan)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_a_conflict_is_answered_one_by_one_or_for_the_rest(town: Town, plan: Plan) -> None:
    files = edited(town, plan, ("Durer", "Faire durer"), ("DSI", "Direction"))
    here = {"title": "Durer ici", "pilot_function": "Achats"}
    edit_action(town.editor, action=plan.actions.get(), **here)  # type: ignore[arg-type]
    keep(town, plan, files)
    waiting = waiting_of(town.editor, plan)
    conflicts = {one.name.field: key_of(one.name) for one in waiting.foreseen.merged.waiting}
    assert set(conflicts) == {"title", "pilot_function"}
    one = {conflicts["title"]: Side.THEIRS}
    with pytest.raises(ValidationError, match="des deux côtés"):
        merge_folder(town.editor, plan=plan, seen=waiting.seen, sides=one)
    merge_folder(town.editor, plan=plan, seen=waiting.seen, sides=one, rest=Side.OURS)
    action = plan.actions.get()
    assert (action.title, action.pilot_function) == ("Faire durer", "Achats")


@pytest.mark.django_db
def test_a_plan_that_moved_since_it_was_shown_is_shown_again(town: Town, plan: Plan) -> None:
    keep(town, plan, edited(town, plan, ("Durer", "Faire durer")))
    seen = waiting_of(town.editor, plan).seen
    edit_action(town.editor, action=plan.actions.get(), title="Durer ici")
    with pytest.raises(ValidationError, match="a changé depuis"):
        merge_folder(town.editor, plan=plan, seen=seen, rest=Side.THEIRS)
    assert plan.actions.get().title == "Durer ici"


@pytest.mark.django_db
def test_a_folder_that_is_wrong_says_its_file_and_line(town: Town, plan: Plan) -> None:
    with pytest.raises(ValidationError, match=r"actions/001\.md, ligne \d+"):
        keep(town, plan, edited(town, plan, ("progress: ", "progress: non")))
    assert not PlanMerge.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("title", [r'"a\0b"', r'"a\uD800b"', "a\0b"])
def test_a_character_that_no_database_keeps_is_refused(town: Town, plan: Plan, title: str) -> None:
    with pytest.raises(ValidationError, match=r"actions/001\.md"):
        keep(town, plan, edited(town, plan, ("title: Durer", f"title: {title}")))


@pytest.mark.django_db
def test_a_nul_in_a_description_is_refused_and_in_what_nobody_reads_is_not_kept(
    town: Town, plan: Plan
) -> None:
    files = edited(town, plan)
    with pytest.raises(ValidationError, match="UTF-8"):
        keep(town, plan, {**files, "actions/001.md": files["actions/001.md"] + b"\nun\0deux\n"})
    keep(town, plan, {**files, "other.yaml": b"\0", "base.txt": b"\0"})
    assert "\0" not in "".join(PlanMerge.objects.get().files.values())


@pytest.mark.django_db
def test_nothing_is_held_while_a_folder_is_read(
    town: Town, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, depth, held = edited(town, plan), len(connection.savepoint_ids), []

    def watched(given: dict[str, bytes]) -> object:
        held.append(len(connection.savepoint_ids) - depth)
        return read(given)

    monkeypatch.setattr(previews, "read", watched)
    keep(town, plan, files)
    assert held == [0]
    merge_folder(town.editor, plan=plan, seen=waiting_of(town.editor, plan).seen)
    assert len(held) == 3  # once to keep, to show, to write


@pytest.mark.django_db
def test_a_folder_that_waits_forgets_who_is_erased_and_goes_after_a_week(
    town: Town, plan: Plan
) -> None:
    person = add_person(town.admin, function="Chef", name="Camille Onfroy")
    keep(town, plan, edited(town, plan, ("Durer", "Durer avec Camille Onfroy")))
    erase_person(town.admin, person=person)
    kept = PlanMerge.objects.get()
    assert "Durer avec …" in kept.files["actions/001.md"]
    assert purge(kept.read_at + timedelta(days=6)).get("folders") is None
    assert purge(kept.read_at + timedelta(days=8))["folders"] == 1


@pytest.mark.django_db
def test_who_reads_or_is_of_elsewhere_keeps_and_writes_nothing(
    town: Town, elsewhere: Town, plan: Plan
) -> None:
    files = edited(town, plan, ("Durer", "Faire durer"))
    keep(town, plan, files)
    seen = waiting_of(town.editor, plan).seen
    for actor, error in ((town.reader, DeniedError), (elsewhere.admin, NotFoundError)):
        for deed in (
            lambda actor=actor: keep_folder(actor, plan=plan, file_name="x", files=files),
            lambda actor=actor: waiting_of(actor, plan),
            lambda actor=actor: merge_folder(actor, plan=plan, seen=seen),
            lambda actor=actor: discard_folder(actor, plan=plan),
            lambda actor=actor: undo_merge(actor, plan=plan),
        ):
            with pytest.raises(error):
                deed()
    discard_folder(town.editor, plan=plan)
    assert plan.actions.get().title == "Durer"
    with pytest.raises(NotFoundError):
        waiting_of(town.editor, plan)
