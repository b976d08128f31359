"""The real guide, version 1, from end to end."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from portulan.catalogue.imports.inspection import inspect
from portulan.catalogue.readers.content import CatalogueContent
from portulan.catalogue.readers.edition_file import load_builtin
from portulan.cli.app import app

pytestmark = pytest.mark.real

# Theme, practices, P/R/A, F/M/D, indicators: the table of the guide's own counts.
THEMES = {
    "a": ("Stratégie et gouvernance", 8, (4, 3, 1), (0, 8, 0), 18),
    "b": ("Sensibilisation et formation", 3, (1, 1, 1), (1, 1, 1), 7),
    "c": ("Mesure et évaluation", 3, (2, 1, 0), (0, 0, 3), 6),
    "d": ("Réduction des achats", 6, (4, 1, 1), (2, 4, 0), 16),
    "e": ("Achat durable et responsable", 5, (5, 0, 0), (1, 3, 1), 11),
    "f": ("Phase d’usage, administration et paramétrages", 8, (2, 6, 0), (4, 3, 1), 23),
    "g": ("Services numériques", 11, (6, 3, 2), (0, 9, 2), 20),
    "h": ("Salle serveur et centre de données", 7, (3, 4, 0), (1, 2, 4), 18),
    "i": ("Fin d'usage", 8, (6, 1, 1), (3, 5, 0), 15),
}
PRIORITIES = ("Prioritaire", "Recommandée", "Aller plus loin")
DIFFICULTIES = ("Facile", "Moyenne", "Difficile")
PILOTS = {
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


@pytest.fixture(scope="module")
def guide(real_data: Path) -> CatalogueContent:
    return inspect(real_data / "guide" / "v1").content


def test_each_theme_counts_what_the_guide_counts(guide: CatalogueContent) -> None:
    def row(code: str, title: str) -> tuple[object, ...]:
        practices = [one for one in guide.practices if one.theme == code]
        by_priority = Counter(one.priority for one in practices)
        by_difficulty = Counter(one.difficulty for one in practices)
        return (
            title,
            len(practices),
            tuple(by_priority[word] for word in PRIORITIES),
            tuple(by_difficulty[word] for word in DIFFICULTIES),
            sum(len(one.indicators) for one in practices),
        )

    assert {theme.code: row(theme.code, theme.title) for theme in guide.themes} == THEMES
    assert tuple(term.key for term in guide.scales.priority) == PRIORITIES
    assert tuple(term.key for term in guide.scales.difficulty) == DIFFICULTIES
    assert Counter(name for one in guide.practices for name in one.pilots) == PILOTS


def test_practices_follow_the_guide_and_not_the_alphabet(guide: CatalogueContent) -> None:
    codes = [one.code for one in guide.practices]

    assert len(set(codes)) == len(codes) == 59
    assert codes[codes.index("g.9") + 1 : codes.index("g.9") + 3] == ["g.10", "g.11"]
    slugs = {one.code: one.slug for one in guide.practices}
    assert slugs["g.8"] == "reduire-le-temps-passé-par-usager"
    assert slugs["a.5"] == "obtenir-et-consacrer-budget"
    assert all(one.summary and one.body for one in guide.practices)
    assert '<div class="fr-table ' in next(o.body for o in guide.practices if o.code == "c.3")


def test_what_the_source_does_not_say_is_not_made_up(real_data: Path) -> None:
    found = inspect(real_data / "guide" / "v1")

    assert (found.content.version, found.content.slug) == ("v1", "guide-nr")
    # The four stray quotes of h.7 are the only defects, and are told with their lines.
    assert [(one.kind.code, one.line) for one in found.problems] == [
        ("stray-quote", line) for line in (13, 14, 15, 16)
    ]
    h7 = next(one for one in found.content.practices if one.code == "h.7")
    assert not any('"' in indicator.text for indicator in h7.indicators)


def test_the_kinds_proposed_for_the_134_indicators(guide: CatalogueContent) -> None:
    kinds = Counter(one.kind for practice in guide.practices for one in practice.indicators)

    assert kinds == {"percentage": 49, "quantity": 40, "yes_no": 28, "count": 14, "text": 3}
    texts = [i.text for p in guide.practices for i in p.indicators if i.kind == "text"]
    assert [text.split()[0] for text in texts] == ["Liste", "Fréquence", "Voir"]


def test_the_built_in_edition_states_the_guide_s_facts(guide: CatalogueContent) -> None:
    def facts(content: CatalogueContent) -> list[tuple[object, ...]]:
        return [
            (one.code, one.slug, one.theme, one.priority, one.difficulty, set(one.pilots))
            for one in content.practices
        ]

    built_in = load_builtin("guide-v1")
    assert facts(built_in) == facts(guide)
    assert [(t.code, t.slug) for t in built_in.themes] == [(t.code, t.slug) for t in guide.themes]


def test_the_command_prints_the_contract_and_nothing_else(real_data: Path) -> None:
    path = str(real_data / "guide" / "v1")
    result = CliRunner().invoke(app, ["catalogue", "inspect", path, "--json", "--lang", "en"])

    assert (result.exit_code, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert list(document) == ["format", "catalogue", "counts", "themes", "practices", "problems"]
    assert document["catalogue"]["version"] == "v1"
    assert document["counts"] == {"themes": 9, "practices": 59, "indicators": 134}
    assert document["themes"][6] == {"code": "g", "title": "Services numériques", "practices": 11}
    budget = next(one for one in document["practices"] if one["code"] == "a.5")
    assert list(budget) == [
        "code", "slug", "theme", "title", "priority", "difficulty", "pilots", "indicators",
    ]  # fmt: skip
    assert budget["indicators"][0] == {
        "text": "% du budget de la direction du numérique. Préciser l’allocation de ce budget",
        "kind": "percentage",
        "unit": "%",
    }
    assert document["problems"][0]["message"].startswith("A stray quote was removed")


def test_the_rgesn_has_78_criteria_in_9_themes(real_data: Path) -> None:
    found = inspect(real_data / "guide" / "rgesn-v2.json")
    content = found.content

    assert (content.slug, content.version, found.problems) == ("rgesn", "v2", ())
    sizes = Counter(one.theme for one in content.practices)
    assert [(theme.title, sizes[theme.code]) for theme in content.themes] == [
        ("Stratégie", 10),
        ("Spécifications", 10),
        ("Architecture", 7),
        ("UX/UI", 15),
        ("Contenus", 8),
        ("Frontend", 7),
        ("Backend", 4),
        ("Hébergement", 10),
        ("Algorithmie", 7),
    ]
    by_priority = Counter(one.priority for one in content.practices)
    assert [(term.key, by_priority[term.key]) for term in content.scales.priority] == [
        ("Prioritaire", 30),
        ("Recommandé", 29),
        ("Modéré", 19),
    ]
    by_difficulty = Counter(one.difficulty for one in content.practices)
    assert [(term.key, by_difficulty[term.key]) for term in content.scales.difficulty] == [
        ("Faible", 21),
        ("Moyen", 41),
        ("Fort", 16),
    ]


def test_the_reen_decree_has_six_headings_of_one_practice(real_data: Path) -> None:
    found = inspect(real_data / "guide" / "reen")

    assert (found.content.version, found.problems) == ("reen", ())
    assert [one.code for one in found.content.themes] == list("123456")
    assert [one.theme for one in found.content.practices] == list("123456")
    assert [len(one.indicators) for one in found.content.practices] == [3, 6, 5, 3, 4, 3]
