"""Noting that an obligation was met elsewhere: which year, which day, where the document is."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core import trail
from portulan.core.storing import store
from portulan.publication.models import ObligationMet
from portulan.publication.obligations.laws import Law
from portulan.publication.verbs import Verb


@transaction.atomic
def note_obligation(
    actor: Actor, *, key: Law, year: int, on: date, reference: str, today: date
) -> ObligationMet:
    """Note a document made elsewhere, or correct what was noted.

    It says that a document exists, never that a law is respected. Raises DeniedError,
    ValidationError.
    """
    actor.require(Operation.PUBLISH_PLAN)
    place = hold_organisation(actor)
    if on > today:
        raise ValidationError({"on": _("Cette date n’est pas encore passée.")})
    if not reference.strip():
        raise ValidationError({"reference": _("Dites où est ce document.")})
    found = ObligationMet.objects.filter(organisation=place, key=key, year=year).first()
    found = found or ObligationMet(organisation=place, key=key, year=year)
    if changes := trail.set_fields(found, {"on": on, "reference": reference.strip()}):
        store(found)
        record(actor, found, Verb.OBLIGATION_NOTED, changes)
    return found
