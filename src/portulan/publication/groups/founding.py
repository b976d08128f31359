"""Organisations made for the members of a group, from a list: all of them, or none.

Who operates says which groups may (`PORTULAN_FOUNDERS`): they learn which members are here. What
opens an organisation goes by mail to the address of who will administer it: the group never has it
(docs/adr/0090). It is of the group only once its own administrator shares something.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import Actor, command_line
from portulan.accounts.invitations import INVITATION_LIFETIME, invite
from portulan.accounts.links import make_link_for
from portulan.accounts.models import Organisation, Person
from portulan.accounts.sirens import prove_siren
from portulan.accounts.trail import record
from portulan.accounts.words import RESERVED, LegalForm, SirenProof
from portulan.accounts.writes import add_person, create_organisation, hold_organisation, set_roles
from portulan.core import mail
from portulan.core.say.language import spoken_language
from portulan.core.say.text import Text
from portulan.publication.groups.members import Named, require_members
from portulan.publication.models import GroupMember
from portulan.publication.verbs import Verb

MOST = 200
_HEADS = re.compile(r"siren", re.I)
SUBJECT = Text("{member} dans Portulan", "{member} in Portulan")
BODY = Text(
    "Bonjour,\n\n{group} a préparé la place de {member} dans Portulan, le logiciel du plan"
    " numérique responsable. Vous l’administrez\u00a0: {group} n’y voit rien tant que vous ne le"
    " partagez pas.\n\nPour entrer, dans les {days} jours\u00a0:\n{link}\n",
    "Hello,\n\n{group} has prepared the place of {member} in Portulan, the software of the"
    " responsible digital plan. You administer it: {group} sees nothing in it until you share"
    " it.\n\nTo enter, within {days} days:\n{link}\n",
)


@dataclass(frozen=True, slots=True)
class Wanted(Named):
    """A member to be made, and who will administer it."""

    population: int | None
    email: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a line of the list would do: an organisation made, or one that is here already."""

    wanted: Wanted
    is_here: bool


def may_found(organisation: Organisation) -> bool:
    """Tell whether who operates lets the organisation make those of its members."""
    return organisation.slug in settings.FOUNDERS


def read_list(text: str) -> list[Wanted]:
    """Read lines of SIREN, name, population and address, parted by semicolons or tabs.

    Heads are left aside; the population may be empty. Raises ValidationError, with the line.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and _HEADS.match(lines[0].lstrip("\ufeff\"' ")):
        lines = lines[1:]
    return [_read(number, line) for number, line in enumerate(lines, 1)]


def _read(number: int, line: str) -> Wanted:
    cells = [cell.strip().strip('"').strip() for cell in re.split(r"[;\t]", line)]
    siren, name, population, email = (*cells, "", "", "", "")[:4]
    counted = "".join(population.split())
    try:
        validate_email(email)
    except ValidationError:
        counted = "?"
    if len(cells) != 4 or not (counted == "" or (counted.isascii() and counted.isdecimal())):
        raise ValidationError(
            _("Ligne %(number)s : écrivez SIREN ; nom ; population ; adresse électronique."),
            params={"number": number},
        )
    people = int(counted) if counted and len(counted) < 10 else None
    return Wanted("".join(siren.split()), name[:200], people, email)


def foresee(actor: Actor, *, wanted: Sequence[Wanted]) -> list[Foreseen]:
    """Return what a list would do, line by line. Raises DeniedError, ValidationError."""
    actor.require(Operation.MANAGE)
    group = Organisation.objects.get(pk=actor.organisation_id)
    if not may_found(group):
        raise ValidationError(
            _("L’exploitant de ce Portulan ne permet pas à votre organisme d’en créer d’autres."),
            code="not-a-founder",
        )
    if not mail.can_send():
        raise ValidationError(
            _("Aucun serveur de courrier n’est réglé : les invitations ne partiraient pas."),
            code="no-mail",
        )
    if not 0 < len(wanted) <= MOST:
        raise ValidationError(_("Donnez de un à 200 membres à la fois."), code="members")
    require_members(list(wanted), group.siren)
    sirens = [one.siren for one in wanted]
    here = set(Organisation.objects.filter(siren__in=sirens).values_list("siren", flat=True))
    return [Foreseen(one, one.siren in here) for one in wanted]


@transaction.atomic
def found_members(
    actor: Actor, *, wanted: Sequence[Wanted], form: LegalForm, now: datetime | None = None
) -> list[Organisation]:
    """Make the organisations of a list that are not here, and write to who will administer each.

    All become members of the group. Raises DeniedError, ValidationError: then nothing is made.
    """
    group = hold_organisation(actor)
    foreseen = foresee(actor, wanted=wanted)
    made = []
    for one in foreseen:
        member, _new = GroupMember.objects.get_or_create(
            organisation=group, siren=one.wanted.siren, defaults={"name": one.wanted.name}
        )
        if one.is_here:
            continue
        organisation = _found(group, one.wanted, form, now or timezone.now())
        GroupMember.objects.filter(pk=member.pk).update(founded_id=organisation.pk)
        told = {"member": (None, organisation.name), "siren": (None, organisation.siren)}
        record(actor, member, Verb.FOUNDED, told)
        made.append(organisation)
    return made


def _found(group: Organisation, wanted: Wanted, form: LegalForm, now: datetime) -> Organisation:
    organisation = create_organisation(
        slug=_free_slug(wanted.name),
        name=wanted.name,
        legal_form=form,
        population=wanted.population,
        siren=wanted.siren,
    )
    operator = command_line(organisation.pk)
    prove_siren(operator, how=SirenProof.GROUP)
    record(operator, organisation, Verb.FOUNDED, {"group": (None, group.name)})
    person = add_person(operator, function=_("Administration"), email=wanted.email)
    # They act for themselves: an address that has an account is not taken by whoever adds it.
    themselves = Actor(organisation.pk, person.pk, frozenset({Role.ADMIN}))
    set_roles(themselves, person=person, roles=[Role.ADMIN])
    _write_to(group, organisation, person, themselves, now)
    return organisation


def _write_to(
    group: Organisation, organisation: Organisation, person: Person, own: Actor, now: datetime
) -> None:
    language = spoken_language()
    if person.user is None:
        link = reverse("invitation", args=[invite(own, person=person, now=now)])
    else:
        token = make_link_for(own, person=person, now=now, lifetime=INVITATION_LIFETIME)
        link = reverse("sign-in-link", args=[token])
    said = {"group": group.name, "member": organisation.name}
    mail.put(
        organisation_id=organisation.pk,
        person_id=person.pk,
        address=person.email,
        key="founded",
        language=language,
        subject=SUBJECT.say(language).format(**said),
        body=BODY.say(language).format(
            **said, days=INVITATION_LIFETIME.days, link=settings.ADDRESS + link
        ),
        due_at=now,
        now=now,
    )


def _free_slug(name: str) -> str:
    base = slugify(name)[:50].strip("-") or "commune"
    taken = set(
        Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    ) | set(RESERVED)
    numbered = (base if not rank else f"{base}-{rank + 1}" for rank in range(len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)
