"""The words are those of screens, and what the code cites is in the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from portulan.accounts.models import LEGAL_FORMS, ROLES
from portulan.budget import labels as budget
from portulan.catalogue.models import RELATIONS
from portulan.evidence import models as evidence
from portulan.impact import models as impact
from portulan.indicators import models as indicators
from portulan.plans import models as plans
from portulan.plans.states.words import LABELS as STATES
from portulan.portfolio.models import scenarios as portfolio
from portulan.steering import labels as steering

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "portulan"
WORDS = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
TRUTHS = (ROOT / "docs" / "reference" / "truths.md").read_text(encoding="utf-8")
TRAVEL = (ROOT / "docs" / "reference" / "how-a-figure-travels.md").read_text(encoding="utf-8")

LABELS: tuple[Mapping[Enum, object], ...] = (
    *(ROLES, LEGAL_FORMS, RELATIONS),
    *(plans.LEVELS, plans.PROGRESSES, plans.CHOICES, plans.GUESSES, plans.REACHES, plans.SECTIONS),
    *(plans.ACTOR_KINDS, plans.TIES, plans.FATES, evidence.VISIBILITIES),
    *(indicators.LEVELS, indicators.KINDS, indicators.DIRECTIONS, indicators.KNOWLEDGES),
    *(indicators.JUDGEMENTS, indicators.FREQUENCIES, indicators.OVER_TIME, indicators.OVER_UNITS),
    *(budget.YEAR_STATUSES, budget.ACTS, budget.PROGRAMME_KINDS, budget.STAGES, budget.QUALITIES),
    *(budget.VERDICTS, budget.POSTS, budget.RUN_BUILD, budget.STATUSES, budget.METHODS),
    *(budget.COSTINGS, budget.SAVINGS, budget.AXES, budget.RATINGS),
    *(budget.PRODUCT_ORIGINS,),
    *(impact.MOMENTS, impact.REACHES, impact.VIEWS, impact.SOCIALS, impact.SENSES),
    *(steering.OCCASIONS, steering.PROMISES, steering.POWERS, steering.COMMITTEE_STATES),
    *(steering.MATTERS, steering.DECISION_STATUSES, steering.CAMPAIGN_KINDS),
    *(steering.CAMPAIGN_STATES, steering.WAYS, steering.QUESTIONS, steering.CONSENTS),
    *(steering.ABOUTS, steering.CHANGE_STATUSES, steering.ALERT_KINDS, steering.SUBJECTS),
    *(steering.DELIVERY_STATUSES, steering.STOPPED),
    *(portfolio.STATUSES, portfolio.UNKNOWNS, portfolio.RULE_KINDS, portfolio.ORIGINS),
)  # type: ignore[assignment]  # each is keyed by an enumeration of its own


def said(language: str) -> Iterator[tuple[str, str]]:
    with translation.override(language):
        for member, label in ((m, one) for labels in LABELS for m, one in labels.items()):
            yield f"{type(member).__name__}.{member.name}", str(label)
    for state, word in STATES.items():
        yield f"State.{state.name}", word.en if language == "en" else word.fr


def test_members_have_the_words_of_screens() -> None:
    rows = re.findall(r"^\| `(\w+\.\w+)` \| (.+?) \| (.+?) \|$", WORDS, re.M)
    assert sorted((name, french) for name, french, _ in rows) == sorted(said("fr"))
    assert sorted((name, english) for name, _, english in rows) == sorted(said("en"))


def test_an_enumeration_is_there_with_all_its_members() -> None:
    for labels in LABELS:
        kind = type(next(iter(labels)))
        assert set(labels) == set(kind), kind


def test_things_are_called_so_in_code() -> None:
    things = WORDS.partition("## Things")[2].partition("## Members")[0]
    names = re.findall(r"`(\w+)`", things)
    code = "\n".join(module.read_text(encoding="utf-8") for module in SOURCE.rglob("*.py"))
    assert len(names) > 50
    for name in names:
        wanted = rf"class {name}\b" if name[0].isupper() else rf"^    {name}\b[:,]? ?[=:]?"
        assert re.search(wanted, code, re.M), name


def test_no_french_word_serves_twice() -> None:
    things = WORDS.partition("## Things")[2].partition("## Members")[0]
    rows = re.findall(r"^\| (?!in code|-)[^|]+\| ([^|]+) \|", things, re.M)
    words = [word.strip() for row in rows if row.strip() != "–" for word in row.split(",")]
    assert sorted(words) == sorted(set(words))


# French has one word for two things here; and what English bends otherwise than by an s.
_TWO = {"réponse", "réponses", "personne", "plan scellé", "partage avec un groupe"}
_BENT = {"axis": "axes", "person": "people", "body": "bodies", "criterion": "criteria"}


def _many(words: str, of: int | None = None) -> str:
    """The plural of some words: of each in French, of the first or the last in English."""
    parts = words.split(" ")
    for place in range(len(parts)) if of is None else [of]:
        parts[place] = _BENT.get(parts[place], re.sub(r"(?<!s)$", "s", parts[place]))
    return " ".join(parts)


def test_a_word_of_the_table_has_one_translation() -> None:
    things = WORDS.partition("## Things")[2].partition("## Words of the trade")[0]
    wanted: dict[str, set[str]] = {}
    for _, french, english, _ in re.findall(r"^\| (.+) \| (.+) \| (.+) \| (.+) \|$", things, re.M):
        for here, there in zip(french.split(", "), english.split(", "), strict=False):
            wanted[here] = {there}
            ways = {there, _many(there, 0), _many(there, -1)}
            wanted[_many(here)] = ways
    po = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
    with po.open("rb") as stream:
        pairs = [(one.id, one.string) for one in read_po(stream) if isinstance(one.id, str)]
    shown = [(fr.casefold().strip("\xa0:"), en.casefold().strip(":")) for fr, en in pairs]
    judged = [(fr, en) for fr, en in shown if fr in wanted and fr not in _TWO]
    assert len(judged) > 120
    assert [(fr, en) for fr, en in judged if en not in {w.casefold() for w in wanted[fr]}] == []


# What is cited

CITED = re.compile(r"docs/[\w/.-]+\.md")
PLACE = re.compile(
    r"docs/reference/truths\.md, (truth|cases?|[A-Z][\w ]+?)\b((?:,? (?:and )?\d+)*)"
)


def modules() -> list[Path]:
    return [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *ROOT.glob("tools/*.py")]


def test_what_the_code_cites_is_in_the_repository() -> None:
    headings = set(re.findall(r"^## (.+)$", TRUTHS, re.M))
    counts = {
        heading: len(re.findall(r"^\d+\. ", section, re.M))
        for heading, _, section in (
            part.partition("\n") for part in re.split(r"^## ", TRUTHS, flags=re.M)[1:]
        )
    }
    for module in modules():
        text = " ".join(module.read_text(encoding="utf-8").replace("#", " ").split())
        for path in CITED.findall(text):
            assert (ROOT / path).is_file(), f"{module}: {path}"
        for what, numbers in PLACE.findall(text):
            section = {"truth": "Truths", "case": "Cases of the indicator"}.get(what.rstrip("s"))
            assert section or any(h.startswith(what) for h in headings), f"{module}: {what}"
            for number in re.findall(r"\d+", numbers) if section else ():
                assert 1 <= int(number) <= counts[section or ""], f"{module}: {what} {number}"


def test_no_document_is_cited_that_nobody_can_read() -> None:
    elsewhere = re.compile(r"\bDESIGN\b|(?<!docs/)\breference/\w+\.md|reference `\w+`|hard truth")
    for module in modules():
        if module != Path(__file__):
            found = elsewhere.search(module.read_text(encoding="utf-8"))
            assert not found, f"{module}: {found}"


@pytest.mark.skipif(
    not (SOURCE / "budget" / "imports").is_dir(), reason="the page tells the house by capability"
)
def test_the_places_where_a_figure_goes_exist() -> None:
    rows = [row.split("|")[2] for row in TRAVEL.splitlines() if row.startswith("| ")]
    for row in rows[1:]:
        before = Path()
        for name in re.findall(r"`([\w/.]+)`", row):
            path = SOURCE / name if "/" in name else before / name
            assert path.exists(), name
            before = path.parent if path.is_file() else path
