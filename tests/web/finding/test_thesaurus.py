"""A search knows the words of the product, in both languages, as `docs/words.md` says them."""

from __future__ import annotations

import re
from pathlib import Path

from portulan.core.folding import sought
from portulan.web.finding.thesaurus import GROUPS, alike

WORDS = Path(__file__).parents[3] / "docs" / "words.md"


def things() -> list[tuple[str, str]]:
    """The French and the English of each thing that both languages name in one way."""
    text = WORDS.read_text(encoding="utf-8").partition("## Things")[2].partition("## Members")[0]
    rows = re.findall(r"^\| (?!in code|-)[^|]+\| ([^|]+) \| ([^|]+) \|", text, re.M)
    return [(fr.strip(), en.strip()) for fr, en in rows if "–" not in fr + en]


def test_a_word_of_a_group_is_sought_as_any_of_it() -> None:
    for group in GROUPS:
        for word in group:
            assert {sought(one) for one in group} <= {sought(one) for one in alike(sought(word))}, (
                word
            )


def test_groups_say_what_the_table_of_words_says() -> None:
    known = {sought(word) for group in GROUPS for word in group}
    said = [(fr, en) for fr, en in things() if sought(fr) in known]
    assert len(said) > 20
    for fr, en in said:
        if sought(en) in known:
            assert sought(en) in {sought(one) for one in alike(sought(fr))}, (fr, en)
