"""The documents that can be produced, in the order in which they are shown."""

from __future__ import annotations

from portulan.accounts.models import Organisation
from portulan.core.errors import NotFoundError
from portulan.core.say.text import Text
from portulan.publication.documents import (
    agec,
    council,
    dashboard,
    deliberation,
    green,
    label,
    lesson,
    plan,
    rdd,
    reen,
    rgesn,
    roadmap,
    yearly,
)
from portulan.publication.documents.asking import Asked, Draft, Kind

# What a file is, by its ending.
TYPES = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
}
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        dashboard.KIND,
        yearly.KIND,
        lesson.KIND,
        plan.KIND,
        council.KIND,
        deliberation.KIND,
        reen.KIND,
        rdd.KIND,
        agec.KIND,
        green.KIND,
        rgesn.KIND,
        label.KIND,
        roadmap.KIND,
    )
}


def kind_of(name: str) -> Kind:
    """Return the kind of a kept document, also of one that a newer version produced.

    That one has a title and no file: who went back a version reads the rest, and it stays.
    """
    return KINDS.get(name) or Kind(
        name,
        Text(
            f"Document d’une version plus récente («\u00a0{name}\u00a0»)",
            f"Document of a newer version (“{name}”)",
        ),
        Text("", ""),
        _unknown,
        formats=(),
    )


def kind_for(organisation: Organisation, name: str) -> Kind:
    """Return a kind of document by its name. Raises NotFoundError; some are of France alone."""
    found = KINDS.get(name)
    if found is None or (found.french and organisation.country != "FRA"):
        raise NotFoundError(name)
    return found


def _unknown(_asked: Asked) -> Draft:
    raise NotImplementedError("a kind of document that this version does not produce")
