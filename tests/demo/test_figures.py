"""Each figure that is written says what it is of, and two of the same are one value, anywhere.

What a page, a document or the API writes as money or as a share is heard where it is written
(`numbers.marked`): a number of a row says its row, one that is computed says what it is `Of`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any, get_args

import pytest
from django.db.models import Model
from django.test import Client
from django.utils import translation

from portulan.accounts.actors import command_line
from portulan.accounts.models import Organisation
from portulan.budget.indicator import contract
from portulan.budget.indicator.contract import as_document
from portulan.budget.indicator.facts import year_facts
from portulan.core.amounts import Identified, Of, identified
from portulan.core.say import numbers
from portulan.core.say.text import Language, UnusableInputError
from portulan.core.spreadsheet import digits
from portulan.publication.documents import cell, said
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.html import write_html
from portulan.publication.documents.making import build, written
from portulan.publication.documents.registry import KINDS
from tests.demo.test_forms import client
from tests.demo.test_typography import pages

pytestmark = pytest.mark.django_db

__all__ = ["client"]
_CENT, TODAY = Decimal("0.006"), date(2026, 11, 24)


class Heard:
    """The figures written so far: each value by what it is of, and who wrote what says nothing."""

    def __init__(self) -> None:
        self.values: dict[Of, dict[Decimal, str]] = defaultdict(dict)
        self.unsaid: dict[str, str] = {}

    def __call__(self, value: Any, text: str) -> str:
        if isinstance(value, Identified):
            self.values[value.of].setdefault(Decimal(value), f"{text} {_site()}")
        else:
            self.unsaid.setdefault(_site(), text)
        return text

    def contradictions(self) -> list[str]:
        return [
            f"{of}: {list(found.values())}"
            for of, found in self.values.items()
            if max(found) - min(found) > _CENT
        ]


_WRITERS = ("say/numbers.py", "say/values.py", "say/text.py", "templatetags/portulan.py")


def _site() -> str:
    """Return which template, or which function of ours, writes the figure."""
    frame = sys._getframe(2)
    found = []
    while frame:
        name, seen = frame.f_code.co_filename, frame.f_locals.get("self")
        if frame.f_code.co_name == "render_annotated" and hasattr(seen, "origin"):
            token = seen.token.contents if hasattr(seen, "token") else ""
            found.append(f"{str(seen.origin).partition('/portulan/')[2]} {token[:80]}")
            break
        if "/portulan/" in name and not name.endswith(_WRITERS):
            place = name.partition("/portulan/")[2].removesuffix(".py")
            found.append(f"{place}:{frame.f_code.co_name}")
            if len(found) == 5:
                break
        frame = frame.f_back
    return " < ".join(found)


class Written(str):
    """The digits of a cell of a document, with what they are of."""

    of: Of


def _digits(number: Decimal) -> str:
    text = digits(number)
    if not isinstance(number, Identified):
        return text
    found = Written(text)
    found.of = number.of
    return found


def _read(text: str) -> Decimal:
    value = Decimal(text)
    return identified(value, text.of) if isinstance(text, Written) else value


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    read = Model.from_db.__func__  # type: ignore[attr-defined]

    def from_db(cls: type[Model], db: str, names: list[str], values: list[Any], **more: Any) -> Any:
        row = dict(zip(names, values, strict=True))
        key = row.get(cls._meta.pk.attname)
        told = [
            identified(value, Of(f"{cls._meta.label}.{name}", who=key))
            if type(value) is Decimal
            else value
            for name, value in row.items()
        ]
        return read(cls, db, names, told, **more)

    found = Heard()
    monkeypatch.setattr(Model, "from_db", classmethod(from_db))
    monkeypatch.setattr(numbers, "marked", found)
    monkeypatch.setattr(cell, "digits", _digits)
    monkeypatch.setattr(said, "Decimal", _read)
    for name in ("percentage", "as_text"):  # the contract of the share: API, command, assistant
        write = getattr(contract, name)
        told = partial(_heard_by, found, write)
        monkeypatch.setattr(contract, name, told)
    return found


def _heard_by(heard: Heard, write: Any, value: Decimal | None) -> str | None:
    text: str | None = write(value)
    return text if value is None else heard(value, text or "")


# Who writes figures that no other page says, and why they are of nothing that the year has.
OF_THEIR_OWN = {
    "the scale of a chart": "charts/scale_bar charts/strip charts/stairs charts/abatement",
    "what a person typed of one line, one action or one day": (
        "web/budget/lines/ web/budget/attributions/ web/trail/ web/steering/sealed/"
        " web/budget/templates/budget/partials/lines_table web/publication/services/"
        " web/budget/indicator/templates/budget/run.html web/budget/provided/"
        " steering/differences/ publication/documents/said"
    ),
    "a threshold of the law, and what was typed beside it": (
        "web/budget/legal steering/alerts/ portfolio/obligations/"
    ),
    "a plan that an arbitration draws, decided by nobody": "portfolio/ web/portfolio/",
    "the public accounts of other bodies": "observatory/ web/observatory/",
    "a value of carbon, by a price that is typed": "web/impact/",
    "the purchases of a civil year, one page and its document": (
        "web/budget/purchases publication/documents/agec web/publication/documents/views"
        " web/budget/templates/budget/partials/purchases"
    ),
    "the register of contracts: ceilings, and a year as its lines pay it": (
        "web/budget/contracts web/budget/templates/budget/partials/contract_count"
    ),
    "what a source said on a day, and what it covers": "web/sources/",
    "what actions ask together, in an act that is voted": "publication/documents/deliberation",
    "money of years to come, of one programme": "web/budget/funding/templates/budget/programme",
    "what a queue or a register has still to judge": "web/budget/queue/ web/budget/green",
    "parts of the budget, rounded to add up to what is shown": "web/budget/indicator/posts",
    "what one allotment keeps, beside what it holds": (
        "web/budget/funding/forecast web/plans/actions/page:_allotment"
        " budget/funding/sentences:_named budget/funding/sentences:landing_sentences"
    ),
    "what others bring to a plan, all years": "web/publication/board/templates/dashboard/beside",
    "a copy sealed elsewhere, as it was": "web/publication/groups/ web/publication/public/",
}
_APART = tuple(place for places in OF_THEIR_OWN.values() for place in places.split())


def _apart(chain: str) -> bool:
    """Tell whether a writer, or who called it, writes figures of their own."""
    return any(who.startswith(_APART) for who in chain.split(" < "))


DOCUMENT_YEARS = (2025, 2026, 2027)
TABLES = frozenset({"odt", "xlsx", "csv"})
LANGUAGES: tuple[Language, ...] = get_args(Language.__value__)


def _walk(demonstration: Organisation, client: Client) -> int:
    """Let every page, document and answer be written, in both languages."""
    met, actor = 0, command_line(demonstration.pk)
    for language in LANGUAGES:
        met += sum(1 for _one in pages(demonstration, language))
        with translation.override(language):
            for kind, year in product(KINDS.values(), DOCUMENT_YEARS):
                asked = Asked(actor, demonstration, year, TODAY, language)
                with suppress(UnusableInputError):
                    document = build(kind, asked)
                    write_html(document)
                    met += 1
                    for suffix in TABLES.intersection(kind.formats):
                        met += bool(written(kind, document, suffix))
            known = year_facts(demonstration.pk)
            for year in known.years.values():
                for one in known.by_stage(year).values():
                    as_document(one)
    return met


def test_each_figure_says_what_it_is_of_and_two_of_the_same_agree(
    demonstration: Organisation, client: Client, heard: Heard
) -> None:
    assert _walk(demonstration, client) > 400
    assert heard.contradictions() == []
    bare = sorted(f"{text} {who}" for who, text in heard.unsaid.items() if not _apart(who))
    assert bare == [], "\n".join(bare)
    assert len(heard.values) > 200
    assert "proved part of expenses" in {of.what for of in heard.values}
    chains = "".join(f" < {who}" for who in heard.unsaid)
    assert [place for place in _APART if f" < {place}" not in chains] == []
