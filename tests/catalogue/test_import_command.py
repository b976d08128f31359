from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.utils import translation
from typer.testing import CliRunner

from portulan.catalogue.models import CatalogueVersion
from portulan.cli.app import app
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


def run(*words: object) -> tuple[int, str, str]:
    with translation.override("fr"):
        result = CliRunner().invoke(
            app, ["catalogue", "import", *map(str, words), "--lang", "fr"], env=dict(os.environ)
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
