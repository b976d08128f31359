"""A share of the IT budget that a document prints says the stage of its accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from django.utils import translation

from portulan.accounts.actors import command_line
from portulan.accounts.models import Organisation
from portulan.budget.indicator.facts import year_facts
from portulan.budget.labels import STAGES
from portulan.core.say.text import Language, UnusableInputError
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import Document, Unit
from portulan.publication.documents.making import build
from portulan.publication.documents.registry import KINDS

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def shares(organisation: Organisation) -> dict[Decimal, set[str]]:
    """Return the stages of each share that the accounts give, by its value to the hundredth."""
    known, found = year_facts(organisation.pk), defaultdict(set)
    for year in known.years.values():
        for stage, one in known.by_stage(year).items():
            if one.figure.value is not None:
                found[one.figure.value.quantize(Decimal("0.0001"))].add(str(STAGES[stage]))
    return found


def unsaid(document: Document, known: dict[Decimal, set[str]]) -> Iterator[str]:
    """Yield the shares of a document beside which no word says their stage."""
    for table in document.tables:
        for row in table.rows:
            words = " ".join([table.caption, *table.heads, *(cell.value for cell in row)])
            for cell in row:
                if cell.unit not in (Unit.PERCENT, Unit.RATE) or not cell.value:
                    continue
                stages = known.get(Decimal(cell.value).quantize(Decimal("0.0001")))
                if stages and not any(one in f"{words} {cell.suffix}" for one in stages):
                    yield f"{table.caption}: {words}"


@pytest.mark.parametrize("language", get_args(Language.__value__))
def test_every_share_of_every_document_says_its_stage(
    demonstration: Organisation, language: Language
) -> None:
    actor = command_line(demonstration.pk)
    with translation.override(language):
        known, met = shares(demonstration), 0
        for kind in KINDS.values():
            for year in (2025, 2026):
                try:
                    document = build(kind, Asked(actor, demonstration, year, TODAY, language))
                except UnusableInputError:
                    continue
                assert list(unsaid(document, known)) == [], (kind.name, year)
                met += 1
    assert met > 10
