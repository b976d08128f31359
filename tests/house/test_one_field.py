"""A field is added by writing three files, and is then everywhere: a script does it in a copy.

What each surface says is asked in the copy (`declared_action.py`), beside the tests that hold what
every field owes: files without loss, seals, columns of the API.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from portulan.plans.files.document import seal
from tests.house.test_seals import FOLDER

ROOT = Path(__file__).parent.parent.parent
PO = "locale/en/LC_MESSAGES/django.po"
# What is written in each file, before which of its lines.
ACTION: Mapping[str, Mapping[str, str]] = {
    "plans/models/actions.py": {
        "    blocked_by = models.CharField(": """\
    caution = models.CharField(
        _("point d’attention"), max_length=120, blank=True, default="", db_default=""
    )
    lessons = models.TextField(_("enseignements"), blank=True, default="", db_default="")
    asked_on = models.DateField(_("demandée le"), null=True, blank=True)
    people_reached = models.DecimalField(
        _("agents touchés"), max_digits=9, decimal_places=1, null=True, blank=True
    )
    confidence = models.PositiveSmallIntegerField(
        _("confiance"), choices=GUESSES, null=True, blank=True
    )
    host = models.ForeignKey(
        Unit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entité d’accueil"),
    )
    motto = models.CharField(_("devise"), max_length=80, blank=True, default="", db_default="")
""",
        "    days_per_year: Decimal | None\n": """\
    caution: str
    lessons: str
    asked_on: date | None
    people_reached: Decimal | None
    confidence: Guess | None
    host: Unit | None
    motto: str
""",
    },
    "plans/fields.py": {
        '    Field(\n        "reach",': """\
    Field(
        "caution",
        Text("Point d’attention", "Caution"),
        Group.WHAT,
        most=120,
        word=Text("Attention", "Caution"),
        head=Text("Point d’attention", "Caution"),
        moved=Text("son point d’attention", "its caution"),
    ),
    Field("lessons", Text("Enseignements", "Lessons"), Group.WHAT, kind=Kind.TEXT),
    Field("asked_on", Text("Demandée le", "Asked on"), Group.WHEN, kind=Kind.DAY),
    Field(
        "people_reached",
        Text("Agents touchés", "People reached"),
        Group.EFFORT,
        kind=Kind.NUMBER,
        word=Text("Touchés", "Reached"),
        sentence=Text("%(value)s agents", "%(value)s people"),
    ),
    Field(
        "confidence", Text("Confiance", "Confidence"), Group.EFFORT, kind=Kind.STEP, steps=GUESSES
    ),
    Field("host", Text("Entité d’accueil", "Host"), Group.WHO, kind=Kind.ONE, to="units"),
    Field("motto", Text("Devise", "Motto"), Group.WHAT, most=80, public=True),
""",
    },
    PO: {
        'msgid "élu ou directeur référent"': "".join(
            f'msgid "{french}"\nmsgstr "{english}"\n\n'
            for french, english in (
                ("point d’attention", "caution"),
                ("enseignements", "lessons"),
                ("demandée le", "asked on"),
                ("agents touchés", "people reached"),
                ("confiance", "confidence"),
                ("entité d’accueil", "host"),
                ("devise", "motto"),
            )
        ),
    },
}
INDICATOR: Mapping[str, Mapping[str, str]] = {
    "indicators/models.py": {
        "    # Name in the registry of computed indicators": """\
    tool = models.CharField(_("outil"), max_length=60, blank=True, default="", db_default="")
    method = models.TextField(_("méthode"), blank=True, default="", db_default="")
    parts = models.JSONField(_("parties"), default=list, blank=True)
    checked_on = models.DateField(_("vérifié le"), null=True, blank=True)
    margin = models.DecimalField(
        _("marge"), max_digits=6, decimal_places=1, null=True, blank=True
    )
    trust = models.CharField(
        _("confiance accordée"), max_length=6, choices={"firm": "Sûre", "weak": "Fragile"},
        blank=True, default="", db_default="",
    )
