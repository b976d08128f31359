from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Built
from tests.places import ON_POSTGRESQL, Place, Places


@pytest.fixture(scope="session")
def bourg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place with an organisation, to be copied."""
    place = Place(tmp_path_factory.mktemp("bourg"))
    place.run("init", "--name", "Bourg", "--email", "a@bourg.example")
    yield place
    place.remove()


@pytest.fixture
def place_in(tmp_path: Path, bourg: Place) -> Iterator[Places]:
    """Make places, taken away at the end."""
    places = Places(tmp_path, bourg)
    yield places
    places.remove()


@pytest.fixture(scope="session")
def built_there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The demonstration as the command builds it on PostgreSQL, to be copied."""
    place = Place(tmp_path_factory.mktemp("built"))
    place.run("demo", "--no-serve")
    yield place
    place.remove()


@pytest.fixture(scope="module")
def armorique(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Place]:
    """A place with the demonstration, which the tests of a module share and leave as it is."""
    folder = tmp_path_factory.mktemp("armorique")
    if ON_POSTGRESQL:
        place = Place(folder, request.getfixturevalue("built_there"))
    else:
        place = Place(folder)
        built: Built = request.getfixturevalue("built")
        shutil.copytree(built.folder, place.folder, dirs_exist_ok=True)
    yield place
    place.remove()


@pytest.fixture(scope="module")
def saved(armorique: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of that place."""
    archive = tmp_path_factory.mktemp("saved") / "armorique.zip"
    armorique.run("backup", str(archive))
    return archive
