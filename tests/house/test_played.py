"""The documentation is played: it quotes the words of screens, and its commands are run.

In a how-to, **bold** is what a screen says, word for word; emphasis is in *italics*. The first
column of a table of answers, levels, states, roles, methods, statuses or sheets is made of such
words too.

Every block of commands of the English pages is run, in a place of its own and without network; the
French ones ask for the same. What cannot be run carries a comment that says why (`NOT_PLAYED`);
another says that it is run on a machine of its own, or where the tests have a PostgreSQL server.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from babel.messages.pofile import read_po

from portulan.cli.app import app
from portulan.plans.fields import ACTION
from portulan.plans.states.words import LABELS as STATES
from portulan.publication.documents.authored import FOREWORD, PRESENTED, SENTENCE
from tests import commands
from tests.places import ON_POSTGRESQL, Place

ROOT = Path(__file__).parent.parent.parent
HOW_TOS = sorted((ROOT / "docs" / "fr").glob("*.md")) + sorted((ROOT / "docs" / "en").glob("*.md"))
TABLES = {
    *("réponse", "niveau", "état", "rôle", "méthode", "statut", "feuille"),
    *("answer", "level", "state", "role", "method", "status", "sheet"),
}


def plain(text: str) -> str:
    """A word without its case, its kind of spaces and the mark at its end."""
    return " ".join(text.split()).strip(" .:…").casefold()


def catalogue() -> Iterator[tuple[str, str]]:
    """Every sentence of screens, in French and in English."""
    path = ROOT / "src" / "portulan" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as stream:
        for message in read_po(stream):
            if message.id:
                french, english = message.id, message.string
                if isinstance(french, str):
                    french, english = (french,), (english,)
                yield from zip(french, english, strict=True)


DECLARED = [
    word
    for field in ACTION
    for word in (field.label, field.word, field.head, field.brief)
    if word is not None
]
# The places for texts, as their form calls them.
PLACES = (FOREWORD, PRESENTED, SENTENCE)
SAID = [*catalogue(), *((word.fr, word.en) for word in (*STATES.values(), *DECLARED, *PLACES))]


def quoted(text: str) -> Iterator[str]:
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"\*\*(.+?)\*\*", prose, re.DOTALL)
    in_table = False
    for line in prose.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 3:
            in_table = False
        elif cells[1] in TABLES:
            in_table = True
        elif in_table and not set(cells[1]) <= set("-"):
            yield from cells[1].split(", ")


@pytest.mark.parametrize("page", HOW_TOS, ids=lambda page: str(page.relative_to(ROOT / "docs")))
def test_the_words_of_screens_that_it_quotes_are_those_of_screens(page: Path) -> None:
    said = {plain(pair[page.parent.name == "en"]) for pair in SAID}
    unknown = [word for word in quoted(page.read_text(encoding="utf-8")) if plain(word) not in said]
    assert unknown == []


def test_the_pages_of_the_first_hour_quote_many_of_them() -> None:
    for page in HOW_TOS:
        if page.name.startswith(("premiere-heure", "first-hour")):
            assert len(set(quoted(page.read_text(encoding="utf-8")))) > 20


def test_the_trail_has_one_name_in_each_language() -> None:
    others = (
        re.compile(r"\b(histoire|historique|piste d’audit)\b", re.IGNORECASE),
        re.compile(r"\b(history|journal|audit trail)\b", re.IGNORECASE),
    )
    for french, english in SAID:
        assert not others[0].search(french), french
        assert not others[1].search(english), english
        assert bool(re.search(r"\bjournal\b", french, re.I)) == bool(
            re.search(r"\blogs?\b", english, re.I)
        ), french


# Commands

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PLAYED = {
    "README.md": "LISEZMOI.md",
    "docs/en/deploying.md": "docs/fr/installer-sur-un-serveur.md",
    "docs/en/postgresql.md": "docs/fr/postgresql.md",
    "docs/en/backing-up.md": "docs/fr/sauvegarder.md",
    "docs/en/small-town.md": "docs/fr/petite-commune.md",
}
# Why a block is not run: each reason is one that no test could take away.
NOT_PLAYED = {
    "network": "what it installs or makes comes from the network",
    "root": "it makes accounts, writes in /etc and talks to systemd",
    "windows": "it is for PowerShell",
    "names of a day": "it moves a file that bears the hour of a restoration",
}
URL = "postgresql://portulan:secret@localhost/portulan"
# What a person types when they are asked: a name, an address, the usual legal form.
TYPED = "Bourg\nme@bourg.example\n\n"
# The command as it is installed; a server is asked for a page, then stopped.
COMMAND = """#!{python}
import os, socket, subprocess, sys, time
asked = [sys.executable, "-m", "portulan", *sys.argv[1:]]
if sys.argv[1:2] not in (["serve"], ["demo"]):
    sys.path.insert(0, "{root}")
    from tests import commands
    sys.exit(commands.ask("{door}", sys.argv[1:], dict(os.environ), os.getcwd(), [0, 1, 2]))
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = str(free.getsockname()[1])
if "--port" in asked:
    asked[asked.index("--port") + 1] = port
