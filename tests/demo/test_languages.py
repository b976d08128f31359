"""What people typed is said to be in its language, on a page that is written in another.

The parts of RGAA 8.7: titles, functions and labels that stand alone in a heading, a link or a
cell of headings. A page in the language of the texts says nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from lxml import html

from portulan.accounts.models import Organisation, Person
from portulan.budget.models import BudgetLine, Programme
from portulan.core.say.text import Language
from portulan.indicators.models import Indicator
from portulan.plans.models import Action, Plan
from portulan.portfolio.models import Scenario
from tests.demo.test_forms import client

pytestmark = pytest.mark.django_db

__all__ = ["client"]

ALONE = ("h1", "h2", "a", "th")


@pytest.fixture
def typed(demonstration: Organisation) -> set[str]:
    of = {"organisation": demonstration}
    found = {
        *Action.objects.filter(plan__organisation=demonstration).values_list("title", flat=True),
        *Plan.objects.filter(**of).values_list("title", flat=True),
        *Indicator.objects.filter(**of).values_list("name", flat=True),
        *BudgetLine.objects.filter(**of).values_list("label", flat=True),
        *Programme.objects.filter(**of).values_list("title", flat=True),
        *Scenario.objects.filter(plan__organisation=demonstration).values_list("title", flat=True),
        *Person.objects.filter(**of).values_list("function", flat=True),
    }
    return {words for words in found if " " in words}


def alone(page: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield what stands alone in an element, with its tag and the language it is said to be in."""
    for element in html.fromstring(page).iter(*ALONE):
        if not len(element) and (words := " ".join((element.text or "").split())):
            yield element.tag, words, element.xpath("ancestor-or-self::*/@lang")[-1]


def test_what_people_typed_says_its_language(
    shown: Callable[[Language], list[tuple[str, bytes]]], typed: set[str]
) -> None:
    told, bare = set(), set()
    for address, page in shown("en"):
        for tag, words, language in alone(page):
            if words in typed:
                (told if language == "fr" else bare).add((address, tag, words))
    assert not bare, sorted(bare)[:20]
    assert len(told) > 100


def test_a_page_in_the_language_of_the_texts_says_nothing(
    demonstration: Organisation, client: Client, typed: set[str]
) -> None:
    plan = Plan.objects.filter(organisation=demonstration).first()
    assert plan is not None
    address = f"/{demonstration.slug}/plans/{plan.slug}/"
    assert html.fromstring(client.get(address).content).xpath("//main//*[@lang]") == []
    Organisation.objects.filter(pk=demonstration.pk).update(content_language="en")
    page = html.fromstring(client.get(address).content)
    assert set(page.xpath("//main//*[@lang]/@lang")) == {"en"}
