from __future__ import annotations

import pytest

from portulan.catalogue.readers.content import IndicatorContent
from portulan.catalogue.readers.edition_file import load_builtin, parse_edition
from portulan.core.say.text import UnusableInputError

SAMPLE = """\
catalogue:
  slug: guide-nr
  version: v1
  title: {fr: Le guide, en: The guide}
  licence: etalab-2.0
  source_url: https://example.org/guide
  attribution: {fr: "Source : le guide", en: "Source: the guide"}
scales:
  priority: [{key: Prioritaire, en: Priority}, {key: Aller plus loin, en: Going further}]
  difficulty: [{key: Facile, en: Easy}, {key: Moyenne, en: Medium}]
pilots: [{key: Direction générale, en: Senior management}]
themes:
  - {code: a, slug: gouvernance, title: {fr: Gouvernance, en: Governance}}
practices:
  - code: a.1
    slug: passé
    theme: a
    priority: Prioritaire
    difficulty: Moyenne
    pilots: [Direction générale]
    title: {fr: Nommer un référent, en: Name an officer}
    summary: {fr: Une personne porte le plan., en: Someone carries the plan.}
    indicators:
      - {fr: "Référent nommé : oui/non", en: "Officer named: yes/no", kind: yes_no}
  - code: a.10
    slug: budget
    theme: a
    priority: Aller plus loin
    pilots: [Direction générale]
    title: {fr: Consacrer un budget, en: Set a budget}
    summary: {fr: "1.10 % suffit", en: No}
    indicators:
      - {fr: "% du budget", en: "% of budget", kind: percentage, unit: "%", direction: up}
"""


def test_an_edition_speaks_both_languages() -> None:
    reading = parse_edition(SAMPLE)
    content = reading.content

    assert reading.problems == ()
    assert (content.slug, content.version, content.licence) == ("guide-nr", "v1", "etalab-2.0")
    assert [term.label("en") for term in content.scales.priority] == ["Priority", "Going further"]
    assert content.pilots[0].label("fr") == "Direction générale"
    assert content.translations["en"].title == "The guide"
    assert content.themes[0].translations == {"en": "Governance"}
    named, budget = content.practices
    assert (named.slug, named.title, named.order, budget.order) == (
        "passé",
        "Nommer un référent",
        10,
        20,
    )
    assert named.translations["en"].indicators == ("Officer named: yes/no",)
    assert budget.translations["en"].summary == "No"  # not the boolean of YAML 1.1
    assert budget.difficulty is None
    assert budget.indicators == (IndicatorContent("% du budget", "percentage", "%", "up"),)


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "said"),
    [
        ("theme: a\n    priority: P", "theme: z\n    priority: P", "edition-unknown-word", 17, "z"),
        ("priority: Prioritaire", "priority: Urgente", "edition-unknown-word", 18, "Urgente"),
        ("pilots: [Direction", "pilots: [Maire, Direction", "edition-unknown-word", 20, "Maire"),
        ("slug: budget", "slug: passé", "duplicate-slug", 26, "passé"),
        ("code: a.10", "code: a.1", "edition-twice", 25, "a.1"),
        ("code: a.10", "code: a.10.", "edition-shape", 25, "final dot"),
        ("kind: yes_no", "kind: boolean", "edition-unknown-word", 24, "boolean"),
        ('unit: "%", ', "", "edition-shape", 33, "%"),
        ("direction: up", "direction: higher", "edition-unknown-word", 33, "higher"),
        ("fr: Nommer un référent, ", "", "edition-missing", 21, "practices.1.title.fr"),
        ("    summary: {fr: Une", "    sumary: {fr: Une", "edition-unknown-key", 22, "sumary"),
        ("version: v1", "version: {}", "edition-shape", 3, "catalogue.version"),
        ("https://example.org/guide", "javascript:alert(1)", "edition-shape", 6, "http"),
        ("fr: Nommer un référent", f"fr: {'x' * 251}", "edition-shape", 21, "250 characters"),
        ("version: v1", f"version: {'1' * 61}", "edition-shape", 3, "60 characters"),
        ("slug: guide-nr", "slug: Guide NR", "edition-shape", 2, "lower case"),
    ],
)  # fmt: skip
def test_a_slip_is_found_where_it_stands(
    old: str, new: str, code: str, line: int, said: str
) -> None:
    assert SAMPLE.count(old) >= 1
    problems = parse_edition(SAMPLE.replace(old, new, 1), file="x.yaml").problems

    found = [problem for problem in problems if problem.kind.code == code]
    assert [(problem.file, problem.line) for problem in found] == [("x.yaml", line)]
    assert said in found[0].message("en")


@pytest.mark.parametrize("text", ["", "[]", "a: &x b\nc: *x", "practices: []", "x: [", "42"])
def test_what_holds_no_practice_is_unusable(text: str) -> None:
    with pytest.raises(UnusableInputError):
        parse_edition(text)


def test_the_shipped_edition_is_whole() -> None:
    content = load_builtin("guide-v1")

    assert (content.slug, content.version) == ("guide-nr", "v1")
    assert (len(content.themes), len(content.practices), len(content.pilots)) == (9, 59, 11)
    assert load_builtin("guide-v1") is content
    with pytest.raises(KeyError):
        load_builtin("../../../etc/passwd")
