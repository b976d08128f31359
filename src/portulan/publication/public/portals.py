"""What is public, described for data portals: DCAT in JSON-LD, standing alone (pure).

Its context is inside: nobody is asked for one. Addresses are those given, or relative to the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portulan.core.say.text import Text
from portulan.publication.public.edition import Edition
from portulan.publication.public.tables import ABOUT, TITLE, WHOLE, files_of, sha256_of, shown
from portulan.publication.words import LICENCES

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TYPES = {"csv": "text/csv", "json": "application/json"}
_IANA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_LANGUAGE = "http://publications.europa.eu/resource/authority/language/FRA"
_YEARLY = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
_COUNTRY = "http://publications.europa.eu/resource/authority/country/"
_THEMES = "http://publications.europa.eu/resource/authority/data-theme"
_ABOUT = ("GOVE", "TECH", "ENVI")
_SPDX = "http://spdx.org/rdf/terms#"
_SIRENE = "https://annuaire-entreprises.data.gouv.fr/entreprise/"
_OF = Text("{:fr}, {}", "{:en}, {}")
_WHOLE = Text("Tout ce qui est public (JSON)", "All that is public (JSON)")
_ADDRESS = re.compile(r"[^\s<>,;()]+@[^\s<>,;()]+[^\s<>,;().]")
KEYWORDS = Text("numérique responsable", "responsible digital")


def catalogue(edition: Edition, *, home: str, data: str) -> dict[str, Any]:
    """Return the catalogue of what is public.

    `home` is the address of the page, `data` that of the folder of its data, with its slash.
    """
    house, day = edition.organisation, edition.published_on.isoformat()
    told = _Told(edition, home, data, files_of(edition))
    tables = shown(edition)
    return {
        "@context": _CONTEXT,
        "@id": f"{data}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _both(TITLE, house.name),
        "dct:description": _both(ABOUT, house.name, day, edition.number),
        "dct:publisher": told.publisher,
        "dct:license": told.licence,
        "dct:language": _typed(_LANGUAGE, "dct:LinguisticSystem"),
        "dct:issued": _day(day),
        "dct:modified": _day(day),
        "dcat:themeTaxonomy": _typed(_THEMES, "skos:ConceptScheme"),
        "dcat:dataset": [
            *(
                told.dataset(one.name, one.title, [f"{one.name}.csv", f"{one.name}.json"])
                for one in tables
            ),
            told.dataset("", _WHOLE, [WHOLE]),
        ],
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """What is public, where it is, and its files."""

    edition: Edition
    home: str
    data: str
    files: Mapping[str, bytes]

    @property
    def publisher(self) -> dict[str, Any]:
        house = self.edition.organisation
        # Both types: who validates does not infer that an organisation is an agent.
        said: dict[str, Any] = {
            "@type": ["foaf:Agent", "foaf:Organization"],
            "foaf:name": house.name,
        }
        if house.number:
            said["dct:identifier"] = house.number
            if house.country == "FRA":
                said["@id"] = f"{_SIRENE}{house.number}"
        return said

    @property
    def licence(self) -> dict[str, str]:
        return _typed(LICENCES[self.edition.licence].url, "dct:LicenseDocument")

    def dataset(self, name: str, title: Text, files: Sequence[str]) -> dict[str, Any]:
        """Return a table as portals have it, or all that is public (no name)."""
        edition, house = self.edition, self.edition.organisation
        day = edition.published_on.isoformat()
        said: dict[str, Any] = {
            "@id": f"{self.data}#{name or 'dataset'}",
            "@type": "dcat:Dataset",
            "dct:title": _both(_OF, title, house.name) if name else _both(TITLE, house.name),
            "dct:description": _both(ABOUT, house.name, day, edition.number),
            "dct:identifier": "/".join(
                filter(None, (house.number or house.name, "numerique-responsable", name))
            ),
            "dct:issued": _day(day),
            "dct:modified": _day(day),
            "dct:license": self.licence,
            "dct:language": _typed(_LANGUAGE, "dct:LinguisticSystem"),
            "dct:accrualPeriodicity": _typed(_YEARLY, "dct:Frequency"),
            "dct:publisher": self.publisher,
            "dct:spatial": _typed(f"{_COUNTRY}{house.country}", "dct:Location"),
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": _day(f"{edition.plan.first_year}-01-01"),
                "dcat:endDate": _day(f"{edition.plan.last_year}-12-31"),
            },
            "dcat:theme": [_typed(f"{_THEMES}/{one}", "skos:Concept") for one in _ABOUT],
            "dcat:keyword": _both(KEYWORDS),
            "dcat:landingPage": _typed(self.home, "foaf:Document"),
            "dcat:distribution": [self.distribution(file, title, name) for file in files],
        }
        if name:
            said["dct:conformsTo"] = self.standard(name)
        if edition.contact:
            said["dcat:contactPoint"] = _contact(edition.contact)
        return said

    def standard(self, name: str) -> dict[str, str]:
        return _typed(f"{self.data}{name}.schema.json", "dct:Standard")

    def distribution(self, file: str, title: Text, name: str) -> dict[str, Any]:
        address, kind = f"{self.data}{file}", file.rpartition(".")[2]
        content, day = self.files[file], self.edition.published_on.isoformat()
        size = {"@value": str(len(content)), "@type": "xsd:nonNegativeInteger"}
        said: dict[str, Any] = {
            "@id": address,
            "@type": "dcat:Distribution",
            "dct:title": _both(title),
            "dct:issued": _day(day),
            "dct:license": self.licence,
            "dct:format": _typed(f"{_FILE_TYPE}{kind.upper()}", "dct:MediaTypeOrExtent"),
            "dcat:mediaType": _typed(f"{_IANA}{_TYPES[kind]}", "dct:MediaType"),
            "dcat:accessURL": _typed(address, "rdfs:Resource"),
            "dcat:downloadURL": _typed(address, "rdfs:Resource"),
            "dcat:byteSize": size,
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": _typed(
                    f"{_SPDX}checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"
                ),
                "spdx:checksumValue": {
                    "@value": sha256_of(content),
                    "@type": "xsd:hexBinary",
                },
            },
        }
        if name:
            said["dct:conformsTo"] = self.standard(name)
        return said


def _typed(address: str, kind: str) -> dict[str, str]:
    return {"@id": address, "@type": kind}


def _contact(said: str) -> dict[str, Any]:
    """Return whom to write to as DCAT-AP wants it: a card, with the address that it holds."""
    card: dict[str, Any] = {"@type": ["vcard:Kind", "vcard:Organization"], "vcard:fn": said}
    if found := _ADDRESS.search(said):
        card["vcard:hasEmail"] = {"@id": f"mailto:{found[0]}"}
    return card


def _both(words: Text, *values: object) -> list[dict[str, str]]:
    return [
        {"@value": words.say(language).format(*values), "@language": language}
        for language in ("fr", "en")
    ]


def _day(day: str) -> dict[str, str]:
    return {"@value": day, "@type": "xsd:date"}
