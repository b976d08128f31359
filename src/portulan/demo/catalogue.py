"""The catalogue's side of the story: the Region's own charter, in two editions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from importlib import resources

from portulan.catalogue.imports.writes import import_catalogue
from portulan.catalogue.readers.edition_file import parse_edition
from portulan.core.say.text import UnusableInputError
from portulan.demo.cast import Cast
from portulan.demo.clock import Event

IMPORTED_ON = {"2024": date(2024, 9, 16), "2026": date(2026, 3, 9)}


def catalogue_events(cast: Cast) -> Iterator[Event]:
    """Yield the imports of the two editions, as the officer made them."""
    for version, day in IMPORTED_ON.items():
        yield Event(day, partial(_import, cast, version))


def _import(cast: Cast, version: str) -> None:
    folder = resources.files("portulan.demo").joinpath("charters")
    text = folder.joinpath(f"{version}.yaml").read_text("utf-8")
    reading = parse_edition(text, file=f"{version}.yaml")
    if reading.problems:
        raise UnusableInputError(reading.problems[0])
    import_catalogue(cast.officer, content=reading.content)
