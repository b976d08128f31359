"""Each language is written as it is printed, and no page is French by accident.

What people typed is theirs: a fault that stands in the database is not ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from lxml import html

from portulan.accounts.models import Organisation
from portulan.catalogue.obligations import BY_KEY
from portulan.core.say.text import Language
from tests.demo.test_forms import every_row, pages, signed_in, speak

pytestmark = pytest.mark.django_db

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
BEFORE = 4  # characters before a fault that say where it comes from


def typed(value: Any) -> Iterator[str]:
    """Yield the texts of a value kept."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        yield json.dumps(value, ensure_ascii=False)


def corpus() -> str:
    """Return what people typed, and the laws as France cites them."""
    rows = (row for table in every_row().values() for row in table.values())
    kept = [text for row in rows for one in row.values() for text in typed(one)]
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


def faults(client: Client, addresses: list[str], wrong: re.Pattern[str], known: str) -> list[str]:
    return [
        f"{address}: {text.strip()[:120]}"
        for address in addresses
        for text in texts(client.get(address).content)
        for found in wrong.finditer(text)
        if _squeezed(text[max(0, found.start() - BEFORE) : found.end()]).strip() not in known
    ]


def test_pages_follow_the_language_and_the_country_of_their_readers(
    demonstration: Organisation,
) -> None:
    client, known = signed_in(demonstration), corpus()
    addresses = [address for address, _ in pages(client, f"/{demonstration.slug}/", examples=1)]
    assert len(addresses) > 100
    languages: tuple[Language, ...] = ("fr", "en")
    for language in languages:
        speak(client, language)
        assert faults(client, addresses, FOREIGN[language], known) == []
    Organisation.objects.filter(pk=demonstration.pk).update(country="CHE", currency="CHF")
    assert faults(client, addresses, OF_FRANCE, known) == []