""",
        "class Target(Versioned):": """\
    tool: str
    method: str
    parts: Sequence[str]
    checked_on: date | None
    margin: Decimal | None
    trust: str


""",
        "from typing import TypedDict": """\
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
""",
    },
    "indicators/fields.py": {
        '    Field(\n        "frequency",': """\
    Field("tool", Text("Outil", "Tool"), most=60, word=Text("Outil", "Tool")),
    Field(
        "method", Text("Méthode", "Method"), kind=Kind.TEXT, word=Text("Méthode", "Method")
    ),
    Field("parts", Text("Parties", "Parts"), kind=Kind.LINES, word=Text("Parties", "Parts")),
    Field(
        "checked_on", Text("Vérifié le", "Checked on"), kind=Kind.DAY,
        word=Text("Vérifié le", "Checked on"),
    ),
    Field(
        "margin", Text("Marge", "Margin"), kind=Kind.NUMBER, word=Text("Marge", "Margin"),
        sentence=Text("%(value)s points", "%(value)s points"),
    ),
    Field(
        "trust", Text("Confiance accordée", "Trust"), kind=Kind.STEP, steps=TRUSTS,
        word=Text("Confiance accordée", "Trust"),
    ),
""",
        "# The words of a step": """\
class Trust(StrEnum):
    FIRM = "firm"
    WEAK = "weak"


TRUSTS = {Trust.FIRM: Text("Sûre", "Firm"), Trust.WEAK: Text("Fragile", "Weak")}
""",
        "from portulan.core.fields import": "from enum import StrEnum\n\n",
    },
    PO: {
        'msgid "élu ou directeur référent"': "".join(
            f'msgid "{french}"\nmsgstr "{english}"\n\n'
            for french, english in (
                ("outil", "tool"),
                ("méthode", "method"),
                ("parties", "parts"),
                ("vérifié le", "checked on"),
                ("marge", "margin"),
                ("confiance accordée", "trust"),
            )
        ),
    },
}
OWED = (
    *("plans/test_fields.py", "api/test_shapes.py", "house/test_seals.py"),
    *("publication/plan_files/test_lossless.py", "publication/plan_files/test_french_keys.py"),
)


def test_a_field_of_an_action_is_written_in_three_files_and_is_everywhere(tmp_path: Path) -> None:
    everywhere(tmp_path, ACTION, "plans", ("house/declared_action.py", *OWED))


def test_a_field_of_an_indicator_is_written_in_three_files_and_is_everywhere(
    tmp_path: Path,
) -> None:
    everywhere(tmp_path, INDICATOR, "indicators", ("house/declared_indicator.py", *OWED))


def everywhere(
    tmp_path: Path, written: Mapping[str, Mapping[str, str]], app: str, asked: tuple[str, ...]
) -> None:
    """Write fields in a copy of the product, make what is made, and ask every surface."""
    assert len(written) <= 3
    package = tmp_path / "src" / "portulan"
    shutil.copytree(
        ROOT / "src" / "portulan", package, ignore=shutil.ignore_patterns("__pycache__")
    )
    for name, texts in written.items():
        file = package / name
        text = file.read_text(encoding="utf-8")
        for before, added in texts.items():
            assert text.count(before) == 1, (name, before)
            text = text.replace(before, added + before)
        file.write_text(text, encoding="utf-8")
    (tmp_path / "data").mkdir()
    env = {
        **os.environ,
        "PYTHONPATH": str(package.parent),
        "PORTULAN_DATA": str(tmp_path / "data"),
        "SEAL_OF_BEFORE": seal(FOLDER),
    }
    made = ["-m", "django", "makemigrations", app, "--settings", "portulan.config.settings"]
    run(made, env)
    run(["-m", "pytest", "-q", "-n", "0", *(str(ROOT / "tests" / one) for one in asked)], env)


def run(args: list[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, *args], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(done.stdout[-6000:] + done.stderr[-2000:])
