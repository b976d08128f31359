"""Where backups wait: nobody removes the folder of another that is still at work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from portulan.cli.backups.staging import clear_staging

AT_WORK = """
import sys
import django
django.setup()
from portulan.cli.backups.staging import staging
with staging() as folder:
    print(folder, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def data(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def at_work(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which waits for a line to end its backup."""
    told = {"PORTULAN_DATA": str(data), "DJANGO_SETTINGS_MODULE": "portulan.config.settings"}
    started = subprocess.Popen(
        [sys.executable, "-c", AT_WORK],
        env=os.environ | told,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout
    assert Path(started.stdout.readline().strip()).is_dir()
    yield started
    started.kill()
    started.communicate()


def test_a_backup_at_work_is_let_alone(data: Path, at_work: subprocess.Popen[str]) -> None:
    assert clear_staging() == 0
    assert len(list(data.glob(".backup-*"))) == 1
    at_work.communicate("\n", timeout=20)
    assert at_work.returncode == 0
    assert not list(data.glob(".backup-*"))


def test_what_a_killed_one_left_is_removed(data: Path, at_work: subprocess.Popen[str]) -> None:
    at_work.kill()
    at_work.wait(timeout=20)
    assert clear_staging() == 1
    assert not list(data.glob(".backup-*"))


def test_a_folder_without_an_owner_is_given_a_day(data: Path) -> None:
    folder = data / ".backup-x"
    folder.mkdir()
    assert clear_staging() == 0
    os.utime(folder, (0, 0))
    assert clear_staging() == 1
    assert not folder.exists()
