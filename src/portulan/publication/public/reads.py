"""What is public, as anybody reads it: nobody acts, and what was never published is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation
from portulan.core.errors import NotFoundError
from portulan.core.storing import get_one
from portulan.publication.models import (
    ErrorReport,
    PublicChoice,
    PublicDocument,
    PublicEdition,
    PublicFigure,
)
from portulan.publication.public.edition import ChangeLine, Edition, read_back
from portulan.publication.words import Part

PAGE = "page"
_SHARE, _ACTION = "share-", "action-"


@dataclass(frozen=True, slots=True)
class Public:
    """An organisation that published something; `current` is its last edition in force."""

    organisation: Organisation
    current: PublicEdition | None
    is_indexed: bool


def public_of(slug: str) -> Public:
    """Return what is public of an organisation. Raises NotFoundError when nothing ever was."""
    organisation = get_one(Organisation.objects, slug=slug)
    editions = editions_of(organisation)
    if not editions.exists() and not documents_of(organisation).exists():
        raise NotFoundError(slug)
    choice = PublicChoice.objects.filter(organisation=organisation).first()
    current = editions.filter(withdrawn_on=None).first()
    return Public(organisation, current, bool(choice and choice.indexed))


def editions_of(organisation: Organisation) -> QuerySet[PublicEdition]:
    """Return the editions, the latest first."""
    return PublicEdition.objects.filter(organisation=organisation).order_by("-number")


def get_edition(organisation: Organisation, number: int) -> PublicEdition:
    """Return an edition, withdrawn or not. Raises NotFoundError."""
    return get_one(editions_of(organisation), number=number)


def content_of(edition: PublicEdition) -> Edition:
    return read_back(edition.content)


def get_figure(organisation: Organisation, seal: str) -> PublicFigure:
    """Return a figure by the beginning of its seal. Raises NotFoundError."""
    found = PublicFigure.objects.filter(organisation=organisation, seal__startswith=seal)
    figure = (
        found.select_related("run__fiscal_year", "organisation").first()
        if len(seal) >= 12
        else None
    )
    if figure is None:
        raise NotFoundError(seal)
    return figure


def withdrawn_with(figure: PublicFigure) -> PublicEdition | None:
    """Return the last edition that showed a figure where all that did are withdrawn, else None."""
    holding = editions_of(figure.organisation).filter(content__contains=figure.seal)
    showing = [
        one
        for one in holding
        if any(share.figure == figure.seal for share in content_of(one).shares)
    ]
    standing = any(one.withdrawn_on is None for one in showing)
    return None if standing or not showing else showing[0]


def documents_of(organisation: Organisation) -> QuerySet[PublicDocument]:
    """Return the documents that are public or were, the latest first."""
    found = PublicDocument.objects.filter(document__organisation=organisation)
    return found.select_related("document").order_by("-document__on", "-pk")


def get_document(organisation: Organisation, pk: int) -> PublicDocument:
    """Return a public document, withdrawn or not. Raises NotFoundError."""
    return get_one(documents_of(organisation), pk=pk)


@dataclass(frozen=True, slots=True)
class Correction:
    """A line of the log of corrections: one of its members says what happened on that day."""

    on: date
    edition: int | None = None
    note: str = ""
    changes: tuple[ChangeLine, ...] = ()
    answer: ErrorReport | None = None
    withdrawn: PublicEdition | PublicDocument | None = None


def corrections_of(organisation: Organisation) -> list[Correction]:
    """Return what was corrected, answered and withdrawn, the latest first (three queries)."""
    return sorted(_corrections(organisation), key=lambda one: one.on, reverse=True)


def _corrections(organisation: Organisation) -> Iterator[Correction]:
    for edition in editions_of(organisation):
        content = content_of(edition)
        if content.note or content.changes:
            yield Correction(edition.published_on, edition.number, content.note, content.changes)
        if edition.withdrawn_on:
            yield Correction(edition.withdrawn_on, edition.number, withdrawn=edition)
    for document in documents_of(organisation).filter(withdrawn_on__isnull=False):
        if document.withdrawn_on:
            yield Correction(document.withdrawn_on, withdrawn=document)
    answered = ErrorReport.objects.filter(organisation=organisation, answered_on__isnull=False)
    for report in answered.order_by("-pk"):
        if report.answered_on:
            yield Correction(report.answered_on, report.edition, answer=report)


def abouts(edition: Edition) -> list[str]:
    """Return what an error may be told of: the page, each share, each action."""
    return [
        PAGE,
        *(f"{_SHARE}{one.year}" for one in edition.shares),
        *([Part.MONEY.value] if edition.accounts else []),
        *(f"{_ACTION}{one.number}" for one in edition.actions),
    ]


def get_report(organisation: Organisation, token: str) -> ErrorReport:
    """Return an error that was told, by the token of who told it. Raises NotFoundError."""
    found = ErrorReport.objects.filter(organisation=organisation, token=token).first()
    if found is None:
        raise NotFoundError("report")
    return found


def reports_of(actor: Actor) -> QuerySet[ErrorReport]:
    """Return the errors that were told, those without an answer first. Raises DeniedError."""
    actor.require(Operation.PUBLISH_PLAN)
    found = ErrorReport.objects.filter(organisation_id=actor.organisation_id)
    return found.order_by("answered_on", "-pk")


def choice_of(actor: Actor) -> PublicChoice:
    """Return what the organisation wants public; nothing until it said so."""
    actor.require(Operation.PUBLISH_PLAN)
    found = PublicChoice.objects.filter(organisation_id=actor.organisation_id).first()
    return found or PublicChoice(organisation_id=actor.organisation_id)
