"""An adopted action and the newer editions of its practices: nothing moves by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Operation, Role
from portulan.catalogue.imports.writes import import_catalogue, remove_edition
from portulan.catalogue.models import CatalogueVersion
from portulan.catalogue.readers.content import SuccessorContent
from portulan.core import trail
from portulan.core.errors import DeniedError, NotFoundError
from portulan.plans.actions.history import restore_value
from portulan.plans.actions.writes import edit_action
from portulan.plans.editions import edition_news, follow_edition, keep_edition, review_edition
from portulan.plans.models import Action, ActionPractice
from portulan.plans.plan import get_action, load_details
from tests.catalogue.imports.test_writes import content
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan


@pytest.fixture
def old(town: Town) -> CatalogueVersion:
    return import_catalogue(
        town.editor, content=content("2024", "Éteindre", "Garder", "Prêter", "Écrire")
    )


@pytest.fixture
def action(town: Town, old: CatalogueVersion) -> Action:
    made = make_action(town, make_plan(town))
    practices = old.practices.select_related("version__catalogue").filter(code__in=["a.1", "a.3"])
    edit_action(town.editor, action=made, practices=list(practices))
    return made


def newer(town: Town) -> CatalogueVersion:
    """An edition where a.1 has another title, a.2 and a.3 became a.2, a.4 is gone."""
    said = replace(
        content("2026", "Tout éteindre", "Garder et prêter"),
        successors=(SuccessorContent("2024", "a.3", "a.2", "Réunies"),),
    )
    return import_catalogue(town.editor, content=said)


def state(action: Action) -> list[object]:
    fields = Action.objects.filter(pk=action.pk).values().get()
    links = ActionPractice.objects.filter(action=action).order_by("pk")
    return [fields, list(links.values()), trail.history(action).count()]


def news(town: Town, action: Action) -> list[tuple[object, ...]]:
    fresh = get_action(
        actor=town.reader,
        plan_slug=action.plan.slug,
        number=action.number,
        need=Operation.READ_PLAN,
    )
    return [
        (
            one.link.practice.code,
            [(match.new.code, match.changed) for match in one.matches],
            one.departure is not None,
            one.seen,
        )
        for one in edition_news(town.reader, load_details(fresh))
    ]


def test_a_new_edition_changes_nothing_and_shows_what_it_says(town: Town, action: Action) -> None:
    before = state(action)
    assert news(town, action) == []
    newer(town)
    assert state(action) == before
    assert news(town, action) == [
        ("a.1", [("a.1", ("title",))], False, False),
        ("a.3", [("a.2", ("title",))], False, False),
    ]


def test_staying_is_said_and_taken_back(town: Town, action: Action) -> None:
    new, practice = newer(town), action.practices.get(code="a.1")
    title = action.title
    keep_edition(town.editor, action=action, practice=practice, version=new)
    keep_edition(town.editor, action=action, practice=practice, version=new)
    assert [row[3] for row in news(town, action)] == [True, False]
    assert trail.history(action)[0].changes == {
        "practice": [None, "a.1"],
        "seen": [None, "2026"],
    }
    assert trail.history(action).filter(verb="edition kept").count() == 1
    review_edition(town.editor, action=action, practice=practice)
    assert [row[3] for row in news(town, action)] == [False, False]
    keep_edition(town.editor, action=action, practice=practice, version=new)
    remove_edition(town.editor, version=new)  # nothing came from it: what was read goes with it
    assert news(town, action) == []
    action.refresh_from_db()
    assert action.title == title


def test_following_moves_the_practice_alone_and_is_restored(town: Town, action: Action) -> None:
    new, practice = newer(town), action.practices.get(code="a.3")
    before = Action.objects.filter(pk=action.pk).values().get()
    entry = follow_edition(town.editor, action=action, practice=practice, version=new)
    followed = action.practices.order_by("version_id").values_list("code", "version__version")
    assert list(followed) == [("a.1", "2024"), ("a.2", "2026")]
    after = Action.objects.filter(pk=action.pk).values().get()
    assert after == before | {"version": before["version"] + 1}
    assert news(town, action) == [("a.1", [("a.1", ("title",))], False, False)]
    with pytest.raises(ValidationError, match="ne suit plus"):
        follow_edition(town.editor, action=action, practice=practice, version=new)
    restore_value(town.editor, action=action, entry_id=entry, field="practices")
    assert sorted(action.practices.values_list("code", flat=True)) == ["a.1", "a.3"]


def test_a_practice_without_successor_is_told_and_cannot_be_followed(
    town: Town, action: Action, old: CatalogueVersion
) -> None:
    gone = old.practices.select_related("version__catalogue").get(code="a.4")
    edit_action(town.editor, action=action, practices=[gone])
    new = newer(town)
    assert news(town, action) == [("a.4", [], True, False)]
    with pytest.raises(ValidationError, match="pas de suite"):
        follow_edition(town.editor, action=action, practice=gone, version=new)
    keep_edition(town.editor, action=action, practice=gone, version=new)
    assert news(town, action) == [("a.4", [], True, True)]


def test_who_may_answer(town: Town, elsewhere: Town, action: Action) -> None:
    new, practice = newer(town), action.practices.get(code="a.1")
    theirs = import_catalogue(elsewhere.editor, content=content("2026"))
    said = {"action": action, "practice": practice}
    for role in Role:
        if town.actor(role).may(Operation.EDIT_PLAN):
            continue
        with pytest.raises(DeniedError):
            keep_edition(town.actor(role), version=new, **said)
        with pytest.raises(DeniedError):
            follow_edition(town.actor(role), version=new, **said)
    for deed in (keep_edition, follow_edition):
        with pytest.raises(NotFoundError):
            deed(town.editor, version=theirs, **said)
        with pytest.raises(NotFoundError):
            deed(elsewhere.editor, version=theirs, **said)


def test_the_news_ask_as_much_for_many_practices(
    town: Town, action: Action, old: CatalogueVersion
) -> None:
    newer(town)
    counts = []
    for codes in (["a.1"], ["a.1", "a.2", "a.3", "a.4"]):
        practices = old.practices.select_related("version__catalogue").filter(code__in=codes)
        edit_action(town.editor, action=action, practices=list(practices))
        fresh = load_details(Action.objects.select_related("plan").get(pk=action.pk))
        with CaptureQueriesContext(connection) as queries:
            assert len(edition_news(town.reader, fresh)) == len(codes)
        counts.append(len(queries))
    assert counts[0] == counts[1]
