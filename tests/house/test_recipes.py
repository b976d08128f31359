"""The recipes of CONTRIBUTING.md: there is one for each thing, and two are followed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT, plain_environment

RECIPES = dict(
    part.partition("\n")[::2]
    for part in (ROOT / "CONTRIBUTING.md")
    .read_text(encoding="utf-8")
    .partition("## What to touch to add…")[2]
    .split("\n### ")[1:]
)
# What somebody adds, and the words that open its recipe.
THINGS = (
    *("A field", "A screen", "A list", "A document", "A format", "A webhook subject"),
    *("A role", "A duty", "A command or a setting", "A source"),
)


def test_each_thing_has_its_recipe() -> None:
    assert [one for one in THINGS if not any(name.startswith(one) for name in RECIPES)] == []


DOCUMENT = '''"""The actions of a plan that nobody pilots."""

from __future__ import annotations

from portulan.core.say.text import Text
from portulan.plans.models import Action
from portulan.publication.documents.asking import Asked, Kind
from portulan.publication.documents.cell import Cell, Document, Section, Table

TITLE = Text("Les actions que personne ne pilote", "Actions that nobody pilots")
HEADS = (Text("Numéro", "Number"), Text("Action", "Action"))


def build(asked: Asked) -> Document:
    found = Action.objects.filter(plan=asked.plan, pilot=None).order_by("number")
    rows = tuple((Cell(one.called), Cell(one.title)) for one in found)
    title = asked.say(TITLE)
    table = Table(title, tuple(map(asked.say, HEADS)), rows)
    return asked.document(KIND.name, title=TITLE, sections=[Section(title, (table,))])


KIND = Kind("vacant", TITLE, Text("le comité de suivi", "the steering committee"), build)
'''


@dataclass(frozen=True)
class Written:
    """What is written after a line of a file; a file of its own where there is no such line."""

    path: str
    text: str
    after: str = ""

    def put(self, tree: Path) -> None:
        file = tree / self.path
        whole = file.read_text(encoding="utf-8") if self.after else ""
        assert whole.count(self.after) == 1 or not self.after, self.after
        file.unlink(missing_ok=True)  # a link to the product's own
        file.write_text(whole.replace(self.after, self.after + self.text) or self.text, "utf-8")


REGISTRY = "src/portulan/publication/documents/registry.py"
FOLLOWED = {
    "A document": (
        Written("src/portulan/publication/documents/vacant.py", DOCUMENT),
        Written(REGISTRY, "    vacant,\n", "    roadmap,\n"),
        Written(REGISTRY, "        vacant.KIND,\n", "        roadmap.KIND,\n"),
    ),
    "A webhook subject": (
        Written(
            "src/portulan/steering/words.py",
            '    PROOF = "evidence.given"\n',
            '    SEAL = "plan.sealed"\n',
        ),
        Written(
            "src/portulan/steering/labels.py",
            '    Subject.PROOF: _("Une preuve arrive"),\n',
            '    Subject.SEAL: _("Le plan est scellé"),\n',
        ),
        Written(
            "src/portulan/steering/webhooks/collecting.py",
            '    Subject.PROOF: Q(verb="evidence given"),\n',
            "    Subject.SEAL: Q(verb=Verb.SEALED),\n",
        ),
    ),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_is_written_is_what_the_recipe_says(name: str) -> None:
    written = {one.path.replace("vacant.py", "<name>.py") for one in FOLLOWED[name]}
    assert set(re.findall(r"`(src/[\w/.<>-]+\.py)`", RECIPES[name])) == written


PLAY = """
import django
django.setup()
import portulan
from tests.house.played_recipes import main
main()
print(portulan.__file__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the copy is made of links")
def test_what_they_add_appears(tmp_path: Path) -> None:
    source, copy = ROOT / "src" / "portulan", tmp_path / "src" / "portulan"
    shutil.copytree(source, copy, copy_function=os.symlink)
    for recipe in FOLLOWED.values():
        for one in recipe:
            one.put(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", PLAY],
        cwd=ROOT,
        env=plain_environment(
            PYTHONPATH=os.pathsep.join([str(tmp_path / "src"), str(ROOT)]),
            PORTULAN_DATA=str(tmp_path),
            DJANGO_SETTINGS_MODULE="tests.settings",
        ),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == copy / "__init__.py"
