"""What is installed, against the lock of a clone or against what a wheel asks for."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from portulan.cli.checks import State, place


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "requirements.lock"
    monkeypatch.setattr(place, "_LOCK", path)
    return path


def test_a_clone_has_the_versions_of_its_lock(lock: Path) -> None:
    lock.write_text(f"django=={version('django')} \\\n    --hash=sha256:0\n")
    assert place.dependencies(True).state is State.OK
    lock.write_text("django==1.0 \\\n    --hash=sha256:0\n")
    found = place.dependencies(True)
    assert found.state is State.WARNING
    assert f"django {version('django')} (1.0)" in found.detail


def test_a_wheel_has_all_that_it_asks_for(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.dependencies(True).state is State.OK
    monkeypatch.setattr(place, "requires", lambda name: ["django>=6", "nothing-of-that-name>=1"])
    found = place.dependencies(False)
    assert found.state is State.ERROR
    assert "nothing-of-that-name" in found.detail
