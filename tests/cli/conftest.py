from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.places import Place


@pytest.fixture
def place_in(tmp_path: Path) -> Iterator[Callable[[str], Place]]:
    """Make places, taken away at the end."""
    made: list[Place] = []

    def make(name: str) -> Place:
        made.append(Place(tmp_path / name))
        return made[-1]

    yield make
    for place in made:
        place.remove()


@pytest.fixture(scope="module")
def armorique(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place with the demonstration, which the tests of a module share and leave as it is."""
    place = Place(tmp_path_factory.mktemp("armorique"))
    place.run("demo", "--no-serve")
    yield place
    place.remove()


@pytest.fixture(scope="module")
def saved(armorique: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of that place."""
    archive = tmp_path_factory.mktemp("saved") / "armorique.zip"
    armorique.run("backup", str(archive))
    return archive
