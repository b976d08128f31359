"""Producing a document: built once, kept with its date and its seal, written in a format."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.words import LegalForm
from portulan.catalogue.obligations import Bound
from portulan.core.say.country import settled
from portulan.core.say.language import speaking
from portulan.core.say.text import UnusableInputError
from portulan.core.storing import store
from portulan.publication.documents import cell, html, odt, pdf, sheets
from portulan.publication.documents.asking import OTHER_COUNTRY, Asked, Draft, Kind
from portulan.publication.documents.cell import Counted, Document
from portulan.publication.models import KeptDocument
from portulan.publication.verbs import Verb

# One renderer for each output; a kind of document may have one of its own.
RENDERERS: dict[str, Callable[[Document], bytes]] = {
    "pdf": pdf.write_pdf,
    "odt": odt.write_odt,
    "html": html.write_html,
    "xlsx": sheets.write_xlsx,
    "ods": sheets.write_ods,
    "csv": sheets.write_csv,
}


def build(kind: Kind, asked: Asked) -> Document:
    """Return a document as the facts of the day make it.

    Raises UnusableInputError when it cannot be honest, DeniedError to who may not read.
    """
    return draft(kind, asked).whole()


def draft(kind: Kind, asked: Asked) -> Draft:
    """Return a document of which nobody read anything yet. Raises as `build`."""
    asked.actor.require(Operation.READ_PLAN)
    asked.actor.require(Operation.READ_BUDGET)
    if kind.french and asked.organisation.country != "FRA":
        raise UnusableInputError(OTHER_COUNTRY.at(title=kind.title, name=asked.organisation.name))
    place = asked.organisation
    with speaking(asked.language), settled(place.country, place.currency):
        return kind.build(asked)


def counted_in(kind: Kind, asked: Asked, made: Draft) -> Counted:
    """Return what is counted on a first page, once until something changes."""
    if any(asked.options.values()):
        return made.whole().counted
    name = "counted", kind.name, asked.year, asked.today
    return asked.known.once(name, lambda: made.whole().counted)


def to_write_in(kind: Kind, asked: Asked, made: Draft | None = None) -> int:
    """Return how many texts a document needs and lacks, told without building it."""
    name = "to write", kind.name, asked.year, asked.today
    return asked.known.once(name, lambda: (made or draft(kind, asked)).to_write)


def is_unmet(kind: Kind, asked: Asked, made: Draft) -> bool:
    """Tell whether the law asks for a document that is not whole: a person has to write in it."""
    place = asked.organisation
    if kind.binds is None or place.country != "FRA":
        return False
    binds = kind.binds(LegalForm(place.legal_form), place.population)
    return binds is Bound.YES and to_write_in(kind, asked, made) > 0


@transaction.atomic
def keep(actor: Actor, document: Document) -> KeptDocument:
    """Keep a document as it is produced; the same one is kept once. Raises DeniedError."""
    actor.require(Operation.PUBLISH_PLAN)
    seal = cell.digest(document)
    found = KeptDocument.objects.filter(organisation_id=actor.organisation_id, digest=seal).first()
    if found is not None:
        return found
    kept = KeptDocument(
        organisation_id=actor.organisation_id,
        kind=document.kind,
        year=document.year,
        language=document.language,
        on=document.on,
        digest=seal,
        content=cell.kept(document),
        to_write=document.counted.to_write,
        made_at=timezone.now(),
        person_id=actor.person_id,
    )
    store(kept)
    record(actor, kept, Verb.PRODUCED, {"seal": (None, seal)})
    return kept


def written(kind: Kind, document: Document, suffix: str) -> bytes:
    """Return a document as a file of that suffix, one of the formats of its kind."""
    return (kind.writers.get(suffix) or RENDERERS[suffix])(document)
