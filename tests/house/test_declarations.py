"""What Portulan declares of itself is what its tests hold, and its pages are current."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html

from portulan.publication.conformity import rgaa, rgesn
from portulan.publication.conformity.audit import Audit, State, read_audit, state_of
from portulan.publication.services.criteria import CRITERIA, Answer
from tools.declarations import pages

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "src/portulan/web").rglob("*.html"))
STYLE = next((ROOT / "src/portulan/web/static").rglob("portulan.css"))
# A passkey cannot be made without; the screen of a room and a phone that asked may follow.
SCRIPTED = {"passkey", "screen", "sent"}


def test_the_pages_are_current() -> None:
    for path, text in pages().items():
        assert path.read_text(encoding="utf-8") == text, f"run tools/declarations.py ({path.name})"


def test_every_criterion_is_there_once() -> None:
    assert sum(count for _title, count in rgaa.THEMES) == len(rgaa.criteria()) == 106
    told = " ".join(rgaa._KNOWN.values()).split()
    assert len(told) == len(set(told))
    assert set(told) <= set(rgaa.criteria())
    assert set(rgesn.SAID) == set(CRITERIA)
    assert len(rgesn.SAID) == 78
    # 30 prioritaire, 29 recommandé, 19 modéré, as the référentiel counts them.
    priorities = [one.priority for one in CRITERIA.values()]
    assert [priorities.count(one) for one in "PRM"] == [30, 29, 19]


def test_what_is_said_to_be_shown_is_shown() -> None:
    """A test that is named exists; nothing is met for no reason."""
    proofs = {test for _known, test in rgaa.criteria().values()}
    for number, said in rgesn.SAID.items():
        assert said.proof or said.answer is not Answer.VALID, number
        proofs.add(said.proof)
    for proof in proofs - {""}:
        file, _colons, test = proof.partition("::")
        assert (ROOT / file).is_file(), proof
        assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), proof
    for number, (known, test) in rgaa.criteria().items():
        assert bool(test) is (known is not rgaa.Known.PERSON), number


def test_what_is_said_to_be_absent_is_on_no_page() -> None:
    """Frames, media, captchas, moving contents, new windows, gestures, fonts, third parties."""
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        tags = re.findall(r"<(\w+)", text)
        absent = {"iframe", "frame", "object", "embed", "video", "audio", "canvas", "marquee"}
        assert not absent & set(tags), path
        assert "script" not in tags or any(name in path.stem for name in SCRIPTED), path
        # An `accesskey` goes with the keys of the browser: it is no shortcut of one character.
        assert not re.search(r"\s(?:target|dir|on\w+|autoplay)=\"", text), path
        assert not re.search(r"<img\b", text), path
        assert not re.search(r"<(?:link|form)\b[^>]*\b(?:href|action)=\"https?:", text), path
        assert "captcha" not in text.lower(), path
    style = STYLE.read_text(encoding="utf-8")
    assert not re.search(r"@keyframes|animation|@font-face|url\(|orientation|[^-]direction:", style)


def test_every_page_has_what_it_must() -> None:
    """A document type, and a link that skips to the contents."""
    base = (ROOT / "src/portulan/web/templates/base.html").read_text(encoding="utf-8")
    assert base.lstrip().lower().startswith("<!doctype html>") or "<!doctype html>" in base
    page = html.fromstring(base)
    (skip,) = page.xpath("//a[@class='skip']/@href")
    assert page.xpath(f"//main[@id='{skip[1:]}']")
    alone = [
        path
        for path in TEMPLATES
        if "<html" in path.read_text(encoding="utf-8") and path.name != "base.html"
    ]
    assert not alone


@pytest.mark.parametrize(
    ("rate", "today", "state"),
    [
        (Decimal(100), date(2026, 12, 1), State.FULL),
        (Decimal("99.9"), date(2026, 12, 1), State.PARTIAL),
        (Decimal(50), date(2026, 12, 1), State.PARTIAL),
        (Decimal("49.9"), date(2026, 12, 1), State.NONE),
        (Decimal(100), date(2029, 11, 26), State.FULL),
        (Decimal(100), date(2029, 11, 27), State.NONE),
    ],
)
def test_an_audit_gives_a_state_for_three_years(rate: Decimal, today: date, state: State) -> None:
    assert state_of(Audit(date(2026, 11, 27), rate, "Cabinet"), today) is state
    assert state_of(None, today) is State.NONE


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-27",
        "2026-11-27 x Cabinet",
        "27/11/2026 80 C",
        "2026-11-27 101 C",
        "2026-11-27 nan C",
    ],
)
def test_an_audit_said_wrongly_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_audit(said)
    found = read_audit("2026-11-27 82,5 Cabinet Untel")
    assert found == Audit(date(2026, 11, 27), Decimal("82.5"), "Cabinet Untel")
