"""What leaves of a plan of 5,000 actions: its folder of texts, its tables, all that is owned."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from portulan.core.spreadsheet import csv_lines
from portulan.core.workbooks import WRITERS
from portulan.plans.tables.writing import table_of
from portulan.publication.export.folder import write
from portulan.publication.plan_files.previews import take_away
from portulan.publication.plan_files.zipped import zip_folder
from tests.bench.base import database
from tests.bench.clock import seconds
from tests.bench.place import TODAY, Place, build
from tests.bench.table import Row, by_amount
from tests.bench.views import LARGE, SMALL, grow

MOST = 5.0  # seconds of CPU


def rows(folder: Path) -> Iterator[Row]:
    """Yield the CPU of each way out."""
    with database():
        place = build("partant", folder, actions=SMALL, lines=50)
        grow(place, LARGE)
        for name, work in ways(place, folder / "owned").items():
            yield by_amount(f"{name}, {LARGE:,} actions", seconds(work), MOST, "s")


def ways(place: Place, empty: Path) -> dict[str, Callable[[], object]]:
    found: dict[str, Callable[[], object]] = {
        "folder of a plan, zipped": partial(_folder, place),
        "table of a plan, csv": partial(_csv, place),
    }
    found |= {f"table of a plan, {kind}": partial(_book, place, kind) for kind in WRITERS}
    return found | {"export of all that is owned": partial(_owned, place, empty)}


def _folder(place: Place) -> None:
    zip_folder(place.plan.slug, take_away(place.town.editor, plan=place.plan))


def _csv(place: Place) -> None:
    for _line in csv_lines(table_of(place.plan, "fr").rows()):
        pass


def _book(place: Place, kind: str) -> None:
    with tempfile.TemporaryFile() as stream:
        WRITERS[kind](stream, "actions", table_of(place.plan, "fr").rows())


def _owned(place: Place, empty: Path) -> None:
    empty.mkdir()
    organisation = place.town.organisation
    write(place.town.admin, organisation=organisation, place=empty, on=TODAY, lang="fr")
