"""Whose SIREN it is: claimed by whoever types it, proved once, by one organisation (docs/adr/0134).

A SIREN is public: typed, it gives nothing. It is proved by a provider of identities that knows the
SIRET of who administers, by a code that came back from an address that who operates knows, or by
who operates.
"""

from __future__ import annotations

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.models import Organisation
from portulan.accounts.trail import record
from portulan.accounts.verbs import Verb
from portulan.accounts.words import SirenProof
from portulan.accounts.writes import hold_organisation
from portulan.core.storing import store


@transaction.atomic
def prove_siren(actor: Actor, *, how: SirenProof) -> Organisation:
    """Keep that the SIREN of an organisation is its own.

    Raises DeniedError, ValidationError where there is none, or another proved it.
    """
    actor.require(Operation.MANAGE)
    organisation = hold_organisation(actor)
    if not organisation.siren:
        raise ValidationError(_("Donnez d’abord le SIREN de votre organisation."), code="siren")
    if organisation.has_proved_siren:
        return organisation
    if Organisation.objects.filter(proved_siren=organisation.siren).exists():
        raise ValidationError(
            _("Une autre organisation a prouvé ce SIREN : demandez à qui exploite ce Portulan."),
            code="proved",
        )
    organisation.proved_siren, organisation.siren_proof = organisation.siren, how
    store(organisation)
    record(actor, organisation, Verb.SIREN_PROVED, {"siren": (None, organisation.siren)})
    return organisation


def prove_by_siret(actor: Actor, *, siret: str) -> Organisation:
    """Prove a SIREN by the SIRET that a provider said of who administers. Raises as above."""
    siren = Organisation.objects.values_list("siren", flat=True).get(pk=actor.organisation_id)
    if not siren or siret[:9] != siren:
        raise ValidationError(_("Votre identité n’est pas d’un établissement de ce SIREN."))
    return prove_siren(actor, how=SirenProof.PROVIDER)


@transaction.atomic
def unprove_siren(organisation: Organisation) -> None:
    """Make a SIREN a claim again: who operates."""
    organisation.proved_siren, organisation.siren_proof = "", ""
    store(organisation)
    told = {"siren": (organisation.siren, None)}
    record(command_line(organisation.pk), organisation, Verb.SIREN_UNPROVED, told)


def said_twice() -> dict[str, list[Organisation]]:
    """Return the organisations that say one SIREN, by SIREN: who operates settles it."""
    found: dict[str, list[Organisation]] = defaultdict(list)
    for one in Organisation.objects.exclude(siren="").order_by("siren", "slug"):
        found[one.siren].append(one)
    return {siren: several for siren, several in found.items() if len(several) > 1}


def prove_those_alone() -> tuple[list[Organisation], list[Organisation]]:
    """Prove each SIREN that one organisation says; return those proved, those left to judge."""
    twice = said_twice()
    claimed = [
        one
        for one in Organisation.objects.exclude(siren="").order_by("slug")
        if not one.has_proved_siren
    ]
    alone = [one for one in claimed if one.siren not in twice]
    for one in alone:
        prove_siren(command_line(one.pk), how=SirenProof.OPERATOR)
    return alone, [one for one in claimed if one.siren in twice]
