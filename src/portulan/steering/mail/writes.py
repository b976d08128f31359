"""Messages shown, edited, stopped or sent again; who is written to, and in what language."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Person
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core import mail
from portulan.core.errors import NotFoundError
from portulan.core.models import Bounce, Letter
from portulan.core.say.text import Language
from portulan.core.storing import get_one
from portulan.core.words import LetterStatus
from portulan.steering.models import MailRefusal
from portulan.steering.verbs import Verb

_SALT = "portulan.steering.mail"


def get_letter(*, actor: Actor, pk: int) -> Letter:
    """Return a message of the organisation. Raises NotFoundError, DeniedError."""
    found = get_one(mail.letters_of(actor.organisation_id), pk=pk)
    actor.require(Operation.RUN_CAMPAIGN)
    return found


@transaction.atomic
def edit(actor: Actor, *, letter: Letter, subject: str, body: str) -> Letter:
    """Change what a message says. Raises DeniedError, NotFoundError, ValidationError."""
    _own(actor, letter)
    found = mail.edit_letter(letter, subject=subject, body=body)
    record(actor, found, Verb.LETTER_EDITED, {"title": (letter.subject, found.subject)})
    return found


@transaction.atomic
def stop(actor: Actor, *, letter: Letter) -> Letter:
    """Keep a message from leaving. Raises as `edit`."""
    _own(actor, letter)
    found = mail.stop_letter(letter)
    record(actor, found, Verb.LETTER_STOPPED, {})
    return found


@transaction.atomic
def resume(actor: Actor, *, letter: Letter, now: datetime) -> Letter:
    """Let a message leave again. Raises as `edit`."""
    _own(actor, letter)
    found = mail.resume_letter(letter, now=now)
    record(actor, found, Verb.LETTER_RESUMED, {})
    return found


@transaction.atomic
def resume_all(actor: Actor, *, now: datetime) -> int:
    """Let all leave again that was refused or may not have left; return how many.

    Raises DeniedError, ValidationError.
    """
    actor.require(Operation.RUN_CAMPAIGN)
    organisation = hold_organisation(actor)
    count = mail.resume_all(mail.to_resume(actor.organisation_id), now=now)
    if not count:
        raise ValidationError(_("Aucun message n’est à renvoyer."))
    record(actor, organisation, Verb.LETTERS_RESUMED, {"count": (None, count)})
    return count


def _own(actor: Actor, row: Letter | Bounce) -> None:
    actor.require_ours(row)
    actor.require(Operation.RUN_CAMPAIGN)


def get_bounce(*, actor: Actor, pk: int) -> Bounce:
    """Return an address of the organisation that receives nothing. Raises as `get_letter`."""
    found = get_one(mail.bounces_of(actor.organisation_id), pk=pk)
    actor.require(Operation.RUN_CAMPAIGN)
    return found


@transaction.atomic
def confirm_address(actor: Actor, *, bounce: Bounce) -> None:
    """Say that an address is right after all: it is written to again. Raises as `edit`."""
    _own(actor, bounce)
    person = Person.objects.get(pk=bounce.person_id)
    mail.trust(bounce)
    record(actor, person, Verb.ADDRESS_CONFIRMED, {"status": (bounce.status, None)})


@transaction.atomic
def try_mail(actor: Actor, *, now: datetime) -> Letter:
    """Put a message to oneself, that leaves at the next look. Raises as `edit`."""
    actor.require(Operation.RUN_CAMPAIGN)
    person = Person.objects.filter(pk=actor.person_id or 0).select_related("user").first()
    if person is None or not person.email:
        raise ValidationError(_("Votre fiche n’a pas d’adresse : donnez-en une d’abord."))
    if mail.bounce_of(person.pk, person.email) is not None:
        raise ValidationError(
            _("Votre adresse ne reçoit rien : changez-la, ou dites qu’elle est bonne.")
        )
    letter = mail.put(
        organisation_id=actor.organisation_id,
        person_id=person.pk,
        address=person.email,
        key=f"test:{now:%Y%m%d%H%M%S}",
        language=language_of(person),
        subject=_("Essai de Portulan"),
        body=_("Si vous lisez ceci, les messages partent.") + "\n",
        due_at=now,
        urgent=True,
        now=now,
    )
    if letter is None:
        raise ValidationError(_("Un essai vient d’être mis : attendez-le une minute."))
    return letter


def written_to(people: QuerySet[Person]) -> QuerySet[Person]:
    """Leave out who left, was erased, has no address or asked not to be written to."""
    found = people.filter(left_on=None, erased_at=None, mail_refusal=None).exclude(email="")
    return found.select_related("user", "organisation").order_by("pk")


def language_of(person: Person) -> Language:
    """Return the language somebody is written to in."""
    return "en" if person.user is not None and person.user.language == "en" else "fr"


def refusal_address(person: Person) -> str:
    """Return where somebody asks, without an account, not to be written to."""
    token = signing.dumps(person.pk, salt=_SALT)
    return settings.ADDRESS + reverse("no-mail", args=[token])


def whose(token: str) -> Person:
    """Return who an address of refusal is of. Raises NotFoundError."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise NotFoundError(token) from None
    person = Person.objects.filter(pk=pk, erased_at=None).select_related("organisation").first()
    if person is None:
        raise NotFoundError(token)
    return person


@transaction.atomic
def refuse_mail(person: Person, *, now: datetime) -> None:
    """Write to somebody no more: what waits for them never leaves."""
    MailRefusal.objects.get_or_create(person=person, defaults={"since": now})
    for letter in Letter.objects.filter(person_id=person.pk, status=LetterStatus.WAITING):
        mail.stop_letter(letter)
