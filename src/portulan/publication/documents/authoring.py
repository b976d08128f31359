"""Writing the texts of a document: typed, confirmed, erased, put back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core import trail
from portulan.core.storing import get_one, store
from portulan.publication.documents.asking import Asked, Kind
from portulan.publication.documents.authored import PAGE, Slot
from portulan.publication.documents.making import draft
from portulan.publication.label.pasting import on_one_line
from portulan.publication.models import AuthoredText
from portulan.publication.verbs import Verb

# What no format of document may hold: an XML file that has one of them is not read.
_UNWRITABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@transaction.atomic
def write_texts(actor: Actor, *, kind: Kind, asked: Asked, texts: Mapping[str, str]) -> int | None:
    """Write texts of a document by the names of their slots; "" erases, and nothing comes back.

    A text of a past year that is said again is confirmed. Return the entry of the trail that undoes
    it, None where nothing changed. Raises DeniedError; ValidationError by slot; UnusableInputError
    where there is no such document yet.
    """
    actor.require(Operation.PUBLISH_PLAN)
    place = hold_organisation(actor)
    slots = slots_of(kind, asked)
    changes: dict[str, trail.Change] = {}
    for name, text in texts.items():
        if name not in slots:
            raise ValidationError(_("Ce document n’a pas de place pour ce texte\u00a0: %s.") % name)
        slot = slots[name]
        said = _checked(slot, text)
        row = _row(place, asked.year, slot)
        if row.text == said if row.pk else not (said or slot.written):
            continue
        was = row.text if row.pk else None
        row.text, row.written_at, row.person_id = said, timezone.now(), actor.person_id
        store(row)
        changes[f"{slot.place.part} {row.pk}"] = was, said
    if not changes:
        return None
    told = {"document": (None, kind.name), "year": (None, asked.year), **changes}
    return record(actor, place, Verb.TEXTS_WRITTEN, told)


def slots_of(kind: Kind, asked: Asked) -> dict[str, Slot]:
    """Return the places for texts of a document. Raises UnusableInputError, DeniedError."""
    made = draft(kind, replace(asked))  # what is read is read anew
    return {name: slot for at in range(len(made.parts)) for name, slot in made.slots(at).items()}


def _row(place: Organisation, year: int, slot: Slot) -> AuthoredText:
    kind, part, action = slot.place
    key = {"organisation": place, "kind": kind, "year": year, "part": part, "action_id": action}
    return AuthoredText.objects.filter(**key).first() or AuthoredText(**key)


def _checked(slot: Slot, text: str) -> str:
    """Return a text as it is kept. Raises ValidationError, under the name of its slot."""
    said = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if slot.most < PAGE:
        said = on_one_line(said)
    said = "\n".join(line.strip() for line in said.strip().split("\n"))
    wrong = ""
    if len(said) > slot.most:
        wrong = _("Ce texte a plus de %s caractères.") % slot.most
    if slot.choices is not None and said:
        ticked = set(said.split(","))
        said = ",".join(code for code in slot.choices if code in ticked)
        if not ticked <= set(slot.choices):
            wrong = _("Une de ces finalités n’existe pas.")
        elif "none" in ticked and len(ticked) > 1:
            wrong = _("Aucune, ou celles que vous cochez\u00a0: pas les deux.")
    if wrong:
        raise ValidationError({slot.name: wrong})
    return said


@transaction.atomic
def undo_texts(actor: Actor, *, entry: int) -> None:
    """Put back the texts that an entry of the trail changed, all or none.

    Raises DeniedError, NotFoundError; ValidationError when one changed again since.
    """
    actor.require(Operation.PUBLISH_PLAN)
    place = hold_organisation(actor)
    done = get_one(trail.history(place).filter(verb=Verb.TEXTS_WRITTEN), pk=entry)
    rows = {one.pk: one for one in AuthoredText.objects.filter(organisation=place)}
    for name, (was, now) in done.changes.items():
        if " " not in name:  # which document, of which year
            continue
        row = rows.get(int(name.rpartition(" ")[2]))
        if row is None or row.text != now:
            raise ValidationError(_("Cela a changé depuis : rien n’est remis comme avant."))
        if was is None:
            row.delete()
            continue
        row.text, row.written_at, row.person_id = was, timezone.now(), actor.person_id
        store(row)
    record(actor, place, Verb.TEXTS_UNDONE, {"entry": (None, done.pk)})
