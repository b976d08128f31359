"""Archives made to harm, or harmed: refused in a sentence before anything is written."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portulan.cli.backups import backup
from portulan.cli.backups.archive import (
    MANIFEST,
    Archive,
    Manifest,
    SavedDatabase,
    reading,
    writing,
)
from portulan.core.say.text import UnusableInputError

CONTENT = b"some accounts\n" * 999
UPLOAD = f"uploads/{hashlib.sha256(CONTENT).hexdigest()}"
BASE = "database.sqlite3"

type Change = Callable[[dict[str, Any], dict[str, bytes]], object]


def make(path: Path) -> Path:
    """An archive of a database and a file, written as the program does."""
    source = path.with_suffix(".source")
    with writing(path) as archive:
        source.write_bytes(b"SQLite format 3" * 99)
        archive.add(BASE, source)
        source.write_bytes(CONTENT)
        archive.add(UPLOAD, source)
        saved = SavedDatabase("sqlite", "3.46", ("core.0001_squashed_0003",))
        archive.finish(Manifest("0.1.0", "2026-11-24T12:00:00+00:00", saved, archive.members))
    return path


def changed(path: Path, change: Change) -> Path:
    """The same with its manifest or its members changed."""
    with zipfile.ZipFile(make(path)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(members.pop(MANIFEST))
    change(told, members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(MANIFEST, json.dumps(told))
    return path


def read(path: Path) -> Archive:
    with reading(path) as archive:
        archive.verify(lambda size: None)
    return archive


def code_of(path: Path) -> str:
    with pytest.raises(UnusableInputError) as refused:
        read(path)
    for language in ("fr", "en"):
        assert refused.value.problem.message(language)
    return refused.value.problem.kind.code


def test_what_is_written_is_read(tmp_path: Path) -> None:
    archive = read(make(tmp_path / "a.zip"))
    assert set(archive.manifest.members) == {BASE, UPLOAD}
    assert archive.manifest.size == len(CONTENT) + 15 * 99
    with reading(archive.path) as opened:
        opened.extract(UPLOAD, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == CONTENT


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/cron.d/x",
        "/etc/passwd",
        "uploads/../secret.key",
        "uploads/" + "0" * 63,
        "uploads/" + "A" * 64,
        "C:\\x",
        "database.dump",
        "secret.key",
        "uploads/",
    ],
)
def test_no_other_name_is_let_in(tmp_path: Path, name: str) -> None:
    def slip(told: dict[str, Any], members: dict[str, bytes]) -> None:
        members[name] = b"x"
        told["members"][name] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}

    assert code_of(changed(tmp_path / "a.zip", slip)) == "strange-member"


def test_nor_a_name_that_is_not_told_or_comes_twice(tmp_path: Path) -> None:
    untold = changed(tmp_path / "a.zip", lambda told, members: told["members"].pop(UPLOAD))
    assert code_of(untold) == "strange-member"
    twice = make(tmp_path / "b.zip")
    with warnings.catch_warnings(), zipfile.ZipFile(twice, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(BASE, b"another")
    assert code_of(twice) == "strange-member"


@pytest.mark.parametrize(
    "change",
    [
        lambda told, members: members.update({BASE: b"SQLite format 3" * 98 + b"SQLite format 4"}),
        lambda told, members: members.update({UPLOAD: CONTENT + b"x"}),
        lambda told, members: told["members"][BASE].update(sha256="0" * 64),
        lambda told, members: told["members"][BASE].update(size=-1),
    ],
)
def test_what_is_not_as_told_is_damaged(tmp_path: Path, change: Change) -> None:
    assert code_of(changed(tmp_path / "a.zip", change)) == "damaged"


@pytest.mark.parametrize(
    "change",
    [
        lambda told, members: told.clear(),
        lambda told, members: told.update(members=[]),
        lambda told, members: told.update(members={BASE: None}),
        lambda told, members: told.update(database={"engine": "oracle"}),
        lambda told, members: told["database"].update(engine="oracle", migrations=[]),
        lambda told, members: told["members"][BASE].update(size=float("inf")),
        lambda told, members: told.update(format="zip"),
        lambda told, members: (members.pop(BASE), told["members"].pop(BASE)),
        lambda told, members: members.pop(BASE),
    ],
)
def test_a_manifest_that_tells_nothing_is_none(tmp_path: Path, change: Change) -> None:
    assert code_of(changed(tmp_path / "a.zip", change)) in {"not-an-archive", "strange-member"}


def test_an_archive_of_tomorrow_is_said_to_be(tmp_path: Path) -> None:
    newer = changed(
        tmp_path / "a.zip",
        lambda told, members: told.update(format="portulan-backup/2", portulan="9.0"),
    )
    assert code_of(newer) == "newer-format"


def test_a_bomb_needs_more_room_than_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """64 MB of nothing in 64 kB: told for what it is, it does not fit; told for less, it lies."""
    zeros = bytes(64 * 1024 * 1024)
    name = f"uploads/{hashlib.sha256(zeros).hexdigest()}"

    def swell(told: dict[str, Any], members: dict[str, bytes], size: int = len(zeros)) -> None:
        members[name] = zeros
        told["members"][name] = {"size": size, "sha256": name.removeprefix("uploads/")}

    assert code_of(changed(tmp_path / "a.zip", lambda t, m: swell(t, m, 10))) == "damaged"
    bomb = changed(tmp_path / "b.zip", swell)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=100 * 1024 * 1024))
    monkeypatch.setattr("django.db.connection.vendor", "sqlite")
    with reading(bomb) as archive, pytest.raises(UnusableInputError) as refused:
        backup._require_fit(archive)
    assert refused.value.problem.kind.code == "no-room"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_harm_is_a_refusal(tmp_path: Path, data: st.DataObject) -> None:
    """Bytes changed or cut anywhere: either nothing that counts moved, or it is refused."""
    path = tmp_path / "a.zip"
    path.unlink(missing_ok=True)
    harmed = bytearray(make(path).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        harmed[data.draw(st.integers(0, len(harmed) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(harmed[: data.draw(st.integers(len(harmed) // 2, len(harmed)))]))
    try:
        archive = read(path)
    except UnusableInputError:
        return
    with reading(path) as opened:
        for name, member in archive.manifest.members.items():
            stream = io.BytesIO()
            opened._read(name, stream)
            assert hashlib.sha256(stream.getvalue()).hexdigest() == member.sha256


def test_a_write_that_fails_leaves_no_archive(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), writing(tmp_path / "a.zip") as archive:
        archive.add(BASE, tmp_path / "absent")
    assert list(tmp_path.iterdir()) == []
