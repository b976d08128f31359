"""What a body publishes enters the commons of another place, by whichever of its files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.observatory.commons import commons
from portulan.observatory.models import PublicContract, PublishedLevels, PublishedShare
from portulan.observatory.readers.files import identity_of, read_stream
from portulan.observatory.writes import take_in
from portulan.publication.public.edition import Edition
from portulan.publication.public.reads import content_of
from portulan.publication.public.tables import files_of
from portulan.publication.words import Part
from tests.publication.public.published import Published

pytestmark = pytest.mark.django_db
LEVELS = ("siren", "name", "theme", "level", "actions", "published_on")


@pytest.fixture
def edition(published: Published) -> Edition:
    published.town.organisation.siren = "219900024"
    published.town.organisation.save()
    return content_of(published.show(*Part))


def zipped(files: Mapping[str, bytes], folder: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(folder + name, content)
    return out.getvalue()


def gathered(content: bytes, name: str) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """Return the shares and the levels that a file gives to an instance that has nothing else."""
    PublishedShare.objects.all().delete()
    PublishedLevels.objects.all().delete()
    stream = io.BytesIO(content)
    taken = take_in(identity_of(stream, name), read_stream(stream, name, lambda _rows: None))
    assert not list(taken.problems)
    shares = PublishedShare.objects.values_list(
        *("siren", "year", "stage", "share", "lower", "upper", "coverage"),
        *("basis", "perimeter", "published_on"),
    )
    return set(shares), set(PublishedLevels.objects.values_list(*LEVELS))


def test_every_way_of_publishing_says_the_same(edition: Edition) -> None:
    files = files_of(edition)
    shares, levels = gathered(files["public.json"], "public.json")
    assert len(shares) == 1
    assert {siren for siren, *_rest in shares | levels} == {"219900024"}
    assert sum(row[4] for row in levels) == len(edition.actions)
    assert gathered(zipped(files), "paquet.zip") == (shares, levels)
    assert gathered(zipped(files, "nr/data/"), "dossier.zip") == (shares, levels)
    for name in ("shares.csv", "shares.json"):
        assert gathered(files[name], name) == (shares, set())
    assert commons().publishers == 1
    assert {row.median for row in commons().shares} == {None}  # one alone: its number, no more


@pytest.mark.parametrize("name", ["actions.csv", "actions.json", "themes.json", "datapackage.json"])
def test_a_part_that_compares_nothing_is_refused_and_says_what_to_give(
    edition: Edition, name: str
) -> None:
    stream = io.BytesIO(files_of(edition)[name])
    with pytest.raises(UnusableInputError) as refused:
        read_stream(stream, name, lambda _rows: None)
    assert "public.json" in refused.value.problem.message("fr")
    assert not PublicContract.objects.exists()


def test_a_package_of_nobody_has_no_stratum(published: Published) -> None:
    files = files_of(content_of(published.show(*Part)))
    nobody = {name: text.replace(b"219900024", b"Bourg") for name, text in files.items()}
    with pytest.raises(UnusableInputError) as refused:
        read_stream(io.BytesIO(zipped(nobody)), "x.zip", lambda _rows: None)
    assert refused.value.problem.kind.code == "unknown-publisher"


def test_a_package_for_several_bodies_gives_none_the_name_of_who_made_it() -> None:
    said = {"created": "2026-05-02", "contributors": [{"siren": "200000017", "title": "Syndicat"}]}
    files = {
        "datapackage.json": json.dumps(said).encode(),
        "shares.csv": b"siren,year,stage,share\n219900024,2025,opened,2\n200000017,2025,opened,3\n",
        "actions.csv": b"siren,level\n219900024,3\n200000017,3\n",
    }
    for reading in read_stream(io.BytesIO(zipped(files)), "x.zip", lambda _rows: None):
        names = {one.siren: one.name for one in reading.found}
        assert names == {"219900024": "", "200000017": "Syndicat"}
