"""Making public, withdrawing, and what others say of it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.core.storing import store
from portulan.publication.models import (
    ErrorReport,
    KeptDocument,
    PublicChoice,
    PublicDocument,
    PublicEdition,
)
from portulan.publication.public.building import edition_of, telling, telling_document
from portulan.publication.public.edition import digest, kept
from portulan.publication.public.permalinks import keep_figures
from portulan.publication.public.reads import abouts, choice_of, content_of
from portulan.publication.verbs import Verb
from portulan.publication.words import Licence, Part
from portulan.steering.sealed.naming import Named

# Beyond so many that wait for an answer, the form says to come back: nobody floods a town.
MOST_WAITING = 200
_LONGEST = 2000
_TOLD = 5  # words that name, said with a refusal


@transaction.atomic
def choose_public(
    actor: Actor,
    *,
    parts: Iterable[Part],
    licence: Licence,
    contact: str,
    answer_days: int,
    indexed: bool,
) -> PublicChoice:
    """Say what will be public once it is published. Raises DeniedError, ValidationError."""
    actor.require(Operation.PUBLISH_PLAN)
    hold_organisation(actor)
    choice = choice_of(actor)
    before = sorted(choice.parts)
    choice.parts = [part.value for part in Part if part in set(parts)]
    choice.licence = licence
    choice.contact = contact.strip()
    choice.answer_days = answer_days
    choice.indexed = indexed
    store(choice)
    record(actor, choice, Verb.PUBLIC_CHOSEN, {"parts": (before, sorted(choice.parts))})
    return choice


@transaction.atomic
def publish_edition(
    actor: Actor, *, today: date, note: str = "", texts_read: bool = False, read: str | None = None
) -> PublicEdition:
    """Publish what was chosen, as it is now: the edition before stays at its address.

    `read` is the digest of what was shown before: what moved since is shown again. `texts_read`
    says that somebody read the texts that name a person or a supplier. Raises DeniedError,
    ValidationError.
    """
    actor.require(Operation.PUBLISH_PLAN)
    organisation = hold_organisation(actor)
    edition = edition_of(
        actor, organisation=organisation, choice=choice_of(actor), today=today, note=note.strip()
    )
    if read is not None and read != mark_of(actor, organisation, today):
        raise ValidationError(
            _("Le plan a changé depuis cet aperçu : relisez-le avant de publier.")
        )
    _require_read(telling(edition, organisation.pk), texts_read=texts_read)
    keep_figures(organisation, {one.figure for one in edition.shares})
    text = kept(edition)
    published = PublicEdition(
        organisation=organisation,
        number=edition.number,
        published_on=today,
        published_at=timezone.now(),
        digest=digest(text),
        content=text,
        person_id=actor.person_id,
    )
    store(published)
    record(actor, published, Verb.SHOWN, {"seal": (None, published.digest)})
    return published


def _require_read(named: Sequence[Named], *, texts_read: bool) -> None:
    """Raise ValidationError unless somebody read the texts that name a person or a supplier."""
    if named and not texts_read:
        asked = ngettext(
            "Un texte nomme une personne ou un fournisseur : relisez-le, puis cochez la case.",
            "%(count)s textes nomment une personne ou un fournisseur : relisez-les, puis cochez la"
            " case.",
            len(named),
        )
        words = dict.fromkeys(word for one in named for word in one.words)
        said = f"{asked % {'count': len(named)}} ({', '.join(list(words)[:_TOLD])})"
        raise ValidationError({"texts_read": said})


def mark_of(actor: Actor, organisation: Organisation, today: date) -> str:
    """Return what tells whether what would be published moved, its note aside."""
    found = edition_of(actor, organisation=organisation, choice=choice_of(actor), today=today)
    return digest(kept(found))[:16]


@transaction.atomic
def show_document(
    actor: Actor, *, document: KeptDocument, today: date, texts_read: bool = False
) -> PublicDocument:
    """Make a kept document public; `texts_read` as for an edition.

    Raises DeniedError, ValidationError.
    """
    actor.require(Operation.PUBLISH_PLAN)
    hold_organisation(actor)
    if document.organisation_id != actor.organisation_id:
        raise ValidationError(_("Ce document est d’une autre organisation."))
    _require_read(telling_document(document), texts_read=texts_read)
    shown = PublicDocument(document=document, published_on=today, person_id=actor.person_id)
    store(shown)
    record(actor, document, Verb.SHOWN, {"published_on": (None, today)})
    return shown


@transaction.atomic
def withdraw(
    actor: Actor, *, shown: PublicEdition | PublicDocument, reason: str, today: date
) -> None:
    """Withdraw an edition or a document: its address stays, and says why.

    Raises DeniedError, ValidationError.
    """
    actor.require(Operation.PUBLISH_PLAN)
    hold_organisation(actor)
    shown.refresh_from_db()
    if shown.withdrawn_on is not None:
        raise ValidationError(_("C’est déjà retiré."))
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi : c’est ce que lira qui a l’adresse.")})
    shown.withdrawn_on, shown.withdrawn_by = today, actor.person_id
    shown.withdrawal_reason = reason.strip()
    columns = ["withdrawn_on", "withdrawn_by", "withdrawal_reason"]
    shown.clean_fields()
    shown.save(update_fields=columns)
    subject = shown if isinstance(shown, PublicEdition) else shown.document
    record(actor, subject, Verb.WITHDRAWN_FROM_PUBLIC, {"reason": (None, shown.withdrawal_reason)})


@transaction.atomic
def tell_error(edition: PublicEdition, *, about: str, message: str) -> ErrorReport:
    """Keep an error that anybody tells of what is public: told twice, it is one.

    Raises ValidationError.
    """
    message = message.replace("\0", "").strip()  # which no database keeps
    if not message:
        raise ValidationError({"message": _("Dites ce qui est faux, et si possible comment.")})
    if len(message) > _LONGEST:
        raise ValidationError({"message": _("C’est trop long : 2 000 lettres au plus.")})
    if about not in abouts(content_of(edition)):
        raise ValidationError({"about": _("Ce chiffre n’est pas dans cette page.")})
    said = "\0".join((str(edition.number), about, message))
    found = ErrorReport.objects.filter(organisation_id=edition.organisation_id)
    told = found.filter(digest=hashlib.sha256(said.encode()).hexdigest()).first()
    if told is not None:
        return told
    if found.filter(answered_on=None).count() >= MOST_WAITING:
        raise ValidationError(
            _("Trop de signalements attendent déjà une réponse : revenez dans quelques jours.")
        )
    report = ErrorReport(
        organisation_id=edition.organisation_id,
        token=secrets.token_urlsafe(32),
        edition=edition.number,
        about=about,
        message=message,
        digest=hashlib.sha256(said.encode()).hexdigest(),
        received_at=timezone.now(),
    )
    store(report)
    return report


@transaction.atomic
def answer_error(
    actor: Actor, *, report: ErrorReport, answer: str, corrects: bool, today: date
) -> ErrorReport:
    """Answer an error that was told: the answer is public. Raises DeniedError, ValidationError."""
    actor.require(Operation.PUBLISH_PLAN)
    hold_organisation(actor)
    if report.organisation_id != actor.organisation_id:
        raise ValidationError(_("Ce signalement est d’une autre organisation."))
    if not answer.strip():
        raise ValidationError({"answer": _("Écrivez la réponse.")})
    before = report.answer
    report.answer, report.corrects = answer.strip(), corrects
    report.answered_on, report.answered_by = today, actor.person_id
    store(report)
    record(actor, report, Verb.ERROR_ANSWERED, {"answer": (before or None, report.answer)})
    return report
