"""`portulan site`: the same pages as files, whose links are closed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.urls import reverse
from lxml import html

from portulan.accounts.models import Organisation
from portulan.cli.site import SUMS, _files, put
from portulan.publication.public.writes import withdraw
from portulan.publication.words import Part
from tests.people import Town
from tests.places import Place, Places
from tests.plans.plan_of_town import TODAY
from tests.publication.public.published import publish_share


@pytest.mark.django_db
def test_its_links_are_closed_and_ask_no_other_host(town: Town, tmp_path: Path) -> None:
    Organisation.objects.filter(pk=town.organisation.pk).update(frozen_on=TODAY)
    place = publish_share(town)
    withdraw(town.editor, shown=place.show(*Part), reason="Refait", today=TODAY)
    place.show(*Part)
    files = dict(_files(town.slug, ""))
    assert {"index.html", "en/index.html", "assets/portulan.css", "data/actions.csv"} <= set(files)
    assert b"Refait" in files["editions/1/index.html"]  # its page stays, with the reason
    for name, content in files.items():
        if not name.endswith(".html"):
            continue
        page = html.fromstring(content)
        for address in page.xpath("//link/@href | //@src | //a/@href | //form/@action"):
            if address.startswith(("https://www.etalab", "#")):
                continue  # the licence, where it is
            assert not address.startswith(("/", "http")), (name, address)
            target = (Path("/site") / name).parent / address
            assert target.resolve().relative_to("/site").as_posix() in files, (name, address)
        assert not page.xpath("//form | //script")
        assert "Written" not in name
    catalogue = json.loads(files["data/catalogue.jsonld"])
    assert catalogue["@id"] == "./#catalogue"
    put(tmp_path / "site", files)
    assert (tmp_path / "site" / "index.html").read_bytes() == files["index.html"]
    assert hashlib.sha256(files["index.html"]).hexdigest()
    assert reverse("public:page", kwargs={"body": town.slug, "lang": "fr"}) not in (
        files["index.html"].decode()
    )


def test_nothing_public_is_nothing_written(place_in: Places, tmp_path: Path) -> None:
    place: Place = place_in.settled("bourg-documents")
    told = place.run("site", str(tmp_path / "site"), "--org", "bourg", "--lang", "fr", code=2)
    assert "n’a rien publié" in told
    assert not (tmp_path / "site").exists()


def test_all_that_is_owned_leaves_once(place_in: Places, tmp_path: Path) -> None:
    place: Place = place_in.settled("bourg-documents")
    there = tmp_path / "export"
    said = json.loads(place.run("export", str(there), "--org", "bourg", "--json"))
    assert said["seal"] == hashlib.sha256((there / SUMS).read_bytes()).hexdigest()
    assert "is not empty" in place.run("export", str(there), "--org", "bourg", code=2)
