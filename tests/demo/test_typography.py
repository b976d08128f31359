"""Each language is written as it is printed, and no page is French by accident.

What people typed is theirs: a fault that stands in the database is not ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import pytest
from django.db import connection
from lxml import html

from portulan.accounts.models import Organisation
from portulan.catalogue.obligations import BY_KEY
from portulan.core.say.text import Language
from tests.demo.test_forms import queries
from tests.demo.walking import pages

pytestmark = pytest.mark.django_db
type Shown = Callable[[Language], list[tuple[str, bytes]]]

FOREIGN: dict[Language, re.Pattern[str]] = {
    # French quotes, units apart, a space before a colon or between thousands.
    "en": re.compile(
        "[«»]|[0-9][\u00a0\u202f ]%|[0-9][\u00a0\u202f ]?k?€|[\u00a0\u202f][:;?!]|[0-9]\u202f[0-9]"
    ),
    # English quotes, units that touch, commas between thousands, months in three letters.
    "fr": re.compile(
        "[“”]|[0-9]%|€[0-9]|[0-9],[0-9]{3},"
        "|[0-9]{1,2} (?:Jan|Feb|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    ),
}
OF_FRANCE = re.compile(r"€|SIREN|\beuros?\b")
# Kept in the language in which it was written: a declaration, a document, an agenda, a message, an
# answer to a label.
KEPT = (
    "/documents/criteria/",
    "/documents/agec/",
    "/documents/kept/",
    "/committees/",
    "/steering/mail/",
)
BEFORE = 4  # characters before a fault that say where it comes from


def corpus() -> str:
    """Return what people typed, and the laws as France cites them."""
    kept: list[str] = []
    with connection.cursor() as cursor:
        for _table, query in queries():
            cursor.execute(query)
            kept += (str(value) for row in cursor.fetchall() for value in row if value)
    return _squeezed("\n".join([*kept, *(law.source for law in BY_KEY.values())]))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def texts(page: bytes) -> Iterator[str]:
    """Yield what a page shows and says aloud."""
    for element in html.fromstring(page).iter():
        if isinstance(element.tag, str) and element.tag not in {"script", "style", "option"}:
            yield from (
                element.text or "",
                *(element.get(name) or "" for name in ("aria-label", "title")),
            )
        yield element.tail or ""


def faults(shown: Iterable[tuple[str, bytes]], wrong: re.Pattern[str], known: str) -> list[str]:
    return [
        f"{address}: {text.strip()[:120]}"
        for address, page in shown
        for text in texts(page)
        for found in wrong.finditer(text)
        if _squeezed(text[max(0, found.start() - BEFORE) : found.end()]).strip() not in known
    ]


def of_the_day(found: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    kept = [one for one in found if not any(place in one[0] for place in KEPT)]
    assert len(kept) > 100
    return kept


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_follow_the_language_of_their_readers(shown: Shown, language: Language) -> None:
    assert faults(of_the_day(shown(language)), FOREIGN[language], corpus()) == []


def test_pages_follow_the_country_of_their_organisation(demonstration: Organisation) -> None:
    known = corpus()
    Organisation.objects.filter(pk=demonstration.pk).update(country="CHE", currency="CHF")
    assert faults(of_the_day(pages(demonstration, "en")), OF_FRANCE, known) == []


# A sentence begun where another ends, a point between two things that touches one of them.
TOUCHING = re.compile(r"[\w)»”][.!?;:](?=[A-ZÀ-Þ«“][a-zà-ÿ\u2019 ])|\w·|·\w")
# What stands on the same line as the words around it.
INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "kbd", "small", "span", "strong", "time"}
APART = {"acts", "btn"}  # classes of what is laid out with room around it


def lines(page: bytes) -> Iterator[str]:
    """Yield what stands together on a line, however many elements of it."""
    shown: list[str] = []

    def walk(element: html.HtmlElement) -> Iterator[str]:
        if isinstance(element.tag, str):
            around = element.getparent()
            among = {*element.classes, *(() if around is None else around.classes)}
            alone = element.tag not in INLINE or not APART.isdisjoint(among)
            if alone:
                yield "".join(shown)
                shown.clear()
            if element.tag not in {"script", "style", "svg"}:
                shown.append(element.text or "")
                for child in element:
                    yield from walk(child)
            if alone:
                yield "".join(shown)
                shown.clear()
        shown.append(element.tail or "")

    yield from walk(html.fromstring(page))


def test_what_stands_side_by_side_does_not_touch(shown: Shown) -> None:
    known = corpus()
    found = [
        f"{address}: {text[max(0, one.start() - 30) : one.end() + 30]}"
        for address, page in shown("fr")
        for text in map(_squeezed, lines(page))
        for one in TOUCHING.finditer(text)
        if text[max(0, one.start() - BEFORE) : one.end() + 1] not in known
    ]
    assert not found, "\n".join(found)
