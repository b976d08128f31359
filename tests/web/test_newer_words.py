"""A word that a newer version stored breaks no page: it is shown as it is, or told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portulan.accounts.access import Role
from portulan.cli.failures import sentence_of
from portulan.core.newer_words import newer_word
from portulan.plans.words import Progress
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan
from tests.web.furnished import Place, patterns

NEWER = "plus-tard"
GROUPS, MOST = 8, 40


def columns() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Yield each column of text that may hold a word of the code: one of a list, or a short one."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields if model.__module__.startswith("portulan") else ():
            is_short = isinstance(field, models.CharField) and (field.max_length or 999) <= MOST
            if is_short or (field.choices and isinstance(field, models.CharField)):
                yield model, field


def write(model: type[models.Model], field: models.Field[Any, Any]) -> bool:
    """Write a word of a newer version, where the column has words and no guard keeps them."""
    rows = model._base_manager.all()
    values = {str(value) for value in rows.values_list(field.name, flat=True)}
    are_words = all(one.isascii() and one == one.lower() and one[:1].isalpha() for one in values)
    if not values or not (field.choices or are_words):
        return False
    try:
        with transaction.atomic():
            rows.update(**{field.name: NEWER[: field.max_length]})
    except DatabaseError:
        return False
    return True


def addresses(place: Place) -> Iterator[str]:
    for name, arguments in patterns():
        try:
            yield place.address(name, arguments)
        except (KeyError, NoReverseMatch):
            continue


@pytest.fixture
def town(db: None, place: Place) -> Town:
    return place.town


@pytest.mark.parametrize("group", range(GROUPS))
def test_no_page_fails(place: Place, signed_in: Callable[..., Client], group: int) -> None:
    client = signed_in(Role.ADMIN)
    client.raise_request_exception = False
    written = [field for model, field in list(columns())[group::GROUPS] if write(model, field)]
    assert written
    failed = []
    for address in addresses(place):
        with transaction.atomic():
            if client.get(address).status_code >= 500:
                failed.append(address)
            transaction.set_rollback(True)
    assert failed == [], [str(one) for one in written]


def test_it_is_told_on_the_page_and_to_a_program(
    town: Town, signed_in: Callable[..., Client]
) -> None:
    plan = make_plan(town)
    action = make_action(town, plan)
    type(action).objects.filter(pk=action.pk).update(progress=NEWER)
    page = signed_in(Role.EDITOR, town).get(reverse("plans:plan", args=[town.slug, plan.slug]))
    assert page.status_code == 409
    assert "vient d’une version plus récente" in page.content.decode()
    refused = newer_word(caught(lambda: Progress(NEWER)))
    assert refused is not None
    assert "“plus-tard” comes from a newer version" in refused.message("en")
    assert newer_word(caught(lambda: int("x"))) is None
    assert "plus récente" in (sentence_of(caught(lambda: Progress(NEWER)), "fr") or "")


def caught(act: Callable[[], object]) -> Exception:
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        act()
    return raised.value
