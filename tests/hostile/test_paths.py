"""What a path may be beside a file of accounts, and a file that changes while it is read."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portulan.budget.imports.inspection import inspect
from portulan.budget.readers import open_reading
from portulan.core.say.text import UnusableInputError
from portulan.core.tables.sources import MAX_BYTES
from tests.cli.test_failures import run
from tests.hostile.seeds import ACCOUNTS
from tests.hostile.test_accounts import check_sentence

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes, devices and rights of Unix")


def refusal(path: Path) -> str:
    with pytest.raises(UnusableInputError) as caught:
        inspect(path)
    check_sentence(caught.value.problem)
    return caught.value.problem.kind.code


@posix
def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe that nobody writes to held the reading for ever."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert refusal(tmp_path / "pipe") == "not-a-file"
    assert refusal(Path("/dev/zero")) == "not-a-file"
    assert refusal(tmp_path) == "is-a-folder"
    assert refusal(tmp_path / "loop") == "not-readable"
    assert refusal(tmp_path / "gone") == "no-such-file"
    assert refusal(tmp_path / ("x" * 400)) == "not-readable"


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="the superuser reads all")
def test_a_file_without_rights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").touch(mode=0o000)
    assert refusal(tmp_path / "x") == "not-readable"


def test_two_gigabytes_are_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as stream:
        stream.write(b"Compte;Mandat\n6262;1\n")
        stream.truncate(2 * 2**30)  # a sparse file, which takes no place
    assert refusal(large) == "file-too-big"
    done = run("budget", "inspect", str(large), "--json", "--lang", "fr")
    assert (done.returncode, done.stdout) == (2, "")
    assert "2048 Mo" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_stream_without_end_is_refused() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            self.given += len(buffer)
            assert self.given < MAX_BYTES + 2**24
            buffer[:] = b"x" * len(buffer)
            return len(buffer)

    with pytest.raises(UnusableInputError) as caught:
        inspect(io.BufferedReader(Endless(), 2**22))
    assert caught.value.problem.kind.code == "file-too-big"


@pytest.mark.parametrize("name", ACCOUNTS)
@pytest.mark.parametrize("after", [b"", b"\xff\xfe\x00\x81" * 400, b"<a>" * 400, b'"' * 999])
def test_a_file_that_changes_while_read_is_read_or_refused(
    tmp_path: Path, name: str, after: bytes
) -> None:
    path = tmp_path / "x"
    path.write_bytes(ACCOUNTS[name])
    lines: Iterator[object] = iter(())
    try:
        with open_reading(path) as reading:
            lines = iter(reading)
            path.write_bytes(after)
            list(lines)
    except UnusableInputError as error:
        check_sentence(error.problem)


@posix
def test_names_and_words_command_no_terminal(tmp_path: Path) -> None:
    """A name that is no text stopped the writing of a sound file’s document."""
    odd = tmp_path / os.fsdecode(b"a\xff\x1b[31m\xe2\x80\xae.csv")
    odd.write_text("Compte;Mandaté\n6262;1\n62\x9b31m62\u202e;x\u200b\n", encoding="utf-8")
    for arguments in (["--json"], []):
        done = run("budget", "inspect", str(odd), *arguments)
        assert done.returncode in {0, 1}, done.stderr
        assert not set(done.stdout + done.stderr) & set("\x1b\x9b\u202e\u200b\udcff")
