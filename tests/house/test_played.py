"""The documentation is played: the words of screens that it quotes are those of screens.

In a how-to, **bold** is what a screen says, word for word; emphasis is in *italics*. The first
column of a table of answers, levels, states, roles, methods, statuses or sheets is made of such
words too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from portulan.plans.state_words import LABELS as STATES

ROOT = Path(__file__).parent.parent.parent
HOW_TOS = sorted((ROOT / "docs" / "fr").glob("*.md")) + sorted((ROOT / "docs" / "en").glob("*.md"))
TABLES = {
    *("réponse", "niveau", "état", "rôle", "méthode", "statut", "feuille"),
    *("answer", "level", "state", "role", "method", "status", "sheet"),
}


def plain(text: str) -> str:
    """A word without its case, its kind of spaces and the mark at its end."""
    return " ".join(text.split()).strip(" .:…").casefold()


def catalogue() -> Iterator[tuple[str, str]]:
    """Every sentence of screens, in French and in English."""
    path = ROOT / "src" / "portulan" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as stream:
        for message in read_po(stream):
            if message.id:
                french, english = message.id, message.string
                if isinstance(french, str):
                    french, english = (french,), (english,)
                yield from zip(french, english, strict=True)


SAID = [*catalogue(), *((word.fr, word.en) for word in STATES.values())]


def quoted(text: str) -> Iterator[str]:
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"\*\*(.+?)\*\*", prose, re.DOTALL)
    in_table = False
    for line in prose.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 3:
            in_table = False
        elif cells[1] in TABLES:
            in_table = True
        elif in_table and not set(cells[1]) <= set("-"):
            yield from cells[1].split(", ")


@pytest.mark.parametrize("page", HOW_TOS, ids=lambda page: str(page.relative_to(ROOT / "docs")))
def test_the_words_of_screens_that_it_quotes_are_those_of_screens(page: Path) -> None:
    said = {plain(pair[page.parent.name == "en"]) for pair in SAID}
    unknown = [word for word in quoted(page.read_text(encoding="utf-8")) if plain(word) not in said]
    assert unknown == []


def test_the_pages_of_the_first_hour_quote_many_of_them() -> None:
    for page in HOW_TOS:
        if page.name.startswith(("premiere-heure", "first-hour")):
            assert len(set(quoted(page.read_text(encoding="utf-8")))) > 20


def test_the_trail_has_one_name_in_each_language() -> None:
    others = (
        re.compile(r"\b(histoire|historique|piste d’audit)\b", re.IGNORECASE),
        re.compile(r"\b(history|journal|audit trail)\b", re.IGNORECASE),
    )
    for french, english in SAID:
        assert not others[0].search(french), french
        assert not others[1].search(english), english
        assert bool(re.search(r"\bjournal\b", french, re.I)) == bool(
            re.search(r"\blogs?\b", english, re.I)
        ), french
