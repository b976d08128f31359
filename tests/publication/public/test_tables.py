"""Open data, read by software that is not ours: frictionless, rdflib."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import rdflib
from frictionless import Package
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from portulan.publication.public.edition import Edition
from portulan.publication.public.portals import catalogue
from portulan.publication.public.reads import content_of
from portulan.publication.public.tables import PACKAGE, RESOURCES, files_of, write_json
from portulan.publication.words import LICENCES, Part
from tests.publication.public.published import Published

pytestmark = pytest.mark.django_db
HOME = "https://bourg.example/nr/"
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")


@pytest.fixture
def edition(published: Published) -> Edition:
    return content_of(published.show(*Part))


def test_the_package_and_its_tables_are_valid(edition: Edition, tmp_path: Path) -> None:
    for name, content in files_of(edition).items():
        (tmp_path / name).write_bytes(content)
    package = Package(str(tmp_path / PACKAGE))
    report = package.validate()
    assert report.valid, report.flatten(["type", "note"])
    told = json.loads((tmp_path / PACKAGE).read_text())
    names = {one["name"] for one in told["resources"]}
    assert names == {"shares", "accounts", "themes", "actions", "dropped"}
    for one in told["resources"]:
        content = (tmp_path / one["path"]).read_bytes()
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert told["licenses"][0]["name"] == "etalab-2.0"


def test_each_field_is_described_in_two_languages_and_holds_one_kind(edition: Edition) -> None:
    for resource in RESOURCES:
        for field in resource.schema()["fields"]:
            assert field["description"]
            assert field["description_en"]
    files = files_of(edition)
    table = list(csv.DictReader(files["actions.csv"].decode().splitlines()))
    kept = json.loads(files["actions.json"])
    assert [one["title"] for one in table] == [one["title"] for one in kept]
    assert kept[0]["value"] == 1.71
    assert kept[1]["value"] is None  # not 0
    assert table[1]["value"] == ""


# What DCAT-AP 3 asks or recommends of what is described here, and the class of each value.
DCAT_AP = {
    DCAT.Catalog: {
        DCTERMS.title: None,
        DCTERMS.description: None,
        DCTERMS.publisher: FOAF.Agent,
        DCTERMS.license: DCTERMS.LicenseDocument,
        DCAT.dataset: DCAT.Dataset,
    },
    DCAT.Dataset: {
        DCTERMS.title: None,
        DCTERMS.description: None,
        DCTERMS.identifier: None,
        DCTERMS.publisher: FOAF.Agent,
        DCTERMS.accrualPeriodicity: DCTERMS.Frequency,
        DCTERMS.language: DCTERMS.LinguisticSystem,
        DCAT.contactPoint: VCARD.Kind,
        DCAT.keyword: None,
        DCAT.landingPage: FOAF.Document,
        DCAT.theme: rdflib.SKOS.Concept,
        DCTERMS.spatial: DCTERMS.Location,
        DCTERMS.temporal: DCTERMS.PeriodOfTime,
        DCAT.distribution: DCAT.Distribution,
    },
    DCAT.Distribution: {
        DCAT.accessURL: None,
        DCAT.downloadURL: None,
        DCAT.byteSize: None,
        DCAT.mediaType: DCTERMS.MediaType,
        DCTERMS.format: DCTERMS.MediaTypeOrExtent,
        DCTERMS.license: DCTERMS.LicenseDocument,
        DCTERMS.title: None,
    },
    FOAF.Agent: {FOAF.name: None},
    VCARD.Kind: {VCARD.fn: None, VCARD.hasEmail: None},
}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # of rdflib, within itself
def test_a_portal_reads_its_description(edition: Edition) -> None:
    said = write_json(catalogue(edition, home=HOME, data=f"{HOME}data/"))
    graph = rdflib.Graph().parse(data=said, format="json-ld")
    datasets = {str(one): one for one in graph.subjects(rdflib.RDF.type, DCAT.Dataset)}
    assert f"{HOME}data/#actions" in datasets
    dataset = datasets[f"{HOME}data/#dataset"]
    licence = rdflib.URIRef(LICENCES[edition.licence].url)
    assert (dataset, DCTERMS.license, licence) in graph
    titles = {title.language: str(title) for title in graph.objects(dataset, DCTERMS.title)}
    assert set(titles) == {"fr", "en"}
    files = {str(one) for one in graph.objects(None, DCAT.downloadURL)}
    assert f"{HOME}data/actions.csv" in files
    made = files_of(edition)
    assert {one.removeprefix(f"{HOME}data/") for one in files} <= set(made)
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    for one in graph.subjects(RDF.type, DCAT.Distribution):
        content = made[str(one).removeprefix(f"{HOME}data/")]
        assert int(graph.value(one, DCAT.byteSize)) == len(content)
        mark = graph.value(graph.value(one, spdx.checksum), spdx.checksumValue)
        assert str(mark) == hashlib.sha256(content).hexdigest()
    schema = graph.value(rdflib.URIRef(f"{HOME}data/#actions"), DCTERMS.conformsTo)
    assert str(schema).removeprefix(f"{HOME}data/") in made
    # As a file that moves with its folder: addresses are those of where it is read.
    moved = write_json(catalogue(edition, home="../", data="./"))
    graph = rdflib.Graph().parse(
        data=moved, format="json-ld", base="https://autre.example/x/data/catalogue.jsonld"
    )
    urls = {str(one) for one in graph.objects(None, DCAT.downloadURL)}
    assert "https://autre.example/x/data/actions.csv" in urls


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # of rdflib, within itself
def test_a_portal_finds_what_dcat_ap_asks(edition: Edition) -> None:
    named = replace(edition, contact="délégation NR (nr@bourg.example)")
    said = write_json(catalogue(named, home=HOME, data=f"{HOME}data/"))
    graph = rdflib.Graph().parse(data=said, format="json-ld")
    assert rdflib.URIRef("mailto:nr@bourg.example") in set(graph.objects(None, VCARD.hasEmail))
    for kind, fields in DCAT_AP.items():
        found = list(graph.subjects(RDF.type, kind))
        assert found
        for one, field in product(found, fields):
            values = list(graph.objects(one, field))
            assert values, (kind, field)
            of = fields[field]
            assert of is None or all((value, RDF.type, of) in graph for value in values), field
