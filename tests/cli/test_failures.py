"""What no command can help: a sentence on standard error, exit code 2, nothing written."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from portulan.cli.failures import reason_of_sqlite, sentence_of
from portulan.config import env
from portulan.core.errors import MisconfiguredError
from portulan.core.os_errors import reason_of, refusal_of
from portulan.core.say.text import Language
from tests import commands


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    settings = {"PATH": os.environ["PATH"], "LANG": "fr_FR.UTF-8", "PORTULAN_SECRET_KEY": "essai"}
    return commands.run(*arguments, env=settings | variables)


INDICATOR = ("budget", "indicator", "--org", "ville", "--year", "2026", "--json")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://localhost/x", "DATABASE_URL"),
        ("postgresql://localhost:abc/x", "DATABASE_URL"),
        ("postgresql://localhost:99999/x", "DATABASE_URL"),
        ("postgresql://[::1/x", "DATABASE_URL"),
        ("postgresql://nobody@127.0.0.1:1/x", "Voyez ce qu’en dit `portulan doctor`"),
    ],
)
def test_a_database_out_of_reach(tmp_path: Path, url: str, words: str) -> None:
    done = run(*INDICATOR, PORTULAN_DATA=str(tmp_path), DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_none(tmp_path: Path) -> None:
    base = tmp_path / "portulan.sqlite3"
    base.write_bytes(os.urandom(9000))
    before = base.read_bytes()
    done = run(*INDICATOR, PORTULAN_DATA=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "portulan doctor" in done.stderr
    assert "Traceback" not in done.stderr
    checked = run("doctor", "--json", PORTULAN_DATA=str(tmp_path))
    assert checked.returncode == 1
    assert '"ok": false' in checked.stdout
    assert base.read_bytes() == before


@pytest.mark.parametrize("command", [INDICATOR, ("doctor", "--json")])
def test_a_data_folder_that_cannot_be(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "fichier").write_text("")
    done = run(*command, PORTULAN_DATA=str(tmp_path / "fichier" / "dossier"))
    assert done.returncode == (1 if command[0] == "doctor" else 2)
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="names of files are Unicode there")
def test_a_file_whose_name_is_no_text(tmp_path: Path) -> None:
    odd = os.path.join(os.fsencode(tmp_path), b"comptes-\xff.csv")
    with open(odd, "wb") as stream:
        stream.write(b"BGT_NATDEC\n1\n")
    for command in ("budget", "catalogue"):
        done = run(command, "inspect", os.fsdecode(odd), "--json")
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
def test_a_reader_that_leaves_first(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "portulan", "doctor", "--json"]
    settings = {"PATH": os.environ["PATH"], "PORTULAN_DATA": str(tmp_path)}
    with subprocess.Popen(
        command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as done:
        assert done.stdout is not None
        assert done.stderr is not None
        done.stdout.close()
        assert done.stderr.read() == ""


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("PORTULAN_TIME_ZONE", "Lune", "n’est pas un fuseau horaire"),
        ("PORTULAN_SECURITY_CONTACT", "rssi@example.org", "il faut mailto:"),
        ("PORTULAN_ACCESSIBILITY_AUDIT", "hier 80 Cabinet", "il faut une date, un taux"),
        ("PORTULAN_DEBUG", "peut-être", "il faut yes ou no"),
        ("DATABASE_URL_FILE", "/nulle/part", "ne se lit pas"),
    ],
)
def test_a_setting_that_cannot_be_is_said_in_the_language(
    tmp_path: Path, variable: str, value: str, words: str
) -> None:
    done = run("doctor", PORTULAN_DATA=str(tmp_path), **{variable: value})
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    done = run("doctor", "--lang", "en", PORTULAN_DATA=str(tmp_path), **{variable: value})
    assert (done.returncode, done.stdout) == (2, "")
    assert words not in done.stderr


def test_the_extra_of_postgresql_is_named_where_its_driver_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(env, "find_spec", lambda name: None)
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@localhost/a")
    with pytest.raises(MisconfiguredError) as refused:
        env.database(Path(), env.text("DATABASE_URL"))
    assert "pipx install --force '.[postgres]'" in (sentence_of(refused.value, "fr") or "")
    assert "is missing" in (sentence_of(refused.value, "en") or "")


def test_the_system_speaks_the_language_of_the_user(tmp_path: Path) -> None:
    absent, closed = tmp_path / "absent.zip", tmp_path / "closed.csv"
    closed.write_text("")
    for command, words in (
        (("restore", str(absent)), "cela n’existe pas"),
        (("restore", str(tmp_path)), "c’est un dossier"),
        (("budget", "inspect", str(closed / "x"), "--json"), "ce n’est pas un dossier"),
        (("catalogue", "inspect", str(absent), "--json"), "absent.zip"),
        (("impact", "estimate", str(absent), "--json"), "absent.zip"),
        (("portfolio", "solve", str(absent), "--json"), "absent.zip"),
    ):
        done = run(*command, PORTULAN_DATA=str(tmp_path / "data"))
        assert done.returncode == 2
        assert words in done.stderr
        for code in (errno.ENOENT, errno.EISDIR, errno.ENOTDIR):
            assert os.strerror(code) not in done.stderr


@pytest.mark.parametrize(
    ("named", "place", "said"),
    [
        ("/a/b", "/c", "/a/b\u00a0: le disque est plein"),
        (None, Path("/c"), "/c\u00a0: le disque est plein"),
        (None, "", "le disque est plein"),
    ],
)
def test_a_full_disk_is_where_it_was_being_written(
    named: str | None, place: object, said: str
) -> None:
    # The system names what it opens, never what it was writing.
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), named)
    assert refusal_of(full, "fr", place) == said


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_error_has_words_of_ours(language: Language) -> None:
    said = {reason_of(OSError(code, os.strerror(code))).say(language) for code in errno.errorcode}
    assert len(said) > 100
    assert not said & set(map(os.strerror, errno.errorcode))
    with pytest.raises(sqlite3.OperationalError) as refused:
        sqlite3.connect("file:/nowhere/x?mode=ro", uri=True)
    assert reason_of_sqlite(refused.value, language) in {
        "son fichier ne s’ouvre pas",
        "its file cannot be opened",
    }
