"""What each reader says of its format, beside reading it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portulan.budget import readers
from portulan.budget.readers import FORMATS, facts_of

DROPS = re.compile(r'(?:drop|_drop|dropped|reason)\(?\W{0,3}"([a-z-]+)"')


@pytest.mark.parametrize("name", FORMATS)
def test_each_has_its_name_in_both_languages(name: str) -> None:
    facts = facts_of(name)
    assert facts is not None
    assert facts.label.fr
    assert facts.label.en
    assert facts.knows_services == (name in {"ledger", "orders"})
    assert all(words.fr != words.en for words in facts.dropped.values())


def test_what_no_reader_reads_has_none() -> None:
    assert facts_of("typed") is None


def test_every_reason_to_leave_a_row_out_is_said() -> None:
    sources = Path(readers.__file__).parent.glob("*.py")
    reasons = {reason for path in sources for reason in DROPS.findall(path.read_text("utf-8"))}
    assert len(reasons) > 5
    for reason in reasons:
        said = [facts.why_dropped(reason) for name in FORMATS if (facts := facts_of(name))]
        assert any(words.fr != reason for words in said), reason
