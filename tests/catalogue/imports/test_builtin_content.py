"""The built-in catalogue: the facts of the guide, in words of its own."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from portulan.core.folding import fold, natural_key, squeeze

CONTENT: dict[str, Any] = yaml.safe_load(
    files("portulan.catalogue").joinpath("data/guide-v1.yaml").read_text(encoding="utf-8")
)
PRACTICES: list[dict[str, Any]] = CONTENT["practices"]
INDICATORS: list[dict[str, str]] = [i for p in PRACTICES for i in p["indicators"]]
LANGUAGES = ("fr", "en")
KINDS = {"yes_no", "percentage", "count", "quantity", "text"}
type Guide = dict[str, tuple[Path, dict[str, Any], str]]  # by code: file, front matter, text
BORROWED_RUN = 7  # words in a row; shorter runs are the common phrases of the trade

practices = pytest.mark.parametrize("practice", PRACTICES, ids=[p["code"] for p in PRACTICES])


def keys(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["key"] for entry in entries]


def sentences(practice: dict[str, Any], language: str) -> list[str]:
    indicators = [indicator[language] for indicator in practice["indicators"]]
    return [practice["title"][language], practice["summary"][language], *indicators]


def page(path: Path) -> tuple[dict[str, Any], str]:
    """The front matter of a page of the guide, and its text."""
    _, head, body = re.split(
        r"^-{3,}[ \t]*$", path.read_text(encoding="utf-8"), maxsplit=2, flags=re.M
    )
    return yaml.safe_load(head), body


def listed(values_of: dict[str, Any], key: str) -> list[str]:
    values = values_of[key]
    assert isinstance(values, list)
    return [squeeze(str(value)) for value in values]


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", fold(text))
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_counts_of_the_guide() -> None:
    assert [theme["code"] for theme in CONTENT["themes"]] == list("abcdefghi")
    assert Counter(p["theme"] for p in PRACTICES) == Counter(
        {"a": 8, "b": 3, "c": 3, "d": 6, "e": 5, "f": 8, "g": 11, "h": 7, "i": 8}
    )
    assert Counter(p["priority"] for p in PRACTICES) == Counter(
        {"Prioritaire": 33, "Recommandée": 20, "Aller plus loin": 6}
    )
    assert Counter(p["difficulty"] for p in PRACTICES) == Counter(
        {"Facile": 12, "Moyenne": 35, "Difficile": 12}
    )
    assert Counter(pilot for p in PRACTICES for pilot in p["pilots"]) == Counter(
        {
            "Direction du numérique": 38,
            "Délégué au numérique responsable": 16,
            "Direction des achats": 12,
            "Responsable produit": 10,
            "Responsable projet": 10,
            "Direction générale": 6,
            "Direction logistique": 6,
            "Direction ressources humaines": 3,
            "Responsable archives": 3,
            "Délégué à la protection des données": 2,
            "Délégué aux données ouvertes": 1,
        }
    )


def test_order_and_identity() -> None:
    codes = [p["code"] for p in PRACTICES]
    assert codes == sorted(codes, key=natural_key)
    assert len(set(codes)) == len({p["slug"] for p in PRACTICES}) == 59
    assert codes.index("g.10") == codes.index("g.9") + 1


def test_every_word_used_is_declared_and_translated() -> None:
    scales = CONTENT["scales"]
    assert keys(scales["priority"]) == ["Prioritaire", "Recommandée", "Aller plus loin"]
    assert keys(scales["difficulty"]) == ["Facile", "Moyenne", "Difficile"]
    assert {pilot for p in PRACTICES for pilot in p["pilots"]} == set(keys(CONTENT["pilots"]))
    for declared in (scales["priority"], scales["difficulty"], CONTENT["pilots"]):
        assert all(entry["en"] for entry in declared)
        assert len({entry["en"] for entry in declared}) == len(declared)
    for theme in CONTENT["themes"]:
        assert set(theme["title"]) == set(LANGUAGES)


def test_source_and_licence_are_stated() -> None:
    catalogue = CONTENT["catalogue"]
    assert (catalogue["slug"], catalogue["version"]) == ("guide-nr", "v1")
    assert catalogue["licence"] == "Licence Ouverte / Etalab 2.0"
    assert catalogue["source_url"].startswith("https://ecoresponsable.numerique.gouv.fr/")
    for language in LANGUAGES:
        assert catalogue["title"][language]
        assert "2023-06" in catalogue["attribution"][language]


@practices
def test_texts_are_short_and_in_both_languages(practice: dict[str, Any]) -> None:
    assert practice["code"].split(".")[0] == practice["theme"]
    assert 1 <= len(practice["indicators"]) <= 2
    for language in LANGUAGES:
        title, summary, *indicators = sentences(practice, language)
        assert 0 < len(title) <= 90
        assert not title.endswith(".")
        assert 0 < len(summary) <= 260
        assert re.fullmatch(r"[^.!?…]+\.", summary), "one sentence, closed by its only full stop"
        assert all(0 < len(text) <= 160 and not text.endswith(".") for text in indicators)
        for text in (title, summary, *indicators):
            assert text == text.strip()
            assert "'" not in text
    assert re.match(r"(Se |S’)?\w+(er|ir|re)\b", practice["title"]["fr"]), (
        "starts with an infinitive"
    )
    pairs = zip(sentences(practice, "fr"), sentences(practice, "en"), strict=True)
    assert all(fold(fr) != fold(en) for fr, en in pairs)


@practices
def test_french_spaces_do_not_break(practice: dict[str, Any]) -> None:
    for text in sentences(practice, "fr"):
        assert not re.search(r"[^\u00a0][:€%»]|«[^\u00a0]", text)
        assert not re.search(r"[^\u202f][;?!]", text)


def test_titles_and_indicators_are_never_repeated() -> None:
    for language in LANGUAGES:
        titles = [fold(p["title"][language]) for p in PRACTICES]
        assert len(set(titles)) == len(titles)
        assert len({fold(i[language]) for i in INDICATORS}) == len(INDICATORS)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator["fr"][:40])
def test_indicators_can_be_measured(indicator: dict[str, str]) -> None:
    assert set(indicator) == {"fr", "en", "kind", "unit", "direction"}
    assert indicator["kind"] in KINDS
    assert indicator["direction"] in {"up", "down", "none"}
    assert (indicator["kind"] == "percentage") == (indicator["unit"] == "%")
    if indicator["kind"] in {"yes_no", "text", "count"}:
        assert indicator["unit"] == ""
    for language in LANGUAGES:
        fraction = re.search(r"\([^()]+ / [^()]+\)$", indicator[language])
        assert fraction or indicator["kind"] != "percentage", "numerator and denominator are named"
    assert ("(" in indicator["fr"]) == ("(" in indicator["en"])


@pytest.fixture(scope="module")
def guide(real_data: Path) -> Guide:
    """The practices of the real guide by code."""
    found: Guide = {}
    for path in sorted((real_data / "guide" / "v1").glob("*/*.md")):
        post, body = page(path)
        if "idbp" in post:
            found[str(post["idbp"]).rstrip(".")] = (path, post, body)
    return found


@pytest.mark.real
def test_same_facts_as_the_guide(guide: Guide) -> None:
    folders = {theme["code"]: theme["slug"] for theme in CONTENT["themes"]}
    ours = {
        p["code"]: (folders[p["theme"]], p["slug"], p["priority"], p["difficulty"], p["pilots"])
        for p in PRACTICES
    }
    theirs = {
        code: (
            path.parent.name,
            path.stem,
            squeeze(str(post["priority"])),
            squeeze(str(post["difficulty"])),
            listed(post, "who"),
        )
        for code, (path, post, _) in guide.items()
    }
    assert ours == theirs


@pytest.mark.real
def test_same_themes_as_the_guide(real_data: Path) -> None:
    for theme in CONTENT["themes"]:
        index, _ = page(real_data / "guide" / "v1" / theme["slug"] / "index.md")
        assert str(index["idThematique"]).rstrip(".") == theme["code"]
        assert fold(str(index["title"])) == fold(theme["title"]["fr"])


@pytest.mark.real
def test_words_are_ours(guide: Guide) -> None:
    """Facts may be taken up; a title, an indicator or a long run of words may not."""
    titles = {fold(str(post["title"])) for _, post, _ in guide.values()}
    indicators = {
        fold(text) for _, post, _ in guide.values() for text in listed(post, "indicators")
    }
    written = {
        run
        for _, post, body in guide.values()
        for text in (str(post["title"]), body, *listed(post, "indicators"))
        for run in runs(text, BORROWED_RUN)
    }
    for practice in PRACTICES:
        assert fold(practice["title"]["fr"]) not in titles
        assert not indicators & {fold(i["fr"]) for i in practice["indicators"]}
        for text in sentences(practice, "fr"):
            assert not runs(text, BORROWED_RUN) & written, text
