from __future__ import annotations

import csv
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django.test
import hypothesis
import pytest

from portulan.accounts.access import Role
from portulan.core import tasks
from tests.browser import Browser
from tests.flushing import flush_beneath_the_guards
from tests.people import Town, make_town
from tests.places import ON_POSTGRESQL

flush_beneath_the_guards()
# How long an example takes says how busy the machine is, not whether it is right.
hypothesis.settings.register_profile("portulan", deadline=None)
# What judges a change is the same twice; `make fuzz` and every laptop search further.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "portulan")
# For `make mutants`: the same examples each time, and a failure is enough without the smallest.
hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
ROOT = Path(__file__).parent.parent
DEAR = {"armorique", "demonstration", "folder"}
# On PostgreSQL, what holds a transaction as long as the demonstration does, and what waits until
# nobody does: in one process, so that none waits for the other.
AT_LENGTH = {"web/test_hostile.py", "budget/funding/test_plan_rows.py"}
# The fixtures that all others reach a database by: that of the tests, and those of whole places.
DATABASES = {"django_db_setup", "bourg", "armorique", "machine"}


def listed(name: str) -> set[str]:
    """Return the folders, files and functions that a list of `tests` names (CONTRIBUTING.md)."""
    lines = (ROOT / "tests" / name).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if not line.startswith("#")}


LONG = listed("long.txt")  # the second ring
# What PostgreSQL plays, but what is alike; what SQLite leaves to it, where they play beside.
POSTGRESQL, ALIKE, WALKS = (listed(f"{one}.txt") for one in ("postgresql", "alike", "walks"))
LEFT_TO_POSTGRESQL = "PORTULAN_TESTS_BESIDE" in os.environ and not ON_POSTGRESQL
OURS = {"PORTULAN_DATA", "PORTULAN_SECRET_KEY", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"}


def plain_environment(**more: str) -> dict[str, str]:
    """Return the machine's environment without what the tests set for themselves."""
    return {name: value for name, value in os.environ.items() if name not in OURS} | more


def has_database(item: pytest.Item) -> bool:
    """Tell whether a test may touch a database: to the others, pytest-django refuses it.

    So may what is skipped on one of the two (`skipif`).
    """
    return bool(
        DATABASES & set(getattr(item, "fixturenames", ()))
        or item.get_closest_marker("django_db")
        or item.get_closest_marker("skipif")
        or issubclass(getattr(item, "cls", None) or object, django.test.SimpleTestCase)
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep in one process the tests that share something dear to make; mark those that are long.

    On PostgreSQL is played what its list names and may touch a database: SQLite has the rest.
    """
    if ON_POSTGRESQL or LEFT_TO_POSTGRESQL:
        kept = [one for one in items if _is_kept(one)]
        config.hook.pytest_deselected(items=list(set(items) - set(kept)))
        items[:] = kept
    for item in items:
        if LONG & _names(item):
            item.add_marker(pytest.mark.long)
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))


def _group(item: pytest.Item) -> str:
    """Return the process that tests share for what is dear, or for a server where nobody writes."""
    dear = DEAR & set(getattr(item, "fixturenames", ()))
    if item.nodeid.startswith("tests/e2e/"):
        return ""
    if "demonstration" in dear or (ON_POSTGRESQL and AT_LENGTH & _names(item)):
        return "demonstration"
    return item.path.stem if dear else ""


def _is_kept(item: pytest.Item) -> bool:
    if ON_POSTGRESQL:
        return (
            has_database(item) and bool(POSTGRESQL & (names := _names(item))) and not ALIKE & names
        )
    return not WALKS & _names(item)


def _names(item: pytest.Item) -> set[str]:
    """Return how a list may name a test: by its folder, its file or its function."""
    place, _, name = item.nodeid.removeprefix("tests/").partition("::")
    return {f"{place.partition('/')[0]}/", place, f"{place}::{name.partition('[')[0]}"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read the folders and files that are left out whole."""
    place = collection_path.relative_to(ROOT / "tests").as_posix()
    if config.option.markexpr == "not long" and {place, f"{place}/"} & LONG:
        return True
    if not ON_POSTGRESQL or not place.partition("/")[2]:
        return None
    is_played = any(
        place.startswith(one) if one.endswith("/") else one.startswith(place) for one in POSTGRESQL
    )
    return None if is_played or not place.rpartition("/")[2].startswith("test_") else True


def pytest_collection_finish() -> None:
    """Look for cycles more seldom, and not in what is there for good: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(autouse=True)
def longest_cell() -> Iterator[None]:
    """Leave Python's limit of a cell as it was: frictionless sets another for the whole process."""
    longest = csv.field_size_limit()
    yield
    csv.field_size_limit(longest)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files; tests on it are skipped only where it is absent."""
    folder = Path(os.environ.get("PORTULAN_REAL_DATA", ROOT / ".." / "shared" / "data")).resolve()
    if not folder.is_dir():
        pytest.skip("no folder of real files (PORTULAN_REAL_DATA)")
    return folder


@dataclass(frozen=True)
class Built:
    """A folder with the demonstration in it, to be copied, and what the command said."""

    folder: Path
    stdout: str
    stderr: str


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Built:
    """The demonstration as `portulan demo` builds it on SQLite, once for all the processes."""
    base = tmp_path_factory.getbasetemp()
    place = (base if worker_id == "master" else base.parent) / "demonstration"
    said, folder = place / "said.json", place / "data"
    try:
        place.mkdir()
    except FileExistsError:  # another process is at it
        for _attempt in range(6_000):
            if said.exists():
                break
            time.sleep(0.1)
    else:
        done = subprocess.run(
            [sys.executable, "-m", "portulan", "demo", "--no-serve", "--data", str(folder)],
            env=plain_environment(LANG="fr_FR.UTF-8"),
            capture_output=True,
            text=True,
            check=False,
        )
        writing = place / "writing"
        writing.write_text(json.dumps([done.returncode, done.stdout, done.stderr]))
        writing.replace(said)
    code, stdout, stderr = json.loads(said.read_text())
    assert code == 0, stderr
    return Built(folder, stdout, stderr)


@pytest.fixture(autouse=True)
def _work_here() -> Iterator[None]:
    """Long work is done by who asks: no other process sees what a test has written."""
    with tasks.here():
        yield


@pytest.fixture
def client() -> Browser:
    """A browser where nobody is signed in."""
    return Browser()


@pytest.fixture
def town(db: None) -> Town:
    """Where the tests happen: one person per role."""
    return make_town("bourg-les-flots")


@pytest.fixture
def elsewhere(db: None) -> Town:
    """The organisation beside, which nobody of the town may see."""
    return make_town("val-dailleurs")


@pytest.fixture
def signed_in(town: Town) -> Callable[[Role], Browser]:
    """A browser where the town's person of that role is signed in."""

    def sign_in(role: Role, place: Town = town) -> Browser:
        client = Browser()
        user = place.people[role].user
        assert user is not None
        client.force_login(user, backend="portulan.accounts.backends.EmailBackend")
        return client

    return sign_in
