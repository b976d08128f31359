from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation
from typer.testing import CliRunner

from portulan.catalogue.imports.writes import import_catalogue
from portulan.catalogue.models import CatalogueVersion
from portulan.catalogue.readers.content import SuccessorContent
from portulan.catalogue.readers.edition_file import parse_edition
from portulan.catalogue.readers.edition_writer import write_edition
from portulan.cli.app import app
from tests.catalogue.imports.test_writes import content
from tests.people import Town

GOOD = """---
type: bpnr
idbp: a.1
title: Éteindre la nuit
priority: Prioritaire
difficulty: Facile
who: [Exploitation]
indicators:
  - "% d’appareils éteints"
---
Le soir, **tout** s’éteint.
"""
BROKEN = GOOD.replace("idbp: a.1", "idbp: a.2").replace("title:", "title:\tx: y")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    theme = tmp_path / "edition-2026" / "energie"
    theme.mkdir(parents=True)
    (theme / "index.md").write_text("---\nidThematique: a.\ntitle: Énergie\n---\n", "utf-8")
    (theme / "eteindre.md").write_text(GOOD, "utf-8")
    return theme.parent


def run(*words: object, verb: str = "import") -> tuple[int, str, str]:
    with translation.override("fr"):
        result = CliRunner().invoke(
            app, ["catalogue", verb, *map(str, words), "--lang", "fr"], env=dict(os.environ)
        )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_tree_becomes_an_edition_of_the_organisation(town: Town, tree: Path) -> None:
    code, out, err = run(tree, "--org", town.slug)
    assert code == 0, err
    assert "1 thématique, 1 bonne pratique, 1 indicateur" in out
    assert "«\u00a0edition-2026\u00a0» est au référentiel de Bourg Les Flots" in err
    version = CatalogueVersion.objects.get(catalogue__organisation=town.organisation)
    assert version.practices.get().title == "Éteindre la nuit"
    assert run(tree, "--org", town.slug)[0] == 0
    assert CatalogueVersion.objects.count() == 1


def test_files_with_errors_are_named_and_left_out_until_mended(town: Town, tree: Path) -> None:
    (tree / "energie" / "autre.md").write_text(BROKEN, "utf-8")
    code, out, err = run(tree, "--org", town.slug)
    assert code == 1
    assert "1 bonne pratique" in out
    assert "energie/autre.md, ligne " in err
    (tree / "energie" / "autre.md").write_text(BROKEN.replace("\tx: y", " Bien"), "utf-8")
    code, out, err = run(tree, "--org", town.slug)
    assert (code, out) == (2, "")
    assert "une édition ne change pas" in err
    assert run(tree, "--org", town.slug, "--replace")[0] == 0
    assert CatalogueVersion.objects.get().practices.count() == 2


def test_what_is_unusable_writes_nothing(town: Town, tree: Path, tmp_path: Path) -> None:
    (tree / "energie" / "eteindre.md").write_text(BROKEN, "utf-8")
    for words in ((tmp_path / "absent", "--org", town.slug), (tree, "--org", town.slug)):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert err.strip()
    (tree / "energie" / "eteindre.md").write_text(GOOD, "utf-8")
    assert run(tree, "--org", "inconnue")[0] == 2
    assert not CatalogueVersion.objects.exists()


def test_our_own_format_is_mended_before_it_is_imported(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "charte.yaml"
    path.write_text(write_edition(content("2026")).replace("theme: a", "theme: z", 1), "utf-8")
    code, out, err = run(path, "--org", town.slug)
    assert (code, out) == (2, "")
    assert "charte.yaml, ligne " in err
    assert not CatalogueVersion.objects.exists()


def test_what_is_exported_is_imported_again_as_it_was(town: Town, tmp_path: Path) -> None:
    for version in ("2025", "2026"):
        import_catalogue(town.editor, content=content(version))
    path = tmp_path / "charte.yaml"
    assert run("maison", "--org", town.slug, "-o", path, verb="export") == (0, "", "")
    assert parse_edition(path.read_text("utf-8")).content.version == "2026"
    assert run(path, "--org", town.slug)[0] == 0
    code, out, _err = run("maison", "--org", town.slug, "--edition", "2025", verb="export")
    assert (code, parse_edition(out).content.version) == (0, "2025")
    code, out, err = run("maison", "--org", town.slug, "--edition", "1", verb="export")
    assert (code, out) == (2, "")
    assert "maison 2026" in err
    assert run("maison", "--org", town.slug, "-o", tmp_path, verb="export")[0] == 2


def test_two_files_are_compared_without_a_database(tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(write_edition(content("2025", "Un", "Deux")), "utf-8")
    said = replace(
        content("2026", "Deux", "Trois"), successors=(SuccessorContent("2025", "a.2", "a.1"),)
    )
    new.write_text(write_edition(said), "utf-8")
    code, out, err = run(old, new, "--json", verb="compare")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["counts"] == {
        "same": 0, "changed": 1, "retitled": 0, "rated_again": 0, "moved": 1, "added": 1,
        "removed": 1,
    }  # fmt: skip
    assert (found["changed"][0]["old"], found["changed"][0]["new"]) == ("a.2", "a.1")
    assert run(old, new, verb="compare")[1] == "- a.1 Un\n~ a.2 a.1 Deux\n+ a.2 Trois\n"
    assert run(old, tmp_path / "absent", verb="compare")[:2] == (2, "")
