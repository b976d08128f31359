"""What is public, described for data portals: DCAT in JSON-LD, standing alone (pure).

Its context is inside: nobody is asked for one. Addresses are those given, or relative to the file.
"""

from __future__ import annotations

import re
from typing import Any

from portulan.core.say.text import Text
from portulan.publication.public.edition import Edition
from portulan.publication.public.tables import ABOUT, TITLE, WHOLE, shown
from portulan.publication.words import LICENCES

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TYPES = {"csv": "text/csv", "json": "application/json"}
_IANA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_LANGUAGE = "http://publications.europa.eu/resource/authority/language/FRA"
_YEARLY = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
_ADDRESS = re.compile(r"[^\s<>,;()]+@[^\s<>,;()]+[^\s<>,;().]")
KEYWORDS = Text("numérique responsable", "responsible digital")


def catalogue(edition: Edition, *, home: str, data: str) -> dict[str, Any]:
    """Return the catalogue of what is public.

    `home` is the address of the page, `data` that of the folder of its data, with its slash.
    """
    house, day = edition.organisation, edition.published_on.isoformat()
    licence = _typed(LICENCES[edition.licence].url, "dct:LicenseDocument")
    files = [(f"{one.name}.{kind}", one.title) for one in shown(edition) for kind in _TYPES]
    whole = Text("Tout ce qui est public (JSON)", "All that is public (JSON)")
    # Both types: who validates does not infer that an organisation is an agent.
    publisher = {"@type": ["foaf:Agent", "foaf:Organization"], "foaf:name": house.name}
    dataset = {
        "@id": f"{data}#dataset",
        "@type": "dcat:Dataset",
        "dct:title": _both(TITLE, house.name),
        "dct:description": _both(ABOUT, house.name, day, edition.number),
        "dct:identifier": f"{house.number or house.name}/numerique-responsable",
        "dct:issued": _day(day),
        "dct:modified": _day(day),
        "dct:license": licence,
        "dct:language": _typed(_LANGUAGE, "dct:LinguisticSystem"),
        "dct:accrualPeriodicity": _typed(_YEARLY, "dct:Frequency"),
        "dct:publisher": publisher,
        "dcat:keyword": _both(KEYWORDS),
        "dcat:landingPage": _typed(home, "foaf:Document"),
        "dcat:distribution": [
            _distribution(f"{data}{name}", title, day, licence)
            for name, title in (*files, (WHOLE, whole))
        ],
    }
    if edition.contact:
        dataset["dcat:contactPoint"] = _contact(edition.contact)
    return {
        "@context": _CONTEXT,
        "@id": f"{data}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _both(TITLE, house.name),
        "dct:description": _both(ABOUT, house.name, day, edition.number),
        "dct:publisher": publisher,
        "dct:license": licence,
        "dcat:dataset": [dataset],
    }


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


def _distribution(address: str, title: Text, day: str, licence: dict[str, str]) -> dict[str, Any]:
    kind = address.rpartition(".")[2]
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _both(title),
        "dct:issued": _day(day),
        "dct:license": licence,
        "dct:format": _typed(f"{_FILE_TYPE}{kind.upper()}", "dct:MediaTypeOrExtent"),
        "dcat:mediaType": _typed(f"{_IANA}{_TYPES[kind]}", "dct:MediaType"),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
    }