server = subprocess.Popen(asked, env=os.environ | {{"PORT": port}})
for _ in range(300):
    with socket.socket() as probe:
        if server.poll() is not None or probe.connect_ex(("127.0.0.1", int(port))) == 0:
            break
    time.sleep(0.1)
served = server.poll() is None
server.terminate()
server.wait(30)
sys.exit(not served)
"""


@dataclass(frozen=True)
class Block:
    mark: str
    language: str
    code: str


def blocks(page: Path) -> list[Block]:
    found = re.findall(
        r"^(?:<!-- ([a-z ]+: [a-z ]+) -->\n)?```(\w*)\n(.*?)^```$",
        page.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    return [Block(*one) for one in found]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


class Machine:
    """Where blocks are run: a home, a folder to work in, the command, and no network."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._places = folder, list[Place]()
        self._work, tools, home = (folder / name for name in ("work", "bin", "home"))
        for made in (self._work, tools, home):
            made.mkdir()
        (tools / "portulan").write_text(
            COMMAND.format(python=sys.executable, root=ROOT, door=commands.door())
        )
        (tools / "portulan").chmod(0o755)
        self._variables = {
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "LANG": "en_GB.UTF-8",
            "PYTHONPATH": os.pathsep.join(sys.path),
            **dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9"),
        }
        if ON_POSTGRESQL:
            self._variables |= self.another()

    def another(self) -> dict[str, str]:
        """Return the variables of a data folder and a database that nobody has used."""
        place = Place(self._folder / f"place-{len(self._places)}")
        self._places.append(place)
        told = place.environment
        return {name: told[name] for name in ("PORTULAN_DATA", "DATABASE_URL") if name in told}

    def run(self, block: Block) -> None:
        variables, code = self._variables, block.code
        if block.mark:
            variables = variables | self.another()
        if "DATABASE_URL" in variables:
            code = code.replace(URL, variables["DATABASE_URL"])
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", code],
            cwd=self._work,
            env=variables,
            input=TYPED,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{code}\n{done.stdout}{done.stderr}"

    def remove(self) -> None:
        for place in self._places:
            place.remove()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.remove()


@pytest.mark.skipif(sys.platform == "win32", reason="blocks are for a shell")
@pytest.mark.parametrize("page", PLAYED)
def test_its_commands_do_what_it_says(page: str, machine: Machine) -> None:
    played = [
        block
        for block in blocks(ROOT / page)
        if block.language in {"sh", "powershell"} and not block.mark.startswith("not played")
    ]
    if played and not any("portulan init" in block.code for block in played):
        machine.run(Block("", "sh", "portulan init"))  # the page is about what is there already
    for block in played:
        assert block.language == "sh", block.code
        if ON_POSTGRESQL or block.mark != "played: postgresql":
            machine.run(block)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_block_that_is_not_played_says_why(page: Path) -> None:
    for block in blocks(page):
        kind, _, reason = block.mark.partition(": ")
        assert (kind, reason) in {
            ("", ""),
            ("played", "elsewhere"),
            ("played", "postgresql"),
            *(("not played", known) for known in NOT_PLAYED),
        }
        assert (block.language == "powershell") == (reason == "windows"), block.code


@pytest.mark.parametrize("page", PLAYED)
def test_its_translation_asks_for_the_same(page: str) -> None:
    english, french = (blocks(ROOT / one) for one in (page, PLAYED[page]))
    assert [_shape(block) for block in english] == [_shape(block) for block in french]


def _shape(block: Block) -> tuple[str, str, list[list[str]]]:
    """A block without what a reader chooses: names, addresses, comments."""
    lines = [line.partition(" #")[0] for line in block.code.splitlines() if line[:1] != "#"]
    programs = {"portulan", "pipx", "sudo", "env", "podman", "systemctl", "rm", "mv"}
    options = [
        [w for w in line.split() if w.startswith("-") or Path(w).name in programs] for line in lines
    ]
    return block.mark, block.language, options if block.language in {"sh", "powershell"} else []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_it_shows_can_be_asked_for(page: Path) -> None:
    """Even where it is not run: the command exists, and so do its options."""
    root = typer.main.get_command(app)
    for block in blocks(page):
        if block.language not in {"sh", "powershell"}:
            continue
        for line in block.code.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True) if "portulan" in line else []
            for at, word in enumerate(words):
                if Path(word).name == "portulan" and words[at + 1 : at + 2]:
                    _parse(root, [one for one in words[at + 1 :] if one != "portulan"], line)
                    break


def _parse(command: Any, words: list[str], line: str) -> None:
    """Follow the words down to the command, and look for its options."""
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    known = {one for parameter in command.params for one in parameter.opts} | {"--help"}
    if getattr(command, "commands", None):
        return  # `pipx uninstall portulan`, `-t portulan .`: not the command
    assert {word for word in words if word.startswith("--")} <= known, line
